"""The page on monitoring: what it shows, in both languages, and what it never shows."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lcresearch import studies
from lcresearch.studies.implementation import new_implementation

WAVES = ["t0", "t1", "t2"]


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Invented: twelve firms of 4 to 9 persons over three waves; two stopped."""
    folder = tmp_path_factory.mktemp("study")
    rng, rows = np.random.default_rng(4), []
    sizes = {f"Firma {chr(65 + n)}": 4 + n % 6 for n in range(12)}
    stopped = {"Firma C": "t0", "Firma F": "t1"}
    for firm, size in sizes.items():
        for person in range(size):
            for n, wave in enumerate(WAVES):
                if wave > stopped.get(firm, "t2") or rng.random() < 0.15 * n:
                    continue
                answers = rng.integers(1, 6, 9)
                rows.append([f"{firm}-{person}", firm, wave, *answers])
    names = [f"fo0{n}" for n in range(1, 10)]
    pd.DataFrame(rows, columns=["id", "firm", "wave", *names]).to_csv(folder / "answers.csv", index=False)
    lines = "\n".join(f"{firm},{stopped.get(firm, '')},{'geen tijd' if firm in stopped else ''}" for firm in sizes)
    (folder / "register.csv").write_text(f"firm,gestopt,reden\n{lines}\n", encoding="utf-8")
    new_implementation(folder)
    (folder / "study.yaml").write_text(
        """
schema: 1
id: following
title: {nl: Volgen, en: Following}
description: {nl: Verzonnen., en: Invented.}
languages: [nl, en]
simulated: true
levels: {organisation: firm}
respondent: id
waves: {column: wave, labels: {t0: {nl: start, en: start}, t1: {nl: midden, en: middle}, t2: {nl: eind, en: end}}}
instruments: [formation]
responses: [answers.csv]
monitoring: {level: organisation, register: register.csv, scales: shared_goal, predictors: [trust_between_partners]}
implementation: implementation.yaml
""",
        encoding="utf-8",
    )
    studies.load(folder).run(folder / "results")
    return folder / "results"


@pytest.mark.parametrize(("name", "share"), [("monitoring.html", "83%"), ("monitoring.en.html", "83%")])
def test_the_page_says_what_share_goes_on(results: Path, name: str, share: str) -> None:
    text = (results / name).read_text(encoding="utf-8")
    assert share in text  # 10 of 12: nobody was lost from sight before the end
    assert "12" in text


def test_no_firm_and_no_reason_is_named_on_the_page(results: Path) -> None:
    for name in ("monitoring.html", "monitoring.en.html"):
        text = (results / name).read_text(encoding="utf-8")
        assert not re.search(r"Firma [A-L]|geen tijd", text)


def test_firms_and_reasons_stand_in_the_private_tables(results: Path) -> None:
    groups = pd.read_csv(results / "private" / "monitoring_groups.csv").set_index("group")
    assert groups.loc["Firma C", ["status", "reason"]].tolist() == ["stopped", "geen tijd"]
    assert (results / "private" / "early_warnings.csv").exists()


def test_two_firms_are_too_few_to_tell_how_an_element_was_done(results: Path) -> None:
    assert "Samen terugkijken op het werk" not in (results / "monitoring.html").read_text(encoding="utf-8")
    assert len(pd.read_csv(results / "private" / "implementation_groups.csv")) == 2


def test_tables_hold_numbers_of_firms(results: Path) -> None:
    table = pd.read_csv(results / "tables" / "monitoring_groups.csv")
    assert table["n_stopped"].tolist() == [0, 1, 2]
    assert table["n_followed"].tolist() == [12, 11, 10]
