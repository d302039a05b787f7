"""Forms for Qualtrics: the structure of the survey file, and reading what Qualtrics exports from it."""

from __future__ import annotations

import csv
import html
import itertools
import json
import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from lcresearch import responses
from lcresearch.instruments.forms import Answer, Page, Question, Questionnaire, export_form

OWN = ("StartDate", "EndDate", "Status", "Progress", "Finished", "RecordedDate", "ResponseId", "UserLanguage")
OWN_IDS = ("startDate", "endDate", "status", "progress", "finished", "recordedDate", "_recordId", "userLanguage")
OWN_CELLS = ("2026-03-01 10:00:00", "2026-03-01 10:04:10", "0", "100", "1", "2026-03-01 10:04:11", "R_1", "NL")


@pytest.fixture
def survey(study_form, tmp_path):
    made = export_form(study_form, tmp_path, "qualtrics")
    return json.loads(made.files[0].read_text(encoding="utf-8"))


def elements(survey, kind):
    return [each for each in survey["SurveyElements"] if each["Element"] == kind]


def payloads(survey):
    return {each["PrimaryAttribute"]: each["Payload"] for each in elements(survey, "SQ")}


def nodes(flow):
    for node in flow:
        yield node
        yield from nodes(node.get("Flow", ()))


# what Qualtrics makes of a survey when it exports the answers


def plain(text):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", text.replace("<br>", " "))).split())


def columns_of(payload, *, split, tags):
    """Name, text, import id of each column, and how to find its cell: (item, choice or None)."""
    qid, tag, text = payload["QuestionID"], payload["DataExportTag"], plain(payload["QuestionText"])
    choices = payload.get("Choices", {})
    if payload["QuestionType"] == "TE":
        yield tag, text, f"{qid}_TEXT", (tag, "text")
    if payload["QuestionType"] == "Matrix":
        for number, row in choices.items():
            item = payload["ChoiceDataExportTags"][number]
            name = {"both": f"{tag}_{item}", "row": item, "number": f"{tag}_{number}"}[tags]
            yield name, f"{text} - {plain(row['Display'])}", f"{qid}_{number}", (item, "one")
    if payload["QuestionType"] == "MC":
        lines = [number for number, choice in choices.items() if "TextEntry" in choice]
        head = f"{text} - Geselecteerde keuze" if lines else text
        if payload["Selector"] == "MAVR" and split:
            for number, choice in choices.items():
                yield f"{tag}_{number}", f"{head} - {plain(choice['Display'])}", f"{qid}_{number}", (tag, number)
        else:
            yield tag, head, qid, (tag, "several" if payload["Selector"] == "MAVR" else "one")
        for number in lines:
            words = f"{text} - {plain(choices[number]['Display'])} - Tekst"
            yield f"{tag}_{number}_TEXT", words, f"{qid}_{number}_TEXT", (tag, f"line {number}")


def cell(payload, how, answer, *, texts):
    """What stands in a column for an answer that is a code, codes, a number or a text."""
    kind = how[1]
    if answer is None:
        return ""
    if kind == "text":
        return str(answer)
    shown = payload["Answers"] if payload["QuestionType"] == "Matrix" else payload["Choices"]
    number_of = {code: number for number, code in payload["RecodeValues"].items()}
    chosen = [number_of[str(code)] for code in (answer if isinstance(answer, list) else [answer])]
    said = [plain(shown[n]["Display"]) if texts else payload["RecodeValues"][n] for n in chosen]
    if kind in ("one", "several"):
        return ",".join(said)
    if kind.startswith("line "):
        return "iets anders" if kind[5:] in chosen else ""
    return "" if kind not in chosen else plain(shown[kind]["Display"]) if texts else "1"


def exported(survey, form, answers, path, *, texts=False, split=True, tags="both"):
    """A CSV file as Qualtrics exports it: names, texts and import ids above the answers."""
    held = {q.name: q for q in form.questions}
    fields = [f["Field"] for f in next(n for n in nodes(flow(survey)) if n["Type"] == "EmbeddedData")["EmbeddedData"]]
    columns = [
        (*column, payload) for payload in payloads(survey).values()
        for column in columns_of(payload, split=split, tags=tags)
    ]  # fmt: skip
    rows = [
        [*OWN, *(name for name, *_ in columns), *fields],
        [*OWN, *(text for _, text, *_ in columns), *fields],
        [json.dumps({"ImportId": each}) for each in (*OWN_IDS, *(c[2] for c in columns), *fields)],
    ]
    for n, answer in enumerate(answers):
        coded = {
            f"{name}_choice" if q.kind == "group" else name: place(q, answer.get(name)) for name, q in held.items()
        }
        cells = [cell(payload, how, coded.get(how[0]), texts=texts) for *_, how, payload in columns]
        rows.append([*OWN_CELLS[:-2], f"R_{n}", "NL", *cells, *(answer.get(field, "") for field in fields)])
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows(rows)
    return path


def flow(survey):
    return elements(survey, "FL")[0]["Payload"]["Flow"]


def place(question, answer):
    """The number that Qualtrics keeps for a group, or any other answer as it is."""
    codes = [each.code for each in question.answers]
    return codes.index(answer) + 1 if question.kind == "group" and answer is not None else answer


@pytest.mark.parametrize(
    ("texts", "split", "tags"),
    [*itertools.product((False, True), (False, True), ("both", "row")), (False, True, "number")],
)
def test_what_qualtrics_exports_is_read_without_a_mapping(
    survey, study_form, asked, answered, expected, tmp_path, texts, split, tags
):
    answers = answered(study_form, 40)
    levels = {"organisation": "bedrijf"}
    file = exported(survey, study_form, answers, tmp_path / "export.csv", texts=texts, split=split, tags=tags)
    data = responses.read(file, asked, levels=levels, consent="toestemming")
    frame = data.frame.drop(columns="respondent")
    pd.testing.assert_frame_equal(frame, expected(study_form, answers, asked, levels))


@pytest.mark.parametrize("texts", [False, True])
def test_a_study_reads_what_qualtrics_exports_of_its_form(read_by_study, tmp_path, texts):
    def write(form, answers, file):
        made = export_form(form, tmp_path / "forms", "qualtrics", force=True).files[0]
        exported(json.loads(made.read_text(encoding="utf-8")), form, answers, file, texts=texts)

    read, plainly = read_by_study(write)
    pd.testing.assert_frame_equal(read, plainly)
    assert (len(read), read["respondent"].nunique(), set(read["organisation"])) == (
        15,
        8,
        {"Bakker bv", "De Vries & zn"},
    )


# the structure of the survey file, beside files that Qualtrics exported (see tests/reference/exports)

SAMPLES = Path(__file__).parents[2] / "reference" / "exports" / "qualtrics"
ONLY_IN_OLDER = {"QuestionText_Unsafe", "QuestionJS"}
# keys that the samples of 2016 do not have, as newer files in public repositories do: the survey elements PROJ and the
# keys of questions in fflewddur/sp (libsp/data_test.go), the options of blocks and surveys in the API documentation
NEWER = {
    "element": {"PROJ"},
    "entry": set(),
    "question": {
        "DataVisibility", "NextChoiceId", "NextAnswerId", "AnalyzeChoices", "SearchSource", "Randomization",
        "RecodeValues", "VariableNaming", "DisplayLogic", "GradingData", "DefaultChoices", "ChoiceOrder",
    },
    "choice": {"ExclusiveAnswer", "TextEntry", "TextEntrySize"},
    "block": {"SubType", "Options"},
    "options": {
        "SurveyTitle", "CollectGeoLocation", "AnonymizeResponse", "AvailableLanguages", "SurveyMetaDescription",
        "SkinLibrary",
    },
    "settings": {"MinChars", "ContentType", "ValidDateType", "ValidPhoneType", "ValidZipType", "ValidNumber"},
}  # fmt: skip


def real():
    return [json.loads(file.read_text(encoding="utf-8")) for file in sorted(SAMPLES.glob("*.qsf"))]


def keys_by_part(survey):
    """Part -> the keys of each thing of that kind."""
    blocks, options = elements(survey, "BL")[0]["Payload"], elements(survey, "SO")[0]["Payload"]
    yield "entry", survey["SurveyEntry"].keys()
    yield "options", options.keys()
    yield from (("block", block.keys()) for block in blocks)
    for each in survey["SurveyElements"]:
        yield "element", {each["Element"]}
        yield "keys of elements", each.keys()
    for payload in payloads(survey).values():
        kind = {"Matrix": "table", "MC": "choices"}.get(payload["QuestionType"], "")
        yield from (("question", payload.keys()), (f"question {kind}", payload.keys()) if kind else ("question", ()))
        yield "settings", payload["Validation"]["Settings"].keys()
        yield "kinds", {(payload["QuestionType"], payload["Selector"])}
        choices = payload.get("Choices") or {}
        yield from (("choice", choice.keys()) for choice in choices.values())


def gathered(surveys):
    """Part -> keys that all have, keys that some have."""
    every, some = {}, {}
    for part, keys in (pair for survey in surveys for pair in keys_by_part(survey)):
        every[part] = every.get(part, set(keys)) & set(keys)
        some[part] = some.get(part, set()) | set(keys)
    return every, some


def test_a_survey_file_holds_what_real_ones_hold_and_nothing_unheard_of(survey):
    always, ever = gathered(real())
    kept, written = gathered([survey])
    for part in ("entry", "keys of elements", "question", "question table", "question choices", "options", "block"):
        assert always[part] <= kept[part] | ONLY_IN_OLDER, part
    for part, keys in written.items():
        known = ever[part] | NEWER.get(part.split()[0], set())
        assert keys <= known | {("MC", "SAVR"), ("DB", "TB"), ("TE", "ML")}, (part, keys - known)
    assert {each["Element"] for each in survey["SurveyElements"]} == ever["element"] | {"PROJ"}


def test_each_question_stands_in_one_block_and_each_block_in_the_flow_once(survey):
    blocks = elements(survey, "BL")[0]["Payload"]
    shown = [block for block in blocks if block["Type"] != "Trash"]
    named = [part["QuestionID"] for block in blocks for part in block["BlockElements"]]
    assert sorted(named) == sorted(payloads(survey))
    assert sorted(node["ID"] for node in nodes(flow(survey)) if "ID" in node) == sorted(block["ID"] for block in shown)
    assert [block["Type"] for block in blocks].count("Default") == 1 == len(blocks) - len(shown)
    kinds = [node["Type"] for node in nodes(flow(survey)) if "ID" in node]
    assert kinds == ["Block", *["Standard"] * (len(kinds) - 1)]
    numbers = [node["FlowID"] for node in nodes(flow(survey))]
    assert len(set(numbers)) == len(numbers)
    assert elements(survey, "QC")[0]["SecondaryAttribute"] == str(len(named))


def test_choices_orders_codes_and_translations_fit_together(survey):
    for payload in payloads(survey).values():
        order = {str(number) for number in payload.get("ChoiceOrder", [])}
        assert order == set(payload.get("Choices", {}))
        answers = payload.get("Answers") or payload.get("Choices", {})
        assert set(payload.get("RecodeValues", {})) in (set(), set(answers))
        english = payload["Language"]["EN"]
        assert english["QuestionText"] != payload["QuestionText"] or not plain(payload["QuestionText"])
        for part in ("Choices", "Answers"):
            assert set(english.get(part, {})) == set(payload.get(part, {}))
    assert elements(survey, "SO")[0]["Payload"]["AvailableLanguages"] == {"NL": [], "EN": []}


def test_who_does_not_take_part_is_done_and_who_does_goes_on(survey):
    (branch,) = [n for n in nodes(flow(survey)) if n["Type"] == "Branch" and n["Flow"][-1]["Type"] == "EndSurvey"]
    condition = branch["BranchLogic"]["0"]["0"]
    asked = payloads(survey)[condition["QuestionID"]]
    refused = condition["ChoiceLocator"].rpartition("/")[2]
    assert (asked["DataExportTag"], asked["RecodeValues"][refused]) == ("toestemming", "0")
    assert asked["Validation"]["Settings"]["ForceResponse"] == "ON"
    places = [node.get("ID") or node["Type"] for node in flow(survey)]
    blocks = {part["QuestionID"]: b["ID"] for b in elements(survey, "BL")[0]["Payload"] for part in b["BlockElements"]}
    assert flow(survey)[places.index(blocks[asked["QuestionID"]]) + 1] is branch


def test_versions_are_dealt_out_evenly_and_rows_are_shown_by_version(survey, study_form):
    randomizer = next(n for n in flow(survey) if n["Type"] == "BlockRandomizer")
    values = [node["EmbeddedData"][0]["Value"] for node in randomizer["Flow"]]
    (design,) = study_form.versions
    assert (randomizer["SubSet"], randomizer["EvenPresentation"], values) == (1, True, ["1", "2", "3"])
    shown = {}
    for payload in payloads(survey).values():
        rows = payload.get("ChoiceDataExportTags") or {"": payload["DataExportTag"]}
        for number, item in rows.items():
            logic = (payload["Choices"][number] if number else payload).get("DisplayLogic")
            if logic:
                shown[item] = {e["RightOperand"] for e in logic["0"].values() if isinstance(e, dict)}
    for n, version in enumerate(design.versions, start=1):
        assert {item for item, versions in shown.items() if str(n) in versions} == set(version) & set(shown)
    asked = [item for version in design.versions for item in version]
    assert set(shown) == {item for item in asked if asked.count(item) < len(design.versions)} != set()


def test_the_order_of_questions_is_random_where_the_instrument_says_so(survey, study_form):
    mixed = {page.questions[0].name for page in study_form.pages if page.randomise}
    tables = [payload for payload in payloads(survey).values() if "Randomization" in payload]
    assert {payload["ChoiceDataExportTags"]["1"] for payload in tables} == mixed


def test_pages_of_an_instrument_come_in_random_order_together(study_form, tmp_path):
    form = replace(study_form, randomised_instruments=("working-elements",))
    made = json.loads(export_form(form, tmp_path, "qualtrics").files[0].read_text(encoding="utf-8"))
    (mixed,) = [n for n in flow(made) if n["Type"] == "BlockRandomizer" and n["Flow"][0]["Type"] == "Standard"]
    pages = [page for page in form.pages if page.instrument == "working-elements"]
    assert (len(mixed["Flow"]), mixed["SubSet"]) == (len(pages), len(pages))
    numbers = [node["FlowID"] for node in nodes(flow(made))]
    assert len(set(numbers)) == len(numbers)


def test_questions_that_are_not_in_one_table_come_in_random_order_below_their_text(tmp_path):
    labels = {"nl": "Vraag"}
    page = Page("p", tuple(Question(name, "text", labels) for name in "ab"), labels, randomise=True)
    made = export_form(Questionnaire("x", labels, ("nl",), (page,)), tmp_path, "qualtrics").files[0]
    block = elements(json.loads(made.read_text(encoding="utf-8")), "BL")[0]["Payload"][0]
    order = block["Options"]["Randomization"]["Advanced"]
    assert order["FixedOrder"] == ["QID1", "{~Randomized~}", "{~Randomized~}"]
    assert order["RandomizeAll"] == ["QID2", "QID3"]


def test_tables_that_stay_whole_on_a_random_page_are_named(tmp_path):
    yes, agree = (Answer(1, {"nl": "ja"}),), (Answer(1, {"nl": "eens"}),)
    asked = [("a", "yes", yes), ("b", "yes", yes), ("c", "agree", agree)]
    rows = tuple(Question(n, "choice", {"nl": n}, answers=given, response_scale=scale) for n, scale, given in asked)
    form = Questionnaire("x", {"nl": "x"}, ("nl",), (Page("p", rows, randomise=True),))
    problems = export_form(form, tmp_path, "qualtrics").problems
    assert [problem.code for problem in problems] == ["F041", "F043"]


def test_names_of_groups_are_a_field_of_their_own(survey, study_form):
    named = [n for n in nodes(flow(survey)) if n["Type"] == "Branch" and n["Flow"][0]["Type"] == "EmbeddedData"]
    fields = [node["Flow"][0]["EmbeddedData"][0] for node in named]
    firms = next(question.answers for question in study_form.questions if question.kind == "group")
    assert [(field["Field"], field["Value"]) for field in fields] == [("bedrijf", firm.code) for firm in firms]


def test_no_addresses_of_respondents_are_kept(survey):
    options = elements(survey, "SO")[0]["Payload"]
    assert (options["AnonymizeResponse"], options["CollectGeoLocation"]) == ("Yes", "false")


def test_conditions_in_words_are_html_without_markup_of_names(survey):
    told = [
        part["Description"]
        for node in nodes(flow(survey))
        if node["Type"] == "Branch"
        for part in node["BranchLogic"]["0"].values()
        if isinstance(part, dict)
    ]
    assert any("De Vries &amp; Zn. &lt;b&gt;" in text for text in told)
