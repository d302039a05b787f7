"""The tables of a validation: what its files hold, unrounded, with English names of columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from lcresearch.disclosure import EVERYBODY
from lcresearch.measurement.instrument_validation.comparisons import Comparison
from lcresearch.measurement.instrument_validation.item_disclosure import FEW_ITEMS
from lcresearch.measurement.instrument_validation.scale_parts import ScaleParts
from lcresearch.measurement.instrument_validation.uses import Reason, Use
from lcresearch.messages import Messages, problem_codes, problem_entry, text_keys

if TYPE_CHECKING:
    from lcresearch.measurement.instrument_validation.result import Validation

_ITEMS = ["item", "n", "mean", "sd", "floor", "ceiling", "item_rest_correlation",
          "conf_low", "conf_high", "item_total_correlation_corrected", "alpha_if_dropped"]  # fmt: skip
_OF_FEW_ITEMS = ["group", "n", "reliability"]
_AGREEMENT_OF_FEW_ITEMS = [
    "n", "n_groups", "mean_group_size", "icc_1", "icc_1_low", "icc_1_high", "icc_2", "f", "p_value", "r_wg_median",
    "r_wg_share",
]  # fmt: skip
_BY_GROUP = ["group", "n", "mean", "sd", "r_wg_uniform", "ad_mean", "reliability"]
_FIT = ["chi_square", "df", "p_value", "cfi", "tli", "rmsea", "rmsea_low", "rmsea_high", "srmr"]


def tables(found: Validation) -> dict[str, pd.DataFrame]:
    """Every table by name; those without rows are left out. Invented answers are marked in each."""
    made = {
        "uses": uses_in_words(found, Messages("en")).assign(reasons=lambda t: t["reasons"].map(" ".join)),
        "figures": figures(found, 0.95),
        "rows": found.account,
        "items": _of_scales(found, _items),
        "dimensions": _of_scales(found, lambda parts: parts.dimensions.tidy() if parts.dimensions else None),
        "factor_loadings": _of_scales(found, lambda parts: parts.factors.tidy() if parts.factors else None),
        "model_loadings": _of_scales(found, _loadings),
        "model_fit": _of_scales(found, lambda parts: _fit_row(parts.model)),
        "reliability": _of_scales(found, shown_reliability),
        "agreement": _of_scales(found, _agreement),
        "agreement_by_group": _of_scales(found, _agreement_by_group),
        "averaging_rules": _of_scales(
            found, lambda parts: parts.agreement.verdict.thresholds if parts.agreement else None
        ),
        "invariance_steps": _of_comparisons(found, lambda one: one.invariance.tidy() if one.invariance else None),
        "invariance_freed": _of_comparisons(found, lambda one: one.invariance.freed if one.invariance else None),
        "effect_sizes": _of_comparisons(found, lambda one: one.invariance.effect_sizes if one.invariance else None),
        "factor_means": _of_comparisons(found, lambda one: one.invariance.factor_means if one.invariance else None),
        "alignment_means": _of_comparisons(found, lambda one: one.alignment.tidy() if one.alignment else None),
        "alignment_items": _of_comparisons(found, lambda one: one.alignment.item_fit if one.alignment else None),
        "item_functioning": _of_comparisons(found, lambda one: one.dif.tidy() if one.dif else None),
        "item_information": _of_scales(found, _information),
        "short_form": _of_scales(found, lambda parts: parts.short_form.tidy() if parts.short_form else None),
        "norms": _of_scales(found, lambda parts: parts.norms),
        "norm_table": _of_scales(found, lambda parts: parts.norm_table),
        "all_scales_fit": _fit_row(found.all_scales),
        "all_scales_correlations": _correlations(found),
        "problems": _problems(found),
    }
    filled = {name: table.reset_index(drop=True) for name, table in made.items() if table is not None and len(table)}
    return {name: table.assign(simulated=True) for name, table in filled.items()} if found.simulated else filled


def _of_scales(found: Validation, frame_of: Callable[[ScaleParts], pd.DataFrame | None]) -> pd.DataFrame:
    parts = []
    for name, one in found.scales.items():
        table = frame_of(one.parts)
        if table is not None and len(table):
            parts.append(_first(table, scale=name))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _of_comparisons(found: Validation, frame_of: Callable[[Comparison], pd.DataFrame | None]) -> pd.DataFrame:
    parts = []
    for name, one in found.scales.items():
        for compared in one.parts.comparisons:
            table = frame_of(compared)
            if table is not None and len(table):
                parts.append(_first(table, scale=name, compared=compared.by))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _first(table: pd.DataFrame, **columns: str) -> pd.DataFrame:
    return pd.DataFrame(dict(columns), index=table.index).join(table)


def _by(parts: ScaleParts, table: pd.DataFrame) -> pd.DataFrame:
    return _first(table, by=parts.by or "")


def _items(parts: ScaleParts) -> pd.DataFrame | None:
    """Rounded: unrounded correlations and alphas are fractions from which the variances of items follow."""
    return parts.items.tidy()[_ITEMS].round(2) if parts.items is not None else None


def _loadings(parts: ScaleParts) -> pd.DataFrame | None:
    """Standardised only: the ratio with the loading as it is would be the standard deviation of the item."""
    if parts.model is None:
        return None
    table = parts.model.tidy()
    own = table[table["kind"] == "loadings"]
    return own[["term", "std_all", "p_value"]]


def _information(parts: ScaleParts) -> pd.DataFrame | None:
    """Discriminations: locations would tell about how many persons gave each answer."""
    if parts.information is None:
        return None
    table = parts.information.tidy()
    return table[table["term"] == "discrimination"]


def _fit_row(model: Any) -> pd.DataFrame | None:
    if model is None:
        return None
    kept = [name for name in _FIT if name in model.fit_measures or name == "df"]
    head = ["n", "estimator", "converged"]
    row: pd.DataFrame = model.glance()[[*head, *kept]].assign(admissible=not model.inadmissible)
    return row


def shown_reliability(parts: ScaleParts, conf_level: float = 0.95) -> pd.DataFrame | None:
    """Of a score over one or two items without the standard error of measurement: its standard deviation follows."""
    if parts.reliability is None:
        return None
    table = parts.reliability.tidy(conf_level)
    few = len(parts.answers.items) <= FEW_ITEMS
    return table[table["term"] != "standard_error_of_measurement"] if few else table


def _agreement(parts: ScaleParts) -> pd.DataFrame | None:
    """Of a score over one or two items without means and variances."""
    if parts.agreement is None:
        return None
    table = parts.agreement.glance()
    kept = list(table) if len(parts.answers.items) > FEW_ITEMS else _AGREEMENT_OF_FEW_ITEMS
    return _by(parts, table[[name for name in kept if name in table]])


def _agreement_by_group(parts: ScaleParts) -> pd.DataFrame | None:
    if parts.agreement is None:
        return None
    table = parts.agreement.tidy()
    shown = _BY_GROUP if len(parts.answers.items) > FEW_ITEMS else _OF_FEW_ITEMS
    return _by(parts, table[[name for name in shown if name in table]])


def _correlations(found: Validation) -> pd.DataFrame | None:
    """Correlations of the scales in the model of all of them, and their heterotrait-monotrait ratios."""
    model = found.all_scales
    if model is None or not model.converged:
        return None
    table = model.tidy()
    own = table[table["term"].str.contains("~~") & table["kind"].str.startswith("lv_cov")]
    pairs = own["term"].str.split("~~", expand=True)
    made = pd.DataFrame({"factor_1": pairs[0], "factor_2": pairs[1], "correlation": own["std_all"]})
    ratios = model.htmt()
    return made.merge(ratios[["factor_1", "factor_2", "htmt"]], how="left", on=["factor_1", "factor_2"])


def figures(found: Validation, conf_level: float) -> pd.DataFrame:
    """The figures that are quoted most, one row each."""
    rows = [row for name, one in found.scales.items() for row in _figures(name, one.parts, conf_level)]
    columns = ["scale", "part", "term", "by", "estimate", "std_error", "conf_low", "conf_high", "n"]
    return pd.DataFrame(rows, columns=columns)


def _figures(scale: str, parts: ScaleParts, conf_level: float) -> Iterator[dict[str, Any]]:
    n = parts.answers.n
    everybody = parts.norms[parts.norms["by"] == EVERYBODY].iloc[0]
    for term in ("mean", "sd"):
        yield {"scale": scale, "part": "norms", "term": term, "estimate": everybody[term], "n": n}
    if parts.dimensions is not None:
        row = parts.dimensions.glance().iloc[0]
        for term in ("n_components", "n_factors", "n_minimum_average_partial"):
            yield {"scale": scale, "part": "dimensions", "term": term, "estimate": float(row[term]), "n": n}
    if parts.model is not None:
        for term in ("cfi", "tli", "rmsea", "srmr"):
            value = float(parts.model.fit_measures[term])
            yield {"scale": scale, "part": "model", "term": term, "estimate": value, "n": int(parts.model.estimated.n)}
    reliable = shown_reliability(parts, conf_level)
    if reliable is not None:
        for each in reliable.itertuples():
            by = parts.by if each.level == "group" else None
            found: dict[str, Any] = {"scale": scale, "part": "reliability", "term": each.term, "by": by}
            found |= {name: getattr(each, name) for name in ("estimate", "std_error", "conf_low", "conf_high")}
            yield found | {"n": int(getattr(each, "n"))}  # noqa: B009
    if parts.agreement is not None:
        row = parts.agreement.glance(conf_level).iloc[0]
        for term in ("icc_1", "icc_2", "r_wg_median", "ad"):
            ends = {end: row.get(f"{term}_{side}", np.nan) for end, side in _ENDS}
            yield {
                "scale": scale, "part": "agreement", "term": term, "by": parts.by, "estimate": row[term],
                "n": int(row["n_groups"]), **ends,
            }  # fmt: skip


_ENDS = (("conf_low", "low"), ("conf_high", "high"))


def uses_in_words(found: Validation, say: Messages) -> pd.DataFrame:
    """``scale, use, by, answer, reasons``: the name of the use and the reasons in words, the answer as a code."""
    rows = [
        {
            "scale": name,
            "use": say(f"report.validation.use.{_use_key(use)}", by=use.by or ""),
            "by": use.by or "",
            "answer": use.answer,
            "reasons": [reason_in_words(reason, say) for reason in use.reasons],
        }
        for name, one in found.scales.items()
        for use in one.uses
    ]
    return pd.DataFrame(rows, columns=["scale", "use", "by", "answer", "reasons"])


def _use_key(use: Use) -> str:
    return "compare_none" if use.name == "compare" and use.by is None else use.name


def reason_in_words(reason: Reason, say: Messages) -> str:
    """A reason as a sentence: a text of the catalogue, or the message of a problem with its code."""
    if reason.key in problem_codes():
        text = say.fill(problem_entry(reason.key)["message"], **reason.values).strip()
        return text[:1].upper() + text[1:]
    key = reason.key if reason.key in text_keys() else f"validate.reason.{reason.key}"
    return say(key, **reason.values)


def _problems(found: Validation) -> pd.DataFrame:
    rows = [("", "", problem) for problem in found.problems]
    for name, one in found.scales.items():
        rows += [(name, part, problem) for part, own in one.parts.problems.items() for problem in own]
        rows += [(name, each.by, problem) for each in one.parts.comparisons for problem in each.problems]
    columns = ["scale", "part", "code", "item", "text"]
    made = [(scale, part, p.code, p.where.item, p.message("en")) for scale, part, p in rows]
    return pd.DataFrame(made, columns=columns)


def record(found: Validation) -> dict[str, Any]:
    """What the numbers are about and came from."""
    instrument = found.instrument
    return {
        "instrument": {"id": instrument.id, "version": instrument.version, "hash": instrument.hash},
        "lcresearch": version("lcresearch"),
        "seed": found.seed,
        "minimum_cell": found.minimum_cell,
        "simulated": found.simulated,
        "wave": found.wave,
        "groups": list(found.groups),
        "inputs": dict(found.sources),
        "answers": {name: {use_key(use): use.answer for use in one.uses} for name, one in found.scales.items()},
    }


def use_key(use: Use) -> str:
    """A use by name, with what it is about."""
    return use.name + (f":{use.by}" if use.by else "")
