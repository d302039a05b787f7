"""What a validation says in the file of the instrument: a block for ``evidence:``."""

from __future__ import annotations

import math
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import yaml

from lcresearch.measurement.instrument_validation.scale_parts import ScaleParts
from lcresearch.measurement.instrument_validation.uses import FEW_PERSONS
from lcresearch.messages import LANGUAGES, Messages

if TYPE_CHECKING:
    from lcresearch.measurement.instrument_validation.result import ScaleValidation, Validation

_DIGITS = 3


def evidence(found: Validation, reference: str | None) -> dict[str, Any]:
    """One study as the format of instruments has it; figures are rounded to three decimals."""
    said = reference or f"lcresearch {version('lcresearch')}: instruments validate {found.instrument.id}"
    scales = {name: _of_scale(one) for name, one in found.scales.items()}
    groups = [one["groups"] for one in scales.values() if "groups" in one]
    return (
        {"reference": said, "n": found.n}
        | ({"groups": max(groups)} if groups else {})
        | {"finding": {code: _finding(found, code) for code in found.instrument.languages}}
        | {"version": found.instrument.version, "hash": found.instrument.hash, "scales": scales}
    )


def evidence_yaml(found: Validation, reference: str | None) -> str:
    """The block as YAML with the key ``evidence`` above it."""
    plain = yaml.safe_dump(
        {"evidence": [evidence(found, reference)]}, allow_unicode=True, sort_keys=False, width=110
    )  # fmt: skip
    say = Messages("en")
    note = say("validate.evidence.note")
    warning = [say("validate.evidence.simulated")] if found.simulated else []
    return "".join(f"# {line}\n" for line in [note, *warning]) + plain


def _of_scale(one: ScaleValidation) -> dict[str, Any]:
    """Structure only of as many persons as the answer on one score asks for."""
    parts = one.parts
    row: dict[str, Any] = {"n": parts.answers.n} | _reliability(parts, "individual", ("alpha", "omega"))
    enough = parts.answers.n >= FEW_PERSONS
    if parts.dimensions is not None and enough:
        row["n_factors"] = parts.dimensions.n_components
    if enough and parts.model is not None and parts.model.converged and not parts.model.inadmissible:
        fit = parts.model.fit_measures
        row |= _rounded({name: fit[name] for name in ("cfi", "rmsea", "srmr")}) if parts.model.estimated.df else {}
    if parts.agreement is not None:
        agreed = parts.agreement.glance().iloc[0]
        row["groups"] = int(agreed["n_groups"])
        row |= _rounded({name: agreed[name] for name in ("icc_1", "icc_2")})
        row |= _rounded({"group_alpha": _reliability(parts, "group", ("alpha",)).get("alpha", math.nan)})
        row |= _rounded({"r_wg": agreed["r_wg_median"]})
        row["averaging"] = parts.agreement.verdict.warranted
    compared = {each.by: each.warranted for each in parts.comparisons if each.warranted != "unknown"}
    return row | ({"comparable": compared} if compared else {})


def _reliability(parts: ScaleParts, level: str, names: tuple[str, ...]) -> dict[str, float]:
    if parts.reliability is None:
        return {}
    table = parts.reliability.estimates
    own = table[table["level"] == level].set_index("term")["estimate"]
    terms = {"alpha": "cronbach_alpha", "omega": "omega_total"}
    return _rounded({name: own.get(terms[name], math.nan) for name in names})


def _rounded(values: dict[str, Any]) -> dict[str, float]:
    return {name: round(float(value), _DIGITS) for name, value in values.items() if math.isfinite(value)}


def _finding(found: Validation, language: str) -> str:
    """The findings in a sentence a scale; English where the language of the instrument has no texts here."""
    say = Messages(language if language in LANGUAGES else "en")
    said = [_sentence(found, name, one, say) for name, one in found.scales.items()]
    return " ".join([*([say("validate.evidence.simulated_short")] if found.simulated else []), *said])


def _sentence(found: Validation, name: str, one: ScaleValidation, say: Messages) -> str:
    titles = found.instrument.scales[name].title
    title = titles.get(say.language) or next(iter(titles.values()))
    figures = _reliability(one.parts, "individual", ("alpha", "omega"))
    told = [f"{say(f'validate.term.{term}')} {say.number(value)}" for term, value in figures.items()]
    uses = [
        f"{say(f'validate.use_short.{use.name}', by=use.by or '')}: {say(f'validate.answer.{use.answer}')}"
        for use in one.uses
        if use.answer != "unknown"
    ]
    return f"{title}: {'; '.join([*told, *uses])}."
