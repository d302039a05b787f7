"""What a validation shares of an item: from it no answer of one or two persons follows, whoever counts all cases."""

import itertools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from lcresearch import instruments, measurement
from lcresearch.disclosure import Policy
from lcresearch.measurement.instrument_validation.item_disclosure import STEPS, has_small_category, shown_moments

POLICY = Policy(minimum_cell=5)
CODES = np.arange(1.0, 6.0)


def distributions(n):
    """All ways in which n persons can answer one of five answers: a row each."""
    bars = np.array(list(itertools.combinations(range(n + 4), 4)))
    edges = np.column_stack([np.full(len(bars), -1), bars, np.full(len(bars), n + 4)])
    return np.diff(edges, axis=1) - 1


def small(counts):
    return ((counts >= 1) & (counts <= 2)).any(axis=1)


@pytest.mark.parametrize("n", [12, 17, 30, 40])
def test_no_small_number_follows_from_what_is_shared(n):
    """Of those with a small category only the mean is shared: group all distributions by it, and by its absence."""
    counts = distributions(n)
    counts = counts[small(counts)]
    step = STEPS[STEPS * n >= 3 - 1e-9][0]
    rounded = np.round((counts @ CODES / n) / step).astype(int)
    nearest = np.minimum(rounded * step - 1, 5 - rounded * step) * n
    shared = np.where(nearest >= 6 - 1e-9, rounded, -1)
    for value in np.unique(shared):
        alike = counts[shared == value]
        lowest, highest = alike.min(axis=0), alike.max(axis=0)
        assert not ((lowest >= 1) & (highest <= 2)).any(), (n, value * step)
        assert len(np.unique(np.minimum(alike, 3), axis=0)) > 1


@pytest.mark.parametrize("n", [12, 30])
def test_the_function_shares_what_the_count_assumes(n):
    rng = np.random.default_rng(3)
    counts = distributions(n)
    for row in counts[rng.choice(len(counts), 300, replace=False)]:
        mean, sd = shown_moments(np.repeat(CODES, row), (1, 5), POLICY)
        values = np.repeat(CODES, row)
        if (row == n).any():
            assert np.isnan([mean, sd]).all()
        elif small(row[None])[0]:
            step = STEPS[STEPS * n >= 3 - 1e-9][0]
            assert np.isnan(sd)
            assert np.isnan(mean) or abs(mean - values.mean()) <= step / 2 + 1e-9
        else:
            assert [mean, sd] == pytest.approx([values.mean(), values.std(ddof=1)])


def test_exact_moments_would_have_told():
    """Why there is a rule: n, mean and standard deviation with both ends leave one distribution."""
    counts = distributions(30)
    sums = counts @ np.column_stack([CODES, CODES**2])
    exact = np.column_stack([sums, counts[:, [0, 4]]])
    assert len(np.unique(exact, axis=0)) == len(counts)


@pytest.fixture(scope="module", params=[12, 30])
def few(request):
    voice = instruments.load("psychological-safety")
    rng = np.random.default_rng(request.param)
    safety = rng.normal(size=request.param)
    frame = pd.DataFrame({
        item.id: np.clip(np.round(3 + (-1 if item.reversed else 1) * safety + rng.normal(0, 0.7, request.param)), 1, 5)
        for item in voice.items
    })  # fmt: skip
    return frame, measurement.validation(voice, frame, simulated=True)


def test_files_hold_no_more_than_the_rule(few, tmp_path):
    frame, found = few
    found.report(tmp_path / "report")
    table = pd.read_csv(tmp_path / "report" / "tables" / "items.csv")
    assert not {"skewness", "kurtosis"} & set(table.columns)
    assert table["mean"].notna().any()
    for row in table.itertuples():
        if has_small_category(frame[row.item].to_numpy(), POLICY):
            assert np.isnan([row.sd, row.floor, row.ceiling]).all()
    for name in ("report.html", "report.en.html", "validation.json"):
        text = (tmp_path / "report" / name).read_text(encoding="utf-8").casefold()
        assert not any(word in text for word in ("skewness", "kurtosis", "scheefheid")), name


def test_no_table_gives_a_loading_next_to_its_standardised_value(few):
    """The ratio of both is the standard deviation of the item."""
    _, found = few
    for name, table in found.tables().items():
        assert not {"estimate", "std_all"} <= set(table.columns), name


def test_a_score_over_two_items_follows_the_rule_of_items(tmp_path):
    big_five = Path(__file__).parents[1] / "instruments" / "big-five.yaml"
    file = yaml.safe_load(big_five.read_text(encoding="utf-8"))
    file["scales"] = {"pair": {"title": {"en": "Pair"}, "items": ["C1", "C2"], "minimum_answered": 2}}
    file.pop("examples", None)
    path = tmp_path / "big-five.yaml"
    path.write_text(yaml.safe_dump(file, sort_keys=False), encoding="utf-8")
    rng = np.random.default_rng(4)
    answers = pd.DataFrame({"C1": np.repeat([1, 3, 4, 5, 6], [1, 9, 11, 9, 10]), "C2": rng.integers(3, 7, 40)})
    tables = measurement.validation(path, answers).tables()
    norms = tables["norms"].iloc[0]
    assert "standard_error_of_measurement" not in [*tables["reliability"]["term"], *tables["figures"]["term"]]
    assert np.isnan(norms["sd"])
    assert norms["mean"] == pytest.approx(round(norms["mean"], 1))
