"""Results on the page: replaced only after asking, whole when stopped, and served so that nothing in them can run."""

from __future__ import annotations

import json
import time

import httpx
import pytest
from tests.accessibility import violations
from tests.app.small_study import write_study

from lcresearch.app.handing_out import zipped
from lcresearch.app.results.contents import contents, to_share

RECORD = {"study": "small", "lcresearch": "0.1.0", "date": "2026-05-01", "inputs": {"study.yaml": "x" * 64}}
HOSTILE = "<!doctype html><title>x</title><script>document.title='ran'</script><p onclick='1'>text</p>"


@pytest.fixture
def study(tmp_path):
    """A study with results as a run writes them, some of them hostile."""
    folder = write_study(tmp_path / "studies")
    results = folder / "results"
    for name, text in {
        "run.json": json.dumps(RECORD),
        "facts.json": "{}",
        "report.html": HOSTILE,
        "report.en.html": HOSTILE,
        "tables/scores.csv": "a,b\n=1+1,2\n",
        "tables/withheld.csv": "level,wave,reason,n_groups\nteam,t0,few,2\nteam,t0,protected,1\nteam,t1,<b>x</b>,1\n",
        "figures/one.nl.svg": "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        "figures/one.en.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
        "private/scores.parquet": "rows",
        "private/companies.html": "<a href='../companies/smit-b-v/rapport.html'>Smit</a>",
        "companies/README.txt": "one folder a company",
        "companies/smit-b-v/rapport.html": "<h1>Smit</h1>",
        "companies/jansen/rapport.html": "<h1>Jansen</h1>",
    }.items():
        (results / name).parent.mkdir(parents=True, exist_ok=True)
        (results / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def client(serve, study):
    served = serve(study.parent)
    with httpx.Client(base_url=served.url, headers={"origin": served.url}, follow_redirects=True) as made:
        made.get(served.entrance)
        made.served = served
        yield made


def test_pages_are_shown_without_scripts_and_all_else_is_a_download(client):
    page = client.get("/studies/small/results/files/report.html")
    assert page.headers["content-type"].startswith("text/html")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    for name, kind in {
        "report.html?keep": "text/html",
        "tables/scores.csv": "text/csv",
        "figures/one.nl.svg": "image/svg+xml",
        "private/scores.parquet": "application/octet-stream",
    }.items():
        sent = client.get(f"/studies/small/results/files/{name}")
        assert sent.headers["content-disposition"].startswith("attachment")
        assert sent.headers["content-type"].startswith(kind)
        assert sent.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "name",
    [
        "../study.yaml",
        "%2e%2e/study.yaml",
        "..%2fstudy.yaml",
        "tables",
        "nothing.csv",
        "tables/..%2f..%2fstudy.yaml",
        "%00",
    ],
)
def test_nothing_outside_the_results_is_served(client, name):
    assert client.get(f"/studies/small/results/files/{name}").status_code in (404, 405)


def test_a_link_that_leads_elsewhere_is_not_followed(client, study, tmp_path):
    (tmp_path / "secret.csv").write_text("secret", encoding="utf-8")
    (study / "results" / "tables" / "link.csv").symlink_to(tmp_path / "secret.csv")
    assert client.get("/studies/small/results/files/tables/link.csv").status_code == 404
    found = contents(study, None)
    assert "tables/link.csv" not in to_share(found)


def test_the_zip_holds_what_may_be_shared_and_a_company_gets_its_own_only(study):
    found = contents(study, None)
    shared = to_share(found)
    assert {"report.html", "run.json", "tables/scores.csv", "figures/one.nl.svg"} <= set(shared)
    assert not [name for name in shared if name.startswith(("private/", "companies/", "evidence/"))]
    files = {name: found.folder / name for name in shared}
    assert zipped(files) == zipped(dict(reversed(files.items())))
    assert found.companies == {
        "jansen": ("companies/jansen/rapport.html",),
        "smit-b-v": ("companies/smit-b-v/rapport.html",),
    }


def test_a_company_downloads_as_its_own_folder(client):
    sent = client.get("/studies/small/results/companies/jansen.zip")
    assert b"rapport.html" in sent.content
    assert b"smit" not in sent.content
    for name in ("..", "private", "nobody"):
        assert client.get(f"/studies/small/results/companies/{name}.zip").status_code == 404


def test_results_are_replaced_only_after_asking_and_as_they_were_shown(client, study):
    before = (study / "results" / "report.html").read_bytes()
    refused = client.post("/studies/small/results/run", headers={"accept": "application/json"})
    assert [one["code"] for one in refused.json()["problems"]] == ["W050"]
    form = {"replace": "yes", "version": "another"}
    assert client.post("/studies/small/results/run", data=form).status_code == 409
    assert (study / "results" / "report.html").read_bytes() == before


@pytest.mark.browser
@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_report_from_elsewhere_cannot_run_and_what_was_hidden_is_told(serve, visit, study, language):
    served = serve(study.parent)
    page = visit(served, language, "/studies/small/results")
    page.frame_locator("iframe").locator("p").wait_for()
    assert page.frames[1].title() == "x"
    assert page.locator("#suppressed ~ p").text_content().startswith("4 ")
    assert page.get_by_text("<b>x</b>").count() == 1
    page.seen.provoked(page)  # the browser says that it refused the scripts of that report
    page.goto(f"{served.url}/studies/small/results/files/private/companies.html")
    page.get_by_role("link", name="Smit").click()
    assert page.locator("h1").text_content() == "Smit"


@pytest.mark.browser
def test_a_run_that_is_stopped_leaves_the_earlier_results_whole(serve, visit, study):
    for name in ("report.html", "report.en.html"):
        (study / "results" / name).write_text("<!doctype html><html lang='en'><title>x</title>", encoding="utf-8")
    before = {path: path.read_bytes() for path in (study / "results").rglob("*") if path.is_file()}
    served = serve(study.parent)
    page = visit(served, "en", "/studies/small/results")
    page.set_default_timeout(120_000)
    page.get_by_role("checkbox").check()
    with page.expect_navigation():
        page.get_by_role("button", name="Run again").click()
    assert violations(page) == []
    job = page.url.rpartition("/")[2]
    page.locator("[data-steps] li").first.wait_for()
    page.get_by_role("button", name="Stop").click()
    end = time.monotonic() + 60  # the page also looks by itself how the task goes, which may cut the answer off
    while served.app.state.jobs.get(job).state == "running" and time.monotonic() < end:
        page.wait_for_timeout(50)
    assert served.app.state.jobs.get(job).state == "stopped"
    page.locator("[data-job]").wait_for(state="detached")
    assert {path: path.read_bytes() for path in (study / "results").rglob("*") if path.is_file()} == before
    page.goto(f"{served.url}/studies/small/results")
    assert page.locator("iframe").count() == 1


def test_a_company_stands_under_its_name_and_no_reason_is_a_code(client, study, monkeypatch):
    from types import SimpleNamespace

    from lcresearch.studies import company_output

    reports = (
        SimpleNamespace(folder="smit-b-v", name="Smit <b.v.>", parent=""),
        SimpleNamespace(folder="jansen", name="Jansen", parent="Noord"),
    )
    shown = client.get("/studies/small/results").text
    assert "<strong>smit-b-v</strong>" in shown
    monkeypatch.setattr(company_output, "kept_reports", lambda path: SimpleNamespace(reports=reports))
    shown = client.get("/studies/small/results", headers={"accept-language": "nl"}).text
    assert "<strong>Smit &lt;b.v.&gt;</strong>" in shown
    assert "<strong>Jansen (Noord)</strong>" in shown
    assert "results/companies/smit-b-v.zip" in shown
    assert "protected" not in shown
    assert "afgeschermd" in shown
