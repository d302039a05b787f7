"""What a report on a programme shows, taken out of a synthesis: titles, verdicts with their reasons, and tables."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from lcresearch.errors import Problem
from lcresearch.messages import LANGUAGES, Messages
from lcresearch.reporting.content import Head, Text
from lcresearch.reporting.wording import clean, in_language, is_missing
from lcresearch.synthesis.elements import CertaintyRules, VerdictRules, certainty_rules, verdict_rules
from lcresearch.synthesis.elements.wording import Reason
from lcresearch.synthesis.programme import ProgrammeFile

if TYPE_CHECKING:
    from lcresearch.synthesis import Synthesis

KEYS = ("element", "outcome", "model", "adjustment")


@dataclass(frozen=True)
class ElementContent:
    """One row of the working-elements table, with all that a page tells of it.

    Attributes
    ----------
    name : str
        Unique in the report, for anchors and files.
    title, outcome : Text
        Of the element and the outcome.
    row : mapping
        The row of the table, without its sentences, and ``statistic, p_value``.
    reason, unmeasured : Text
    because : str
        Code of the reason.
    about : mapping
        What the reason is about, with titles: ``sector, moderator, level`` and numbers.
    doubts : mapping of str to tuple of str
        By language: what brought certainty down.
    decided_by : Text or None
        Title of the moderator on which a conditional verdict rests.
    decisive : str
        Id of that moderator.
    unit, minimum, maximum : float
        Of the column of the element; effects are for one unit.
    barrier : bool
        Thought to hinder.
    change : bool
        Whether the outcome is a change over waves.
    sectors, moderators, consortia : DataFrame
        Effects with intervals.
    two_stage : mapping
        The analysis in two stages; empty where there is none.
    """

    name: str
    title: Text
    outcome: Text
    row: Mapping[str, Any]
    reason: Text
    because: str
    about: Mapping[str, Any]
    unmeasured: Text
    doubts: Mapping[str, tuple[str, ...]]
    decided_by: Text | None
    decisive: str
    unit: float
    minimum: float
    maximum: float
    barrier: bool
    change: bool
    sectors: pd.DataFrame
    moderators: pd.DataFrame
    consortia: pd.DataFrame
    two_stage: Mapping[str, Any]

    @property
    def verdict(self) -> str:
        """Of the table, as a key of texts."""
        return str(self.row["verdict"]).replace(" ", "_").replace("-", "_")

    @property
    def group(self) -> str:
        """The verdict, apart for effects that lower the outcome."""
        lower = self.row["direction"] == "negative" and self.verdict in ("generic", "sector_specific")
        return f"{self.verdict}_lower" if lower else self.verdict

    @property
    def bound(self) -> float:
        """Smallest worthwhile effect."""
        return float(self.row["smallest_worthwhile"])


@dataclass(frozen=True)
class SynthesisContent:
    """A whole report on a programme.

    Attributes
    ----------
    head : Head
    programme : ProgrammeFile
    elements : tuple of ElementContent
        In the order of the plan.
    tables : mapping of str to DataFrame
        Those of the synthesis, with consortia as this report names them.
    packages : DataFrame
        Packages by the names that consortia gave themselves.
    labels : mapping of str to str
        Consortium -> what it is called in figures.
    anonymous : bool
    sizes : mapping of str to (int, int)
        Model -> communities and persons in it.
    leave_one_out, changes : DataFrame or None
    rules : VerdictRules
    certainty : CertaintyRules
    problems : tuple of Problem
    inputs : mapping of str to str
        File -> SHA-256.
    """

    head: Head
    programme: ProgrammeFile
    elements: tuple[ElementContent, ...]
    tables: Mapping[str, pd.DataFrame]
    packages: pd.DataFrame
    labels: Mapping[str, str]
    anonymous: bool
    sizes: Mapping[str, tuple[int, int]]
    rules: VerdictRules
    certainty: CertaintyRules
    leave_one_out: pd.DataFrame | None = None
    changes: pd.DataFrame | None = None
    problems: tuple[Problem, ...] = ()
    inputs: Mapping[str, str] = field(default_factory=dict)

    @property
    def sectors(self) -> list[str]:
        """Sectors with packages, in the order of the programme."""
        there = set(self.packages["sector"])
        return [name for name in self.programme.sectors if name in there]

    def sector(self, name: Any) -> Text:
        """Title of a sector."""
        return sector_title(self.programme, str(name))

    def name(self, name: Any) -> Text:
        """Title of an element, a covariate or an outcome; the name itself where there is none."""
        return title_of(self.programme, str(name))


def synthesis_content(
    result: Synthesis,
    *,
    anonymous: bool = True,
    leave_one_out: pd.DataFrame | None = None,
    provenance: Mapping[str, str] | None = None,
    inputs: Mapping[str, str] | None = None,
) -> SynthesisContent:
    """All that the report shows.

    Parameters
    ----------
    result : Synthesis
    anonymous : bool
        Consortia stand in figures and tables of effects under a number, in an order without meaning.
    leave_one_out : DataFrame, optional
        Of :meth:`Synthesis.leave_one_out`.
    provenance : mapping, optional
        What the footer prints.
    inputs : mapping, optional
        File -> SHA-256.
    """
    programme, packages = result.programme, result.packages
    head = Head(
        title=programme.title,
        description=programme.description,
        languages=tuple(programme.languages),
        levels={},
        waves={},
        minimum_cell=programme.disclosure.minimum_cell,
        simulated=result.simulated,
        provenance=provenance or {},
    )
    labels = consortium_labels(packages, programme, anonymous=anonymous)
    tables = {name: _relabelled(table, labels) for name, table in result.tables().items() if name != "packages"}
    return SynthesisContent(
        head=head,
        programme=programme,
        elements=tuple(_elements(result, tables)),
        tables=tables,
        packages=packages,
        labels=labels,
        anonymous=anonymous,
        sizes={name: (int(one.n_communities), int(one.n_persons)) for name, one in result.pooled.items()},
        rules=result.rules if isinstance(result.rules, VerdictRules) else verdict_rules(result.rules),
        certainty=result.certainty
        if isinstance(result.certainty, CertaintyRules)
        else certainty_rules(result.certainty),
        leave_one_out=None if leave_one_out is None else _relabelled(leave_one_out, labels),
        changes=None if result.earlier is None else result.changes_since(),
        problems=tuple(result.problems),
        inputs=inputs or {},
    )


def consortium_labels(packages: pd.DataFrame, programme: ProgrammeFile, *, anonymous: bool) -> dict[str, str]:
    """What each consortium is called: its own name, or a number by sector in an order that says nothing.

    The order is that of a hash, so that it is the same each time, and neither that of names nor that of effects.
    """
    place = {name: n for n, name in enumerate(programme.sectors)}
    pairs = [(str(name), str(sector)) for name, sector in zip(packages["consortium"], packages["sector"], strict=True)]
    if not anonymous:
        ordered = sorted(pairs, key=lambda pair: (place.get(pair[1], len(place)), pair[0]))
        return {name: clean(name) for name, _ in ordered}

    def shuffled(pair: tuple[str, str]) -> tuple[int, str]:
        name, sector = pair
        return place.get(sector, len(place)), hashlib.sha256(f"{programme.id}\n{name}".encode()).hexdigest()

    width = len(str(len(pairs)))
    return {name: f"C{str(n).zfill(width)}" for n, (name, _) in enumerate(sorted(pairs, key=shuffled), start=1)}


def title_of(programme: ProgrammeFile, name: str) -> Text:
    """Title of an element, a covariate or an outcome; the name itself where there is none."""
    for known in (programme.elements, programme.covariates, programme.outcomes):
        if name in known:
            return in_both(known[name].title)
    return dict.fromkeys(LANGUAGES, name)


def sector_title(programme: ProgrammeFile, name: str) -> Text:
    """Title of a sector; its name where there is none."""
    return in_both(programme.sectors.get(name) or {"en": name})


def in_both(text: Text) -> Text:
    """A text in each language of the reports: where one is lacking, what there is."""
    return {language: in_language(text, language) for language in LANGUAGES}


def level_title(programme: ProgrammeFile, moderator: str, level: str) -> Text:
    """Title of a level of a moderator; of a number that it is a value, as each language writes it."""
    covariate = programme.covariates.get(moderator)
    if covariate is not None and level in covariate.levels:
        return in_both(covariate.levels[level])
    try:
        value = float(level)
    except ValueError:
        return dict.fromkeys(LANGUAGES, level)
    digits = 0 if value.is_integer() else 2
    return {
        language: say("report.synthesis.level_number", value=say.number(value, digits=digits))
        for language, say in ((one, Messages(one)) for one in LANGUAGES)
    }


def _relabelled(table: pd.DataFrame, labels: Mapping[str, str]) -> pd.DataFrame:
    """Consortia by what this report calls them, rows in that order where a table has a row a consortium."""
    for column in ("consortium", "without"):
        if column in table:
            order = {name: n for n, name in enumerate(labels)}
            first = [name for name in ("element", *KEYS[1:]) if name in table]
            place = table[column].map(order)
            groups = table.groupby(first, sort=False).ngroup() if first else pd.Series(0, index=table.index)
            arranged = table.assign(_group=groups, _place=place).sort_values(["_group", "_place"], kind="stable")
            arranged = arranged.drop(columns=["_group", "_place"]).reset_index(drop=True)
            return arranged.assign(**{column: [labels.get(str(name), clean(name)) for name in arranged[column]]})
    return table


def _elements(result: Synthesis, tables: Mapping[str, pd.DataFrame]) -> Iterator[ElementContent]:
    programme, found = result.programme, result.working_elements
    table = found.table.reset_index(drop=True)
    tests = tables["estimates"].reset_index(drop=True)
    unmeasured = {language: found.unmeasured_in(language).tolist() for language in LANGUAGES}
    names = _unique([str(one) for one in table["element"]])
    parts = {name: tables[name] for name in ("sectors", "moderators", "consortia", "two_stage")}
    for place, row in enumerate(table.to_dict("records")):
        own = {name: _of(part, row) for name, part in parts.items()}
        element, model = programme.elements[row["element"]], programme.models[row["model"]]
        values = found.reasons[place]["values"]
        decisive = str(values["moderator"]) if row["verdict"] == "conditional" and "moderator" in values else ""
        two = own["two_stage"].to_dict("records")
        yield ElementContent(
            name=names[place],
            title=in_both(element.title),
            outcome=in_both(programme.outcomes[row["outcome"]].title),
            row={str(name): value for name, value in row.items()}
            | {name: tests.loc[place, name] for name in ("statistic", "p_value")},
            reason=reason_with_titles(found.reasons[place], programme),
            because=str(found.reasons[place]["code"]),
            about=_titled(values, programme),
            unmeasured={language: clean(texts[place]) for language, texts in unmeasured.items()},
            doubts={
                language: tuple(reason_with_titles(one, programme)[language] for one in found.doubts[place])
                for language in LANGUAGES
            },
            decided_by=title_of(programme, decisive) if decisive else None,
            decisive=decisive,
            unit=float(element.unit),
            minimum=float(element.minimum),
            maximum=float(element.maximum),
            barrier=element.barrier,
            change=model.rows != "last_wave",
            sectors=own["sectors"],
            moderators=own["moderators"],
            consortia=own["consortia"],
            two_stage={str(name): value for name, value in two[0].items()} if two else {},
        )


def _of(table: pd.DataFrame, row: Mapping[Any, Any]) -> pd.DataFrame:
    """The rows of a table on one row of the table of elements."""
    if not len(table) or not set(KEYS) <= set(table.columns):
        return table.iloc[:0]
    same = pd.Series(True, index=table.index)
    for name in KEYS:
        same &= table[name].astype("str") == str(row[name])
    return table[same].reset_index(drop=True)


def _unique(names: Sequence[str]) -> list[str]:
    """Each name, with a number behind those that occur more than once."""
    seen: dict[str, int] = {}
    found = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        found.append(name if names.count(name) == 1 else f"{name}-{seen[name]}")
    return found


def reason_with_titles(stored: Mapping[str, Any], programme: ProgrammeFile) -> Text:
    """A stored reason in words, with titles in the place of names of sectors and moderators."""
    reason = Reason(str(stored["code"]), _titled(stored["values"], programme))
    return {language: clean(reason.text(language)) for language in LANGUAGES}


def _titled(stored: Mapping[str, Any], programme: ProgrammeFile) -> dict[str, Any]:
    """Values of a reason, with titles of sectors, moderators and their levels."""
    values = dict(stored)
    moderator = str(values.get("moderator", ""))
    for name in ("part", "other"):
        if name in values:
            level = str(values[name])
            values[name] = level_title(programme, moderator, level) if moderator else sector_title(programme, level)
    if moderator and isinstance(values.get("level"), str):
        values["level"] = level_title(programme, moderator, values["level"])
    if "sector" in values:
        values["sector"] = sector_title(programme, str(values["sector"]))
    if moderator:
        values["moderator"] = title_of(programme, moderator)
    if isinstance(values.get("sectors"), list):
        titles = [sector_title(programme, str(name)) for name in values["sectors"]]
        values["sectors"] = {language: ", ".join(one[language] for one in titles) for language in LANGUAGES}
    return values


def without_each(one: ElementContent, content: SynthesisContent) -> tuple[int, int]:
    """In how many cases the verdict changes without one consortium, and of how many; 0 of 0 where not computed."""
    found = rows_without(one, content)
    if found is None or "verdict_changed" not in found:
        return 0, 0
    return int(found["verdict_changed"].sum()), len(found)


def rows_without(one: ElementContent, content: SynthesisContent) -> pd.DataFrame | None:
    """Estimates of an element without each consortium; None where not computed."""
    found = content.leave_one_out
    if found is None:
        return None
    for key in ("element", "outcome", "model", "adjustment"):
        found = found[found[key].astype("str") == str(one.row[key])]
    return found


def value_of(row: Mapping[Any, Any], name: str) -> float:
    """A number of a row; NaN where it is missing."""
    found = row.get(name)
    return float("nan") if is_missing(found) else float(found)  # type: ignore[arg-type]
