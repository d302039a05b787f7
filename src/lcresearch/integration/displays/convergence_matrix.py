"""The convergence coding matrix: what numbers say, what people say, the proposal, and the judgement of a researcher."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lcresearch.errors import IntegrationError
from lcresearch.integration.converging.converging import convergence
from lcresearch.integration.converging.evidence import KEYS
from lcresearch.integration.converging.result import Convergence, word
from lcresearch.integration.displays.cells import STATISTIC, WORDS, Sheet, Texts, fingerprint
from lcresearch.integration.displays.options import Options
from lcresearch.integration.displays.statistics import table_of
from lcresearch.integration.displays.voices_cells import add_persons
from lcresearch.messages import LANGUAGES, Messages

EFFECT, VOICES, PROPOSAL, JUDGEMENT = "effect", "voices", "proposal", "judgement"
_SIDES = {EFFECT: "numbers", VOICES: "voices", PROPOSAL: "together", JUDGEMENT: "together"}
_GAPS = {"not_asked": "no_codes", "not_shown": "hidden"}


def convergence_matrix(options: Options) -> Sheet:
    """Rows are elements, contradictions first; of a convergence, or by the rules of the package out of effects.

    Raises
    ------
    IntegrationError
        Q103: the convergence was made of other voices: by another case, or confidential where this is to be shared.
    """
    found = options.result
    if not isinstance(found, Convergence):
        found = convergence(table_of(found), options.voices, rules=options.rules, judgements=options.judgements)
    if found.by != options.by or found.confidential != (options.policy is None):
        raise IntegrationError("Q103", by=options.by, other=found.by)
    return matrix_sheet(found, options.title, options.source)


def matrix_sheet(found: Convergence, title: Callable[[str], Texts], source: str) -> Sheet:
    """Rows, columns and cells of the matrix.

    Parameters
    ----------
    found : Convergence
    title : callable
        Name of an element or outcome -> title by language.
    source : str
        What the effects are called in the source of a cell.
    """
    sheet = Sheet()
    for name, side in _SIDES.items():
        sheet.column(name, side)
    keys = [name for name in KEYS[1:] if found.rows.loc[found.rows[name] != "", name].nunique() > 1]
    for place, row in enumerate(found.rows.to_dict("records")):
        names = [str(row["element"]), *(str(row[name]) for name in keys if row[name])]
        titles = [title(name) for name in names]
        key = " | ".join(names)
        sheet.row(key, {each: " · ".join(one[each] for one in titles) for each in LANGUAGES})
        _add_effect(sheet, key, row, source)
        _add_voices(sheet, key, row)
        sheet.cell(key, PROPOSAL, WORDS, _said("outcome", row["proposal"]), source=f"rule {row['rule']}")
        sheet.cell(key, PROPOSAL, WORDS, found.reasons[place], source=f"rule {row['rule']}")
        _add_judgement(sheet, key, row)
    return sheet


def _said(kind: str, name: object) -> dict[str, str]:
    """A state or outcome with a capital, in each language."""
    texts = {each: word(kind, name, each) for each in LANGUAGES}
    return {each: text[:1].upper() + text[1:] for each, text in texts.items()}


def _add_effect(sheet: Sheet, key: str, row: Mapping[Any, Any], source: str) -> None:
    numbers = [float(row[name]) for name in ("estimate", "conf_low", "conf_high")]
    if row["numbers"] == "absent":
        sheet.gap(key, EFFECT, "no_numbers")
        return
    estimate, low, high = numbers
    sheet.cell(
        key, EFFECT, STATISTIC, value=estimate, conf_low=low, conf_high=high, source=f"{source}: {key}",
        fingerprint=fingerprint(numbers),
    )  # fmt: skip
    sheet.cell(key, EFFECT, WORDS, _said("numbers", row["numbers"]))


def _add_voices(sheet: Sheet, key: str, row: Mapping[Any, Any]) -> None:
    if row["voices"] in _GAPS:
        sheet.gap(key, VOICES, _GAPS[row["voices"]])
        return
    add_persons(sheet, key, VOICES, row, row["of_persons"])
    sheet.cell(key, VOICES, WORDS, _said("voices", row["voices"]))


def _add_judgement(sheet: Sheet, key: str, row: Mapping[Any, Any]) -> None:
    state = str(row["judgement_state"]).replace(" ", "_")
    if not state:
        sheet.gap(key, JUDGEMENT, "no_judgement")
        return
    texts = {}
    for each in LANGUAGES:
        say = Messages(each)
        judgement = word("outcome", row["judgement"], each) if row["judgement"] else ""
        values = {"by": row["judged_by"], "on": say.date(row["judged_on"]), "because": row["judged_because"]}
        texts[each] = say(f"integration.convergence.judged.{state}", judgement=judgement, **values)
    sheet.cell(key, JUDGEMENT, WORDS, texts, source="judgements")
