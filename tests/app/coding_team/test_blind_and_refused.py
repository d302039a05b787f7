"""What nobody may see before all have finished, what is refused, and the files that the pages hand out."""

from __future__ import annotations

import io
import re

import docx
import openpyxl
import pandas as pd
from tests.app.coding_team.conftest import STUDY, code_like

from lcresearch.interviews import coder_agreement, find_disagreements, write_disagreements
from lcresearch.interviews.coding_agreement.agreed_coder import AGREED
from lcresearch.interviews.coding_agreement.finished import finished_texts
from lcresearch.studies.finished_coding import to_compare
from lcresearch.studies.interview_reading import read_interviews
from lcresearch.studies.interview_settings import InterviewsUse
from lcresearch.studies.interview_source import coders_to_compare

CODING = f"/studies/{STUDY}/coding"
JSON = {"accept": "application/json"}


def codes_of(answer):
    return [one["code"] for one in answer.json()["problems"]]


def differences(file):
    texts = finished_texts(file.project(), file.assignments())
    return find_disagreements(texts.project, texts.coders, read=texts.read)


def test_a_coder_sees_nothing_of_another_before_both_have_finished(coded_study, enter):
    """In no page, no answer to a script, no file and no number."""
    folder, file = coded_study
    an, bo = file.add_coder("An"), file.add_coder("Bo")
    file.assign(["d1", "d2"], [an, bo])
    start, end = file.document("d1").turns[0].start, file.document("d1").turns[0].end
    secret = file.code("d1", start, end, "money", coder=an, memo="Geheim van An")
    file.finish("d1", an)
    client = enter(folder, coder="Bo")
    paths = ["", "/revision", "/codebook", "/text/d1", "/text/d1/state", "/plan", "/agreement", "/agreement?unit=span",
             "/agreement/figure.svg", "/agreement/download/csv", "/agreement/download/xlsx", "/disagreements",
             "/disagreements?document=d1&code=money", "/disagreements/list.xlsx"]  # fmt: skip
    for path in paths:
        for headers in ({}, JSON):
            answer = client.get(CODING + path, headers=headers)
            assert answer.status_code in (200, 422), path
            assert "Geheim van An" not in answer.text
            assert secret not in answer.text
    assert [codes_of(client.get(f"{CODING}/{path}", headers=JSON))
            for path in ("agreement/download/csv", "disagreements/list.xlsx")] == [["W122"], ["W122"]]  # fmt: skip
    file.finish("d1", bo)
    assert "Geheim van An" in client.get(f"{CODING}/disagreements").text


def test_only_texts_that_all_finished_are_listed_and_counted(finished_study, enter):
    folder, *_ = finished_study
    client = enter(folder)
    assert "2 of the 3 texts" in client.get(f"{CODING}/agreement").text
    page = client.get(f"{CODING}/disagreements").text
    assert "0 of 8 settled" in page
    assert "Gesprek 3" not in page


def test_files_hold_what_the_library_gives(finished_study, enter, tmp_path):
    folder, file, *_ = finished_study
    client = enter(folder, "nl")
    texts = finished_texts(file.project(), file.assignments())
    expected = coder_agreement(texts.project, texts.coders, read=texts.read, unit="character")
    csv = client.get(f"{CODING}/agreement/download/csv?unit=character")
    assert "attachment" in csv.headers["content-disposition"]
    found = pd.read_csv(io.BytesIO(csv.content))
    pd.testing.assert_frame_equal(found, expected.by_code(), check_dtype=False)
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{CODING}/agreement/download/xlsx").content))
    assert book.sheetnames[1:] == ["codes", "coefficients", "texts", "pairs"]
    word = docx.Document(io.BytesIO(client.get(f"{CODING}/agreement/download/docx").content))
    assert word.tables[0].cell(1, 0).text == "(all)"
    path = tmp_path / "list.xlsx"
    write_disagreements(differences(file), path, language="nl")
    theirs = pd.read_excel(io.BytesIO(client.get(f"{CODING}/disagreements/list.xlsx").content))
    pd.testing.assert_frame_equal(theirs, pd.read_excel(path))
    assert client.get(f"{CODING}/agreement/download/exe", headers=JSON).status_code == 404


def test_a_list_filled_in_elsewhere_is_taken_over_whole_or_not_at_all(finished_study, enter, tmp_path):
    folder, file, *_ = finished_study
    path = tmp_path / "list.xlsx"
    write_disagreements(differences(file), path, language="en")
    frame = pd.read_excel(path, dtype=str)
    frame["outcome"] = ["yes" if kind == "boundaries" else "no" for kind in frame["kind"]]
    frame.loc[0, "boundaries of"] = "Bo"
    client = enter(folder, coder="Bo")

    def send(table):
        table.to_excel(path, index=False)
        return client.post(
            f"{CODING}/disagreements/list", data={"who": "An and Bo"}, files={"list": ("list.xlsx", path.read_bytes())},
            headers=JSON,
        )  # fmt: skip

    wrong = frame.copy()
    wrong.loc[3, "outcome"] = "perhaps"
    assert codes_of(send(wrong)) == ["V153"]
    assert file.decisions().empty
    assert "8 decisions were taken over" in send(frame).text
    assert file.decisions()["who"].unique().tolist() == ["An and Bo"]
    assert set(file.codings(coders=[AGREED])["document"]) == {"d1", "d2"}
    assert "0 decisions were taken over" in send(frame).text
    assert file.decisions()["version"].unique().tolist() == [1]


def test_each_field_of_the_disagreements_has_a_place_of_its_own_to_which_its_label_points(finished_study, enter):
    client = enter(finished_study[0])
    shown = client.get(f"{CODING}/disagreements").text
    ids = re.findall(r'<(?:select|input|textarea)[^>]* id="([^"]+)"', shown)
    assert {"f-code", "f-agreed-code"} <= set(ids)
    assert len(ids) == len(set(ids))


def test_two_tabs_do_not_write_over_each_other(finished_study, enter):
    folder, file, *_ = finished_study
    client = enter(folder)
    place = differences(file).table["id"][0]
    form = {"place": place, "version": "0", "choice": "with", "who": "An"}
    assert client.post(f"{CODING}/disagreements/settle", data=form).status_code == 200
    second = client.post(f"{CODING}/disagreements/settle", data=form | {"choice": "without"}, headers=JSON)
    assert (second.status_code, codes_of(second)) == (409, ["V287"])
    assert file.decisions()["outcome"].tolist() == ["kept"]
    plan = {"version": "of an earlier page", "give": ["d5 x"]}
    third = client.post(f"{CODING}/plan/assign", data=plan, headers=JSON)
    assert (third.status_code, codes_of(third)) == (409, ["W008"])


def test_what_cannot_be_settled_is_refused(finished_study, enter):
    folder, file, *_ = finished_study
    client = enter(folder)
    form = {"place": differences(file).table["id"][0], "version": "0", "choice": "with", "who": "An"}
    own = {"choice": "boundaries", "whose": "own"}
    wrong = [
        ({"place": "v-elsewhere"}, "W123"),
        ({"choice": "perhaps"}, "W124"),
        ({"choice": "other", "code": ""}, "W125"),
        ({"choice": "other", "code": "' OR 1=1"}, "W125"),
        (own | {"boundaries": "0-2"}, "W126"),
        (own | {"boundaries": "1-99999999"}, "W126"),
        ({"choice": "boundaries", "whose": "somebody"}, "W126"),
        ({"who": "   "}, "W127"),
    ]
    for changed, code in wrong:
        answer = client.post(f"{CODING}/disagreements/settle", data=form | changed, headers=JSON)
        assert (answer.status_code, codes_of(answer)) == (422, [code])
    assert file.decisions().empty


def test_a_settled_text_stays_finished_until_its_decisions_are_taken_back(finished_study, enter):
    folder, file, _, bo = finished_study
    client = enter(folder)
    found = differences(file).table
    place = found.loc[found["document_id"] == "d1", "id"].iloc[0]
    client.post(f"{CODING}/disagreements/settle", data={"place": place, "choice": "with", "who": "An"})
    again = {"document": "d1", "coder": bo}
    assert codes_of(client.post(f"{CODING}/plan/reopen", data=again, headers=JSON)) == ["V320"]
    client.post(f"{CODING}/disagreements/undo", data={"place": place, "version": "1"})
    assert client.post(f"{CODING}/plan/reopen", data=again).status_code == 200
    state = file.assignments().set_index(["document", "coder"])["state"]
    assert state["d1", bo] == "started"
    assert codes_of(client.post(f"{CODING}/plan/reopen", data={"document": "d1", "coder": "x"}, headers=JSON)) == [
        "W120"
    ]


HOSTILE = "<script>alert(1)</script>\"'🐝\u202e" + "x" * 100


def test_names_and_words_of_people_never_become_markup(coded_study, enter):
    folder, file = coded_study
    an, bo = file.add_coder(HOSTILE), file.add_coder("Bo")
    bad = file.add_code('<img src=x onerror="alert(1)">', coder=bo)
    file.assign(["d1"], [an, bo])
    code_like(file, "d1", an, bo)
    file.code("d1", 3, 30, bad, coder=an, memo=HOSTILE)
    for coder in (an, bo):
        file.finish("d1", coder)
    client = enter(folder, "nl")
    for found in differences(file).table["id"]:
        page = client.get(f"{CODING}/disagreements", params={"place": found})
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
    for path in ("plan", "plan?propose=1&share=50", "agreement", "agreement?parents=1", "agreement/figure.svg"):
        page = client.get(f"{CODING}/{path}")
        assert page.status_code == 200, path
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
    query = {"code": HOSTILE, "document": "../../etc", "kind": "'", "state": "<b>", "place": HOSTILE}
    assert "<script>alert" not in client.get(f"{CODING}/disagreements", params=query).text


def test_numbers_that_cannot_be_become_ones_that_can(finished_study, enter):
    folder, *_ = finished_study
    client = enter(folder)
    for query in ("share=nan&together=1e9&seed=-5", "often=0&kappa=2&width=x", "coder=nobody&share=100"):
        assert client.get(f"{CODING}/plan?propose=1&{query}").status_code == 200


def test_texts_are_given_by_hand_and_what_is_begun_stays(finished_study, enter):
    folder, file, an, bo = finished_study
    client = enter(folder)
    version = re.search(r'name="version" value="(\w+)"', client.get(f"{CODING}/plan").text)[1]
    form = {"version": version, "give": [f"d5 {an}", f"d5 {bo}", f"d9 {an}", "d6 nobody"]}
    assert client.post(f"{CODING}/plan/assign", data=form).status_code == 200
    given = file.assignments().groupby("document")["coder"].apply(set).to_dict()
    assert given == {"d1": {an, bo}, "d2": {an, bo}, "d3": {an, bo}, "d5": {an, bo}}


def test_the_command_line_and_the_report_compare_what_the_page_compares(finished_study):
    """Texts that all finished: a text that is not finished, or is finished by one, stays out of every number."""
    folder, file, an, bo = finished_study
    file.assign(["d5"], [an, bo])
    file.finish("d5", an)
    file.finish("d5", bo)
    texts = finished_texts(file.project(), file.assignments())
    expected = coder_agreement(texts.project, texts.coders, read=texts.read).by_code()
    assert set(texts.read) == {"d1", "d2", "d5"}
    for source in (folder / "talks", file.path):
        asked = coders_to_compare(source)
        found = coder_agreement(asked.project, asked.coders, read=asked.read).by_code()
        pd.testing.assert_frame_equal(found, expected)
    read = read_interviews(InterviewsUse(project="interviews.lccoding", without_roles=()), folder / "talks")
    project, who_read = to_compare(read.project, read.plan)
    pd.testing.assert_frame_equal(coder_agreement(project, read=who_read).by_code(), expected)
