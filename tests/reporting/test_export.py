"""The tables of a report: their columns, and what stands in them."""

import dataclasses

import pandas as pd

from lcresearch.errors import Place, Problem
from lcresearch.reporting.export import export_tables

COLUMNS = ["scale", "code", "level", "file", "row", "column", "item", "text"]


def test_problems_say_where_they_were_found(content):
    found = (
        Problem("R043", Place(file="answers.csv", item="lc_01"), {"similar": ""}),
        Problem("R044", Place(file="answers.csv", row=7, column="team"), {"level": "team", "n": 1, "rows": "7"}),
    )
    response = dataclasses.replace(content.response, problems=found)
    scales = tuple(dataclasses.replace(scale, problems=()) for scale in content.scales)
    table = export_tables(dataclasses.replace(content, response=response, scales=scales))["problems"]
    assert list(table.columns) == [*COLUMNS, "simulated"]
    assert table["code"].tolist() == ["R043", "R044"]
    assert table["row"].dtype == "Int64"
    places = table[["file", "row", "column", "item"]].astype(object)
    assert places.where(places.notna(), None).to_numpy().tolist() == [
        ["answers.csv", None, None, "lc_01"],
        ["answers.csv", 7, "team", None],
    ]
    assert table["text"].tolist() == [problem.message("en") for problem in found]


def test_problems_of_scales_name_their_scale_and_none_give_no_table(content):
    quiet = dataclasses.replace(content.response, problems=())
    first, *rest = (dataclasses.replace(scale, problems=()) for scale in content.scales)
    told = dataclasses.replace(first, problems=(Problem("R043", Place(item="lc_01"), {"similar": ""}),))
    table = export_tables(dataclasses.replace(content, response=quiet, scales=(told, *rest)))["problems"]
    assert table["scale"].tolist() == [first.name]
    assert pd.isna(table["row"].iloc[0])
    assert "problems" not in export_tables(dataclasses.replace(content, response=quiet, scales=(first, *rest)))
