"""A quote leaves only after release, and a release holds only for the words and description it was given for."""

from dataclasses import replace

import openpyxl
import pandas as pd
import pytest
import yaml

from lcresearch.errors import InterviewError
from lcresearch.interviews import (
    Code,
    Codebook,
    Corpus,
    Document,
    Project,
    quotes,
    read_quote_releases,
    recognisability,
    release_quote,
    released_quotes,
    withdraw_quotes,
)

TEXT = "Samen leren gaat goed. Er is nooit tijd. Wij zijn met achttien man."
PLACES = [(0, 22), (23, 40), (41, 67)]
DESCRIBED = ["een medewerker in de sector s1", "een medewerker in de sector s0"]
GOOD = {"released_by": "onderzoeker", "consent_on": "2026-11-01", "date": "2026-11-25", "language": "nl"}


@pytest.fixture
def project():
    kinds = [{"role": "manager" if n == 6 else "employee", "firm_size": 18 if n < 5 else 400} for n in range(12)]
    documents = tuple(
        Document(f"d{n}", f"Gesprek {n}", TEXT, attributes={"respondent": f"R{n}", "sector": f"s{n % 2}"} | kind)
        for n, kind in enumerate(kinds)
    )
    rows = [(f"d{n}", start, end, "leren", "An") for n in range(12) for start, end in PLACES]
    codings = pd.DataFrame(rows, columns=["document", "start", "end", "code", "coder"])
    codings = codings.assign(coding=[f"c{n}" for n in range(len(codings))], selection="", created=pd.NaT)
    book = Codebook((Code("leren", "leren"),))
    return Project("invented", Corpus(documents), book, codings, pd.DataFrame({"name": ["An"]}, index=["An"]))


@pytest.fixture
def recognised(project):
    return recognisability(project, ["role", "firm_size", "sector"])


@pytest.fixture
def pointer(project):
    table = quotes(project, "leren")

    def of(document, place):
        start, end = PLACES[place]
        return next(each for each in table["pointer"] if each.startswith(f"{document}#{start}-{end}:"))

    return of


def codes(error):
    return [problem.code for problem in error.value.problems]


def test_what_is_released_leaves_and_nothing_else(project, recognised, pointer, tmp_path):
    release_quote(project, pointer("d0", 0), tmp_path, recognised, **GOOD)
    release_quote(project, pointer("d7", 1), tmp_path, recognised, **GOOD)
    found = released_quotes(project, tmp_path, language="nl")
    assert found.quotes["quote"].tolist() == ["Er is nooit tijd.", "Samen leren gaat goed."]
    assert found.quotes["described_as"].tolist() == DESCRIBED
    assert list(found.quotes.columns) == ["quote", "described_as"]
    assert found.glance().iloc[0].tolist() == [2, 0]
    text = (tmp_path / "quote-releases.yaml").read_text(encoding="utf-8")
    for word in ("R0", "R7", "Samen leren", "nooit tijd"):
        assert word not in text
    release = read_quote_releases(tmp_path)[0]
    assert (release.released_by, release.released_on, release.consent_on) == ("researcher", "2026-11-25", "2026-11-01")
    assert release.persons_alike >= release.minimum_cell == 5
    (one, other) = yaml.safe_load(text)["releases"]  # as another program reads it
    assert [one["pointer"], other["pointer"]] == [pointer("d0", 0), pointer("d7", 1)]
    assert (one["released_by"], str(one["consent_on"]), one["persons_alike"]) == (
        "researcher",
        "2026-11-01",
        release.persons_alike,
    )


def test_edited_words_break_the_release(project, recognised, pointer, tmp_path):
    release_quote(project, pointer("d0", 0), tmp_path, recognised, **GOOD)
    first, *others = project.corpus.documents
    edited = replace(first, text=TEXT.replace("goed", "fout"))
    changed = replace(project, corpus=Corpus((edited, *others)))
    found = released_quotes(changed, tmp_path)
    assert found.quotes.empty
    assert found.held_back["reason"].tolist() == ["changed"]
    assert [problem.code for problem in found.problems] == ["V167"]
    gone = released_quotes(replace(project, corpus=Corpus(tuple(others))), tmp_path)
    assert gone.held_back["reason"].tolist() == ["gone"]
    with pytest.raises(InterviewError, match="V165"):
        release_quote(changed, pointer("d0", 0), tmp_path, recognised, **GOOD)


def test_withdrawal_takes_a_quote_or_a_person_out(project, recognised, pointer, tmp_path):
    for document, place in [("d0", 0), ("d0", 1), ("d7", 0)]:
        release_quote(project, pointer(document, place), tmp_path, recognised, **GOOD)
    assert withdraw_quotes(tmp_path, pointer=pointer("d7", 0)) == 1
    assert withdraw_quotes(tmp_path, project=project, respondent="R0") == 2
    assert read_quote_releases(tmp_path) == ()
    assert pointer("d0", 0) not in (tmp_path / "quote-releases.yaml").read_text(encoding="utf-8")
    assert withdraw_quotes(tmp_path, project=project, respondent="R0") == 0
    with pytest.raises(ValueError, match="give a pointer"):
        withdraw_quotes(tmp_path)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"released_by": "Jan de Vries"}, "geen rol"),
        ({"released_by": "j.devries@school.nl"}, "geen rol"),
        ({"consent_on": ""}, "toestemming"),
        ({"consent_on": "2027-01-01"}, "toestemming"),
        ({"consent_to": "alles"}, "toestemming"),
        ({"description": {"role": "employee", "firm_size": "18", "sector": "s0"}}, "past op 3 personen"),
        ({"description": {"role": "manager"}}, "niet van deze spreker"),
    ],
)
def test_a_release_without_all_it_takes_is_refused(project, recognised, pointer, tmp_path, monkeypatch, change, word):
    monkeypatch.setenv("LCRESEARCH_LANGUAGE", "nl")
    with pytest.raises(InterviewError, match="V165") as error:
        release_quote(project, pointer("d0", 0), tmp_path, recognised, **(GOOD | change))
    assert word in str(error.value)
    assert not (tmp_path / "quote-releases.yaml").exists()


def test_all_reasons_come_together(project, recognised, pointer, tmp_path):
    with pytest.raises(InterviewError) as error:
        release_quote(project, pointer("d6", 2), tmp_path, recognised, released_by="Jan", consent_on="ja",
                      description={"role": "manager"})  # fmt: skip
    assert codes(error) == ["V165"] * 4
    assert "achttien" in str(error.value)


def test_words_that_point_to_somebody_need_a_reader(project, recognised, pointer, tmp_path):
    with pytest.raises(InterviewError, match="achttien"):
        release_quote(project, pointer("d0", 2), tmp_path, recognised, **GOOD)
    release_quote(project, pointer("d0", 2), tmp_path, recognised, words_checked=True, **GOOD)
    assert len(released_quotes(project, tmp_path).quotes) == 1


def test_two_quotes_of_a_person_do_not_add_up_to_who_it_is(project, pointer, tmp_path, monkeypatch):
    monkeypatch.setenv("LCRESEARCH_LANGUAGE", "nl")
    found = recognisability(project, ["role", "firm_size", "sector"])
    release_quote(project, pointer("d0", 0), tmp_path, found, description={"firm_size": "small"}, **GOOD)
    with pytest.raises(InterviewError, match="samen met een eerder citaat"):
        release_quote(project, pointer("d0", 1), tmp_path, found, description={"sector": "s0"}, **GOOD)
    release_quote(project, pointer("d1", 1), tmp_path, found, description={"sector": "s1"}, **GOOD)
    assert len(read_quote_releases(tmp_path)) == 2


def test_who_agreed_to_be_recognised_may_be(project, recognised, pointer, tmp_path):
    release_quote(project, pointer("d6", 0), tmp_path, recognised, description={"role": "manager"},
                  consent_to="recognisable", **GOOD)  # fmt: skip
    found = released_quotes(project, tmp_path, recognisability(project, ["role"], minimum_cell=10), language="en")
    assert found.quotes["described_as"].tolist() == ["a manager"]


def test_a_stricter_limit_holds_quotes_back(project, recognised, pointer, tmp_path):
    release_quote(project, pointer("d0", 0), tmp_path, recognised, **GOOD)
    strict = recognisability(project, ["role", "firm_size", "sector"], minimum_cell=12)
    assert released_quotes(project, tmp_path, strict).held_back["reason"].tolist() == ["too_few"]


@pytest.mark.parametrize(
    "content",
    [
        "[1, 2",
        "!!python/object/apply:os.system ['true']",
        "version: 2\nreleases: []",
        "version: 1\nreleases: {}",
        "version: 1\nreleases: [x]",
        "- 1",
        "",
    ],
)
def test_a_file_that_is_no_record_lets_nothing_out(project, tmp_path, content):
    (tmp_path / "quote-releases.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(InterviewError, match="V166"):
        released_quotes(project, tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        {"pointer": "d0#0-22:zzz"},
        {"pointer": "../../etc/passwd"},
        {"words_sha256": "0"},
        {"described_as": "<script>alert(1)</script>"},
        {"described_as": "Jan de Vries, een medewerker"},
        {"description": {"role": ["employee"]}},
        {"released_by": "Jan"},
        {"released_on": "gisteren"},
        {"consent_to": "everything"},
        {"persons_alike": True},
        {"name": "Jan"},
    ],
)
def test_a_tampered_entry_lets_nothing_out(project, recognised, pointer, tmp_path, change):
    release_quote(project, pointer("d0", 0), tmp_path, recognised, **GOOD)
    path = tmp_path / "quote-releases.yaml"
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    content["releases"][0] |= change
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    with pytest.raises(InterviewError, match="V166"):
        released_quotes(project, path)


def test_an_entry_copied_to_other_words_or_written_twice_stays_inside(project, recognised, pointer, tmp_path):
    release = release_quote(project, pointer("d0", 0), tmp_path, recognised, **GOOD)
    other = replace(release, pointer=pointer("d0", 1))
    few = replace(release, pointer=pointer("d1", 0), persons_alike=1)
    found = released_quotes(project, [release, release, other, few])
    assert found.held_back["reason"].tolist() == ["twice", "changed", "too_few"]
    assert len(found.quotes) == 1


def test_hostile_words_stay_words(project, tmp_path):
    text = "=1+1\u202e en\x00 <b>leren\n\nsamen</b>"
    documents = tuple(replace(each, text=text) for each in project.corpus)
    codings = project.codings.drop_duplicates("document").assign(start=0, end=len(text))
    hostile = replace(project, corpus=Corpus(documents), codings=codings)
    recognised = recognisability(hostile, ["role"])
    pointer = quotes(hostile, "leren")["pointer"][0]
    release_quote(hostile, pointer, tmp_path, recognised, words_checked=True, **GOOD)
    found = released_quotes(hostile, tmp_path)
    assert found.quotes["quote"].tolist() == ["=1+1 en <b>leren samen</b>"]
    sheet = openpyxl.load_workbook(found.to_file(tmp_path / "quotes.xlsx")).active
    assert sheet["A2"].value == "'=1+1 en <b>leren samen</b>"
    with pytest.raises(InterviewError, match="V108"):
        release_quote(hostile, "nonsense", tmp_path, recognised, **GOOD)
