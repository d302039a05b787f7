"""A synthesis in a folder: each step reads what people filled in, and writes the next form."""

import openpyxl
import pandas as pd
import pytest

from lcresearch.errors import SynthesisError
from lcresearch.synthesis.literature import folder as literature

SETTINGS = """
screeners: [Noor, Sam]
language: nl
reasons: {population: {nl: andere doelgroep, en: other population}}
themes: {trust: {nl: vertrouwen, en: trust}, time: {nl: tijd, en: time}}
sectors: {care: {nl: zorg, en: care}, metal: {nl: metaal, en: metal}}
"""


def fill(path, answer):
    """Fill every row of a workbook with what ``answer`` gives for it, as a person would."""
    book = openpyxl.load_workbook(path)
    sheet = book.active
    head = [cell.value for cell in sheet[1]]
    for row in sheet.iter_rows(min_row=2):
        for name, value in answer({name: cell.value for name, cell in zip(head, row, strict=True)}).items():
            row[head.index(name)].value = value
    book.save(path)


def names(paths):
    return [path.name for path in paths]


@pytest.fixture
def begun(tmp_path, invented):
    (tmp_path / "agreed.yaml").write_text(SETTINGS)
    sources = [invented / "zotero.ris", invented / "scopus.ris", invented / "endnote.txt", invented / "excel_nl.csv"]
    made = literature.start(
        sources, tmp_path / "review", settings=tmp_path / "agreed.yaml", found_by={"excel_nl.csv": "website"}
    )
    assert names(made) == ["literature.yaml", "records.csv", "reading-log.csv", "duplicates.csv", "doubtful-pairs.csv"]
    return tmp_path / "review"


def test_from_files_to_a_result(begun):
    assert literature.status(begun).next_step == "judge"
    pairs = begun / "doubtful-pairs.csv"
    pairs.write_text(pairs.read_text(encoding="utf-8-sig").rstrip().rstrip(",") + ",same\n", encoding="utf-8")
    assert literature.status(begun).next_step == "proceed"
    forms = literature.proceed(begun)
    assert names(forms) == ["title-abstract-Noor.xlsx", "title-abstract-Sam.xlsx"]
    assert literature.proceed(begun) == []
    assert literature.status(begun).next_step == "screen"
    for path in forms:
        doubt = "uitsluiten" if "Sam" in path.name else "twijfel"
        fill(path, lambda row, doubt=doubt: {"besluit": doubt if "hospital" in row["titel"] else "opnemen"})
    conflicts = literature.proceed(begun)
    assert names(conflicts) == ["conflicts-title-abstract.xlsx"]
    assert literature.status(begun).next_step == "settle"
    fill(conflicts[0], lambda row: {"besluit": "opnemen", "opgelost door": "samen"})
    forms = literature.proceed(begun)
    assert names(forms) == ["full-text-Noor.xlsx", "full-text-Sam.xlsx"]
    for path in forms:
        fill(
            path,
            lambda row: (
                {"besluit": "uitsluiten", "reden": "andere doelgroep"}
                if "HYPERLINK" in row["titel"]
                else {"besluit": "niet verkregen" if "trust" in row["titel"] else "opnemen"}
            ),
        )
    form = literature.proceed(begun)
    assert names(form) == ["extraction.xlsx"]
    assert literature.status(begun).next_step == "extract"
    fill(form[0], lambda row: {"thema": "tijd", "sector": "zorg", "richting": "geen effect"})
    assert literature.status(begun).next_step == "report"
    (begun / "prisma.yaml").write_text("previous: {studies: 2}\n")
    result = literature.finish(begun)
    counts = result.flow.counts
    assert (counts["databases"]["screened"], counts["other"]["identified"]) == (4, {"website": 2})
    assert counts["included"]["studies"] == 4
    assert counts["other"]["excluded_reports"] == {"population": 1}
    assert counts["total"]["studies"] == 6
    assert result.glance()["n_missing_cells"].item() == 3
    status = literature.status(begun).tidy()
    assert (status["n"] == status["n_done"]).all()


def test_a_later_search_is_added_and_nothing_that_was_decided_is_lost(begun, invented):
    forms = literature.proceed(begun)
    for path in forms:
        fill(path, lambda row: {"besluit": "uitsluiten" if "trust" in row["titel"] else "opnemen"})
    before = literature.status(begun)
    literature.add([invented / "pubmed.nbib", invented / "scopus_export.csv"], begun)
    status = literature.status(begun)
    assert status.next_step == "proceed"
    kept = status.tidy().set_index("file").loc[[path.name for path in forms]]
    pd.testing.assert_frame_equal(kept, before.tidy().set_index("file").loc[[path.name for path in forms]])
    again = literature.proceed(begun)
    assert names(again) == ["title-abstract-Noor-round-2.xlsx", "title-abstract-Sam-round-2.xlsx"]
    sheet = openpyxl.load_workbook(again[0]).active
    assert [row[3].value for row in sheet.iter_rows(min_row=2)] == [
        "Time to learn in made-up factories."
    ]  # the only new one
    for path in again:
        fill(path, lambda row: {"besluit": "opnemen"})
    assert names(literature.proceed(begun)) == ["full-text-Noor.xlsx", "full-text-Sam.xlsx"]


def test_records_that_turn_out_to_be_one_after_screening_are_counted_once(begun):
    for path in literature.proceed(begun):
        fill(path, lambda row: {"besluit": "opnemen"})
    n = len(literature.FolderState(begun).log.records)
    pairs = begun / "doubtful-pairs.csv"
    pairs.write_text(pairs.read_text(encoding="utf-8-sig").rstrip().rstrip(",") + ",same\n", encoding="utf-8")
    state = literature.FolderState(begun)
    assert len(state.log.records) == n - 1
    assert state.log.glance()["awaiting_full_text"].item() == n - 1


def test_a_folder_that_holds_a_synthesis_is_not_begun_again(begun, invented):
    with pytest.raises(SynthesisError) as caught:
        literature.start(invented / "zotero.ris", begun)
    assert {problem.code for problem in caught.value.problems} == {"G002"}


@pytest.mark.parametrize("language", ["nl", "en"])
def test_settings_that_are_written_can_be_read(tmp_path, invented, language):
    literature.start(invented / "scopus.ris", tmp_path / "review", screeners=("Åsa", "O'Neill"), language=language)
    assert literature.status(tmp_path / "review").next_step == "proceed"
    assert names(literature.proceed(tmp_path / "review"))[0] == "title-abstract-Åsa.xlsx"


@pytest.mark.parametrize(
    "text",
    ["screeners: [one]", "screeners: ['../x', b]", "screeners: [a, b]\nlanguge: nl", "screeners: [a, b]\nseed: x"],
)
def test_settings_that_cannot_be_are_refused_and_leave_nothing(tmp_path, invented, text):
    (tmp_path / "agreed.yaml").write_text(text)
    with pytest.raises(SynthesisError):
        literature.start(invented / "scopus.ris", tmp_path / "review", settings=tmp_path / "agreed.yaml")
    assert not (tmp_path / "review").exists()


def test_a_folder_without_a_synthesis_is_refused(tmp_path):
    with pytest.raises(SynthesisError) as caught:
        literature.status(tmp_path)
    assert caught.value.problems[0].code == "G001"


def test_a_report_before_the_screening_is_done_says_what_comes_first(begun):
    with pytest.raises(SynthesisError) as error:
        literature.finish(begun)
    assert [problem.code for problem in error.value.problems] == ["Y211"]
    assert "lcresearch literature next" in error.value.problems[0].text("en")
