"""What integration shares of the demonstration, and what it keeps: run once from the command line, by ``demo``."""

import html
import io
import json
import re
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from lcresearch import interviews, shipped, studies
from lcresearch.errors import StudyError

SOURCE = shipped.folder("analyses") / "programme-demo"
SHARED = "shared"
CARDS = ("shared_purpose", "virtual_meeting_place", "community_of_the_demo")


def texts_of(path: Path) -> str:
    """All text of a file, also inside workbooks and Word files, without entities and markup."""
    if path.suffix in (".xlsx", ".docx"):
        with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as parts:
            text = " ".join(parts.read(name).decode("utf-8") for name in parts.namelist() if name.endswith(".xml"))
    elif path.suffix == ".png":
        return ""
    else:
        text = path.read_text(encoding="utf-8")
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


@pytest.fixture(scope="module")
def shared(demonstration):
    """File -> text, of everything outside private/."""
    folder = demonstration.folder / "integration"
    files = [path for path in folder.rglob("*") if path.is_file() and "private" not in path.relative_to(folder).parts]
    return {path.relative_to(folder).as_posix(): texts_of(path) for path in files}


def test_the_command_ends_with_pages_in_both_languages_and_says_where(demonstration):
    assert demonstration.status == 0
    last = demonstration.out.rstrip().splitlines()[-3:]
    for line, name in zip(last, ("elements.html", "elements.en.html", "private"), strict=True):
        assert line.endswith(str(demonstration.folder / "integration" / name))
    assert re.search(r"Facilitation: .*together with shared purpose and leadership", demonstration.out)


def test_the_demonstration_tells_its_steering_group_who_takes_part_and_how_many_verdicts_there_are(demonstration):
    answers = pd.read_csv(SOURCE / "data" / "responses.csv", dtype="str").query("wave == 't1'")
    told = pd.read_csv(demonstration.folder / "progress" / "tables" / "participation.csv", keep_default_na=False)
    for division, column in (("party", "role"), ("firm_size", "firm_size"), ("sector", "sector")):
        shown = told[told["division"] == division].set_index("group")["participants"].astype(float)
        assert shown.astype(int).to_dict() == answers[column].value_counts().to_dict()
    criteria = pd.read_csv(demonstration.folder / "progress" / "tables" / "criteria.csv").set_index("criterion")
    elements = set(re.findall(r"^  (.+): (.+) \(certainty", demonstration.out, flags=re.MULTILINE))
    assert criteria.loc["verdicts", "reached"] == sum(verdict != "not enough evidence" for _, verdict in elements)
    # no register, and no table of communities: the demonstration does not say that none stopped
    assert set(told["communities_stopped"]) == {""}


def test_no_two_parts_of_a_page_share_a_name(demonstration):
    pages = {path: path.read_text(encoding="utf-8") for path in demonstration.folder.rglob("*.html")}
    names = {path: re.findall(r'role="region" aria-label="([^"]*)"', text) for path, text in pages.items()}
    assert sum(map(len, names.values())) > 200
    assert [path.name for path, found in names.items() if len(set(found)) < len(found)] == []


def test_each_page_has_advice_effect_voices_combination_and_certainty(shared):
    for name, heads in (
        ("elements.html", ("Advies", "Wat de cijfers zeggen", "Wat mensen vertellen", "Samen met andere elementen",
                           "Cijfers naast interviews", "Hoe zeker", "Wat we nog niet weten")),
        ("elements.en.html", ("Advice", "What the numbers say", "What people tell", "Together with other elements",
                              "Numbers beside interviews", "How sure", "What we do not know yet")),
    ):  # fmt: skip
        for head in heads[1:]:
            assert shared[name].count(head) == 5, head
    assert "Samen met begeleiding en leiderschap gaat" in shared["elements.html"]
    assert shared["elements.html"].count("verzonnen citaat") == 10


def test_no_community_is_named_outside_private(shared, demonstration):
    answers = pd.read_csv(SOURCE / "data" / "responses.csv", dtype=str)
    names = set(answers["community"]) | set(answers["organisation"]) | set(answers["respondent"])
    assert "community 003" in names
    for file, text in shared.items():
        assert not [name for name in names if name in text], file
    matrix = texts_of(demonstration.folder / "integration" / "private" / "case-matrix.xlsx")
    assert "community 003" in matrix


def test_no_words_of_people_leave_but_released_ones(shared):
    corpus = interviews.read_transcripts(SOURCE / "interviews", attributes=SOURCE / "interviews" / "kenmerken.csv")
    book = interviews.read_codebook("learning-communities")
    project = interviews.read_codings(SOURCE / "interviews" / "codings" / "codings.csv", corpus, book)
    releases = interviews.read_quote_releases(SOURCE)
    released = interviews.released_quotes(project, releases).quotes["quote"].tolist()
    assert len(released) == 10
    sentences = {
        " ".join(sentence.split())
        for document in corpus
        for turn in document.turns
        for sentence in re.split(r"(?<=[.?!])\s+", document.text[turn.start : turn.end])
        if len(sentence) > 40
    }
    assert len(sentences) > 1000
    closed = [one for one in sentences if not any(one in quote or quote in one for quote in released)]
    for file, text in shared.items():
        assert not [one for one in closed if one in text], file
    assert all(quote in shared["elements.html"] for quote in released)


def test_small_counts_of_people_and_cases_stay_inside(demonstration):
    tables = demonstration.folder / "integration" / "tables"
    table = pd.read_csv(tables / "elements_both_kinds.csv")
    counts = table[["n_cases_mentioning", "n_cases_helping", "n_cases_lacking", "n_cases_hindering"]].stack().dropna()
    assert (counts > 0).any()
    assert ((counts == 0) | (counts >= 3)).all()
    assert (pd.read_csv(tables / "combinations.csv")["n_cases"].dropna() >= 3).all()
    assert (pd.read_csv(tables / "mechanisms.csv")["n_persons"] >= 3).all()


def test_the_record_names_what_decided(demonstration):
    record = json.loads((demonstration.folder / "integration" / "run.json").read_text(encoding="utf-8"))
    assert record["integration"] == "programme-demo"
    assert {"study.yaml", "programme.yaml", "integration.yaml", "logic_model.yaml"} <= record["inputs"].keys()
    assert len(record["packages"]) == 12


def test_the_researchers_own_pages_say_that_they_are_confidential(demonstration):
    private = demonstration.folder / "integration" / "private"
    assert "Vertrouwelijk." in texts_of(private / "elements.html")
    assert "39 van de 40 mensen" in texts_of(private / "elements.html")
    assert "39 van de 40 mensen" not in texts_of(demonstration.folder / "integration" / "elements.html")


def test_an_earlier_integration_is_replaced_only_when_asked(demonstration, lcresearch):
    status, _, err = lcresearch("integrate", demonstration.folder)
    assert status == 1
    assert "G002" in err


def test_a_demonstration_that_is_there_is_not_made_again(demonstration):
    before = {path: path.stat().st_mtime_ns for path in demonstration.folder.rglob("*")}
    with pytest.raises(StudyError) as refused:
        studies.demo(demonstration.folder)
    assert refused.value.problems[0].code == "S012"
    assert {path: path.stat().st_mtime_ns for path in demonstration.folder.rglob("*")} == before


def test_pages_of_elements_and_the_synthesis_tell_the_same_effects(demonstration):
    effects, both = (
        pd.read_csv(demonstration.folder / part / "tables" / name).set_index("element")
        for part, name in (("synthesis", "elements.csv"), ("integration", "elements_both_kinds.csv"))
    )
    same = ["estimate", "conf_low", "conf_high", "verdict", "certainty", "n_consortia"]
    pd.testing.assert_frame_equal(both[same].sort_index(), effects[same].sort_index())
    assert len(both) >= 5


def test_cards_and_checklists_lie_beside_the_pages_in_both_languages(demonstration):
    folder = demonstration.folder / "integration"
    for name in CARDS:
        assert "niet delen" not in (folder / f"card_{name}.html").read_text(encoding="utf-8")
        assert "not to be shared" in (folder / "private" / f"card_{name}.en.html").read_text(encoding="utf-8")
    page = (folder / "elements.en.html").read_text(encoding="utf-8")
    for name in ("card_shared_purpose.en.html", "checklist_gramms.en.html", "checklist_coreq.en.html"):
        assert f'href="{name}"' in page
    gramms = (folder / "checklist_gramms.en.html").read_text(encoding="utf-8")
    assert "Numbers and interviews were compared by fixed rules" in gramms
    assert {"cards.yaml"} <= json.loads((folder / "run.json").read_text(encoding="utf-8"))["inputs"].keys()
