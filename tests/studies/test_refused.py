"""Bad input that stops a study: clear messages, each with a code, and nothing written."""

import pytest

from lcresearch import studies
from lcresearch.errors import LcresearchError


def refused(folder):
    """Codes of the error that a run of the study raises; asserts that nothing was written."""
    before = sorted(folder.parent.rglob("*"))
    with pytest.raises(LcresearchError) as caught:
        studies.load(folder).run(folder.parent / "out")
    assert sorted(folder.parent.rglob("*")) == before
    for problem in caught.value.problems:
        for language in ("nl", "en"):
            assert problem.message(language)
            assert problem.remedy(language)
    return {problem.code for problem in caught.value.problems}


def replaced(text, old, new):
    assert old in text
    return text.replace(old, new)


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_empty_file_of_answers(small_study, content):
    assert refused(small_study(answers=content)) == {"R001"}


def test_file_that_cannot_be_decoded(small_study):
    content = b"\xef\xbb\xbfperson,firm,v1,v2,v3\np1,Aa\xff\xfe,4,2,4\n"
    assert refused(small_study(answers=content)) == {"R002"}


def test_two_columns_for_one_item(small_study, study_texts):
    answers = replaced(study_texts.answers, "v3\n", "v1\n")
    assert refused(small_study(answers=answers)) == {"R020"}


def test_two_items_on_one_column(small_study, study_texts):
    instrument = replaced(study_texts.instrument, "en: We are listened to.", "en: We say what we think.")
    answers = replaced(study_texts.answers, "v1,v2,v3", "We say what we think.,v2,other")
    assert refused(small_study(instrument=instrument, answers=answers)) == {"R021"}


def test_level_column_missing(small_study, study_texts):
    study = replaced(study_texts.study, "organisation: firm", "organisation: frim")
    folder = small_study(study=study)
    with pytest.raises(LcresearchError) as caught:
        studies.load(folder).run(folder.parent / "out")
    message = str(caught.value)
    assert "frim" in message
    assert "firm" in message
    assert refused(folder)


def test_duplicate_ids_without_a_wave(small_study, study_texts):
    answers = replaced(study_texts.answers, "p02,", "p01,")
    folder = small_study(answers=answers)
    with pytest.raises(LcresearchError, match="p01"):
        studies.load(folder).run(folder.parent / "out")
    assert refused(folder)


@pytest.mark.parametrize(
    ("study", "code"),
    [
        ("", "G024"),
        ("just a line", "G045"),
        ("id: [unclosed", "G023"),
        ("id: !!python/object/apply:os.system ['touch owned']", "G025"),
        ("a: &a [x]\nb: [*a, *a]", "G026"),
        ("id: small\nid: large", "G030"),
        ("[" * 100, "G027"),
    ],
)
def test_malformed_or_malicious_study(small_study, tmp_path, study, code):
    assert code in refused(small_study(study=study))
    assert not (tmp_path / "owned").exists()


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("title: {nl: Klein onderzoek, en: Small study}\n", "", "G041"),
        ("respondent: person", "respondant: person", "G040"),
        ("languages: [nl, en]", "languages: [nl, fr]", "G042"),
        ("schema: 1", "schema: one", "G042"),
        ("id: small", "id: Small Study", "G047"),
        ("levels: {organisation: firm}", "levels: [firm]", "G043"),
        ("instruments: [voice.yaml]", "instruments: [choir.yaml]", "G001"),
        ("instruments: [voice.yaml]", "instruments: [team-lerning]", "I001"),
        ("instruments: [voice.yaml]", "instruments: [{id: voice.yaml, group: team}]", "S005"),
        ("responses: [answers.csv]", "responses: [anwsers.csv]", "G001"),
        ("responses: [answers.csv]", "responses: [{file: answers.csv, wave: t9}]", "S007"),
        ("respondent: person", "waves: {labels: {t0: {nl: voor}, t1: {nl: na}}}", "S008"),
        ("respondent: person", "respondent: person\nwaves: {labels: {t0: {nl: voor}, t1: {nl: na}}}", "S009"),
        ("respondent: person", "respondent: person\nprivacy: {minimum_cell: 2}", "G044"),
    ],
)
def test_wrong_study_yaml(small_study, study_texts, old, new, code):
    assert code in refused(small_study(study=replaced(study_texts.study, old, new)))


def test_all_problems_of_study_yaml_come_together_with_their_lines(small_study, study_texts):
    study = replaced(study_texts.study, "respondent: person", "respondant: person").replace("id: small\n", "")
    with pytest.raises(LcresearchError) as caught:
        studies.load(small_study(study=study))
    found = {(problem.code, problem.where.line) for problem in caught.value.problems}
    assert found == {("G040", 6), ("G041", 1)}
    assert "Did you mean 'respondent'?" in str(caught.value)


def test_wave_that_the_study_does_not_know(small_study, study_texts):
    study = (
        study_texts.study + "waves: {column: moment, labels: {t0: {nl: voor, en: before}, t1: {nl: na, en: after}}}\n"
    )
    answers = replaced(study_texts.answers, "person,firm", "moment,person,firm").replace("\np", "\nt2,p")
    assert refused(small_study(study=study, answers=answers)) == {"S007"}


def test_two_instruments_with_one_scale_name(small_study, study_texts):
    study = replaced(study_texts.study, "[voice.yaml]", "[voice.yaml, other.yaml]")
    folder = small_study(study=study)
    other = study_texts.instrument.replace("id: voice\n", "id: other\n")
    for item in ("v1", "v2", "v3"):
        other = other.replace(item, f"w{item}")
    (folder / "other.yaml").write_text(other, encoding="utf-8")
    assert refused(folder) == {"S006"}


def test_folder_without_a_study(tmp_path):
    with pytest.raises(LcresearchError, match="S001"):
        studies.load(tmp_path)
    with pytest.raises(LcresearchError, match="G001"):
        studies.load(tmp_path / "nowhere")
