import dataclasses
import io
from xml.etree import ElementTree

import matplotlib.image
import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook

from lcresearch.errors import ReportingError
from lcresearch.reporting import export_tables, save_figures, save_report, save_tables
from lcresearch.reporting.spreadsheets import csv_bytes, workbook_bytes

HOSTILE = pd.DataFrame(
    {"group": ["=1+1", "+x", "-x", "@x", "\tx", "ok"], "mean": [-1.5, 2.0, float("nan"), 0.375, 1, 2]}
)


def test_formulas_are_neutralised_and_numbers_never():
    lines = csv_bytes(HOSTILE).decode().splitlines()
    assert lines == ["group,mean", "'=1+1,-1.5", "'+x,2.0", "'-x,", "'@x,0.375", "'x,1.0", "ok,2.0"]


def test_workbook_holds_numbers_as_numbers_and_no_formulas():
    book = load_workbook(io.BytesIO(workbook_bytes({"scores": HOSTILE}, {"title": "=cmd"})))
    sheet = book["scores"]
    assert [cell.value for cell in sheet["A"]] == ["group", "'=1+1", "'+x", "'-x", "'@x", "'x", "ok"]
    assert [cell.value for cell in sheet["B"]] == ["mean", -1.5, 2, None, 0.375, 1, 2]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s", "n"}
    assert sheet.freeze_panes == "A2"
    assert book["about"]["B1"].value == "'=cmd"


def test_workbooks_of_the_same_tables_are_equal():
    assert workbook_bytes({"a": HOSTILE}, {"x": "y"}) == workbook_bytes({"a": HOSTILE}, {"x": "y"})


def test_tables_hold_what_the_report_holds(content, tmp_path):
    paths = save_tables(content, tmp_path)
    assert {path.parent for path in paths} == {tmp_path / "tables"}
    scores = pd.read_csv(tmp_path / "tables" / "scores_by_group.csv")
    learning = scores[(scores["scale"] == "learning_culture") & (scores["group"] == "community 01")]
    expected = content.scales[0].scores.query("group == 'community 01'")["mean"]
    assert learning["mean"].tolist() == pytest.approx(expected.tolist(), abs=1e-12)
    assert scores.loc[~scores["released"], "mean"].isna().all()
    assert scores["simulated"].all()
    book = load_workbook(tmp_path / "tables" / "tables.xlsx", read_only=True)
    assert book.sheetnames[1:] == [path.stem for path in paths[:-1]]
    book.close()
    tables = export_tables(content)
    assert list(tables) == [path.stem for path in paths[:-1]]
    for (name, table), path in zip(tables.items(), paths, strict=False):
        stored = pd.read_csv(path, encoding="utf-8-sig")
        assert (list(stored), len(stored)) == (list(table), len(table))
        numbers = list(table.select_dtypes("number"))
        # reading CSV may be off by one in the last place
        np.testing.assert_allclose(
            stored[numbers], table[numbers].astype(float), rtol=np.finfo(float).eps, err_msg=name
        )


def test_real_data_carry_no_mark_of_simulation(content, tmp_path):
    real = dataclasses.replace(content, head=dataclasses.replace(content.head, simulated=False))
    save_tables(real, tmp_path)
    assert "simulated" not in pd.read_csv(tmp_path / "tables" / "answers.csv")


def test_figures_have_stable_names_in_each_language(content, tmp_path):
    one = dataclasses.replace(content, scales=content.scales[1:])
    paths = {path.name: path for path in save_figures(one, tmp_path, languages=["nl"])}
    names = sorted(paths)
    parts = ("answers", "community", "consortium", "sector")
    assert names == [f"trust-{part}.nl.{kind}" for part in parts for kind in ("png", "svg")]
    for picture, drawing in zip(names[::2], names[1::2], strict=True):  # as other programs read them
        high, wide = matplotlib.image.imread(paths[picture]).shape[:2]
        width, height = map(float, ElementTree.parse(paths[drawing]).getroot().get("viewBox").split()[2:])
        assert wide / high == pytest.approx(width / height, rel=0.01)


def test_existing_files_are_kept_unless_forced(content, tmp_path):
    content = dataclasses.replace(content, scales=content.scales[1:])
    (tmp_path / "report.en.html").write_text("mine", encoding="utf-8")
    with pytest.raises(ReportingError) as caught:
        save_report(content, tmp_path)
    assert [problem.code for problem in caught.value.problems] == ["G002"]
    assert [path.name for path in tmp_path.iterdir()] == ["report.en.html"]
    paths = save_report(content, tmp_path, force=True)
    assert [path.name for path in paths] == ["report.html", "report.en.html"]
    assert 'href="report.html"' in paths[1].read_text(encoding="utf-8")


def test_a_report_is_the_same_each_time(content, tmp_path):
    one = dataclasses.replace(content, scales=())
    first, second = (save_report(one, tmp_path / name) for name in ("one", "two"))
    assert [path.name for path in first] == [path.name for path in second]
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
