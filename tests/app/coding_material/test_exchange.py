"""Coded texts go out to other programs, and the work of a colleague comes in after it was looked at."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.accessibility import fits, violations
from tests.app.coding_material.by_hand import finish_task
from tests.app.conftest import TOKEN

from lcresearch import interviews
from lcresearch.app.coding.coder import COOKIE
from lcresearch.interviews import Corpus, coding_file


@pytest.fixture
def both(coded, tmp_path):
    """The coding file with a coding of An, and the file of a colleague with the same name, who made a code."""
    file = coded()
    documents, an = file.documents()["document"], file.coders()["coder"][0]
    code = next(one.id for one in file.codebook() if one.codable)
    file.code(documents[0], 3, 20, code, coder=an)
    project = file.project([])
    other = replace(project.corpus["gesprek-2"], text=project.corpus["gesprek-2"].text.replace("nooit", "zelden"))
    theirs = replace(
        project,
        corpus=Corpus((project.corpus["gesprek-1"], other)),
        coders=project.coders.iloc[:0],
    )
    colleague = coding_file.create(tmp_path / "colleague.lccoding", theirs)
    me = colleague.add_coder("an")
    new = colleague.add_code("eigen <b>code</b>", coder=me)
    colleague.code(documents[0], 30, 50, new, coder=me)
    colleague.code(documents[0], 3, 20, code, coder=me)
    colleague.code(documents[1], 0, 10, code, coder=me)
    return file, colleague


@pytest.mark.browser
@pytest.mark.parametrize("language", ["nl"])  # one way through in each: see test_every_page
def test_out_to_a_program_and_in_from_a_colleague(serve, visit, at_once, workplace, both, language, tmp_path):
    file, colleague = both
    served = serve(workplace)
    page = visit(served, language, "/studies/pulse/coding/exchange", cookies={COOKIE: "An"})
    assert violations(page) == []
    page.locator("#f-target").select_option("maxqda")
    with page.expect_navigation():
        page.locator("form[method=get] button").click()
    assert violations(page) == []
    assert fits(page)
    with page.expect_download() as waiting:
        page.locator("a.button[download]").click()
    path = tmp_path / "out.qdpx"
    waiting.value.save_as(path)
    assert waiting.value.suggested_filename == "pulse interviews.qdpx"
    assert interviews.read_project(path).quotes["coder"].tolist() == ["An"]

    page.set_input_files("input[type=file]", str(colleague.path))
    finish_task(page, page.locator("form[action$='/colleague/file'] button"))
    page.wait_for_url("**/exchange/colleague")
    assert violations(page) == []
    assert fits(page)
    assert len(file.codings()) == 1
    assert page.locator("bdi", has_text="eigen <b>code</b>").count() == 1
    finish_task(page, page.locator("main form .actions button"))
    page.wait_for_url("**/coding/exchange")
    quotes = file.project().quotes
    assert quotes["coder"].tolist() == ["An", "An"]
    assert quotes["path"].tolist()[1] == "eigen <b>code</b>"
    assert file.documents()["name"].tolist() == ["gesprek-1", "gesprek-2"]


@pytest.mark.parametrize("kind", ["qdpx", "lccoding", "codebook.yaml", "codebook.qdc", "codings.xlsx", "codings.csv"])
def test_each_file_can_be_read_again(client, both, tmp_path, kind):
    file, _ = both
    client.cookies.set("lcresearch-coder", "An")
    answer = client.get(f"/studies/pulse/coding/exchange/download/{kind}?whose=mine")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["content-disposition"]
    path = tmp_path / f"out{Path('x.' + kind).suffix}"
    path.write_bytes(answer.content)
    if kind in ("qdpx", "lccoding"):
        assert len(interviews.read_project(path).codings) == 1
    elif kind.startswith("codebook"):
        assert len(interviews.read_codebook(path)) == len(file.codebook())
    else:
        project = file.project()
        assert len(interviews.read_codings(path, project.corpus, project.codebook).codings) == 1


def test_a_copy_without_codings_tells_nothing_of_those_who_code(client, both, tmp_path):
    file, _ = both
    an = file.coders()["coder"][0]
    file.set_memo("document", file.documents()["document"][0], "Wat An dacht.", coder=an)
    answer = client.get("/studies/pulse/coding/exchange/download/lccoding?whose=none")
    path = tmp_path / "copy.lccoding"
    path.write_bytes(answer.content)
    copy = coding_file.open_file(path)
    assert (len(copy.codings()), len(copy.coders()), len(copy.memos())) == (0, 0, 0)
    assert b"Wat An dacht" not in answer.content
    assert len(copy.documents()) == 2


def test_what_does_not_exist_is_not_handed_out(client, both):
    for kind in ("..%2f..%2fstudy.yaml", "exe", "interviews.lccoding"):
        assert client.get(f"/studies/pulse/coding/exchange/download/{kind}").status_code == 404
    assert client.get("/studies/pulse/coding/exchange/colleague").status_code == 303


def test_what_others_did_in_a_text_that_is_coded_apart_goes_out_once_all_have_finished(client, coded, tmp_path):
    file = coded()
    first, second = file.documents()["document"]
    an, bo = file.coders()["coder"][0], file.add_coder("Bo")
    one, other = [code.id for code in file.codebook() if code.codable][:2]
    file.assign([first], [an, bo])
    theirs = file.code(first, 3, 20, one, coder=an)
    file.set_memo("coding", theirs, "Geheim van An", coder=an)
    file.set_memo("document", first, "Geheim van An", coder=an)
    file.code(second, 0, 10, one, coder=an)
    file.code(first, 5, 12, other, coder=bo)
    file.finish(first, an)

    def codings(kind, **asked):
        answer = client.get(f"/studies/pulse/coding/exchange/download/{kind}", params=asked)
        path = tmp_path / f"out.{kind.rpartition('.')[2]}"
        path.write_bytes(answer.content)
        if kind.startswith("codings"):
            project = file.project()
            found = interviews.read_codings(path, project.corpus, project.codebook)
        else:
            found = interviews.read_project(path)
        lengths = (found.codings["end"] - found.codings["start"]).tolist()
        names = [found.coders["name"].get(coder, coder) for coder in found.codings["coder"]]
        rows = sorted(zip(names, lengths, strict=True))
        if not kind.startswith("codings"):
            assert any(note.text == "Geheim van An" for note in found.notes) == (("An", 17) in rows)
        return rows

    whole = [("An", 10), ("An", 17), ("Bo", 7)]
    kinds = ("qdpx", "lccoding", "codings.xlsx", "codings.csv")
    for name, expected in [("Bo", [whole[0], whole[2]]), ("An", whole[:2]), ("", whole[:1])]:
        client.cookies.clear()
        client.get("/", params={"token": TOKEN})
        if name:
            client.cookies.set("lcresearch-coder", name)
        assert "interviews.lccoding" in client.get("/studies/pulse/coding/exchange").text
        for kind in kinds:
            assert codings(kind) == codings(kind, whose="all") == expected, (name, kind)
    file.finish(first, bo)
    for kind in kinds:
        assert codings(kind) == whole
