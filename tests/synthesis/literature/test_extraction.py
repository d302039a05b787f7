"""The extraction form feeds effect sizes and meta-analysis; null and stopped studies stay in."""

import numpy as np
import openpyxl
import pandas as pd
import pytest

from lcresearch.errors import SynthesisError
from lcresearch.synthesis import (
    effect_size,
    evidence_map,
    extraction_form,
    extraction_of,
    meta_analysis,
    read_extraction,
    records_of,
)

THEMES = {"trust": {"nl": "vertrouwen", "en": "trust"}, "time": {"nl": "tijd", "en": "time"}}
SECTORS = {"care": {"nl": "zorg", "en": "care"}, "metal": {"nl": "metaal", "en": "metal"}}
INCLUDED = records_of(
    pd.DataFrame(
        {
            "title": ["One", "Two", "Three"],
            "authors": ["Bedacht, A.; X, Y.", "Bedacht, A.", "Fictief, B."],
            "year": [2020, 2020, 2021],
        }
    )
)


def rows(**columns):
    base = {"record": ["r1", "r2", "r3"], "study": ["A", "B", "C"], "theme": "trust", "sector": "care"}
    return pd.DataFrame(base | {"direction": ["positive", "null", "negative"]} | columns)


def codes(error):
    return [problem.code for problem in error.value.problems]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_form_is_filled_in_and_read_back(tmp_path, language):
    path = extraction_form(INCLUDED, tmp_path / "form.xlsx", themes=THEMES, sectors=SECTORS, language=language)
    book = openpyxl.load_workbook(path)
    sheet = book.active
    assert [sheet.cell(row, 2).value for row in (2, 3, 4)] == ["Bedacht 2020a", "Bedacht 2020b", "Fictief 2021"]
    head = [cell.value for cell in sheet[1]]
    words = {
        "nl": {"thema": "Vertrouwen; tijd", "sector": "zorg", "richting": "geen effect", "voortijdig gestopt": "ja"},
        "en": {"theme": "trust;time", "sector": "care", "direction": "No effect", "stopped early": "yes"},
    }[language]
    words |= {{"nl": "maat", "en": "measure"}[language]: "smd", "m1": "3,5", "sd1": 0.8, "n1": 20, "m2": "3.1"}
    for row in (2, 3, 4):
        for name, value in ({**words, "sd2": "0,7", "n2": 22}).items():
            sheet.cell(row, head.index(name) + 1).value = value
    book.save(path)
    found = read_extraction(path, records=INCLUDED, themes=THEMES, sectors=SECTORS)
    first = found.frame.iloc[0]
    assert first[["theme", "sector", "direction", "stopped"]].tolist() == ["trust; time", "care", "null", True]
    expected = effect_size("SMD", m1=3.5, sd1=0.8, n1=20, m2=3.1, sd2=0.7, n2=22)
    np.testing.assert_allclose(found.effects("SMD")[["yi", "vi"]], np.repeat(expected.to_numpy(), 3, axis=0))
    assert not found.problems


def test_effects_go_straight_into_a_meta_analysis():
    figures = {"m1": [3.9, 3.6, 3.4], "sd1": 0.8, "n1": 30, "m2": 3.4, "sd2": 0.8, "n2": 31}
    found = extraction_of(rows(measure="SMD", **figures))
    direct = effect_size("SMD", data=pd.DataFrame(figures), **{name: name for name in figures})
    pooled = meta_analysis("yi", "vi", data=found.effects("SMD"), labels="study")
    pd.testing.assert_frame_equal(pooled.tidy(), meta_analysis(direct["yi"], direct["vi"]).tidy())


def test_effects_of_several_measures_and_ways_in_one_form():
    found = extraction_of(
        pd.DataFrame(
            {
                "record": [f"r{n}" for n in range(5)],
                "study": list("ABCDE"),
                "theme": "trust",
                "sector": "care",
                "direction": ["positive"] * 4 + ["null"],
                "measure": ["ZCOR", "OR", "SMD", "SMD", ""],
                "r": [0.3, None, None, None, None],
                "n": [50, None, None, None, None],
                "a": [None, 10, None, None, None],
                "b": [None, 20, None, None, None],
                "c": [None, 5, None, None, None],
                "d": [None, 25, 0.4, None, None],
                "n1": [None, None, 20, None, None],
                "n2": [None, None, 21, None, None],
                "yi": [None, None, None, 0.25, None],
                "vi": [None, None, None, 0.04, None],
            }
        )
    )
    effects = found.effects().set_index("study")
    assert effects.index.tolist() == list("ABCD")
    assert effects.loc["A", "yi"] == pytest.approx(np.arctanh(0.3))
    assert effects.loc["B", "yi"] == pytest.approx(np.log(10 * 25 / (20 * 5)))
    assert effects.loc["C", "yi"] == pytest.approx(effect_size("SMD", d=0.4, n1=20, n2=21)["yi"].item())
    assert effects.loc["D", ["yi", "vi"]].tolist() == [0.25, 0.04]
    assert found.without_effect()["study"].tolist() == ["E"]


def test_null_and_stopped_studies_are_records_like_any_other():
    found = extraction_of(
        rows(stopped=["no", "no", "yes"], persons=[40, 30, 12], direction=["positive", "null", "unclear"])
    )
    studies = found.studies()
    assert studies["direction"].tolist() == ["positive", "null", "unclear"]
    assert found.glance().iloc[0][["n", "n_null", "n_stopped", "n_effects"]].tolist() == [3, 1, 1, 0]
    table = evidence_map(found).tidy()
    assert table[["n", "positive", "null", "unclear", "stopped", "persons"]].values.tolist() == [[3, 1, 1, 1, 1, 82]]


def test_a_study_with_several_outcomes_is_one_study():
    found = extraction_of(rows(study=["A", "A", "B"], risk_of_bias=["low", "high", ""]))
    studies = found.studies().set_index("study")
    assert studies.loc["A", ["direction", "risk_of_bias", "n_outcomes", "n_records"]].tolist() == [
        "mixed",
        "high",
        2,
        2,
    ]


def test_an_included_record_without_a_row_is_named():
    found = extraction_of(rows(record=["r0001", "r0002", "r0002"]), records=INCLUDED)
    assert [(p.code, dict(p.values)["records"]) for p in found.problems] == [("Y109", ["r0003"])]
    with pytest.raises(SynthesisError) as caught:
        extraction_of(rows(), records=INCLUDED)
    assert codes(caught) == ["Y100"] * 3


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"direction": ["good", "null", "null"]}, "Y099"),
        ({"theme": ["joy", "trust", "trust"]}, "Y099"),
        ({"sector": ["", "care", "care"]}, "Y107"),
        ({"study": ["", "B", "C"]}, "Y107"),
        ({"measure": ["SMDX", "", ""]}, "Y099"),
        ({"n1": ["2,5", "", ""]}, "Y108"),
        ({"sd1": ["-1", "", ""]}, "Y108"),
        ({"m1": ["about 3", "", ""]}, "Y108"),
        ({"r": ["1.2", "", ""]}, "Y108"),
        ({"vi": ["0", "", ""]}, "Y108"),
        ({"measure": ["OR", "", ""], "a": ["-1", "", ""], "b": 3, "c": 4, "d": 5}, "Y108"),
    ],
)
def test_what_cannot_be_is_refused_with_its_column(change, code):
    with pytest.raises(SynthesisError) as caught:
        extraction_of(rows(**change), themes=THEMES, sectors=SECTORS)
    assert codes(caught) == [code]
    assert caught.value.problems[0].where.column in change


def test_a_missing_column_is_refused():
    with pytest.raises(SynthesisError) as caught:
        extraction_of(rows().drop(columns=["theme", "sector"]))
    assert codes(caught) == ["Y098", "Y098"]


def test_the_map_shows_what_is_missing_thin_known_and_contradictory():
    long = pd.DataFrame(
        {
            "record": [f"r{n}" for n in range(7)],
            "study": list("ABCDEFG"),
            "theme": ["trust"] * 3 + ["time"] * 3 + ["trust; time"],
            "sector": ["care"] * 3 + ["metal"] * 3 + ["care"],
            "direction": ["positive", "positive", "null", "positive", "null", "negative", "positive"],
        }
    )
    found = evidence_map(extraction_of(long, themes=THEMES, sectors=SECTORS))
    states = found.tidy().set_index(["theme", "sector"])["state"].to_dict()
    assert states == {
        ("trust", "care"): "known",
        ("trust", "metal"): "missing",
        ("time", "care"): "thin",
        ("time", "metal"): "contradictory",
    }
    assert found.grid().to_numpy().tolist() == [[4, 0], [1, 3]]
    assert found.missing().values.tolist() == [["trust", "metal"]]
    assert type(found).from_dict(found.to_dict()).tidy().equals(found.tidy())


def test_the_map_is_the_cross_table_of_pandas_whatever_the_order_of_studies():
    rng = np.random.default_rng(4)
    long = pd.DataFrame({"record": [f"r{n}" for n in range(30)], "study": [f"S{n}" for n in range(30)]})
    long["theme"] = rng.choice(["trust", "time", "trust; time"], 30)
    long["sector"] = rng.choice(["care", "metal"], 30)
    long["direction"] = rng.choice(["positive", "null", "negative"], 30)
    options = {"themes": THEMES, "sectors": SECTORS}
    found, turned = (evidence_map(extraction_of(each, **options)).tidy() for each in (long, long[::-1]))
    numbers = ["theme", "sector", "n", "positive", "null", "negative", "state"]
    pd.testing.assert_frame_equal(found[numbers], turned[numbers])
    each = long.assign(theme=long["theme"].str.split("; ")).explode("theme")
    counts = pd.crosstab([each["theme"], each["sector"]], each["direction"])
    ours = found.set_index(["theme", "sector"]).loc[counts.index]
    pd.testing.assert_frame_equal(ours[list(counts)], counts, check_names=False, check_dtype=False)
    assert ours["n"].tolist() == counts.sum(axis=1).tolist()
