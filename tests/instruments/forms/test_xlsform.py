"""Forms for KoboToolbox and ODK: pyxform accepts them, and what these programs export from them is read back."""

from __future__ import annotations

import csv
import itertools
import re
import shutil
from dataclasses import dataclass, replace

import openpyxl
import pandas as pd
import pytest
from lxml import etree
from pyxform.xls2xform import convert

from lcresearch import instruments, responses
from lcresearch.instruments.forms import Answer, Page, Question, Questionnaire, export_form, questionnaire

KOBO = {
    "_id": "{n}", "_uuid": "u-{n}", "_submission_time": "2026-03-01T10:05:00", "_validation_status": "", "_notes": "",
    "_status": "submitted_via_web", "_submitted_by": "", "__version__": "vAb", "_tags": "", "_index": "{n}",
}  # fmt: skip

ODK = {
    "SubmissionDate": "2026-03-01T10:05:00.000Z", "meta-instanceID": "uuid:{n}", "KEY": "uuid:{n}", "SubmitterID": "",
    "SubmitterName": "", "AttachmentsPresent": "0", "AttachmentsExpected": "0", "Status": "", "ReviewState": "",
    "DeviceID": "", "Edits": "0", "FormVersion": "3285ad618f",
}  # fmt: skip


@pytest.fixture(scope="module")
def exported_form(study_form, tmp_path_factory):
    return export_form(study_form, tmp_path_factory.mktemp("xlsform"), "xlsform")


@pytest.fixture(scope="module")
def made(exported_form):
    return exported_form.files[0]


# the form as pyxform makes it of the workbook


@dataclass(frozen=True)
class Asked:
    """A question: its groups and name, whether it takes several answers, and label by choice."""

    path: tuple[str, ...]
    several: bool
    choices: dict[str, str]


def xform(file):
    result = convert(file)
    assert result.warnings == []
    return etree.fromstring(result.xform.encode("utf-8"))


def questions_of(tree, language="Nederlands (nl)"):
    """All that a form keeps, in order: questions, notes and what is worked out."""
    said = {
        text.get("id"): "".join(text[0].itertext())
        for text in tree.xpath(f"//*[local-name()='translation'][@lang='{language}']/*")
    }
    lists = {
        instance.get("id"): {item.findtext("{*}name"): said[item.findtext("{*}itextId")] for item in instance[0]}
        for instance in tree.xpath("//*[local-name()='instance'][@id][*]")
        if instance[0].tag.endswith("root")
    }
    controls = {each.get("ref"): each for each in tree.iter() if isinstance(each.tag, str) and each.get("ref")}
    for bind in tree.xpath("//*[local-name()='bind']"):
        place, control = bind.get("nodeset"), controls.get(bind.get("nodeset"))
        if "/meta" in place or place.split("/")[-1] in ("start", "end") or bind.get("type") is None:
            continue
        itemset = control.find("{*}itemset") if control is not None else None
        options = lists[re.search(r"'(.+)'", itemset.get("nodeset"))[1]] if itemset is not None else {}
        yield Asked(tuple(place.split("/")[2:]), control is not None and control.tag.endswith("}select"), options)


# what KoboToolbox makes of the form when it exports the answers


def exported(file, form, answers, path, *, sign="/", joined=True, split=False, labels=False, own=KOBO):
    """A CSV file as KoboToolbox or ODK exports it, with XML values or with labels."""
    columns, held = list(questions_of(xform(file))), {question.name: question for question in form.questions}
    rows = []
    for n, answer in enumerate(answers, start=1):
        row = {"start": "2026-03-01T10:00:00.000+01:00", "end": "2026-03-01T10:04:00.000+01:00"}
        for column in columns:
            name, header = column.path[-1], sign.join(column.path) if sign else column.path[-1]
            asked = held.get(name.removesuffix("_choice"))
            given = answer.get(asked.name) if asked is not None else None
            codes = [] if given is None else given if isinstance(given, list) else [given]
            if name.endswith("_choice"):
                codes = [asked.number_of(each) for each in asked.answers if each.code in codes]
            said = [str(code) for code in codes]
            shown = [column.choices.get(each, each) for each in said] if labels else said
            if joined or not column.several:
                row[header] = " ".join(shown)
            if split and column.several:
                row |= {
                    f"{header}{'/' if sign in ('', '-') else sign}{each}": int(each in said) if said else ""
                    for each in column.choices
                }
        rows.append(row | {key: value.format(n=n) for key, value in own.items()})
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), delimiter=";", quoting=csv.QUOTE_ALL)
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.mark.parametrize(
    ("sign", "joined", "split"),
    [*itertools.product("/.", (True,), (True, False)), ("/", False, True), ("", True, False)],
)
def test_what_kobotoolbox_exports_is_read_without_a_mapping(
    made, study_form, asked, answered, expected, tmp_path, sign, joined, split
):
    answers, levels = answered(study_form, 40), {"organisation": "bedrijf"}
    file = exported(made, study_form, answers, tmp_path / "export.csv", sign=sign, joined=joined, split=split)
    frame = responses.read(file, asked, levels=levels, consent="toestemming").frame.drop(columns="respondent")
    pd.testing.assert_frame_equal(frame, expected(study_form, answers, asked, levels))


@pytest.mark.parametrize("split", [True, False])
def test_what_odk_central_exports_is_read_without_a_mapping(
    made, study_form, asked, answered, expected, tmp_path, split
):
    answers, levels = answered(study_form, 40), {"organisation": "bedrijf"}
    file = exported(made, study_form, answers, tmp_path / "export.csv", sign="-", split=split, own=ODK)
    frame = responses.read(file, asked, levels=levels, consent="toestemming").frame.drop(columns="respondent")
    pd.testing.assert_frame_equal(frame, expected(study_form, answers, asked, levels))


def test_the_same_answers_are_read_from_a_workbook(made, study_form, asked, answered, expected, tmp_path):
    answers, levels = answered(study_form, 40), {"organisation": "bedrijf"}
    file = exported(made, study_form, answers, tmp_path / "export.csv", split=True)
    book = openpyxl.Workbook()
    with file.open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.reader(stream, delimiter=";"):
            book.active.append([int(cell) if cell.isdecimal() else cell or None for cell in row])
    for cell in (cell for row in book.active.iter_rows() for cell in row if cell.data_type == "f"):
        cell.data_type = "s"
    book.save(tmp_path / "export.xlsx")
    frame = responses.read(tmp_path / "export.xlsx", asked, levels=levels, consent="toestemming").frame
    pd.testing.assert_frame_equal(frame.drop(columns="respondent"), expected(study_form, answers, asked, levels))


def test_labels_in_place_of_values_are_read_too(made, study_form, asked, answered, expected, tmp_path):
    answers, levels = answered(study_form, 40), {"organisation": "bedrijf"}
    file = exported(made, study_form, answers, tmp_path / "export.csv", labels=True, joined=False, split=True)
    frame = responses.read(file, asked, levels=levels, consent="toestemming").frame.drop(columns="respondent")
    pd.testing.assert_frame_equal(frame, expected(study_form, answers, asked, levels))


@pytest.mark.parametrize("labels", [False, True])
def test_a_study_reads_what_kobotoolbox_exports_of_its_form(read_by_study, tmp_path, labels):
    def write(form, answers, file):
        made = export_form(form, tmp_path / "forms", "xlsform", force=True).files[0]
        exported(made, form, answers, file, labels=labels, joined=not labels, split=labels)

    read, plainly = read_by_study(write)
    pd.testing.assert_frame_equal(read, plainly)
    assert (len(read), read["respondent"].nunique(), set(read["organisation"])) == (
        15,
        8,
        {"Bakker bv", "De Vries & zn"},
    )


# what stands in the workbook


def rows_of(file, sheet):
    head, *rows = openpyxl.load_workbook(file)[sheet].iter_rows(values_only=True)
    return [{name: cell or "" for name, cell in zip(head, row, strict=True)} for row in rows]


def by_name(file):
    return {row["name"]: row for row in rows_of(file, "survey") if row["name"]}


@pytest.mark.skipif(shutil.which("java") is None, reason="ODK Validate, which pyxform brings, runs on Java")
def test_odk_validate_accepts_the_form(made):
    assert convert(made, validate=True).warnings == []


def test_the_form_keeps_every_question_under_its_name_and_codes_as_choices(made, study_form):
    kept = {each.path[-1]: each for each in questions_of(xform(made))}
    for question in study_form.questions:
        name = f"{question.name}_choice" if question.kind == "group" else question.name
        options = [str(question.number_of(answer)) for answer in question.answers] if question.kind != "number" else []
        assert list(kept[name].choices) == options, name
        assert kept[name].several == (question.kind == "multiple")


def test_texts_stand_in_each_language_under_the_name_of_the_language(made, study_form):
    for language, code in (("Nederlands (nl)", "nl"), ("English (en)", "en")):
        rows = by_name(made)
        for question in study_form.questions:
            name = f"{question.name}_choice" if question.kind == "group" else question.name
            assert rows[name][f"label::{language}"] == question.text[code]
            assert question.help.get(code, "") in rows[name][f"hint::{language}"]
        assert all(row[f"label::{language}"] for row in rows_of(made, "choices"))
    (settings,) = rows_of(made, "settings")
    assert settings["form_title"] == "Leren in uw bedrijf / Learning in your company"
    assert (settings["default_language"], settings["form_id"], settings["style"]) == (
        "Nederlands (nl)",
        "leren",
        "pages",
    )


def test_pages_after_consent_are_for_who_takes_part(made, study_form):
    groups = [row for row in rows_of(made, "survey") if row["type"] == "begin_group"]
    asked = {row["name"]: row["relevant"] for row in groups}
    names = [page.name for page in study_form.pages]
    assert asked[names[0]] == ""
    assert asked["no_consent"] == "${toestemming} = '0'"
    assert all("${toestemming} = '1'" in asked[name] for name in names[1:])
    assert all(row["appearance"] == "field-list" for row in groups)


def test_each_version_shows_its_questions(made, study_form):
    (design,) = study_form.versions
    rows = by_name(made)
    assert rows["version_working_elements"]["calculation"] == f"once(int(random() * {len(design.versions)}) + 1)"
    for question in study_form.questions:
        meant = [n for n, version in enumerate(design.versions, start=1) if question.name in version]
        told = [int(n) for n in re.findall(r"\$\{version_working_elements\} = (\d)", str(rows.get(question.name, "")))]
        assert told == ([] if len(meant) == len(design.versions) else meant)


def test_a_line_to_fill_in_belongs_to_other_and_no_answer_excludes_the_others(made, study_form):
    rows = by_name(made)
    several = next(question for question in study_form.questions if question.kind == "multiple" and question.other)
    assert rows[f"{several.name}_other"]["relevant"] == f"selected(${{{several.name}}}, '{several.other}')"
    one = next(question for question in study_form.questions if question.kind == "choice" and question.other)
    assert rows[f"{one.name}_other"]["relevant"] == f"${{{one.name}}} = '{one.other}'"
    (none,) = [answer.code for answer in rows_with_no_answer(study_form).answers if answer.missing]
    asked = rows[rows_with_no_answer(study_form).name]
    assert asked["constraint"] == f"not(selected(., '{none}') and count-selected(.) > 1)"
    assert asked["constraint_message::English (en)"].startswith("Choose")


def rows_with_no_answer(form):
    return next(q for q in form.questions if q.kind == "multiple" and any(answer.missing for answer in q.answers))


def test_numbers_and_codes_are_checked_while_they_are_filled_in(made):
    rows = by_name(made)
    assert (rows["bg12"]["type"], rows["bg12"]["constraint"]) == ("integer", "(. >= 0 and . <= 20) or . = 99")
    assert rows["bg12"]["constraint_message::Nederlands (nl)"] == "Vul een getal in van 0 tot en met 20."
    assert rows["code"]["constraint"] == "string-length(.) <= 40"
    assert rows["code"]["required"] == rows["toestemming"]["required"] == "yes"


def test_the_name_of_a_group_is_worked_out_and_never_a_formula(made):
    rows = by_name(made)
    assert rows["bedrijf"]["calculation"] == "jr:choice-name(${bedrijf_choice}, '${bedrijf_choice}')"
    cells = [cell for row in openpyxl.load_workbook(made)["choices"].iter_rows() for cell in row]
    assert "=1+1" in [cell.value for cell in cells]
    assert {cell.data_type for cell in cells} <= {"s", "n"}


def test_what_is_not_carried_is_said(exported_form):
    problems = exported_form.problems
    assert [problem.code for problem in problems] == ["F055", "F056", "F057"]
    assert problems[2].values["names"] == ["introduction", "bedrijf"]
    assert "technology-use" in problems[0].message("nl")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Wat is *belangrijk* voor u?", True),
        ("# Kop", True),
        ("Kies <b>één</b>.", True),
        ("Hallo ${naam}", True),
        ("Zie [hier](https://example.org)", True),
        ("Wat kost 3 * 4, of is het < 5?", False),
        ("Naam_van_iets [of niet] (bijvoorbeeld), nr. #3", False),
    ],
)
def test_signs_that_these_programs_take_for_markup_are_told(tmp_path, text, told):
    form = Questionnaire("x", {"nl": "X"}, ("nl",), (Page("p", (Question("vraag", "text", {"nl": text}),)),))
    problems = export_form(form, tmp_path, "xlsform").problems
    assert [(one.code, one.values["names"]) for one in problems] == ([("F057", ["vraag"])] if told else [])


def test_a_plain_form_in_one_language_is_carried_whole(tmp_path):
    form = questionnaire([instruments.load("psychological-safety")], languages=["en"])
    made = export_form(form, tmp_path, "xlsform")
    assert made.problems == ()
    xform(made.files[0])
    assert not any("Nederlands" in name for name in rows_of(made.files[0], "survey")[0])


def test_the_same_form_gives_the_same_bytes_and_another_form_another_version(made, study_form, tmp_path):
    first, second = made, export_form(study_form, tmp_path / "b", "xlsform").files[0]
    assert first.read_bytes() == second.read_bytes()
    other = export_form(replace(study_form, introduction={}), tmp_path / "c", "xlsform").files[0]
    assert rows_of(first, "settings")[0]["version"] != rows_of(other, "settings")[0]["version"]


def test_names_that_a_question_has_are_not_given_to_a_page_or_a_text(tmp_path):
    labels = {"nl": "tekst", "en": "text"}
    page = Page(
        "voice", tuple(Question(name, "text", labels) for name in ("voice", "voice_text", "end_")), labels, labels
    )
    made = export_form(Questionnaire("x", labels, ("nl", "en"), (page,)), tmp_path, "xlsform").files[0]
    assert {each.path[-1] for each in questions_of(xform(made))} >= {"voice", "voice_text", "end_"}


def test_signs_that_would_be_a_reference_are_text(tmp_path):
    labels = {"nl": "kosten ${bedrag} & <b>meer</b>"}
    page = Page("kosten", (Question("k1", "text", labels),))
    made = export_form(Questionnaire("x", labels, ("nl",), (page,)), tmp_path, "xlsform").files[0]
    assert by_name(made)["k1"]["label::Nederlands (nl)"] == "kosten $ {bedrag} & <b>meer</b>"
    xform(made)


@pytest.mark.parametrize(
    ("labels", "none", "appearance"),
    [
        (["nooit", "soms", "vaak", "altijd"], [], "likert"),
        (["nooit", "soms", "vaak", "altijd"], ["weet ik niet"], ""),
        (["nee", "ja"], [], ""),
        (["helemaal niet mee eens", "niet mee eens", "mee eens", "helemaal mee eens"], [], ""),
    ],
)
def test_a_scale_stands_on_a_line_only_where_each_answer_is_a_point_of_it(tmp_path, labels, none, appearance):
    answers = [Answer(code, {"nl": label}) for code, label in enumerate(labels, start=1)]
    answers += [Answer(9, {"nl": label}, missing=True) for label in none]
    rows = tuple(Question(n, "choice", {"nl": n}, answers=tuple(answers), response_scale="s") for n in ("q1", "q2"))
    form = Questionnaire("x", {"nl": "x"}, ("nl",), (Page("p", rows),))
    made = export_form(form, tmp_path, "xlsform").files[0]
    assert by_name(made)["q1"].get("appearance", "") == appearance
    xform(made)


def test_a_form_in_a_language_without_messages_has_english_beside_its_questions(tmp_path):
    answers = (Answer(1, {"de": "ja"}), Answer(2, {"de": "nein"}))
    rows = tuple(Question(n, "choice", {"de": n}, answers=answers, response_scale="s") for n in ("q1", "q2"))
    hours = Question("h", "number", {"de": "Stunden"}, unit={"de": "Stunden"}, minimum=0)
    form = Questionnaire("x", {"de": "Titel"}, ("de",), (Page("p", (*rows, hours)),))
    for platform in ("limesurvey", "qualtrics", "xlsform", "redcap"):
        assert export_form(form, tmp_path / platform, platform).files
    assert by_name(tmp_path / "xlsform" / "x.xlsx")["h"]["hint::Deutsch (de)"] == "Fill in a number (Stunden)."
