"""Response by what is known of persons beside their groups: firm size band, sector, role.

Study.yaml names columns of the files, or questions with one answer, under ``response_by``. They are counted side by
side with the levels, under the same rules: nothing that is hidden at one can be computed from the levels, or from one
other characteristic.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from lcresearch.disclosure import EVERYBODY, Ledger, Policy, protect
from lcresearch.errors import Problem, StudyError
from lcresearch.instruments import Instrument
from lcresearch.messages import LANGUAGES
from lcresearch.reporting.content import Characteristic, ResponseByContent
from lcresearch.responses import Responses
from lcresearch.responses.persons.recognition import names_persons
from lcresearch.responses.persons.within_names import holds_personal
from lcresearch.responses.tables import shown
from lcresearch.responses.wording import plain
from lcresearch.studies.context import too_similar
from lcresearch.studies.model import LevelName, ResponseBy

MOST_CATEGORIES = 30
"""Columns with more values are no way to sort people."""
_PREFIX = "by "
_COUNTS = ["characteristic", "value", "wave", "n_invited", "n_persons", "share", "conf_low", "conf_high"]


@dataclass(frozen=True)
class Counted:
    """By what the response is counted beside the levels.

    Attributes
    ----------
    found : tuple of Characteristic
    values : DataFrame
        Their values for each row of the answers; columns as :func:`column_of` names them, texts.
    """

    found: tuple[Characteristic, ...] = ()
    values: pd.DataFrame | None = None

    @property
    def columns(self) -> list[str]:
        """Columns of ``values``."""
        return [column_of(one.name) for one in self.found]

    def beside(self, frame: pd.DataFrame) -> pd.DataFrame:
        """A frame with a row a row of the answers, and the values in it."""
        if self.values is None:
            return frame
        return frame.assign(**{name: self.values[name].to_numpy(dtype=object) for name in self.columns})


def column_of(name: str) -> str:
    """The column of a frame of persons, and of the ledger, in which a characteristic stands: never that of a level."""
    return f"{_PREFIX}{name}"


def questions_by(uses: Iterable[ResponseBy], instruments: Iterable[Instrument]) -> dict[str, Instrument]:
    """Those of the names that are questions, with the instrument that asks each."""
    asked = {item.id: instrument for instrument in instruments for item in instrument.items}
    return {use.column: asked[use.column] for use in uses if use.column in asked}


def characteristics(uses: Sequence[ResponseBy], data: Responses, *, reasons: Iterable[str] = ()) -> Counted:
    """What study.yaml asks response by, and its value for each row of the answers.

    Parameters
    ----------
    uses : sequence of ResponseBy
    data : Responses
        Columns that are no questions stand in ``kept``.
    reasons : iterable of str
        Columns of which the study says why it needs them, though they look like personal data.

    Raises
    ------
    StudyError
        S061 a name that is neither, S062 personal data, S063 too many different values.
    """
    asked = questions_by(uses, data.instruments)
    found, values, problems = [], {}, list[Problem]()
    for use in uses:
        one, texts = _question(use, asked[use.column], data) if use.column in asked else _column(use, data)
        problems += _refused(use, texts, data.log, frozenset(reasons), is_question=use.column in asked)
        if one is not None and texts is not None:
            found.append(one)
            values[column_of(use.column)] = texts.to_numpy(dtype=object)
    if problems:
        raise StudyError(problems)
    return Counted(tuple(found), pd.DataFrame(values, columns=list(values)))


def _question(
    use: ResponseBy, instrument: Instrument, data: Responses
) -> tuple[Characteristic | None, pd.Series[str] | None]:
    """A question with one answer to choose: its codes as texts."""
    scale = instrument.response_scale_of(use.column)
    kind = next(item.type for item in instrument.items if item.id == use.column)
    if scale is None or kind != "choice" or use.column not in data.frame.columns:
        return None, None
    names = {float(code): str(code) for code in scale.codes}
    title = use.title or instrument.shareable_text(use.column)
    labels = {str(code): dict(scale.labels.get(code, {})) for code in scale.codes}
    return Characteristic(use.column, dict(title), labels), data.frame[use.column].map(names).astype("str")


def _column(use: ResponseBy, data: Responses) -> tuple[Characteristic | None, pd.Series[str] | None]:
    """A column of the files: its values as they stand there."""
    if use.column not in data.kept.columns:
        return None, None
    texts = data.kept[use.column].str.strip()
    texts = texts.where(texts != "")
    title = use.title or dict.fromkeys(LANGUAGES, use.column)
    labels = {text: dict.fromkeys(LANGUAGES, text) for text in sorted(texts.dropna().unique(), key=_by_number)}
    return Characteristic(use.column, dict(title), labels), texts.astype("str")


def _by_number(text: str) -> tuple[float, str]:
    """Bands such as 1-9, 10-49 and 100+ in the order of their numbers, before words."""
    number = re.match(r"\D{0,3}(\d{1,9})", text)
    return (float(number[1]) if number else math.inf, text)


def _refused(
    use: ResponseBy, texts: pd.Series[str] | None, log: pd.DataFrame, reasons: frozenset[str], *, is_question: bool
) -> Iterable[Problem]:
    if texts is None:
        yield Problem("S061", values={"column": shown(use.column, 40)})
        return
    distinct = texts.dropna().unique().tolist()
    if len(distinct) > MOST_CATEGORIES:
        yield Problem("S063", values={"column": shown(use.column, 40), "n": len(distinct), "most": MOST_CATEGORIES})
    if is_question:
        return
    if is_personal(use.column, texts, log, reasons):
        yield Problem("S062", values={"column": shown(use.column, 40)})


def is_personal(column: str, texts: pd.Series[str], log: pd.DataFrame, reasons: Collection[str]) -> bool:
    """Whether a column that was kept by name is about persons.

    Parameters
    ----------
    column : str
    texts : Series of str
        What stands in it.
    log : DataFrame
        Of reading.
    reasons : collection of str
        Columns of which the study says why it needs them: these may look like it, but hold no addresses or numbers.
    """
    distinct = texts.dropna().unique().tolist()
    personal = plain(column) in {plain(name) for name in log.loc[log["code"] == "R130", "column"].dropna()}
    doubtful = (personal or names_persons(distinct)) and column not in reasons
    return doubtful or any(map(holds_personal, distinct))


def count_cells(
    people: pd.DataFrame,
    names: Sequence[str],
    levels: Sequence[LevelName],
    waves: Sequence[str],
    policy: Policy,
    ledger: Ledger | None = None,
) -> pd.DataFrame:
    """Which groups of levels, and which values of characteristics, may be shown with their number of persons.

    Each characteristic is settled beside the levels and beside each other one. What that hides is missing in the next
    round, until nothing more is hidden. Several at once would mostly hide everything: their joint table is small.

    Parameters
    ----------
    people : DataFrame
        ``respondent, wave``, levels and the characteristics.
    names : sequence of str
        Columns of the characteristics.

    Returns
    -------
    DataFrame
        As :func:`lcresearch.disclosure.protect` gives it; groups of levels are shown if no characteristic hides them.
    """
    if not names:
        return protect(people, None, levels, policy, ledger=ledger)
    left = without_similar_waves(people, names, levels, waves, policy)
    while (hidden := _without_hidden(left, names, levels, policy)) is not None:
        left = hidden
    tables = [protect(left, None, levels, policy, ledger=ledger, crossing=[name]) for name in names]
    of_levels = [table[~table["level"].isin(names)].reset_index(drop=True) for table in tables]
    main = of_levels[0].copy()
    for other in of_levels[1:]:
        main["reason"] = main["reason"].where(main["reason"].notna(), other["reason"])
        main["released"] &= other["released"]
    return pd.concat([main, *(table[table["level"].isin(names)] for table in tables)], ignore_index=True)


def with_names(cells: pd.DataFrame) -> pd.DataFrame:
    """Cells of groups (not of everybody) in the order of levels and names, the groups around them as text.

    The number of persons is missing where it is not shown.
    """
    groups = cells[(cells["level"] != EVERYBODY) & (cells["n_persons"] > 0)].copy()
    groups["parent"] = [" / ".join(map(str, key[:-1])) for key in groups["key"]]
    groups["group"] = groups["group"].astype("str")
    groups["n_persons"] = groups["n_persons"].where(groups["released"])
    return groups.reset_index(drop=True)


def _without_hidden(
    people: pd.DataFrame, names: Sequence[str], levels: Sequence[LevelName], policy: Policy
) -> pd.DataFrame | None:
    """The frame without the values that may not be shown beside one other table; None when all may."""
    for place, name in enumerate(names):
        for beside in (tuple(levels), *((other,) for other in names[:place])):
            cells = protect(people, None, beside, policy, crossing=[name])
            hidden = cells[cells["level"].isin(names) & ~cells["released"] & (cells["n_persons"] > 0)]
            if len(hidden):
                people = people.copy()
                for level, wave, group in zip(hidden["level"], hidden["wave"], hidden["group"], strict=True):
                    people.loc[(people["wave"] == wave) & (people[level] == group), level] = None
                return people
    return None


def without_similar_waves(
    frame: pd.DataFrame, names: Sequence[str], levels: Sequence[LevelName], waves: Sequence[str], policy: Policy
) -> pd.DataFrame:
    """The frame, a characteristic missing at waves whose difference from an earlier one would tell on a few persons.

    What all persons of an organisation have in common, such as its size, tells no more than who is in which
    organisation does; it is counted at every wave.

    Parameters
    ----------
    frame : DataFrame
        ``respondent, wave``, levels and the characteristics.
    names : sequence of str
        Columns of the characteristics.
    """
    frame = frame.copy()
    for name in names:
        if not _constant_within(frame, name, levels):
            known = frame[["respondent", "wave", name]].dropna().drop_duplicates(["respondent", "wave"])
            replies = known.assign(reply=pd.factorize(known[name])[0].astype(float))
            present = [wave for wave in waves if (replies["wave"] == wave).any()]
            frame.loc[frame["wave"].isin(too_similar(replies, present, policy)), name] = None
    return frame


def _constant_within(frame: pd.DataFrame, name: str, levels: Sequence[LevelName]) -> bool:
    """Whether the groups of a level each have one value, the same at all waves."""
    pairs = (frame[[level, name]].dropna().drop_duplicates() for level in levels)
    return any(len(pair) > 0 and not pair[level].duplicated().any() for pair, level in zip(pairs, levels, strict=True))


def same_names(values: pd.Series[str], characteristic: Characteristic) -> pd.Series[str]:
    """Values of a list of who was invited as the answers have them: a code, or its label in any language."""
    names = {plain(key): key for key in characteristic.labels}
    for key, labels in characteristic.labels.items():
        names |= {plain(label): key for label in labels.values()}
    known: Mapping[str, str] = {text: names.get(plain(text), text) for text in values.dropna().unique().tolist()}
    return values.map(known).astype("str")


def response_by(
    counted: Counted, people: pd.DataFrame, counts: pd.DataFrame, invited: pd.DataFrame
) -> ResponseByContent | None:
    """What may be shown of the response by each characteristic; None where study.yaml asks for none.

    Parameters
    ----------
    people : DataFrame
        ``wave`` and the characteristics, of all persons.
    counts : DataFrame
        ``level, group, wave, n_persons, released``, the level as :func:`column_of` names it.
    invited : DataFrame
        ``level, group, wave, n_invited, share, conf_low, conf_high`` of those released, where it is known.
    """
    if not counted.found:
        return None
    names = {column_of(one.name): one.name for one in counted.found}
    mine = counts[counts["level"].isin(list(names)) & counts["released"]].astype({"wave": "str"})
    known = invited[["level", "group", "wave", "n_invited", "share", "conf_low", "conf_high"]].astype({"wave": "str"})
    shown_rows = mine.merge(known, on=["level", "group", "wave"], how="left")
    table = shown_rows.assign(characteristic=shown_rows["level"].map(names)).rename(columns={"group": "value"})
    withheld = []
    for column, name in names.items():
        there = people.groupby("wave", sort=False)[column].nunique()
        seen = mine[mine["level"] == column].groupby("wave").size().reindex(there.index.astype("str"), fill_value=0)
        left = [(name, str(wave), n) for wave, n in zip(there.index, there.to_numpy() - seen.to_numpy(), strict=True)]
        withheld += [one for one in left if one[2]]
    hidden = pd.DataFrame(withheld, columns=["characteristic", "wave", "n_values"])
    return ResponseByContent(counted.found, table[_COUNTS], hidden)
