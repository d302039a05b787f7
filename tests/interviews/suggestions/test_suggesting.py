"""Suggestions by search phrases, and what a person makes of them."""

import json
import zipfile
from dataclasses import replace

import pandas as pd
import pytest
from lxml import etree

from lcresearch.errors import InterviewError
from lcresearch.interviews import (
    Codebook,
    Suggestions,
    accept_suggestions,
    find_disagreements,
    learning_curve,
    read_project,
    read_suggestions,
    suggest_codes,
    suggestion_quality,
    with_suggestions,
    write_disagreements,
    write_project,
    write_suggestions,
)
from lcresearch.interviews.project import no_codings

pytest.importorskip("spacy")
pytest.importorskip("simplemma")


@pytest.fixture(scope="module")
def rules(coded):
    return suggest_codes(coded, "rules")


def test_phrases_give_suggestions_only_where_nobody_gave_the_code(coded, rules):
    table = rules.tidy()
    assert set(table["name"]) == {"Gesprek 10", "Gesprek 11"}  # the ten others are coded
    assert set(table["path"]) == {"tijd", "fouten"}
    for row in rules.open.itertuples():
        assert coded.corpus[row.document].quote(row.start, row.end) == row.text


def test_the_score_is_how_often_a_segment_with_the_phrase_was_coded(coded, rules):
    # 'geen|nooit tijd, te druk' stand in 15 turns that were read, all of them coded so; 'fout ... leren' in one of
    # three forms of 15 turns, all coded: every share is 1, and so is the average that they are pulled to
    assert rules.found["score"].tolist() == pytest.approx([1.0] * len(rules.found))
    half = coded.codings.iloc[::2]
    again = suggest_codes(replace(coded, codings=half), "rules")
    assert ((again.found["score"] > 0.2) & (again.found["score"] < 1)).all()


def test_reasons_are_told_in_both_languages(rules):
    assert any("search phrase 'geen|nooit tijd' found: 'geen tijd'" in each for each in rules.reasons("en"))
    assert any("zoekzin 'geen|nooit tijd' gevonden: 'geen tijd'" in each for each in rules.reasons("nl"))


def test_codes_without_phrases_are_named(rules):
    (note,) = rules.problems
    assert (note.code, note.values["codes"]) == ("V174", ["geld"])
    assert "learned from the codings of: An, Bo" in rules.summary()


def test_without_codings_there_are_suggestions_but_no_scores(coded):
    found = suggest_codes(replace(coded, codings=no_codings()), "rules")
    assert len(found.open) > 20
    assert found.found["score"].isna().all()
    assert found.coders == ()
    assert "nothing has been coded yet" in found.summary()


def test_documents_and_codes_can_be_chosen(coded):
    found = suggest_codes(coded, "rules", documents=["Gesprek 11"], codes=["time"])
    assert set(found.tidy()["name"]) == {"Gesprek 11"}
    assert set(found.tidy()["path"]) == {"tijd"}


def test_a_project_without_phrases_takes_them_from_a_codebook(coded):
    bare = replace(coded, codebook=Codebook(tuple(replace(code, patterns={}) for code in coded.codebook)))
    with pytest.raises(InterviewError) as caught:
        suggest_codes(bare, "rules")
    assert caught.value.problems[0].code == "V173"
    assert len(suggest_codes(bare, "rules", codebook=coded.codebook).open) > 0


def test_accepting_makes_codings_of_a_person_with_a_memo(coded, rules):
    ids = rules.tidy()["suggestion"].tolist()[:2]
    project = accept_suggestions(coded, rules, ids, coder="Bo", language="en")
    assert len(project.codings) == len(coded.codings) + 2
    new = project.codings.iloc[-2:]
    assert (project.coders["name"][new["coder"]] == "Bo").all()
    note = project.notes[-1]
    assert set(note.on) == {("coding", each) for each in new["coding"]}
    assert "suggested by a computer" in note.text
    assert "search phrase" in note.text
    assert len(coded.codings) == len(project.codings) - 2  # the old project stays as it was
    assert not set(ids) & set(suggest_codes(project, "rules").tidy()["suggestion"])
    again = accept_suggestions(project, rules, ids, coder="Bo")
    assert len(again.codings) == len(project.codings)


def test_a_new_person_can_accept_and_a_machine_cannot(coded, rules):
    id = rules.tidy()["suggestion"][0]
    project = accept_suggestions(coded, rules, id, coder="Cor")
    assert "Cor" in project.coders["name"].tolist()
    shown = with_suggestions(coded, rules)
    machine = next(name for name in shown.coders["name"] if "not a person" in name)
    for coder in ("", machine):
        with pytest.raises(InterviewError) as caught:
            accept_suggestions(shown, rules, id, coder=coder)
        assert caught.value.problems[0].code == "V179"


def test_what_was_rejected_is_kept_and_not_offered_again(coded, rules, tmp_path):
    ids = rules.tidy()["suggestion"].tolist()
    turned_down = rules.reject(ids[0], "An", "hoort bij tijd")
    assert ids[0] not in turned_down.tidy()["suggestion"].tolist()
    path = write_suggestions(turned_down, tmp_path / "coded.suggestions.json")
    again = suggest_codes(coded, "rules", earlier=read_suggestions(path))
    assert again.tidy()["suggestion"].tolist() == [id for id in ids if id != ids[0]]
    assert again.rejected[["coder", "why"]].to_numpy().tolist() == [["An", "hoort bij tijd"]]


def test_suggestions_survive_their_file(rules, tmp_path):
    path = write_suggestions(rules, tmp_path / "coded.suggestions.json")
    again = read_suggestions(path)
    pd.testing.assert_frame_equal(again.tidy(), rules.tidy())
    assert (again.method, again.coders, again.texts) == (rules.method, rules.coders, rules.texts)
    with pytest.raises(InterviewError, match="G002"):
        write_suggestions(rules, path)
    write_suggestions(replace(rules, found=rules.found.iloc[:0]), path, force=True)
    assert read_suggestions(path).tidy().empty


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": "lcresearch suggestions 1"}', "\x00"])
def test_another_file_is_refused(content, tmp_path):
    path = tmp_path / "x.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InterviewError, match="V180"):
        read_suggestions(path)


def test_a_text_that_changed_is_refused(coded, rules):
    other = replace(rules, texts=dict.fromkeys(rules.texts, "0" * 64))
    with pytest.raises(InterviewError, match="V178"):
        accept_suggestions(coded, other, rules.tidy()["suggestion"][0], coder="An")


def test_other_programs_get_accepted_codings_and_no_suggestions(coded, rules, tmp_path):
    project = accept_suggestions(coded, rules, rules.tidy()["suggestion"].tolist()[:2], coder="An")
    back = read_project(write_project(project, tmp_path / "a.qdpx").path)
    assert len(back.codings) == len(project.codings)
    assert back.coders["name"].tolist() == ["An", "Bo"]
    (note,) = back.notes
    assert len(note.on) == 2
    assert back.codebook["".join(rules.open["code"][:1])].patterns == coded.codebook[rules.open["code"][0]].patterns


def test_on_request_suggestions_stand_under_a_coder_that_is_no_person(coded, rules, tmp_path):
    shown = with_suggestions(coded, rules)
    back = read_project(write_project(shown, tmp_path / "b.qdpx").path)
    machine = [name for name in back.coders["name"] if "not a person" in name]
    assert len(machine) == 1
    assert len(back.codings) == len(coded.codings) + len(rules.open)
    again = suggest_codes(back, "rules").tidy()  # nothing is learned from it, and its places are offered still
    assert [text.removeprefix("R: ") for text in again["text"]] == rules.tidy()["text"].tolist()
    assert again["score"].tolist() == pytest.approx(rules.tidy()["score"].tolist())


def test_unknown_methods_and_suggestions_are_told(coded, rules):
    with pytest.raises(InterviewError, match="V176"):
        suggest_codes(coded, "magic")
    with pytest.raises(InterviewError, match="V175"):
        rules.reject("x", "An")
    assert isinstance(rules, Suggestions)
    assert rules.glance().loc[0, "n_suggestions"] == len(rules.tidy())


def test_what_was_rejected_is_accepted_only_after_that_was_taken_back(coded, rules):
    id = rules.tidy()["suggestion"].iloc[0]
    rejected = rules.reject(id, "An", "hoort bij tijd")
    with pytest.raises(InterviewError) as caught:
        accept_suggestions(coded, rejected, id, coder="Bo")
    assert (caught.value.problems[0].code, caught.value.problems[0].values["coder"]) == ("V269", "An")
    again = rejected.take_back(id)
    assert again.rejected.empty
    assert len(accept_suggestions(coded, again, id, coder="Bo").codings) == len(coded.codings) + 1
    with pytest.raises(InterviewError) as caught:
        again.take_back(id)
    assert caught.value.problems[0].code == "V175"


@pytest.mark.parametrize("method", ["rules", "embedding", "classifier"])
def test_without_codes_there_is_nothing_to_suggest(coded, method):
    bare = replace(coded, codebook=Codebook(), codings=no_codings())
    with pytest.raises(InterviewError) as caught:
        suggest_codes(bare, method)
    assert caught.value.problems[0].code == "V268"


def test_suggestions_do_not_depend_on_the_order_of_codings_and_none_add_nothing(coded, rules):
    turned = suggest_codes(replace(coded, codings=coded.codings[::-1].reset_index(drop=True)), "rules")
    made = ["created"]  # of this second
    pd.testing.assert_frame_equal(turned.tidy().drop(columns=made), rules.tidy().drop(columns=made))
    shown = with_suggestions(coded, replace(rules, found=rules.found.iloc[:0]))
    pd.testing.assert_frame_equal(shown.codings, coded.codings)


def test_the_end_of_the_curve_is_what_all_codings_give(coded):
    curve = learning_curve(coded, "rules", n_repeats=2, n_more=20).glance().iloc[0]
    quality = suggestion_quality(coded, "rules").tidy().set_index("term")
    assert curve["now"] == pytest.approx(quality.loc["all", "n_both"] / quality.loc["all", "n_coded"], rel=1e-12)
    assert 0.5 < curve["now"] < 1


def test_a_file_of_suggestions_is_plain_json_with_each_place(rules, tmp_path):
    path = write_suggestions(rules, tmp_path / "coded.suggestions.json")
    stored = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(stored, indent=2), encoding="utf-8")
    pd.testing.assert_frame_equal(read_suggestions(path).tidy(), rules.tidy())
    frame = pd.DataFrame(stored["found"]["frame"])
    same = ["suggestion", "document", "start", "end", "code", "score"]
    pd.testing.assert_frame_equal(frame[same], rules.found[same], check_dtype=False)


def test_accepted_codings_stand_in_the_xml_under_the_person(coded, rules, tmp_path):
    ids = rules.tidy()["suggestion"].tolist()[:2]
    project = accept_suggestions(coded, rules, ids, coder="Bo")
    with zipfile.ZipFile(write_project(project, tmp_path / "a.qdpx").path) as archive:
        tree = etree.fromstring(archive.read("project.qde"))
    users = {user.get("guid"): user.get("name") for user in tree.findall(".//{*}User")}
    places = {
        (place.get("startPosition"), place.get("endPosition"), users[coding.get("creatingUser")])
        for place in tree.findall(".//{*}PlainTextSelection")
        for coding in place.findall("{*}Coding")
    }
    accepted = rules.found[rules.found["suggestion"].isin(ids)]
    assert {(str(row.start), str(row.end), "Bo") for row in accepted.itertuples()} <= places
    assert len(tree.findall(".//{*}Coding")) == len(coded.codings) + 2


def test_disagreements_are_the_codings_that_pandas_finds_once_and_a_spreadsheet_shows_them(coded, tmp_path):
    found = find_disagreements(coded)
    read_by_both = coded.codings.groupby("document")["coder"].nunique().loc[lambda n: n == 2].index
    both = coded.codings[coded.codings["document"].isin(read_by_both)]
    times = both.groupby(["document", "start", "end", "code"]).size()
    names = {document.id: document.name for document in coded.corpus}
    once = [(names[document], start, end) for (document, start, end, _), n in times.items() if n == 1]
    table = found.tidy()
    assert sorted(zip(table["document"], table["start"], table["end"], strict=True)) == sorted(once) != []
    assert found.glance().loc[0, "n_alike"] == (times == 2).sum()
    sheet = pd.read_excel(write_disagreements(found, tmp_path / "list.xlsx", language="en"))
    same = ["id", "document", "start", "end", "text", "code"]
    pd.testing.assert_frame_equal(sheet[same], table[same], check_dtype=False)
