"""Commands on forms: files, the next step, and what a format cannot carry."""

import inspect

import openpyxl
import pytest

from lcresearch import instruments, studies
from lcresearch.cli_forms import export_instrument, form

STUDY = """\
schema: 1
id: kort
title: {nl: Kort onderzoek, en: Short study}
description: {nl: Verzonnen., en: Invented.}
languages: [nl, en]
levels: {organisation: bedrijf}
instruments: [psychological-safety]
responses: [antwoorden.csv]
form:
  platforms: [limesurvey]
  closing: {nl: Dank u wel., en: Thank you.}
  groups: {organisation: [Bakker, Smit]}
"""


@pytest.fixture
def study(tmp_path):
    (tmp_path / "study.yaml").write_text(STUDY, encoding="utf-8")
    return tmp_path


def test_forms_of_the_platforms_of_the_study_come_in_its_folder(lcresearch, study):
    status, out, _ = lcresearch("form", study)
    lines = out.splitlines()
    assert status == 0
    assert lines[:2] == [str(study / "forms" / name) for name in ("kort.lss", "kort.txt")]
    assert lines[2].startswith("LimeSurvey: create a new survey")
    assert sorted(file.name for file in (study / "forms").iterdir()) == ["kort.lss", "kort.txt"]


def test_platforms_languages_and_folder_can_be_chosen(lcresearch, study, tmp_path):
    folder = tmp_path / "elders"
    status, out, _ = lcresearch(
        "form", study, "--platform", "redcap", "--platform", "limesurvey", "--lang", "nl", "-o", folder
    )
    assert status == 0
    assert sorted(file.name for file in folder.iterdir()) == ["kort.lss", "kort.nl.csv", "kort.txt"]
    assert "[F039]" in out


def test_all_forms_are_written_or_none(lcresearch, study):
    lcresearch("form", study)
    status, _, err = lcresearch("form", study, "--platform", "redcap", "--platform", "limesurvey")
    assert (status, "[F004] kort.lss" in err) == (1, True)
    assert sorted(file.name for file in (study / "forms").iterdir()) == ["kort.lss", "kort.txt"]
    assert lcresearch("form", study, "--force")[0] == 0


def test_a_study_without_a_form_says_what_to_add(lcresearch, study):
    (study / "study.yaml").write_text(STUDY[: STUDY.index("form:")], encoding="utf-8")
    (study / "antwoorden.csv").write_text("bedrijf\n", encoding="utf-8")
    status, _, err = lcresearch("form", study)
    assert (status, "[S130] study.yaml" in err) == (1, True)


def test_one_instrument(lcresearch, tmp_path):
    status, out, _ = lcresearch("instruments", "export", "learning-culture", "-o", tmp_path / "lc.lss", "--short-form")
    assert (status, out.splitlines()[0]) == (0, str(tmp_path / "lc.lss"))
    text = (tmp_path / "lc.lss").read_text(encoding="utf-8")
    short = {item.id: item.short_form for item in instruments.load("learning-culture").items}
    assert {item: f"<title><![CDATA[{item}]]>" in text for item in short} == short


def test_commands_have_the_choices_of_the_functions():
    options = {"study", "folder", "platforms", "languages", "force"}
    assert set(inspect.signature(studies.Study.export_forms).parameters) - {"self"} == options - {"study"}
    assert list(inspect.signature(form).parameters) == ["study", "platform", "language", "output", "force"]
    names = set(inspect.signature(instruments.Instrument.export).parameters) - {"self"}
    assert names == {"path", "platform", "languages", "short_form", "force"}
    assert set(inspect.signature(export_instrument).parameters) == {
        "name", "platform", "output", "language", "short_form", "force",
    }  # fmt: skip


def test_a_form_never_takes_the_place_of_answers_even_when_forced(lcresearch, study):
    (study / "study.yaml").write_text(STUDY.replace("antwoorden.csv", "forms/Kort.nl.csv"), encoding="utf-8")
    status, _, err = lcresearch("form", study, "--platform", "redcap", "--force")
    assert (status, "[F006] kort.nl.csv" in err) == (1, True)
    assert not (study / "forms").exists()


@pytest.mark.parametrize("typed", [True, False])
def test_a_workbook_with_typed_answers_is_kept(lcresearch, study, monkeypatch, typed):
    monkeypatch.setenv("LCRESEARCH_BROWSER", "no-such-browser")
    lcresearch("form", study, "--platform", "print")
    file = study / "forms" / "kort.entry.xlsx"
    if typed:
        book = openpyxl.load_workbook(file)
        book.worksheets[0].append([1, 1, "Bakker"])
        book.save(file)
    else:
        file.write_bytes(b"no workbook any more")
    before = file.read_bytes()
    status, _, err = lcresearch("form", study, "--platform", "print", "--force")
    assert (status, "[F007] kort.entry.xlsx" in err, file.read_bytes() == before) == (1, True, True)


@pytest.mark.parametrize("platform", ["limesurvey", "qualtrics", "xlsform", "surveyjs", "redcap", "print", "codebook"])
def test_a_file_of_another_kind_is_never_replaced(lcresearch, study, monkeypatch, platform):
    monkeypatch.setenv("LCRESEARCH_BROWSER", "no-such-browser")
    status, _, err = lcresearch("form", study, "--platform", platform, "-o", study / "study.yaml", "--force")
    assert (status, "[F003]" in err) == (1, True)
    assert (study / "study.yaml").read_text(encoding="utf-8") == STUDY


def test_several_platforms_do_not_share_a_file(lcresearch, study):
    file = study / "both.xlsx"
    status, _, err = lcresearch("form", study, "--platform", "xlsform", "--platform", "codebook", "-o", file)
    assert (status, "[F009]" in err, file.exists()) == (1, True, False)
