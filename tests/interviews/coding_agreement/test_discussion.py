"""The list of disagreements, the outcome of talking about it, and that it never counts as agreement."""

from dataclasses import replace

import openpyxl
import pandas as pd
import pytest

from lcresearch.errors import InterviewError
from lcresearch.interviews import (
    Code,
    Codebook,
    coder_agreement,
    find_disagreements,
    read_project,
    settle,
    write_disagreements,
    write_project,
)
from lcresearch.interviews.coding_agreement.agreed_coder import AGREED


def turn(document, number, code, coder):
    return (document, 10 * number, 10 * number + 9, code, coder)


MARKED = [
    turn("d", 0, "time", "An"), turn("d", 0, "time", "Bo"),  # alike
    turn("d", 1, "time", "An"), turn("d", 1, "money", "Bo"),  # another code in the same place
    turn("d", 2, "money", "An"),  # only one coder
    ("d", 30, 39, "mistakes", "An"), ("d", 30, 35, "mistakes", "Bo"),  # other boundaries
    turn("d", 5, "time", "An"), turn("d", 5, "time", "Bo"), turn("d", 5, "money", "Bo"),  # alike, and one more
    turn("alone", 0, "time", "An"),
]  # fmt: skip


@pytest.fixture
def project(make):
    return make(MARKED, {"d": 8, "alone": 3})


def filled(found, path, answers, language="nl"):
    """The list written and filled in: (code, item) -> what is written in the columns of the outcome."""
    write_disagreements(found, path, language=language)
    frame = (
        pd.read_csv(path, dtype=str, encoding="utf-8-sig") if path.suffix == ".csv" else pd.read_excel(path, dtype=str)
    )
    for row, code in enumerate(found.table["code"]):
        for column, value in answers.get((found.table["item"][row], code), {}).items():
            frame.loc[row, column] = value
    if path.suffix == ".csv":
        frame.to_csv(path, index=False, encoding="utf-8-sig")
    else:
        frame.to_excel(path, index=False)
    return path


def test_each_kind_of_disagreement_is_named_with_its_place(project):
    found = find_disagreements(project)
    columns = ["item", "start", "code", "kind", "given_by", "not_given_by"]
    an, bo = "An de Codeur", "Bo de Codeur"
    assert found.tidy()[columns].values.tolist() == [
        [1, 10, "geld", "other_code", bo, an],
        [1, 10, "tijd", "other_code", an, bo],
        [2, 20, "geld", "not_all", an, bo],
        [3, 30, "leren > van fouten", "boundaries", f"{an}, {bo}", ""],
        [4, 50, "geld", "not_all", bo, an],
    ]
    assert found.tidy()["other_codes"].tolist()[:3] == [f"{an}: tijd", f"{bo}: geld", ""]
    assert found.tidy()["boundaries"][3] == f"{an}: 30-39; {bo}: 30-35"
    first = found.tidy().iloc[0]
    assert (first["speaker"], first["text"]) == ("R", "abcdefgh.")
    assert first["before"] == "abcdefgh."
    assert first["after"].startswith("abcdefgh.")
    assert found.glance().iloc[0].to_dict() == {
        "n_places": 7, "n_alike": 2, "n_other_code": 2, "n_not_all": 2, "n_boundaries": 1, "n_items": 4,
    }  # fmt: skip
    assert "read by one coder only" in found.summary()


def test_blanks_and_points_at_edges_are_no_disagreement(make):
    marked = [
        ("d", 0, 10, "time", "An"),
        ("d", 0, 8, "time", "Bo"),
        ("d", 10, 17, "time", "An"),
        turn("d", 1, "time", "Bo"),
    ]
    project = make(marked, {"d": 4})
    assert find_disagreements(project).tidy()["kind"].tolist() == ["boundaries"]
    assert find_disagreements(project, tolerance=1).tidy().empty


def test_three_coders_and_order_by_code(make):
    marked = [turn("d", 4, "time", "An"), turn("d", 4, "time", "Bo"), turn("d", 4, "money", "Cor"),
              turn("d", 0, "money", "An"), turn("d", 0, "money", "Bo"), turn("d", 0, "money", "Cor"),
              turn("d", 1, "time", "Cor")]  # fmt: skip
    project = make(marked, {"d": 6}, ("An", "Bo", "Cor"))
    found = find_disagreements(project, order="code").tidy()
    assert found["code"].tolist() == ["geld", "tijd", "tijd"]
    assert found["start"].tolist() == [40, 10, 40]
    assert found["given_by"].tolist()[2] == "An de Codeur, Bo de Codeur"
    assert found["not_given_by"].tolist()[2] == "Cor de Codeur"
    with pytest.raises(InterviewError, match="V141"):
        find_disagreements(project, order="speaker")


def test_a_code_of_a_whole_document_is_one_place_and_competes_with_nothing(make):
    project = make([("d", -1, -1, "time", "An"), turn("d", 1, "money", "Bo"), turn("d", 1, "money", "An")], {"d": 3})
    found = find_disagreements(project).tidy()
    assert found[["code", "kind", "start", "end"]].values.tolist() == [["tijd", "not_all", 0, 30]]


@pytest.mark.parametrize(("language", "ending"), [("nl", "xlsx"), ("en", "csv"), ("en", "xlsx"), ("nl", "csv")])
def test_outcomes_become_agreed_codings_beside_the_old_ones(project, tmp_path, language, ending):
    found = find_disagreements(project)
    head = {"nl": ("uitkomst", "afgesproken code", "grenzen van", "opmerking"),
            "en": ("outcome", "agreed code", "boundaries of", "remark")}[language]  # fmt: skip
    yes, no, other = {"nl": ("ja", "Nee", "anders"), "en": ("Yes", "no", "other")}[language]
    answers = {
        (1, "geld"): {head[0]: no},
        (1, "tijd"): {head[0]: yes},
        (2, "geld"): {head[0]: other, head[1]: "leren > samen", head[3]: "=regel"},
        (3, "leren > van fouten"): {head[0]: yes, head[2]: "Bo de Codeur"},
    }
    path = filled(found, tmp_path / f"lijst.{ending}", answers, language)
    result = settle(project, found, path, language=language, date="2026-11-20")
    assert result.agreed.codings[["document", "start", "end", "code"]].values.tolist() == [
        ["d", 30, 35, "mistakes"],
        ["d", 0, 9, "time"],
        ["d", 10, 19, "time"],
        ["d", 50, 59, "time"],
        ["d", 20, 29, "together"],
    ]
    assert result.agreed.coders["name"].tolist() == [{"nl": "na overleg", "en": "agreed"}[language]]
    assert result.record["outcome"].tolist() == ["dropped", "kept", "replaced", "kept", "open"]
    assert result.record["agreed_code"].tolist()[2] == "leren > samen"
    row = result.tidy().set_index("code").loc["geld"]
    assert row[["n_places", "n_alike", "n_differed", "n_dropped", "n_replaced", "n_open"]].tolist() == [
        3,
        0,
        3,
        1,
        1,
        1,
    ]
    assert row["share_settled"] == pytest.approx(2 / 3)
    assert {problem.code for problem in result.problems} == {"V144", "V156", "V163"}
    # before stays before
    before, after = coder_agreement(project), coder_agreement(result.project)
    pd.testing.assert_frame_equal(before.by_code(), after.by_code())
    assert len(result.project.codings) == len(project.codings) + 5
    beside = result.beside(before)
    assert "alpha_before" in beside.columns
    assert not [name for name in beside.columns if "alpha" in name and "before" not in name]
    assert "no agreement between independent coders" in result.summary()


def test_agreed_codings_go_through_another_program_and_still_do_not_count(project, tmp_path):
    found = find_disagreements(project)
    result = settle(project, found, filled(found, tmp_path / "lijst.csv", {}), language="nl")
    codings = result.project.codings.assign(selection=result.project.codings["coding"] + "s")
    path = write_project(replace(result.project, codings=codings), tmp_path / "na.qdpx").path
    again = read_project(path)
    assert len(again.coders) == 3
    notes = {problem.code for problem in coder_agreement(again).problems}
    assert "V149" in notes


def test_a_second_round_takes_the_place_of_the_first(project, tmp_path):
    found = find_disagreements(project)
    first = settle(project, found, filled(found, tmp_path / "een.csv", {}))
    again = find_disagreements(first.project)
    assert again.table["id"].tolist() == found.table["id"].tolist()
    second = settle(first.project, again, filled(again, tmp_path / "twee.csv", {(2, "geld"): {"uitkomst": "ja"}}))
    assert second.project.codings["coder"].eq(AGREED).sum() == len(first.agreed.codings) + 1
    assert second.project.coders.index.tolist() == ["An", "Bo", AGREED]


def test_a_second_project_in_which_coders_changed_their_codings(project):
    found = find_disagreements(project)
    kept = [row for row in MARKED if row not in [turn("d", 1, "money", "Bo"), turn("d", 2, "money", "An")]]
    after = [*kept, turn("d", 1, "time", "Bo")]  # now both say time; money in turn 2 is gone; the rest is as it was
    changed = replace(project, codings=_codings(after))
    result = settle(project, found, changed)
    assert result.record["outcome"].tolist() == ["dropped", "kept", "dropped", "open", "open"]
    assert result.agreed.codings[["start", "code"]].values.tolist() == [[0, "time"], [10, "time"], [50, "time"]]
    by_agreed = replace(
        project,
        codings=_codings([*MARKED, turn("d", 2, "money", "x1"), turn("d", 0, "time", "x1")]),
        coders=pd.concat([project.coders, pd.DataFrame({"name": ["na overleg"]}, index=["x1"])]),
    )
    result = settle(project, found, by_agreed)
    assert result.record["outcome"].tolist() == ["dropped", "dropped", "kept", "dropped", "dropped"]
    assert len(result.agreed.codings) == 2
    other = replace(project.corpus.documents[0], text=project.corpus.documents[0].text.upper())
    with pytest.raises(InterviewError, match="V158"):
        settle(project, found, replace(changed, corpus=replace(project.corpus, documents=(other,))))


def _codings(rows):
    frame = pd.DataFrame(rows, columns=["document", "start", "end", "code", "coder"])
    return frame.assign(coding=[f"c{n}" for n in range(len(frame))], selection="", created=pd.NaT)


def test_all_rows_that_cannot_be_understood_are_named_and_nothing_is_taken_over(project, tmp_path):
    found = find_disagreements(project)
    answers = {
        (1, "geld"): {"uitkomst": "misschien"},
        (1, "tijd"): {"uitkomst": "anders"},
        (2, "geld"): {"uitkomst": "ja", "afgesproken code": "tijd"},
        (3, "leren > van fouten"): {"uitkomst": "ja", "grenzen van": "Zoë"},
        (4, "geld"): {"uitkomst": "anders", "afgesproken code": "tjid"},
    }
    with pytest.raises(InterviewError) as error:
        settle(project, found, filled(found, tmp_path / "lijst.csv", answers))
    assert [problem.code for problem in error.value.problems] == ["V153"] * 5
    assert [problem.where.row for problem in error.value.problems] == [2, 3, 4, 5, 6]
    frame = pd.read_csv(tmp_path / "lijst.csv", dtype=str)
    frame.assign(uitkomst="ja", id="v-0").to_csv(tmp_path / "ander.csv", index=False)
    with pytest.raises(InterviewError, match="V154"):
        settle(project, found, tmp_path / "ander.csv")
    frame.drop(columns="id").to_csv(tmp_path / "zonder.csv", index=False)
    with pytest.raises(InterviewError, match="V155"):
        settle(project, found, tmp_path / "zonder.csv")
    (tmp_path / "dubbel.csv").write_text("id,uitkomst,uitkomst\nv-1,,ja\n", encoding="utf-8")
    with pytest.raises(InterviewError, match="V155"):
        settle(project, found, tmp_path / "dubbel.csv")
    (tmp_path / "kapot.xlsx").write_bytes(b"PK\x03\x04 geen werkmap")
    with pytest.raises(InterviewError, match="V240"):
        settle(project, found, tmp_path / "kapot.xlsx")
    with pytest.raises(InterviewError, match="G001"):
        settle(project, found, tmp_path / "weg.xlsx")
    moved = replace(project, codings=project.codings.assign(end=project.codings["end"] - 2))
    with pytest.raises(InterviewError, match="V154"):
        settle(moved, find_disagreements(moved), filled(found, tmp_path / "oud.csv", {}))


def test_rows_may_be_sorted_or_taken_out(project, tmp_path):
    found = find_disagreements(project)
    path = filled(found, tmp_path / "lijst.csv", {(2, "geld"): {"uitkomst": "ja"}})
    frame = pd.read_csv(path, dtype=str, encoding="utf-8-sig")
    frame[frame["uitkomst"].notna()].to_csv(path, index=False, sep=";")
    result = settle(project, found, path)
    assert result.record["outcome"].tolist() == ["open", "open", "kept", "open", "open"]
    assert result.glance()["n_open"][0] == 4


def test_hostile_words_stay_words(make, tmp_path):
    text = '=HYPERLINK("http://x")\n+cmd|calc\x07\ud83d\n' + "@a " * 20_000
    book = Codebook((Code("time", "=1+1"), Code("money", "-geld")))
    marked = [("d", 0, 22, "time", "An"), ("d", 23, 33, "money", "Bo"), ("d", 36, len(text), "time", "Bo")]
    project = make(marked, {"d": 1}, book=book)
    document = replace(project.corpus.documents[0], text=text, name="=x", turns=())
    project = replace(project, corpus=replace(project.corpus, documents=(document,)))
    found = find_disagreements(project)
    path = write_disagreements(found, tmp_path / "lijst.xlsx", language="nl")
    book_read = openpyxl.load_workbook(path)
    assert book_read.sheetnames == ["verschillen", "uitleg"]
    page = book_read.active
    cells = [cell for row in page.iter_rows(min_row=2) for cell in row if isinstance(cell.value, str)]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.value.startswith(("=", "+", "@"))]
    assert page.data_validations.dataValidation[0].formula1 == '"ja,nee,anders,open"'
    column = [cell.value for cell in page[1]].index("uitkomst") + 1
    agreed = [cell.value for cell in page[1]].index("afgesproken code") + 1
    for row in (2, 3, 4):
        page.cell(row, column).value = "anders"
        page.cell(row, agreed).value = "'=1+1"
    book_read.save(path)
    assert settle(project, found, path).record["agreed_code"].tolist() == ["=1+1"] * 3
    with pytest.raises(InterviewError, match="G002"):
        write_disagreements(found, path)
    with pytest.raises(InterviewError, match="V035"):
        write_disagreements(found, tmp_path / "lijst.docx")


def test_the_demonstration_has_its_places_counted_once(demo, tmp_path):
    found = find_disagreements(demo)
    counts = found.glance().iloc[0]
    assert counts["n_places"] == counts[["n_alike", "n_other_code", "n_not_all", "n_boundaries"]].sum() == 547
    assert found.table["id"].is_unique
    again = type(found).from_dict(found.to_dict())
    pd.testing.assert_frame_equal(again.tidy(), found.tidy(), check_dtype=False)
    path = write_disagreements(found, tmp_path / "lijst.xlsx")
    assert settle(demo, found, path).glance()["n_open"][0] == len(found.table)


def test_boundaries_of_their_own_and_answers_from_a_table(project, tmp_path):
    found = find_disagreements(project)
    path = filled(found, tmp_path / "list.csv", {(3, "leren > van fouten"): {"uitkomst": "ja", "grenzen van": "31-37"}})
    of_file = settle(project, found, path)
    place = found.table.set_index("code").loc["leren > van fouten", "id"]
    rows = [("kept", "", "31-37", "they agreed"), ("dropped", "", "", "gone from the list")]
    answers = pd.DataFrame(
        rows, columns=["outcome", "agreed_code", "agreed_boundaries", "remark"], index=[place, "v-0"]
    )
    of_table = settle(project, found, answers)
    for result in (of_file, of_table):
        mine = result.agreed.codings.set_index("code")
        assert mine.loc["mistakes", ["start", "end"]].tolist() == [31, 37]
        assert result.glance()["n_open"][0] == 4
    assert of_table.record.set_index("id").loc[place, "remark"] == "they agreed"


@pytest.mark.parametrize("written", ["0-20", "37-31", "31-", "elsewhere"])
def test_boundaries_that_do_not_touch_the_place_are_refused(project, tmp_path, written):
    found = find_disagreements(project)
    answers = {(3, "leren > van fouten"): {"uitkomst": "ja", "grenzen van": written}}
    with pytest.raises(InterviewError) as refused:
        settle(project, found, filled(found, tmp_path / "list.csv", answers))
    assert [one.code for one in refused.value.problems] == ["V153"]


def test_places_in_two_documents_of_the_same_text_have_ids_of_their_own(make):
    rows = [turn(document, 2, "money", "An") for document in ("d", "e")]
    rows += [turn(document, 0, "time", coder) for document in ("d", "e") for coder in ("An", "Bo")]
    found = find_disagreements(make(rows, {"d": 8, "e": 8}))
    assert found.table["id"].nunique() == len(found.table) == 2


def test_the_analysis_has_what_was_agreed_and_elsewhere_the_one_coders_codings(make, tmp_path):
    rows = [
        ("d1", 0, 9, "time", "An"),
        ("d1", 0, 9, "money", "Bo"),
        ("d1", 10, 19, "time", "An"),
        ("d2", 0, 9, "time", "Bo"),
    ]
    project = make(rows, {"d1": 2, "d2": 1})
    found = find_disagreements(
        project, read={"Gesprek d1": ["An de Codeur", "Bo de Codeur"], "Gesprek d2": ["Bo de Codeur"]}
    )
    path = write_disagreements(found, tmp_path / "talk.csv", language="en")
    filled = pd.read_csv(path)
    outcomes = {("tijd", 0): "yes", ("geld", 0): "no", ("tijd", 10): "open"}
    filled["outcome"] = [outcomes[code, start] for code, start in zip(filled["code"], filled["start"], strict=True)]
    filled.to_csv(path, index=False)
    final = settle(project, found, path, language="en").for_analysis()
    assert final.quotes[["document", "path", "coder"]].values.tolist() == [
        ["Gesprek d2", "tijd", "Bo de Codeur"], ["Gesprek d1", "tijd", "agreed"],
    ]  # fmt: skip
