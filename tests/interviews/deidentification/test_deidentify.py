"""From names to pseudonyms: what a researcher relies on. All names and texts are invented."""

import os
import re
import stat
from dataclasses import replace

import pandas as pd
import pytest

from lcresearch import interviews
from lcresearch.errors import InterviewError
from lcresearch.interviews import Corpus, Document, Turn
from lcresearch.interviews.deidentification.hits import KINDS
from lcresearch.interviews.deidentification.review import COLUMNS
from lcresearch.interviews.transcripts.speakers import find_turns

OWN = ["pattern", "list", "corpus", "speech"]


def corpus_of(*texts, **attributes):
    documents = [Document(f"d{n}", f"talk {n}", text, attributes=attributes) for n, text in enumerate(texts, start=1)]
    return Corpus(tuple(documents))


def clean(text, **options):
    return interviews.deidentify(corpus_of(text), layers=OWN, **options).corpus["d1"].text


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("Mail naar jan@example.org of kijk op www.example.org.", "Mail naar [e-mailadres] of kijk op [webadres]."),
        ("Bel 06-1234 5678 of +31 10 123 45 67.", "Bel [telefoonnummer] of [telefoonnummer]."),
        ("Mijn BSN is 111222333.", "Mijn BSN is [BSN]."),
        ("Rekening NL91 ABNA 0417 1643 00 dus.", "Rekening [rekeningnummer] dus."),
        ("De bus met 12-BKX-7 stond er.", "De bus met [kenteken] stond er."),
        ("Op de Dorpsstraat 12a, 1234 AB.", "Op de [adres], [postcode]."),
        ("Dat was op 12 maart 2024.", "Dat was op maart 2024."),
        ("Dat was in maart 2024.", "Dat was in maart 2024."),
        ("Geboren 7/8/'66, zei hij.", "Geboren 1966, zei hij."),
    ],
)
def test_numbers_and_dates(said, left):
    assert clean(said) == left


def test_numbers_that_are_none_stay():
    said = "We hadden 123456789 euro en 12 mensen, in 2024, van 3 tot 5, en 80 procent bleef."
    assert clean(said) == said


def test_one_person_keeps_one_pseudonym_in_all_forms():
    text = "R: Ik sprak Marleen de Vries. Marleen zei niets. Mevrouw De Vries lachte. Marleens plan ging door."
    assert clean(text) == (
        "R: Ik sprak Persoon 1. Persoon 1 zei niets. Mevrouw Persoon 1 lachte. Persoon 1's plan ging door."
    )


def test_first_names_are_one_person_within_a_community_and_not_across():
    same = [Document(f"d{n}", f"talk {n}", "R: Toen belde Marleen.", attributes={"community": "Noord"}) for n in (1, 2)]
    other = Document("d3", "talk 3", "R: Toen belde Marleen.", attributes={"community": "Zuid"})
    found = interviews.deidentify(Corpus((*same, other)), layers=OWN)
    assert [each.text.split()[-1] for each in found.corpus] == ["1.", "1.", "2."]
    assert found.log["sure"].all()


def test_a_first_name_in_several_talks_is_in_doubt_without_communities():
    found = interviews.deidentify(corpus_of("R: Toen belde Marleen.", "R: Toen belde Marleen."), layers=OWN)
    assert found.key.frame["pseudonym"].tolist() == ["Persoon 1"]
    assert not found.log["sure"].any()
    assert len(found.to_review) == 2


def test_respondents_and_interviewers_are_called_so():
    text = "Joris: Hoe ging het?\nSamira: Goed, Joris.\nJoris: Fijn."
    document = Document(
        "d1", "Interview Samira", text,
        (Turn(7, 20, "Joris"), Turn(29, 41, "Samira"), Turn(49, 54, "Joris")),
        {"respondent": "Samira Haddad", "organisation": "Bakkerij Voorbeeld BV", "date": "2024-03-12"},
        {"Joris": "interviewer"}, "interview_Samira.txt",
    )  # fmt: skip
    found = interviews.deidentify(Corpus((document,)), layers=OWN)
    new = found.corpus["d1"]
    assert new.text == "Interviewer 1: Hoe ging het?\nRespondent 1: Goed, Interviewer 1.\nInterviewer 1: Fijn."
    assert [new.quote(turn.start, turn.end) for turn in new.turns] == ["Hoe ging het?", "Goed, Interviewer 1.", "Fijn."]
    assert new.speakers == ["Interviewer 1", "Respondent 1"]
    assert new.roles == {"Interviewer 1": "interviewer"}
    assert dict(new.attributes) == {"respondent": "Respondent 1", "organisation": "Bedrijf A", "date": "2024-03"}
    assert (new.name, new.file) == ("Interview Respondent 1", "interview Respondent 1.txt")


def talk(text, id="d1", **attributes):
    return Document(id, f"talk {id}", text, find_turns(text), attributes)


@pytest.mark.parametrize(
    "greeting",
    ["Goedemorgen", "Goeiemorgen", "Goedemiddag", "Goedendag", "Dankjewel", "Vertel", "Moi", "Hallo", "Dag", "Prima"],
)
def test_a_greeting_stays_and_makes_no_new_person(greeting):
    said = f"I: {greeting} Jan, en?\nJan: Ik ben Jan de Boer.\nI: Ja?\nJan: Ja."
    found = interviews.deidentify(Corpus((talk(said, respondent="Jan de Boer", community="Z"),)), layers=OWN)
    assert found.corpus["d1"].text == said.replace("Jan de Boer", "Jan").replace("Jan", "Respondent 1")
    assert len(found.key) == 1


def test_a_speaker_is_the_respondent_whose_first_name_fits():
    said = "I: Ja?\nPiet: Ik ben de baas. Piet Bos werkt hier ook.\nI: Ja?\nPiet: Ja."
    found = interviews.deidentify(Corpus((talk(said, respondent="Piet Vos", community="N"),)), layers=OWN)
    assert found.corpus["d1"].text == said.replace("Piet Bos", "Persoon 1").replace("Piet", "Respondent 1")
    assert not found.log["doubt"].any()
    told = interviews.deidentify(
        Corpus((talk(said.replace("Ja.", "Dat zei Piet."), respondent="Piet Vos", community="N"),)), layers=OWN
    )
    assert told.log["doubt"].astype(bool).sum() == 1


def test_accents_and_a_rare_surname_alone_are_the_same_person():
    one = talk(
        "I: Ja?\nFatima: Fatima el Khatib, Fátima dus.\nI: Ja?\nFatima: Ja.",
        respondent="Fatima el Khatib",
        community="N",
    )
    others = [
        talk("R: Toen belde El Khatib. Fátima dus.", f"d{n}", community=place) for n, place in ((2, "N"), (3, "Z"))
    ]
    found = interviews.deidentify(Corpus((one, *others)), layers=OWN)
    assert found.key.frame["pseudonym"].tolist() == ["Respondent 1"]
    doubts = found.log.assign(doubt=found.log["doubt"].astype(bool)).groupby("document")["doubt"].any()
    assert doubts.tolist() == [False, False, True]


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("Ik ben Henk-Jan Dijkstra van Dijkstra Dakwerken.", "Ik ben Persoon 1 van Bedrijf A."),
        ("ik ben henk dijkstra van dijkstra dakwerken uit joure.", "ik ben Persoon 1 van Bedrijf A uit Plaats 1."),
        ("Toen kwam Jan Mulder van Mulder Klusjes BV langs.", "Toen kwam Persoon 1 van Bedrijf A langs."),
        ("Ik ben Jan Mulder van Mulder Techniek.", "Ik ben Persoon 1 van Bedrijf A."),
        ("Ik sprak Jan van Dijk.", "Ik sprak Persoon 1."),
        ("Wij werken met de firma Blauwe Haan.", "Wij werken met de firma Bedrijf A."),
    ],
)
def test_a_firm_with_the_name_of_its_owner_is_no_part_of_the_name(said, left):
    assert clean(f"R: {said}") == f"R: {left}"


def test_a_respondent_and_the_firm_of_the_same_name_are_those_of_the_table():
    said = "I: hoi\nHenk-Jan: Henk-Jan Dijkstra van Dijkstra Dakwerken.\nI: ja?\nHenk-Jan: Ja."
    document = talk(said, respondent="Henk-Jan Dijkstra", organisation="Dijkstra Dakwerken", community="Z")
    found = interviews.deidentify(Corpus((document,)), layers=OWN)
    assert found.corpus["d1"].text == "I: hoi\nRespondent 1: Respondent 1 van Bedrijf A.\nI: ja?\nRespondent 1: Ja."
    assert len(found.key) == 2


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("Postbus 33, 8000 AA Zwolle dus.", "[adres], [postcode] Plaats 1 dus."),
        ("Hij woont in 't Harde. Postbus 33, 8000 AA Zwolle.", "Hij woont in Plaats 1. [adres], [postcode] Plaats 2."),
        ("Op de Burg. Vosstraat 12, 8000AB Zwolle.", "Op de [adres], [postcode] Plaats 1."),
        ("Toen belde Mia met Van 't Hof-de Goeij.", "Toen belde Persoon 1 met Persoon 2."),
        ("De baas van Hogeschool Windesheim belde.", "De baas van School A belde."),
        ("Wij zaten op Windesheim.", "Wij zaten op Bedrijf A."),
    ],
)
def test_names_next_to_other_marks_are_taken_whole(said, left):
    assert clean(f"R: {said}") == f"R: {left}"


def test_the_own_list_finds_all_spellings():
    names = {"organisations": [{"name": "Ekkel-Kamp Techniek BV", "pseudonym": "De firma"}], "persons": ["Wil Storm"]}
    text = "R: Bij ekkelkamp techniek en Ekkel Kamp Techniek B.V. werkt Storm, en Wils broer is Wil."
    assert clean(text, names=names) == "R: Bij De firma en De firma werkt Persoon 1, en Persoon 1's broer is Persoon 1."


def test_a_typing_error_of_a_listed_name_is_shown():
    found = interviews.deidentify(
        corpus_of("R: Bij de ekkelkanp was het."), layers=OWN, names={"organisations": ["Ekkelkamp"]}
    )
    assert found.log[["found", "action"]].values.tolist() == [["ekkelkanp", "left"]]


@pytest.mark.parametrize(("form", "content"), [
    ("yaml", "persons:\n  - name: Wil Storm\n    also: [Willie]\n"),
    ("csv", "naam;soort;ook\nWil Storm;persoon;Willie\n"),
])  # fmt: skip
def test_the_own_list_in_a_file(tmp_path, form, content):
    path = tmp_path / f"names.{form}"
    path.write_text(content, encoding="utf-8")
    assert clean("R: Ja, en willie lachte.", names=path) == "R: Ja, en Persoon 1 lachte."


def test_texts_added_later_keep_the_pseudonyms(tmp_path):
    first = interviews.deidentify(corpus_of("R: Toen kwam Marleen Vos met Bilal."), layers=OWN)
    first.save(tmp_path)
    key = interviews.read_key(tmp_path)
    stored = pd.read_csv(tmp_path / "private" / "interview-key.csv", dtype="str", encoding="utf-8-sig")
    assert set(stored["pseudonym"]) == {"Persoon 1", "Persoon 2"}
    stored[::-1].to_csv(tmp_path / "turned.csv", index=False)  # as another program writes it
    assert len(interviews.read_key(tmp_path / "turned.csv")) == len(key) == 2
    key = interviews.read_key(tmp_path / "turned.csv")
    later = corpus_of("R: Toen kwam Sunita.", "R: En Bilal met Marleen Vos.")
    again = interviews.deidentify(later, layers=OWN, key=key)
    assert [each.text for each in again.corpus] == ["R: Toen kwam Persoon 3.", "R: En Persoon 2 met Persoon 1."]
    again.save(tmp_path, force=True)
    assert len(interviews.read_key(tmp_path)) == 3


def test_another_key_is_not_overwritten(tmp_path):
    interviews.deidentify(corpus_of("R: Toen kwam Marleen."), layers=OWN).key.write(tmp_path)
    with pytest.raises(InterviewError, match="V114"):
        interviews.deidentify(corpus_of("R: Toen kwam Bilal."), layers=OWN).key.write(tmp_path)


@pytest.mark.skipif(os.name != "posix", reason="modes of files are those of POSIX")
def test_key_and_table_are_for_their_owner_only(tmp_path):
    for path in interviews.deidentify(corpus_of("R: Toen kwam Marleen."), layers=OWN).save(tmp_path):
        assert path.parent.name == "private"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_decisions_in_the_table_are_followed(tmp_path):
    corpus = corpus_of("R: Toen kwam Marleen bij Solidkast. Wij gaan naar de Pitstop.")
    first = interviews.deidentify(corpus, layers=OWN)
    _, table = first.save(tmp_path)
    frame = pd.read_csv(table, dtype=str, keep_default_na=False)
    assert list(frame.columns) == [*COLUMNS, "proposed"]
    frame.loc[frame["found"] == "Solidkast", "decision"] = "overal behouden"
    frame.loc[frame["found"] == "Marleen", ["decision", "replacement"]] = ["vervangen", "de docent"]
    frame.to_csv(table, index=False)
    again = interviews.deidentify(corpus, layers=OWN, decisions=table, key=tmp_path)
    assert again.corpus["d1"].text.startswith("R: Toen kwam de docent bij Solidkast.")


def test_decisions_that_cannot_be_used_are_named():
    log = interviews.deidentify(corpus_of("R: Toen kwam Marleen."), layers=OWN).log
    with pytest.raises(InterviewError, match="V123"):
        interviews.deidentify(corpus_of("R: Toen kwam Marleen."), layers=OWN, decisions=log.assign(decision="weg"))
    changed = log.assign(decision="replace", replacement="iemand")
    with pytest.raises(InterviewError, match="V128"):
        interviews.deidentify(corpus_of("R: Toen kwam Marleen."), layers=OWN, decisions=changed)


def test_doing_it_again_changes_nothing():
    corpus = corpus_of("R: Marleen de Vries en Bilal van Bakkerij Boon in Zwolle, 06-12345678, op 3 mei 2021.")
    once = interviews.deidentify(corpus, layers=OWN).corpus
    twice = interviews.deidentify(once, layers=OWN)
    assert [each.text for each in twice.corpus] == [each.text for each in once]
    assert len(twice.key) == 0


def test_names_without_capitals_are_found_and_told():
    text = "R: ja toen kwam sunita ramdin en die zei tegen meneer de boer dat het kon en sunita lachte"
    found = interviews.deidentify(corpus_of(text), layers=OWN)
    assert found.corpus["d1"].text == (
        "R: ja toen kwam Persoon 1 en die zei tegen meneer Persoon 2 dat het kon en Persoon 1 lachte"
    )
    assert "V125" in [problem.code for problem in found.problems]


def test_words_are_no_names():
    text = (
        "R: Wil je koffie? Ik wil dat wel. De boer zei dat Excel en Teams op Maandag in het Engels zijn. "
        "Bas zei niets. Roos is een bloem, en een roos ook."
    )
    new = clean(text)
    assert new.startswith(
        "R: Wil je koffie? Ik wil dat wel. De boer zei dat Excel en Teams op Maandag in het Engels zijn."
    )
    assert "een roos ook" in new


def test_english():
    text = "R: I met Sarah Jones in Leeds. Sarah's boss, Mr Patel, called on 12 March 2024."
    found = interviews.deidentify(corpus_of(text), layers=OWN, language="en")
    assert found.corpus["d1"].text == (
        "R: I met Person 1 in Place 1. Person 1's boss, Mr Person 2, called on March 2024."
    )


def test_what_is_printed_and_kept_holds_no_names():
    found = interviews.deidentify(corpus_of("R: Toen kwam Marleen van Bakkerij Boon."), layers=OWN)
    said = f"{found!r} {found.key!r} {found} {found.to_dict()} {found.tidy()} {found._repr_html_()}"
    assert "Marleen" not in said
    assert "Boon" not in said
    assert set(found.tidy()["kind"]) <= set(KINDS)


def test_messages_about_reading_stay_behind(tmp_path):
    (tmp_path / "talk.txt").write_text("Marleen: Ja.\nBilal: Nee.\nMarleen: Goed.\nBilal: Dag.", encoding="utf-8")
    corpus = interviews.read_transcripts(tmp_path)
    assert "Marleen" in corpus.log.to_string()
    found = interviews.deidentify(corpus, layers=OWN)
    assert "Marleen" not in found.corpus.log.to_string() + repr(found.corpus.documents)
    assert "V121" in [problem.code for problem in found.problems]


@pytest.mark.parametrize(("option", "value"), [("language", "fr"), ("dates", "day"), ("layers", ["magic"])])
def test_options_that_do_not_exist(option, value):
    with pytest.raises(InterviewError, match="V112"):
        interviews.deidentify(corpus_of("R: Ja."), **{option: value})


def test_empty_texts():
    found = interviews.deidentify(corpus_of("", "R: Ja."), layers=OWN)
    assert [each.text for each in found.corpus] == ["", "R: Ja."]
    assert len(found.log) == 0
    assert re.search("n_documents: 2", str(found))


def test_ids_stay():
    document = Document("d1", "a", "R: Toen kwam Marleen.")
    new = interviews.deidentify(Corpus((document,)), layers=OWN).corpus.documents[0]
    assert replace(new, text=document.text) == document
