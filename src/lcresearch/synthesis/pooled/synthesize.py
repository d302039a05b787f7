"""From evidence packages to one result: the public function."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import pandas as pd

from lcresearch.errors import Problem, SynthesisError, nearest
from lcresearch.synthesis.elements import judge_elements
from lcresearch.synthesis.elements.certainty_rules import CertaintyRules
from lcresearch.synthesis.elements.verdict_rules import VerdictRules
from lcresearch.synthesis.pooled.comparability import Compared, compare_scales, status_of
from lcresearch.synthesis.pooled.estimating import ElementEvidence, estimate_elements, told_together
from lcresearch.synthesis.pooled.gathering import Gathered, Packages, gather
from lcresearch.synthesis.pooled.moderators import INTERACTION_COLUMNS, interaction_effects
from lcresearch.synthesis.pooled.one_stage import models_of
from lcresearch.synthesis.pooled.pooled_model import PooledModel, pooled_model
from lcresearch.synthesis.pooled.records import (
    agreement_table,
    codes_table,
    left_out_table,
    packages_table,
    stopped_included,
    stopped_table,
)
from lcresearch.synthesis.pooled.result import Synthesis
from lcresearch.synthesis.pooled.saved import SavedSynthesis, kept_of, read_synthesis
from lcresearch.synthesis.programme import ProgrammeFile, read_programme

FEW_CONSORTIA = 10
DDF = ("satterthwaite", "kenward-roger")
_Rules = TypeVar("_Rules")


def synthesize(
    packages: Packages,
    programme: str | Path | ProgrammeFile,
    *,
    earlier: Synthesis | SavedSynthesis | str | Path | None = None,
    explore: Sequence[str] = (),
    rules: VerdictRules | str | Path | None = None,
    certainty_rules: CertaintyRules | str | Path | None = None,
    ddf: str = "satterthwaite",
) -> Synthesis:
    """One result over all consortia of a programme, from their evidence packages.

    For each estimand of the programme: sums of products of all consortia are added, and one mixed model is fitted to
    them by REML, the same as on the rows of all. Sectors are a fixed factor; consortia and communities vary at random,
    and so does the effect of each element over consortia, where at least three of them vary in it. A second model has
    effects by sector; further ones effects by moderator. Beside them stands the analysis in two stages: effects within
    each consortium, and a meta-analysis of these. Effects are in standard deviations of the outcome at the first wave,
    over all persons of the model.

    Parameters
    ----------
    packages : path, folder, EvidencePackage, or several
        A folder counts with all its ``.zip`` files. A later release of a consortium takes the place of earlier ones.
    programme : str, Path or ProgrammeFile
        ``programme.yaml``, the same that the packages were made by.
    earlier : Synthesis, SavedSynthesis, str or Path, optional
        What :meth:`Synthesis.changes_since` compares with.
    explore : sequence of str
        Moderators that were not declared: covariates of communities, elements, or columns of the tables of communities.
        What is found is marked as not planned, and has no part in verdicts.
    rules, certainty_rules : str, Path or rules, optional
        Files with rules for verdicts and certainty; by default those that the programme names, beside its file, or
        those of the package.
    ddf : {"satterthwaite", "kenward-roger"}
        Degrees of freedom in the one-stage models. In simulated programmes of 12 consortia with 8 communities each, in
        which elements do nothing, tests by Satterthwaite's method were wrong in 5.7% (Monte Carlo error 0.8%; sectors:
        the same) where 5% is meant, and those of Kenward and Roger in 2.4% (sectors: 1.2%).

    Returns
    -------
    Synthesis

    Raises
    ------
    SynthesisError
        Y007: other degrees of freedom; Y180 to Y189 and Y193: packages that do not fit together, all problems of all
        packages at once; Y200: a moderator that nobody knows; Y201: an outcome of which no package has the spread.

    Notes
    -----
    Riley, Tierney & Stewart (2021), Individual Participant Data Meta-Analysis, chapters 5 and 6, on one and two stages;
    Burke, Ensor & Riley (2017), Statistics in Medicine 36, 855-875, on why they differ.

    Examples
    --------
    Four invented consortia, too few for verdicts:

    >>> import tempfile
    >>> from lcresearch.synthesis import pack
    >>> from lcresearch.synthesis.packages.invented import invented_evidence
    >>> from lcresearch.synthesis.programme import example_programme
    >>> plan, sectors = example_programme(), ["energy", "energy", "water", "water"]
    >>> evidence = [invented_evidence(f"C{place}", sector, seed=place) for place, sector in enumerate(sectors)]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     packed = pack(evidence, folder, plan)
    ...     found = synthesize(folder, plan)
    >>> found.elements[["element", "n_consortia", "verdict"]]
              element  n_consortia              verdict
    0  shared_purpose            4  not enough evidence
    1   time_to_learn            4  not enough evidence
    """
    if ddf not in DDF:
        raise SynthesisError("Y007", name="ddf", value=str(ddf), known=list(DDF))
    plan = read_programme(programme)
    beside = Path(programme) if isinstance(programme, str | Path) else None
    rules = _rules(rules, plan.rules.verdicts, beside)
    certainty_rules = _rules(certainty_rules, plan.rules.certainty, beside)
    gathered = gather(packages, plan)
    names = list(dict.fromkeys(one.model for one in plan.estimands))
    pooled = {name: pooled_model(gathered.packages, plan, name, ddf) for name in names}
    _check(pooled, explore)
    compared = compare_scales(gathered.packages, plan)
    evidence: list[ElementEvidence] = []
    for estimand in plan.estimands:
        score = plan.outcomes[plan.models[estimand.model].outcome].score
        evidence += estimate_elements(
            pooled[estimand.model],
            estimand,
            explore=explore,
            comparability=status_of(compared, score),
            stopped=stopped_included(gathered.packages, estimand.model),
        )
    interactions = _interactions(pooled, plan)
    effects = {
        (one.estimate.model, one.estimate.element, one.estimate.adjustment): one.two_stage.effects
        for one in evidence
        if one.two_stage is not None
    }
    if earlier is not None and not isinstance(earlier, SavedSynthesis):
        earlier = kept_of(earlier) if isinstance(earlier, Synthesis) else read_synthesis(earlier)
    return Synthesis(
        gathered=gathered,
        evidence=tuple(evidence),
        working_elements=judge_elements([one.estimate for one in evidence], rules, certainty_rules),
        pooled=pooled,
        interactions=interactions,
        compared=compared,
        codes=codes_table(gathered.packages),
        agreement=agreement_table(gathered.packages),
        stopped=stopped_table(gathered.packages, plan),
        left_out=left_out_table(gathered.packages, plan, effects),
        packages=packages_table(gathered.packages),
        explored=tuple(explore),
        rules=rules,
        certainty=certainty_rules,
        problems=(*_problems(gathered, evidence, interactions), *_untested(compared)),
        earlier=earlier,
    )


def _rules(given: _Rules | None, declared: str | None, beside: Path | None) -> _Rules | Path | None:
    """Rules that were given, else the file that the programme names."""
    if given is not None or declared is None or beside is None:
        return given
    return (beside if beside.is_dir() else beside.parent) / declared


def _check(pooled: dict[str, PooledModel], explore: Sequence[str]) -> None:
    """Refuse moderators that nobody knows, and outcomes without spread."""
    problems = [Problem("Y201", values={"model": name}) for name, one in pooled.items() if not one.unit > 0]
    for name in explore:
        known = dict.fromkeys(k for one in pooled.values() for k in _moderators_known(one))
        if name not in known:
            values = {"name": name, "known": list(known), "nearest": nearest(name, known) or "–"}
            problems.append(Problem("Y200", values=values))
    if problems:
        raise SynthesisError(problems)


def _moderators_known(pooled: PooledModel) -> Iterator[str]:
    yield from pooled.plan.effects
    yield from (name for name, one in pooled.programme.covariates.items() if one.level != "respondent")
    yield from (
        str(name)
        for name in pooled.communities
        if name not in ("consortium", "community", "status", *pooled.programme.elements)
    )


def _interactions(pooled: dict[str, PooledModel], programme: ProgrammeFile) -> pd.DataFrame:
    """The declared interactions of elements with characteristics of persons, in the first estimand of the model."""
    parts = []
    for one in programme.interactions:
        estimand = next((found for found in programme.estimands if found.model == one.model), None)
        if estimand is None:
            continue
        asked = estimand.model_copy(update={"elements": (one.element,)})
        model = models_of(pooled[one.model], asked)[0]
        parts.append(interaction_effects(pooled[one.model], model, one.element, one.covariate))
    if not parts:
        return pd.DataFrame(columns=list(INTERACTION_COLUMNS))
    return pd.concat(parts, ignore_index=True).assign(planned=True)[list(INTERACTION_COLUMNS)]


def _untested(compared: Sequence[Compared]) -> Iterator[Problem]:
    """Scales of which it is not known whether they measure the same everywhere."""
    for one in compared:
        if one.status == "not tested":
            yield Problem("Y208", values={"scale": one.asked.scale, "by": one.asked.by, "n": one.n_groups})


def _problems(gathered: Gathered, evidence: Sequence[ElementEvidence], interactions: pd.DataFrame) -> Iterator[Problem]:
    """What the reader must know."""
    if any(package.manifest.simulated for package in gathered.packages) or gathered.programme.simulated:
        yield Problem("Y202")
    if len(gathered.packages) < FEW_CONSORTIA:
        yield Problem("Y203", values={"n": len(gathered.packages)})
    for consortium, release, last in gathered.replaced:
        yield Problem("Y204", values={"consortium": consortium, "release": release, "last": last})
    absent = interactions.loc[interactions["estimate"].isna(), ["model", "element", "covariate"]]
    for row in absent.drop_duplicates().to_dict("records"):
        if gathered.programme.models[str(row["model"])].rows == "waves":
            yield Problem("Y206", values={str(name): value for name, value in row.items()})
    empty = [name for name in gathered.programme.sectors if name not in {one.sector for one in gathered.packages}]
    if empty:
        yield Problem("Y207", values={"sectors": empty})
    bridged = [use for use in gathered.programme.instruments if use.bridge is not None]
    for use in bridged:
        versions = {
            one.version for package in gathered.packages for one in package.manifest.instruments if one.id == use.id
        }
        if len(versions) > 1:
            yield Problem("Y205", values={"instrument": use.id, "versions": sorted(versions), "bridge": use.bridge})
    yield from told_together(problem for one in evidence for problem in one.problems)
