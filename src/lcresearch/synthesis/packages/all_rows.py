"""How far the fit of packages is from the fit of all rows, for who has all rows, as in a simulation."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
import pandas as pd

from lcresearch.errors import LcresearchWarning, SynthesisError
from lcresearch.multilevel import crossproducts, fit_lmm
from lcresearch.synthesis.packages.contents import ConsortiumEvidence
from lcresearch.synthesis.packages.packed_package import PackedPackage
from lcresearch.synthesis.programme import ProgrammeFile, plan_of, rows_of


def beside_all_rows(
    packed: Sequence[PackedPackage], evidence: Sequence[ConsortiumEvidence], programme: ProgrammeFile, model: str
) -> pd.DataFrame:
    """A model from what packages let through, beside the same model from all complete rows.

    What the disclosure rules hold back is not left out at random: small groups go first, and groups in which most
    answered alike. This tells what that does to the results. It needs rows of persons, so it can be asked in a
    simulation, or by one house that has several consortia; never of packages that arrived.

    Parameters
    ----------
    packed : sequence of PackedPackage
        What :func:`pack` or :func:`prepare_packages` made.
    evidence : sequence of ConsortiumEvidence
        What they were made of.
    programme : ProgrammeFile
    model : str
        A model of the programme.

    Returns
    -------
    DataFrame
        A row a fixed effect: ``term, estimate, std_error`` from the packages, ``all_rows, all_rows_std_error`` from all
        rows, ``apart`` (their difference in standard errors of all rows), and how many persons are behind each:
        ``n_persons, n_persons_all_rows``.

    Raises
    ------
    SynthesisError
        Y007: the programme has no such model.

    Examples
    --------
    >>> from lcresearch.synthesis.packages.invented import invented_evidence
    >>> from lcresearch.synthesis.packages.packing import prepare_packages
    >>> from lcresearch.synthesis.programme import example_programme
    >>> evidence = [invented_evidence(name, seed=seed) for seed, name in enumerate(["A", "B", "C"])]
    >>> table = beside_all_rows(
    ...     prepare_packages(evidence, example_programme()), evidence, example_programme(), "growth"
    ... )
    >>> table[["n_persons", "n_persons_all_rows"]].iloc[0].tolist(), bool((table["apart"].abs() < 1e-6).all())
    ([480, 480], True)
    """
    if model not in programme.models:
        raise SynthesisError("Y007", name="model", value=model, known=list(programme.models))
    plan = plan_of(programme, model)
    kept = pd.concat([one.let_through[model] for one in packed if model in one.let_through])
    everything = pd.concat([rows_of(plan, programme, one.frame).dropna() for one in evidence])
    everything = everything.reset_index(drop=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LcresearchWarning)
        ours, theirs = (
            fit_lmm(plan.formula, crossproducts(plan.formula, rows, shift=plan.shift)) for rows in (kept, everything)
        )
    left, right = (fit.tidy(ddf="none").set_index("term") for fit in (ours, theirs))
    right = right.reindex(left.index)
    return pd.DataFrame(
        {
            "term": left.index.astype("str"),
            "estimate": left["estimate"].to_numpy(dtype=np.float64),
            "std_error": left["std_error"].to_numpy(dtype=np.float64),
            "all_rows": right["estimate"].to_numpy(dtype=np.float64),
            "all_rows_std_error": right["std_error"].to_numpy(dtype=np.float64),
            "apart": ((left["estimate"] - right["estimate"]) / right["std_error"]).to_numpy(dtype=np.float64),
            "n_persons": kept["respondent"].nunique(),
            "n_persons_all_rows": everything["respondent"].nunique(),
        }
    )
