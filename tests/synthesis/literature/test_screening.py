"""Two screeners, two stages: every record has a line, and what is not agreed on is settled by somebody."""

import csv

import openpyxl
import pandas as pd
import pytest

from lcresearch.agreement import rater_agreement
from lcresearch.errors import SynthesisError
from lcresearch.synthesis import (
    read_decisions,
    read_resolutions,
    records_of,
    screening_form,
    screening_log,
    write_conflicts,
)

FOUR = records_of(pd.DataFrame({"title": ["One", "Two", "Three", "Four"]}))
IDS = FOUR.frame["record"].tolist()


def votes(stage, *, a, b, reasons_a=None, reasons_b=None, records=IDS):
    def of(screener, decisions, reasons):
        frame = pd.DataFrame({"stage": stage, "screener": screener, "record": records[: len(decisions)]})
        return frame.assign(decision=decisions, reason=reasons or [""] * len(decisions))

    return pd.concat([of("an", a, reasons_a), of("bo", b, reasons_b)], ignore_index=True)


def fill(path, **columns):
    """Fill a workbook as a person does: a column of answers by the record in the row."""
    book = openpyxl.load_workbook(path)
    sheet = book.active
    head = [cell.value for cell in sheet[1]]
    for row in sheet.iter_rows(min_row=2):
        for name, answers in columns.items():
            row[head.index(name)].value = answers[row[head.index("record")].value]
    book.save(path)


def codes(error):
    return [problem.code for problem in error.value.problems]


@pytest.mark.parametrize(
    ("a", "b", "status"),
    [
        ("include", "include", "awaiting_full_text"),
        ("include", "unsure", "awaiting_full_text"),
        ("unsure", "unsure", "awaiting_full_text"),
        ("exclude", "exclude", "excluded_title_abstract"),
        ("unsure", "exclude", "conflict_title_abstract"),
        ("include", "", "awaiting_title_abstract"),
    ],
)
def test_title_and_abstract(a, b, status):
    log = screening_log(FOUR, votes("title_abstract", a=[a], b=[b]))
    assert log.outcome["status"].tolist() == [status, *["awaiting_title_abstract"] * 3]


@pytest.mark.parametrize(
    ("a", "b", "status"),
    [
        (("include", ""), ("include", ""), "included"),
        (("exclude", "no data"), ("exclude", "No data"), "excluded_full_text"),
        (("exclude", "no data"), ("exclude", "other group"), "conflict_full_text"),
        (("unsure", ""), ("unsure", ""), "conflict_full_text"),
        (("not_retrieved", ""), ("not_retrieved", ""), "not_retrieved"),
        (("not_retrieved", ""), ("include", ""), "conflict_full_text"),
    ],
)
def test_full_text(a, b, status):
    first = votes("title_abstract", a=["include"], b=["include"])
    second = votes("full_text", a=[a[0]], b=[b[0]], reasons_a=[a[1]], reasons_b=[b[1]])
    log = screening_log(FOUR, pd.concat([first, second]))
    assert log.outcome["status"].iloc[0] == status


def test_no_record_is_lost_and_counts_add_up():
    log = screening_log(
        FOUR,
        votes("title_abstract", a=["include", "exclude", "unsure", "include"], b=["include", "exclude", "exclude", ""]),
    )
    glance = log.glance().iloc[0]
    assert glance["n"] == 4 == glance.drop("n").sum()
    assert len(log.lines()) == 8
    assert log.conflicts()["record"].tolist() == ["r0003"]
    assert log.conflicts()[["decision_1", "decision_2"]].values.tolist() == [["unsure", "exclude"]]


def test_a_settled_conflict_keeps_who_settled_it():
    decisions = votes("title_abstract", a=["include"] * 4, b=["exclude", "include", "include", "include"])
    settled = pd.DataFrame(
        {"stage": ["title_abstract"], "record": ["r0001"], "decision": ["exclude"], "by": ["third: Cy"]}
    )
    log = screening_log(FOUR, decisions, resolutions=settled)
    assert log.outcome.iloc[0][["status", "settled"]].tolist() == ["excluded_title_abstract", "resolved"]
    assert log.lines().iloc[-1][["kind", "screener"]].tolist() == ["resolution", "third: Cy"]
    assert len(log.for_full_text()) == 3
    assert log.agreement().tidy().set_index("term").loc["percent_agreement", "estimate"] == 0.75  # as before settling


def test_agreement_is_that_worked_out_by_hand():
    # By hand: 50 records, 20 both in, 15 both out, 5 and 10 on either side: kappa .40
    a = ["include"] * 25 + ["exclude"] * 25
    b = ["include"] * 20 + ["exclude"] * 5 + ["include"] * 10 + ["exclude"] * 15
    fifty = records_of(pd.DataFrame({"title": [f"Title {n}" for n in range(50)]}))
    log = screening_log(fifty, votes("title_abstract", a=a, b=b, records=fifty.frame["record"].tolist()))
    table = log.agreement(go_on=True).tidy().set_index("term")
    assert table.loc["cohen_kappa", "estimate"] == pytest.approx(0.4)
    own = rater_agreement([[int(x == "include"), int(y == "include")] for x, y in zip(a, b, strict=True)])
    pd.testing.assert_frame_equal(table.reset_index(), own.tidy())
    shown = log.agreement_table().query("about == 'go_on' and term == 'cohen_kappa'").iloc[0]
    assert shown["conf_low"] < 0.4 < shown["conf_high"]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_form_is_read_back_in_either_language(tmp_path, ending, language):
    path = screening_form(FOUR, tmp_path / f"form.{ending}", screener="an", seed=2, language=language)
    found = read_decisions(path)
    assert sorted(found["record"]) == IDS
    assert found[["stage", "screener", "decision"]].drop_duplicates().values.tolist() == [["title_abstract", "an", ""]]


def test_each_screener_has_an_order_of_their_own_and_never_sees_the_other(tmp_path):
    many = records_of(pd.DataFrame({"title": [f"Title {n}" for n in range(30)]}))
    orders = []
    for screener in ("an", "bo", "an"):
        path = screening_form(many, tmp_path / f"{len(orders)}.csv", screener=screener, seed=2)
        assert read_decisions(path)["screener"].unique().tolist() == [screener]
        orders.append(read_decisions(path)["record"].tolist())
    assert orders[0] != orders[1]
    assert orders[0] == orders[2]


def test_forms_that_people_filled_in(tmp_path):
    for screener, decisions in (("an", ["opnemen", "Uitsluiten", "twijfel", "include"]), ("bo", ["opnemen"] * 4)):
        path = screening_form(FOUR, tmp_path / f"{screener}.xlsx", screener=screener, language="nl")
        fill(path, besluit=dict(zip(IDS, decisions, strict=True)))
    log = screening_log(FOUR, read_decisions([tmp_path / "an.xlsx", tmp_path / "bo.xlsx"]))
    assert log.conflicts()["record"].tolist() == ["r0002"]
    path = write_conflicts(log.conflicts(), tmp_path / "conflicts.xlsx", language="nl")
    assert len(read_resolutions(path)) == 0
    fill(path, besluit={"r0002": "uitsluiten"}, **{"opgelost door": {"r0002": "samen"}})
    settled = read_resolutions(path)
    assert settled[["record", "decision", "by"]].to_numpy().tolist() == [["r0002", "exclude", "samen"]]  # as filled in
    again = screening_log(FOUR, log.decisions, resolutions=settled)
    assert again.outcome["status"].value_counts().to_dict() == {"awaiting_full_text": 3, "excluded_title_abstract": 1}


def test_a_form_that_is_there_is_never_replaced(tmp_path):
    screening_form(FOUR, tmp_path / "form.xlsx", screener="an")
    with pytest.raises(SynthesisError) as caught:
        screening_form(FOUR, tmp_path / "form.xlsx", screener="an")
    assert codes(caught) == ["G002"]


def test_a_title_that_looks_like_a_formula_does_not_run(tmp_path):
    records = records_of(pd.DataFrame({"title": ["=cmd|' /C calc'!A0"]}))
    path = screening_form(records, tmp_path / "form.csv", screener="an")
    assert "'=cmd" in path.read_text(encoding="utf-8-sig")


def test_everything_wrong_with_forms_is_told_together(tmp_path):
    (tmp_path / "an.csv").write_text(
        "stage,screener,record,decision\ntitle and abstract,an,r0001,maybe\nlater,an,r0002,include\n"
        "title and abstract,an,r0001,include\ntitle and abstract,,r0003,include\n"
    )
    (tmp_path / "bo.csv").write_text("screener,record\nbo,r0001\n")
    with pytest.raises(SynthesisError) as caught:
        read_decisions([tmp_path / "an.csv", tmp_path / "bo.csv"])
    assert sorted(codes(caught)) == ["Y098", "Y098", "Y099", "Y099", "Y101", "Y107"]
    assert {problem.where.row for problem in caught.value.problems} >= {2, 3, 4, 5}


@pytest.mark.parametrize(
    ("decisions", "code"),
    [
        (votes("title_abstract", a=["include"], b=["include"], records=["r0009"]), "Y100"),
        (votes("full_text", a=["exclude"], b=["include"]), "Y102"),
        (votes("full_text", a=["include"], b=["include"]), "Y106"),
        (votes("somewhere", a=["include"], b=["include"]), "Y099"),
        (votes("title_abstract", a=["perhaps"], b=["include"]), "Y099"),
        (pd.concat([votes("title_abstract", a=["include"], b=["include"])] * 2), "Y101"),
        (
            pd.concat(
                [
                    votes("title_abstract", a=["include"], b=["include"]),
                    pd.DataFrame(
                        {"stage": ["title_abstract"], "screener": "cy", "record": ["r0001"], "decision": ["include"]}
                    ),
                ]
            ),
            "Y103",
        ),
    ],
)
def test_decisions_that_cannot_be(decisions, code):
    with pytest.raises(SynthesisError) as caught:
        screening_log(FOUR, decisions)
    assert set(codes(caught)) == {code}


def test_only_reasons_that_were_agreed_on(tmp_path):
    both = pd.concat(
        [
            votes("title_abstract", a=["include"], b=["include"]),
            votes("full_text", a=["exclude"], b=["exclude"], reasons_a=["No data"], reasons_b=["other"]),
        ]
    )
    with pytest.raises(SynthesisError) as caught:
        screening_log(FOUR, both, reasons=["no data"])
    assert [dict(problem.values)["value"] for problem in caught.value.problems] == ["other"]


def test_a_conflict_settled_by_nobody_is_refused(tmp_path):
    path = tmp_path / "conflicts.csv"
    path.write_text("stage,record,decision,settled by\nfull text,r0001,include,\nfull text,r0002,unsure,Cy\n")
    with pytest.raises(SynthesisError) as caught:
        read_resolutions(path)
    assert sorted(codes(caught)) == ["Y099", "Y107"]


def test_forms_hold_for_other_programs_each_record_and_what_was_decided(tmp_path):
    titles = dict(zip(IDS, ["One", "Two", "Three", "Four"], strict=True))
    sheet = pd.read_excel(screening_form(FOUR, tmp_path / "form.xlsx", screener="an", seed=2, language="en"))
    assert dict(zip(sheet["record"], sheet["title"], strict=True)) == titles
    assert sheet["decision"].isna().all()
    path = screening_form(FOUR, tmp_path / "form.csv", screener="an", seed=2, language="en")
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    assert [line["record"] for line in lines] == sheet["record"].tolist()
    log = screening_log(
        FOUR, votes("title_abstract", a=["include"] * 4, b=["include", "exclude", "include", "exclude"])
    )
    sheet = pd.read_excel(write_conflicts(log.conflicts(), tmp_path / "conflicts.xlsx", language="en"))
    columns = ["record", "decision 1", "decision 2"]
    assert sheet[columns].values.tolist() == [["r0002", "include", "exclude"], ["r0004", "include", "exclude"]]
