"""A simulated programme, its plan, and what each consortium has in the house."""

import functools

import pytest
import yaml

from lcresearch import instruments
from lcresearch.studies import simulate_programme
from lcresearch.synthesis import ConsortiumEvidence, InstrumentVersion
from lcresearch.synthesis.programme import ProgrammeFile
from lcresearch.validation import validated

PLAN = """
schema: 1
id: simulated
title: {en: Simulated}
description: {en: Nothing here is about real people.}
languages: [en]
declared: "2026-03-01"
simulated: true
sectors: {sector 1: {en: One}, sector 2: {en: Two}, sector 3: {en: Three}}
instruments: [{id: learning-culture, versions: VERSION}]
outcomes:
  culture: {title: {en: Culture}, score: learning_culture, instrument: learning-culture}
elements:
  purpose: {title: {en: Purpose}, column: element_shared_purpose, minimum: 1, maximum: 5, measured: observation}
  time_to_learn: {title: {en: Time}, column: element_time_to_learn, minimum: 1, maximum: 5, measured: observation}
covariates:
  role:
    title: {en: Role}
    column: part
    level: respondent
    levels: {employee: {en: Employee}, other: {en: Other}}
models:
  growth: {outcome: culture, rows: change, shift: {purpose: 3, time_to_learn: 3}}
  answers: {outcome: culture, rows: waves, covariates: COVARIATES, shift: {purpose: 3, time_to_learn: 3, score: 3}}
estimands: [{model: growth, smallest_worthwhile: 0.1}]
comparability: [{scale: learning_culture, instrument: learning-culture}]
"""


def plan(**models):
    """The plan; ``models`` replaces its models."""
    inst = instruments.load("learning-culture")
    content = yaml.safe_load(PLAN.replace("VERSION", inst.version).replace("COVARIATES", "[]"))
    if models:
        content["models"] = models
        content["estimands"][0]["model"] = next(iter(models))
    found, problems = validated(ProgrammeFile, content)
    assert not problems, problems
    return found


@functools.cache
def simulated(n_communities, n_respondents, seed, **settings):
    """Frame of a simulated programme of 12 consortia with a score, and the items of the scale."""
    programme = simulate_programme(
        12, 3, n_communities, n_respondents, seed=seed, instruments=["learning-culture"], **settings
    )
    inst = instruments.load("learning-culture")
    frame = programme.frame.assign(part=programme.frame["role"].where(programme.frame["role"] == "employee", "other"))
    frame["learning_culture"] = inst.score(frame)["learning_culture"]
    return frame, inst


def evidence_of(n_communities=8, n_respondents=25, seed=1, **settings):
    """What each of 12 consortia has."""
    frame, inst = simulated(n_communities, n_respondents, seed, **settings)
    items = tuple(item.id for item in inst.items_of("learning_culture"))
    return [
        ConsortiumEvidence(
            study=f"study {name}",
            consortium=name,
            sector=own["sector"].iloc[0],
            frame=own.reset_index(drop=True),
            instruments=(InstrumentVersion(id=inst.id, version=inst.version, hash=inst.hash),),
            items={"learning_culture": items},
            simulated=True,
        )
        for name, own in frame.groupby("consortium")
    ]


@pytest.fixture(scope="session")
def make_plan():
    return plan


@pytest.fixture(scope="session")
def make_evidence():
    return evidence_of
