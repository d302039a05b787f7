"""Reference fits of lme4, lmerTest and pbkrtest, and the same models by this package."""

import json
import re
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from lcresearch import multilevel

REFERENCE = Path(__file__).parents[1] / "reference"
_CALL = re.compile(r"lmer\((?P<formula>.*?), data = d")


def python_name(name):
    """R's ``IQ.verb`` and ``(Intercept)`` as columns and terms are called here."""
    return "Intercept" if name == "(Intercept)" else name.replace(".", "_")


def load(name):
    return json.loads((REFERENCE / "multilevel" / f"{name}.json").read_text(encoding="utf-8"))


def frame_of(content):
    """The data of a reference file; factors are text, with their levels in order where these are listed."""
    stem = Path(content["data"]).name
    path = REFERENCE / "data" / stem
    frame = pd.read_csv(path if path.exists() else path.with_name(f"{stem}.gz"))
    for column, levels in content.get("factors", {}).items():
        if column in frame:
            texts = frame[column].astype(str)
            frame[column] = pd.Categorical(texts, categories=levels) if isinstance(levels, list) else texts
    return frame.rename(columns=python_name)


def _parts(term):
    """What a term is made of, however it is written: ``sexM:age`` of R is ``age:sex[T.M]`` here."""
    return frozenset(python_name(part.replace("[T.", "").rstrip("]")) for part in term.split(":"))


def _ours(names, term):
    return names.get(_parts(term), python_name(term))


@pytest.fixture(scope="session")
def reference_frame():
    """The data of a reference file, from its content."""
    return frame_of


@pytest.fixture(scope="session")
def reference():
    """By the name of its file: the values of R, the formula, the data, and our fit of the same model."""
    known = {}

    def _reference(name):
        if name not in known:
            content = load(name)
            values, frame = content["values"], frame_of(content)
            formula = re.sub(r"IQ\.(\w+)", r"IQ_\1", _CALL.match(content["call"])["formula"])
            fit = multilevel.fit_lmm(formula, frame, method="REML" if values["REML"] else "ML")
            names = {_parts(term): term for term in fit.fixed_effects.index}
            ours = partial(_ours, names)
            known[name] = SimpleNamespace(values=values, formula=formula, frame=frame, fit=fit, ours=ours)
        return known[name]

    return _reference


GLMM_DATA = {
    "cbpp": ("cbpp.csv", ["period", "herd"]),
    "contraception": ("contraception.csv.gz", ["livch", "use"]),
    "contraception_probit": ("contraception.csv.gz", ["livch", "use"]),
    "grouseticks": ("grouseticks.csv", ["YEAR"]),
    "wine": ("wine.csv", []),
}
GLMM_MODELS = {
    "cbpp": ("incidence / size ~ period + (1 | herd)", {}),
    "contraception": ("use ~ urban * livch + age + (1 | district)", {}),
    "contraception_probit": ("use ~ urban + livch + age + (1 | district)", {"link": "probit"}),
    "grouseticks": ("TICKS ~ YEAR + cHEIGHT + (1 | LOCATION/BROOD)", {"family": "poisson"}),
    "wine": ("rating ~ temp + contact + (1 | judge)", {"family": "cumulative"}),
}


@pytest.fixture(scope="session")
def glmm_values():
    """By the name of its file: what R infers from a generalised model."""
    files = sorted((REFERENCE / "glmm_inference").glob("*.json"))
    return {path.stem: json.loads(path.read_text(encoding="utf-8"))["values"] for path in files}


@pytest.fixture(scope="session")
def glmm_data():
    """The data of such a model, factors as text."""

    def _glmm_data(name):
        file, texts = GLMM_DATA[name]
        frame = pd.read_csv(REFERENCE / "data" / file)
        return frame.assign(**{column: frame[column].astype(str) for column in texts})

    return _glmm_data


@pytest.fixture(scope="session")
def glmm_fit(glmm_data):
    """Our fit of such a model."""
    known = {}

    def _glmm_fit(name):
        if name not in known:
            formula, options = GLMM_MODELS[name]
            known[name] = multilevel.fit_glmm(formula, glmm_data(name), **options)
        return known[name]

    return _glmm_fit


def by_term(table, column="estimate"):
    """One column of a table of results, by its terms."""
    return table.set_index("term")[column]
