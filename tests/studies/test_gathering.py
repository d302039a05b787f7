"""The answers of a study: persons recognised by a code of their own, careless rows left out when the study says so."""

import datetime

import pandas as pd
import pytest

from lcresearch import studies
from lcresearch.errors import LcresearchError

LETTERS = ("maart", "joost", "pieta", "fatim", "sanne", "klaas", "yusuf", "wilma")


def _answers(code="code", wave="t0", rows=range(16)):
    lines = [f"{code},firm,wave,v1,v2,v3"]
    lines += [
        f"{LETTERS[n % 8]}{n:02d},{'AB'[n // 8] * 2},{wave},{1 + n % 5},{1 + (n + 2) % 5},{1 + n * 3 % 5}" for n in rows
    ]
    return "\n".join(lines) + "\n"


@pytest.fixture
def linked_study(study_texts, small_study):
    """Two waves in two files; at the second one person leaves out a letter, and one types another."""

    def make(linking="{code: code, within: organisation}", second=None):
        text = study_texts.study.replace("respondent: person\n", f"linking: {linking}\n")
        text = text.replace("responses: [answers.csv]\n", "")
        text += "waves: {labels: {t0: {nl: eerst, en: first}, t1: {nl: later, en: later}}}\n"
        text += "responses: [{file: first.csv, wave: t0}, {file: second.csv, wave: t1}]\n"
        folder = small_study(study=text)
        later = _answers(wave="t1").replace("joost01", "jost01").replace("wilma15", "wilna15")
        (folder / "first.csv").write_text(_answers(), encoding="utf-8")
        (folder / "second.csv").write_text(later if second is None else second, encoding="utf-8")
        return folder

    return make


def test_persons_are_recognised_in_spite_of_an_error(linked_study):
    data = studies.load(linked_study()).read()
    assert data.frame["respondent"].nunique() == 16
    assert data.frame.groupby("respondent")["wave"].nunique().eq(2).all()


@pytest.mark.usefixtures("without_tables")
def test_the_code_goes_no_further_than_reading(linked_study, tmp_path):
    results = studies.load(linked_study()).run(tmp_path / "out")
    assert results.responses.kept.empty
    shown = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "out").glob("*.html"))
    assert not any(letters in shown for letters in LETTERS)


def test_ids_are_the_same_when_a_wave_is_added(linked_study):
    folder = linked_study()
    with (folder / "study.yaml").open("a", encoding="utf-8") as text:
        text.write("privacy: {pseudonyms: false}\n")
    both = set(studies.load(folder).read().frame["respondent"])
    (folder / "second.csv").write_text(_answers(wave="t1", rows=range(4)), encoding="utf-8")
    assert set(studies.load(folder).read().frame["respondent"]) == both


@pytest.mark.usefixtures("without_pages")
def test_the_first_wave_can_be_reported_before_there_is_another(linked_study, tmp_path):
    folder = linked_study()
    with (folder / "study.yaml").open("a", encoding="utf-8") as text:
        text.write("privacy: {pseudonyms: false}\n")
    both = studies.load(folder).read().frame
    study = (folder / "study.yaml").read_text(encoding="utf-8")
    (folder / "study.yaml").write_text(study.replace(", {file: second.csv, wave: t1}", ""), encoding="utf-8")
    first = studies.load(folder).run(tmp_path / "out").responses
    assert first.frame["respondent"].tolist() == both.query("wave == 't0'")["respondent"].tolist()
    assert first.kept.empty


@pytest.mark.usefixtures("without_pages")
def test_what_is_not_certain_is_listed_under_private(linked_study, tmp_path):
    twice = _answers(wave="t1").replace("pieta02", "maart00")
    studies.load(linked_study(second=twice)).run(tmp_path / "out")
    listed = pd.read_parquet(tmp_path / "out" / "private" / "linking_ambiguous.parquet")
    assert listed["code"].str.contains("maart00").any()


def test_a_code_in_two_columns(linked_study):
    folder = linked_study("{code: [letters, day], within: organisation}")
    for name, wave in (("first.csv", "t0"), ("second.csv", "t1")):
        text = _answers("letters,day", wave)
        for letters in LETTERS:
            text = text.replace(letters, f"{letters},")
        (folder / name).write_text(text, encoding="utf-8")
    data = studies.load(folder).read()
    assert data.frame["respondent"].nunique() == 16


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("linking: {code: code, within: organisation}", "linking: {code: code, within: community}"), "S052"),
        (("linking: ", "respondent: person\nlinking: "), "S051"),
        (("{code: code,", "{code: naam,"), "S053"),
    ],
)
def test_linking_that_cannot_be_is_refused(linked_study, change, code):
    folder = linked_study()
    study = (folder / "study.yaml").read_text(encoding="utf-8")
    (folder / "study.yaml").write_text(study.replace(*change), encoding="utf-8")
    with pytest.raises(LcresearchError) as refused:
        studies.load(folder).read()
    assert [problem.code for problem in refused.value.problems] == [code]


def test_rows_that_a_rule_flags_are_left_out_and_counted(study_texts, small_study):
    answers = study_texts.answers + "p17,Aa,4,,\np18,Bb,,4,\n"
    kept = studies.load(small_study(answers=answers)).read()
    assert len(kept.frame) == 18
    text = study_texts.study + "screening: {exclude: [few_answers]}\n"
    left = studies.load(small_study(study=text, answers=answers)).read()
    assert len(left.frame) == 16
    found = [problem for problem in left.problems if problem.code == "S050"]
    assert [problem.values["n"] for problem in found] == [2]


def test_a_wide_file_has_the_waves_of_the_study_in_its_columns(study_texts, small_study):
    text = study_texts.study.replace("respondent: person\n", "")
    text = text.replace("responses: [answers.csv]", "responses: [{file: answers.csv, wide: true}]")
    text += "waves: {labels: {t0: {nl: eerst, en: first}, t1: {nl: later, en: later}}}\n"
    rows = [line.split(",") for line in study_texts.answers.splitlines()[1:]]
    lines = ["firm," + ",".join(f"v{n}_{wave}" for wave in ("t0", "t1") for n in (1, 2, 3))]
    lines += [",".join([firm, *answers, *reversed(answers)]) for _, firm, *answers in rows]
    data = studies.load(small_study(study=text, answers="\n".join(lines) + "\n")).read()
    assert data.frame.groupby("wave").size().to_dict() == {"t0": 16, "t1": 16}
    assert data.frame["respondent"].nunique() == 16


@pytest.mark.usefixtures("without_pages")
def test_a_person_in_several_groups_counts_in_the_main_one_and_keeps_the_weights(study_texts, small_study, tmp_path):
    text = study_texts.study.replace("{organisation: firm}", "{organisation: {column: firm, separator: ';'}}")
    answers = study_texts.answers.replace("p01,Aa,", "p01,Bb 30%; Aa 70%,").replace("p09,Bb,", "p09,Bb; Aa,")
    study = studies.load(small_study(study=text, answers=answers))
    assert study.read().frame["organisation"].value_counts().to_dict() == {"Aa": 8, "Bb": 8}
    study.run(tmp_path / "out")
    weights = pd.read_parquet(tmp_path / "out" / "private" / "membership_organisation.parquet")
    assert len(weights) == 18
    assert sorted(weights["weight"].unique()) == [0.3, 0.5, 0.7, 1.0]


def test_a_person_with_a_self_made_code_can_withdraw_and_stays_away(linked_study):
    folder = linked_study()
    first, second = (folder / name for name in ("first.csv", "second.csv"))
    before = first.read_text(encoding="utf-8").splitlines()
    done = studies.withdraw(folder, "Joost 01")
    assert done.actions.loc[done.actions["action"] == "rows_removed", "file"].tolist() == ["first.csv", "second.csv"]
    assert first.read_text(encoding="utf-8").splitlines() == [line for line in before if "joost01" not in line]
    assert "jost01" not in second.read_text(encoding="utf-8")
    assert studies.load(folder).read().frame["respondent"].nunique() == 15
    first.write_text(_answers(), encoding="utf-8")
    assert studies.load(folder).read().frame["respondent"].nunique() == 15


def test_a_code_that_several_persons_made_up_says_nobody(linked_study):
    folder = linked_study(second=_answers(wave="t1").replace("pieta02", "maart00"))
    with pytest.raises(LcresearchError) as refused:
        studies.withdraw(folder, "maart00")
    assert [problem.code for problem in refused.value.problems] == ["S054"]


@pytest.mark.usefixtures("without_pages")
def test_who_withdraws_by_pseudonym_need_not_know_the_code(linked_study, tmp_path):
    folder = linked_study()
    results = studies.load(folder).run(tmp_path / "out")
    pseudonym = results.responses.frame["respondent"][0]
    done = studies.withdraw(folder, pseudonym)
    assert done.actions.loc[done.actions["action"] == "rows_removed", "n"].tolist() == [1, 1]
    assert pseudonym not in set(studies.load(folder).read().frame["respondent"])


def test_ids_that_nobody_has_at_two_waves_are_named(study_texts, small_study):
    text = study_texts.study.replace("responses: [answers.csv]\n", "")
    text += "waves: {labels: {t0: {nl: eerst, en: first}, t1: {nl: later, en: later}}}\n"
    text += "responses: [{file: answers.csv, wave: t0}, {file: second.csv, wave: t1}]\n"
    folder = small_study(study=text)
    (folder / "second.csv").write_text(study_texts.answers.replace("\np", "\nP"), encoding="utf-8")
    problems = studies.load(folder).read().problems
    assert [problem.code for problem in problems] == ["S056", "S058"]
    assert problems[1].values["n"] == 16


def test_ids_that_come_back_in_another_spelling_are_counted_and_not_guessed(study_texts, small_study):
    text = study_texts.study.replace("responses: [answers.csv]\n", "")
    text += "waves: {labels: {t0: {nl: eerst, en: first}, t1: {nl: later, en: later}}}\n"
    text += "responses: [{file: answers.csv, wave: t0}, {file: second.csv, wave: t1}]\n"
    folder = small_study(study=text)
    second = study_texts.answers.replace("\np03,", "\nP003,").replace("\np04,", "\np 4,")
    (folder / "second.csv").write_text(second, encoding="utf-8")
    data = studies.load(folder).read()
    assert [(problem.code, problem.values.get("n")) for problem in data.problems] == [("S058", 2)]
    assert data.frame["respondent"].nunique() == 18
    (folder / "second.csv").write_text(study_texts.answers, encoding="utf-8")
    assert not studies.load(folder).read().problems


def test_names_of_several_groups_without_a_separator_are_named(study_texts, small_study):
    answers = study_texts.answers.replace("p01,Aa,", "p01,Bb 30%; Aa 70%,").replace("p02,Aa,", "p02,Aa; Cc,")
    found = studies.load(small_study(answers=answers)).read().problems
    assert [(problem.code, problem.values["n"], problem.values["example"]) for problem in found] == [
        ("S057", 1, "Bb 30%; Aa 70%")
    ]


def test_a_row_without_a_code_is_known_by_its_row_only(linked_study):
    folder = linked_study(second=_answers(wave="t1").replace("pieta02,", ","))
    ids = studies.load(folder).read().frame["respondent"]
    assert ids.str.fullmatch(r"(?:\d+:)*row-\d+").sum() == 1
    assert ids.str.startswith("P-").sum() == 31


def test_a_community_under_two_sectors_is_warned_of(study_texts, small_study):
    study = study_texts.study.replace("{organisation: firm}", "{sector: branch, organisation: firm}")
    rows = [f"{row},{n % 2}" for n, row in enumerate(study_texts.answers.splitlines()[1:])]
    answers = "\n".join([study_texts.answers.splitlines()[0] + ",branch", *rows]) + "\n"
    found = {p.code: p for p in studies.load(small_study(study=study, answers=answers)).check()}
    assert found["S064"].values["n"] == 2
    nested = answers.splitlines()
    nested = [nested[0], *(row[:-1] + ("0" if ",Aa," in row else "1") for row in nested[1:])]
    codes = [p.code for p in studies.load(small_study(study=study, answers="\n".join(nested) + "\n")).check()]
    assert "S064" not in codes


def test_a_file_name_with_an_address_in_it_is_not_shown(study_texts, small_study):
    name = "Willemijn jan@bedrijf.nl 0612345678.csv"
    folder = small_study(study=study_texts.study.replace("[answers.csv]", f"['{name}']"))
    # an empty answer in the level gives a warning that names the file
    (folder / name).write_text(study_texts.answers + "p17,,4,2,4\n", encoding="utf-8")
    loaded = studies.load(folder)
    assert "S065" in [problem.code for problem in loaded.check()]
    results = loaded.run(date=datetime.date(2026, 3, 9))
    assert any(problem.where.file == "file 1" for problem in results.content.response.problems)
    for path in results.folder.rglob("*"):
        if path.is_file() and "private" not in path.parts:
            assert b"jan@bedrijf" not in path.read_bytes(), path.name
            assert b"0612345678" not in path.read_bytes(), path.name
    assert b"file 1" in results.reports["nl"].read_bytes()
