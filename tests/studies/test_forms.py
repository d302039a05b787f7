"""From study.yaml to a form: what is asked in which order, and everything that is wrong at once."""

from pathlib import Path

import pytest

from lcresearch import studies
from lcresearch.errors import StudyError

STUDY = """\
schema: 1
id: kort-onderzoek
title: {nl: Leren in drie bedrijven, en: Learning in three firms}
description: {nl: Verzonnen onderzoek., en: Invented study.}
languages: [nl, en]
simulated: true
levels: {organisation: bedrijf}
waves:
  labels: {t0: {nl: voor, en: before}, t1: {nl: na, en: after}}
linking: {code: [code_moeder, code_dag, code_plaats], within: organisation}
consent: {column: toestemming}
instruments: [psychological-safety, learning-culture]
responses:
  - {file: t0.csv, wave: t0}
  - {file: t1.csv, wave: t1}
form:
  platforms: [limesurvey]
  introduction: {nl: Welkom., en: Welcome.}
  closing: {nl: Dank u wel., en: Thank you.}
  consent: {}
  groups: {organisation: [Bakker bv, De Vries & zn, Smit]}
  linking_code: [mother_first_letters, birth_day, birthplace_first_letters]
  context: [{instrument: background, items: [bg01, bg02]}]
  order: [learning-culture]
"""


def study(folder: Path, text: str = STUDY) -> Path:
    (folder / "study.yaml").write_text(text, encoding="utf-8")
    return folder / "study.yaml"


def codes(folder: Path, text: str) -> list[tuple[str, int | None]]:
    with pytest.raises(StudyError) as caught:
        studies.load(study(folder, text))
    return [(problem.code, problem.where.line) for problem in caught.value.problems]


def test_a_form_asks_for_consent_groups_and_code_then_instruments_in_their_order_then_context(tmp_path):
    form = studies.form_of_study(studies.load(study(tmp_path)))
    assert [page.name for page in form.pages][:3] == ["study_consent", "study_groups", "study_code"]
    assert [question.name for question in form.questions][:6] == [
        "toestemming", "bedrijf", "code_moeder", "code_dag", "code_plaats", "lc01",
    ]  # fmt: skip
    assert [one for one, _, _ in form.instruments] == ["learning-culture", "psychological-safety", "background"]
    assert [question.name for question in form.questions][-2:] == ["bg01", "bg02"]
    assert form.introduction == {"nl": "Welkom.", "en": "Welcome."}
    assert form.closing == {"nl": "Dank u wel.", "en": "Thank you."}
    assert form.languages == ("nl", "en")


def test_every_text_of_the_study_itself_stands_in_each_language(tmp_path):
    form = studies.form_of_study(studies.load(study(tmp_path)))
    own = [question for question in form.questions if question.instrument is None]
    assert all(set(question.text) == {"nl", "en"} and all(question.text.values()) for question in own)
    firm = next(question for question in own if question.kind == "group")
    assert [answer.code for answer in firm.answers] == ["Bakker bv", "De Vries & zn", "Smit"]
    assert [firm.number_of(answer) for answer in firm.answers] == [1, 2, 3]
    assert form.consent is not None
    assert form.consent.name == "toestemming"


def test_a_level_with_a_title_of_its_own_is_asked_by_that_title(tmp_path):
    titled = "levels: {organisation: {column: bedrijf, title: {nl: vestiging, en: branch}}}"
    text = STUDY.replace("levels: {organisation: bedrijf}", titled)
    form = studies.form_of_study(studies.load(study(tmp_path, text)))
    firm = next(question for question in form.questions if question.kind == "group")
    assert firm.text == {
        "nl": "Waar hoort u bij? Kies uw vestiging.",
        "en": "Where do you belong? Choose your branch.",
    }


def test_a_code_can_be_asked_in_one_line(tmp_path):
    text = STUDY.replace("code: [code_moeder, code_dag, code_plaats]", "code: code")
    form = studies.form_of_study(studies.load(study(tmp_path, text)))
    asked = [question for question in form.questions if question.kind == "linking_code"]
    assert [question.name for question in asked] == ["code"]
    assert asked[0].help["nl"].splitlines()[-1] == "Bijvoorbeeld: AN07UT"


def test_all_that_is_wrong_is_said_at_once_with_its_line(tmp_path):
    wrong = (
        STUDY.replace("consent: {column: toestemming}\n", "")
        .replace("organisation: [Bakker bv, De Vries & zn, Smit]", "team: [A, a, '3', '']")
        .replace("[mother_first_letters, birth_day, birthplace_first_letters]", "[birth_day, birth_day]")
        .replace("items: [bg01, bg02]", "items: [bg01, bg77]")
        .replace("order: [learning-culture]", "order: [learning-cultur]\n  planned_missing: [learning-culture]")
        .replace("introduction: {nl: Welkom., en: Welcome.}", "introduction: {nl: Welkom.}")
        .replace("waves:\n", "waves:\n  column: meting\n")
    )
    line = {text.split(":")[0].strip(): n for n, text in enumerate(wrong.splitlines(), start=1)}
    found = dict(codes(tmp_path, wrong))
    assert found == {
        "F010": line["order"],
        "F011": line["linking_code"],
        "F012": line["groups"],
        "F013": line["levels"],
        "F014": line["groups"],
        "F015": line["form"] + 4,
        "F016": line["groups"],
        "F021": line["linking"],
        "F023": line["linking_code"],
        "F024": line["planned_missing"],
        "F025": line["context"],
        "F027": 9,
        "F028": line["introduction"],
    }


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("  consent: {}\n", "", "F017"),
        ("consent: {column: toestemming}", "consent: {column: toestemming, accept: [goed]}", "F018"),
        ("linking: {code: [code_moeder, code_dag, code_plaats], within: organisation}", "respondent: token", "F019"),
        ("  linking_code: [mother_first_letters, birth_day, birthplace_first_letters]\n", "", "F020"),
        ("consent: {column: toestemming}", "consent: {column: LC01}", "F022"),
        ("consent: {column: toestemming}", "consent: {column: Doet u mee?}", "F026"),
        ("[learning-culture]", "[learning-culture, learning-culture]", "F011"),
    ],
)
def test_what_keeps_answers_from_being_read_back_is_refused_beforehand(tmp_path, old, new, code):
    assert [found for found, _ in codes(tmp_path, STUDY.replace(old, new))] == [code]


def test_the_wave_may_come_from_a_column_that_a_platform_adds(tmp_path):
    text = STUDY.replace("waves:\n", "waves:\n  column: redcap_event_name\n")
    assert studies.load(study(tmp_path, text)).file.waves.column == "redcap_event_name"


def test_an_instrument_that_only_the_form_names_is_sought_as_well(tmp_path):
    text = STUDY.replace("instrument: background", "instrument: backgrund")
    assert codes(tmp_path, text) == [("I001", text[: text.index("context:")].count("\n") + 1)]


def test_a_study_without_a_form_has_none(tmp_path):
    text = STUDY[: STUDY.index("form:")].replace(
        "linking: {code: [code_moeder, code_dag, code_plaats]", "linking: {code: c"
    )
    for name in ("t0.csv", "t1.csv"):
        (tmp_path / name).write_text("", encoding="utf-8")
    with pytest.raises(StudyError, match="S130"):
        studies.load(study(tmp_path, text)).export_forms()


def test_a_study_with_a_form_is_loaded_before_there_are_answers_and_says_so(tmp_path):
    loaded = studies.load(study(tmp_path))
    problems = loaded.check()
    assert [(problem.code, problem.level) for problem in problems] == [("S131", "note")] * 2
    with pytest.raises(StudyError, match="S132"):
        loaded.read()
