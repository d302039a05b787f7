"""The steps of recipes on data of which other programs know the outcome."""

import json
import warnings
from pathlib import Path

import krippendorff
import numpy as np
import pandas as pd
import pytest

from lcresearch import integration, interviews, shipped, synthesis

REFERENCE = Path(__file__).parents[1] / "reference"


def of_r(name):
    """Values of R, and the digits to which they are compared stand in tests/reference/README.md."""
    return json.loads((REFERENCE / f"{name}.json").read_text(encoding="utf-8"))["values"]


def test_agreement_by_code_is_that_of_the_package_krippendorff():
    """interview_coding: alpha over turns of informants, of all codes that both coders gave."""
    folder = shipped.folder("analyses") / "programme-demo" / "interviews"
    corpus = interviews.read_transcripts(folder, attributes=folder / "kenmerken.csv")
    book = interviews.read_codebook("learning-communities", language="en")
    project = interviews.read_codings(folder / "codings" / "codings.csv", corpus, book)
    ours = interviews.coder_agreement(project, without_roles=["interviewer"]).by_code().set_index("code")
    turns = pd.DataFrame(
        [
            (document.id, turn.start, turn.end)
            for document in corpus
            for turn in document.turns
            if document.roles.get(turn.speaker) != "interviewer"
        ],
        columns=["document", "first", "last"],
    )
    touched = turns.reset_index(names="turn").merge(project.codings, on="document")
    touched = touched[(touched["start"] < touched["last"]) & (touched["end"] > touched["first"])]
    n_compared = 0
    for code, given in touched.groupby("code"):
        marks = [
            turns.index.isin(given.loc[given["coder"] == coder, "turn"]).astype(int) for coder in project.coders.index
        ]
        if not all(mark.any() for mark in marks):
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs = krippendorff.alpha(reliability_data=marks, level_of_measurement="nominal")
        assert ours.loc[book.path(code), "krippendorff_alpha"] == pytest.approx(theirs, abs=1e-10)
        n_compared += 1
    assert n_compared > 35


def test_solutions_are_those_of_the_package_qca():
    """mixed_methods_integration: the same steps on the data of Lipset, with R's QCA."""
    sets = pd.read_csv(REFERENCE / "qca" / "lipset_fuzzy.csv", index_col="case")
    conditions = ["DEV", "URB", "LIT", "IND", "STB"]
    found = integration.qca(sets, "SURV", conditions, expectations=conditions)
    models = found.model_table().query("outcome == 'SURV'").set_index("solution")
    theirs_all = of_r("qca/lipset_fuzzy_solutions")["positive"]
    for solution in ("conservative", "parsimonious", "intermediate"):
        of_qca = theirs_all[solution]
        (theirs,) = of_qca.get("models") or of_qca["C1P1"]["models"]
        assert set(models.loc[solution, "expression"].split(" + ")) == set(theirs["terms"])


def test_two_stages_are_those_of_metafor():
    """cross_consortium_synthesis: the formula of its check, with tau2 by REML, on 13 published trials."""
    trials = pd.read_csv(REFERENCE / "data" / "bcg.csv")
    fit = synthesis.meta_analysis("yi", "vi", data=trials)
    weights = 1 / (trials["vi"] + fit.tau2)
    mean = (weights * trials["yi"]).sum() / weights.sum()
    error = np.sqrt((weights * (trials["yi"] - mean) ** 2).sum() / ((len(trials) - 1) * weights.sum()))
    (theirs,) = of_r("meta/bcg_models_knha")["REML"]["coefficients"]
    assert (mean, error) == pytest.approx((theirs["estimate"], theirs["se"]), rel=1e-6)


def test_the_multilevel_model_is_that_of_metafor_and_club_sandwich():
    """prisma_synthesis: modified school calendars, effects within districts, and CR2 errors."""
    data = pd.read_csv(REFERENCE / "data" / "konstantopoulos2011.csv")
    fit = synthesis.multilevel_meta_analysis("yi", "vi", ["district", "study"], data=data)
    theirs = of_r("meta/konstantopoulos_3level")
    assert fit.variance_components["variance"].tolist() == pytest.approx(theirs["sigma2"], rel=1e-4)
    (cr2,) = of_r("meta/konstantopoulos_rve")["CR2"]["tests"]
    ours = fit.robust(kind="CR2").tidy().iloc[0]
    assert (ours["estimate"], ours["std_error"], ours["df"]) == pytest.approx(
        (cr2["estimate"], cr2["se"], cr2["df"]), rel=1e-5
    )


def test_the_recipe_has_the_published_table():
    """prisma_synthesis types 56 effects over: they are those of metadat."""
    script = (shipped.folder("analyses") / "recipes" / "prisma_synthesis.py").read_text(encoding="utf-8")
    start = script.index("DISTRICTS = {")
    namespace = {}
    exec(script[start : script.index("\n}\n", start) + 3], namespace)
    typed = [(d, *pair) for d, (ys, vs) in namespace["DISTRICTS"].items() for pair in zip(ys, vs, strict=True)]
    data = pd.read_csv(REFERENCE / "data" / "konstantopoulos2011.csv")
    assert typed == list(data[["district", "yi", "vi"]].itertuples(index=False, name=None))
