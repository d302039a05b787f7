"""The PRISMA 2020 flow: how records became included studies, counted from the log and checked to add up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd

from lcresearch.errors import Problem, SynthesisError
from lcresearch.messages import LANGUAGES, Messages
from lcresearch.results import Result
from lcresearch.synthesis.literature.duplicates import Deduplication
from lcresearch.synthesis.literature.extraction import Extraction
from lcresearch.synthesis.literature.flow_file import line_of, read_counts
from lcresearch.synthesis.literature.forms import STAGES
from lcresearch.synthesis.literature.records import FOUND_BY
from lcresearch.synthesis.literature.screening import STATUSES, ScreeningLog
from lcresearch.yaml_lines import LinedYaml

_LEFT = FOUND_BY[:2]
_REMOVED = ("duplicates", "automation", "other")
_STREAM = ("sought", "not_retrieved", "assessed")


@dataclass(frozen=True, repr=False, eq=False)
class PrismaFlow(Result):
    """The counts of a PRISMA 2020 flow diagram (:func:`lcresearch.synthesis.prisma_flow`).

    Attributes
    ----------
    counts : mapping
        ``databases``: ``identified`` and ``registers`` (by name), ``removed`` (``duplicates, automation, other``),
        ``screened, excluded, sought, not_retrieved, assessed, excluded_reports`` (by reason); ``other``: the same
        without what comes before ``sought``, or None; ``previous``, ``included`` and ``total``: ``studies, reports``
        (``previous`` and ``total`` None for a new review).
    still_open : mapping of str to int
        Records that wait for a decision at a stage; the flow is final when there are none.
    reasons : mapping of str to mapping
        Id of a reason for exclusion -> what it is called, by language.
    """

    title: ClassVar[str] = "PRISMA 2020 flow"

    counts: Mapping[str, Any]
    still_open: Mapping[str, int]
    reasons: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def final(self) -> bool:
        """Whether every record was decided on."""
        return not any(self.still_open.values())

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """A count a row: ``part`` (``databases, other, previous, included, total``), ``box``, ``item`` and ``n``."""
        rows = []
        for part, boxes in self.counts.items():
            for box, value in (boxes or {}).items():
                items = value.items() if isinstance(value, Mapping) else [("", value)]
                rows += [{"part": part, "box": box, "item": item, "n": n} for item, n in items if n is not None]
        return pd.DataFrame(rows, columns=["part", "box", "item", "n"])

    def glance(self) -> pd.DataFrame:
        """The ends of the flow, and whether it is final."""
        databases, included = self.counts["databases"], self.counts["included"]
        columns = [databases["identified"], databases["registers"], (self.counts["other"] or {}).get("identified", {})]
        row: dict[str, Any] = {"n_identified": sum(sum(column.values()) for column in columns)}
        row |= {"n_screened": databases["screened"], "n_reports": included["reports"], "n_studies": included["studies"]}
        return pd.DataFrame([row | {"final": self.final}])

    def cautions(self) -> list[str]:
        """That the flow is not final, when it is not."""
        n = sum(self.still_open.values())
        return [Messages()("synthesis.literature.not_final", n=n)] if n else []


def prisma_flow(
    counts: str | Path | Mapping[str, Any] | None = None,
    *,
    deduplication: Deduplication | None = None,
    screening: ScreeningLog | None = None,
    extraction: Extraction | None = None,
) -> PrismaFlow:
    """The flow of records through a review, from a file of counts, from the screening log, or from both.

    From the log follow the counts of records and reports; from the extraction how many studies they are about. A file
    adds what no log knows (other methods, tools, an earlier review). Where both speak, they must agree; only more
    records of a database than were read are accepted, when ``removed`` accounts for them. What follows from other
    counts need not be given. Every sum that does not add up is named.

    Parameters
    ----------
    counts : path or mapping, optional
        YAML as in the example.
    deduplication, screening, extraction : optional
        Of this synthesis.

    Returns
    -------
    PrismaFlow

    Raises
    ------
    SynthesisError
        Y104: numbers that do not add up; Y105: the file and the log differ; and what is wrong with the file. All
        together.

    References
    ----------
    Page et al. (2021), The PRISMA 2020 statement, BMJ 372:n71.

    Examples
    --------
    >>> flow = prisma_flow({
    ...     "databases": {"identified": {"Scopus": 300, "ERIC": 120}, "removed": {"duplicates": 90},
    ...                   "excluded": 250, "not_retrieved": 5, "excluded_reports": {"other population": 55}},
    ...     "included": {"studies": 18}})
    >>> flow.glance()[["n_identified", "n_screened", "n_reports", "n_studies"]].values.tolist()
    [[420, 330, 20, 18]]
    """
    given, parsed, file = read_counts(counts) if counts is not None else ({}, LinedYaml(), None)
    derived, still_open = _from_log(deduplication, screening, extraction)
    problems: list[Problem] = []
    together = _together(given, derived, parsed, file, problems, ())
    full = _completed(together, still_open)
    problems += [Problem("Y104", line_of(parsed, path, file), values) for path, values in _sums(full, still_open)]
    if problems:
        raise SynthesisError(problems)
    return PrismaFlow(full, still_open, screening.reasons if screening is not None else {})


def _from_log(
    deduplication: Deduplication | None, screening: ScreeningLog | None, extraction: Extraction | None
) -> tuple[dict[str, Any], dict[str, int]]:
    """Counts as a file would hold them, and what is open."""
    found: dict[str, Any] = {}
    if deduplication is not None:
        found["databases"] = _identified(deduplication)
    if screening is None:
        return found, {}
    if deduplication is None:
        nothing = pd.DataFrame(columns=["found_by", "database"])
        found["databases"] = _identified(Deduplication(screening.records, nothing, nothing))
    outcome = screening.outcome
    left = outcome["found_by"].isin(_LEFT)
    found["databases"] |= {"screened": int(left.sum()), **_stream(outcome[left])}
    found["databases"]["excluded"] = int((outcome[left]["status"] == "excluded_title_abstract").sum())
    if (~left).any():
        others = outcome[~left]
        found["other"] = {"identified": _counted(others["found_by"])} | _stream(others)
    included = outcome[outcome["status"] == "included"]
    found["included"] = {"reports": len(included)}
    if extraction is not None and len(included):
        about = extraction.frame[extraction.frame["record"].isin(included["record"])]
        without = len(set(included["record"]) - set(about["record"]))
        found["included"]["studies"] = int(about["study"].nunique()) + without
    still_open = {
        f"{part}_{stage}": int(rows["status"].isin([f"awaiting_{stage}", f"conflict_{stage}"]).sum())
        for part, rows in (("databases", outcome[left]), ("other", outcome[~left]))
        for stage in STAGES
    }
    return found, still_open


def _identified(deduplication: Deduplication) -> dict[str, Any]:
    names = ["found_by", "database"]
    everything = pd.concat([deduplication.records.frame[names], deduplication.merged[names]])
    merged = int(deduplication.merged["found_by"].isin(_LEFT).sum())
    found: dict[str, Any] = {"removed": {"duplicates": merged}}
    for key, kind in zip(("identified", "registers"), _LEFT, strict=True):
        found[key] = _counted(everything.loc[everything["found_by"] == kind, "database"])
    return found


def _counted(names: pd.Series) -> dict[str, int]:
    return {str(name): int(n) for name, n in names.value_counts(sort=False).items()}


def _stream(outcome: pd.DataFrame) -> dict[str, Any]:
    status = outcome["status"]
    went_on = status.isin(STATUSES[3:])
    no_report = status == "not_retrieved"
    excluded = outcome[status == "excluded_full_text"]
    counts = {"sought": int(went_on.sum()), "not_retrieved": int(no_report.sum())}
    counts["assessed"] = counts["sought"] - counts["not_retrieved"]
    return counts | {"excluded_reports": _counted(excluded["reason"])}


def _together(
    given: Any, derived: Any, parsed: LinedYaml, file: str | None, problems: list[Problem], path: tuple[str, ...]
) -> Any:
    """Counts of the file with those of the log, which must be the same where both are there."""
    if not isinstance(given, Mapping):
        more = path[1:2] in (("identified",), ("registers",)) and len(path) == 3 and given >= derived
        if given != derived and not more:
            values = {"key": ".".join(path), "given": given, "counted": derived}
            problems.append(Problem("Y105", line_of(parsed, path, file), values))
        return given
    found = dict(derived) | dict(given)
    for key in given.keys() & derived.keys():
        found[key] = _together(given[key], derived[key], parsed, file, problems, (*path, key))
    return found


def _completed(found: dict[str, Any], still_open: Mapping[str, int]) -> dict[str, Any]:
    """All boxes: those that are not given follow from the others; without anything to follow from they are 0."""
    databases = {"identified": {}, "registers": {}, "excluded_reports": {}} | found.get("databases", {})
    databases["removed"] = dict.fromkeys(_REMOVED, 0) | databases.get("removed", {})
    n = sum(databases["identified"].values()) + sum(databases["registers"].values())
    databases.setdefault("screened", max(n - sum(databases["removed"].values()), 0))
    if "excluded" not in databases:
        databases["excluded"] = max(databases["screened"] - databases.get("sought", databases["screened"]), 0)
    databases.setdefault("sought", max(databases["screened"] - databases["excluded"], 0))
    _complete_stream(databases)
    other = found.get("other")
    if other is not None:
        other = {"identified": {}, "excluded_reports": {}} | other
        other.setdefault("sought", sum(other["identified"].values()))
        _complete_stream(other)
        other = {key: other[key] for key in ("identified", *_STREAM, "excluded_reports")}
    reports = sum(_left(stream) for stream in (databases, other) if stream) - sum(
        n for name, n in still_open.items() if name.endswith(STAGES[1])
    )
    included = {"reports": max(reports, 0)} | found.get("included", {})
    included.setdefault("studies", included["reports"])
    previous, total = found.get("previous"), found.get("total")
    if previous is not None:
        previous = {"studies": 0} | previous
        previous.setdefault("reports", previous["studies"])
        total = {key: previous[key] + included[key] for key in ("studies", "reports")} | (total or {})
    order = ("identified", "registers", "removed", "screened", "excluded", *_STREAM, "excluded_reports")
    ordered = {key: databases[key] for key in order}
    return {"previous": previous, "databases": ordered, "other": other, "included": included, "total": total}


def _complete_stream(stream: dict[str, Any]) -> None:
    if "not_retrieved" not in stream:
        stream["not_retrieved"] = max(stream["sought"] - stream.get("assessed", stream["sought"]), 0)
    stream.setdefault("assessed", max(stream["sought"] - stream["not_retrieved"], 0))


def _left(stream: Mapping[str, Any]) -> int:
    return int(stream["assessed"]) - int(sum(stream["excluded_reports"].values()))


def _sums(full: Mapping[str, Any], still_open: Mapping[str, int]) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """Where each sum that does not add up stands, and its numbers."""
    databases, other, included = full["databases"], full["other"], full["included"]
    identified = sum(databases["identified"].values()) + sum(databases["registers"].values())
    wait = {
        name: still_open.get(name, 0) for part in ("databases", "other") for name in (f"{part}_{s}" for s in STAGES)
    }
    checks: list[tuple[tuple[str, str], tuple[int, ...]]] = [
        (("databases", "screened"), (identified, *(-databases["removed"][name] for name in _REMOVED))),
        (("databases", "sought"), (databases["screened"], -databases["excluded"], -wait["databases_title_abstract"])),
        (("databases", "assessed"), (databases["sought"], -databases["not_retrieved"])),
    ]
    if other is not None:
        checks.append((("other", "assessed"), (other["sought"], -other["not_retrieved"])))
    for (part, box), terms in checks:
        if full[part][box] != sum(terms):
            yield (part, box), _unequal(part, box, full[part][box], terms)
    if other is not None and other["sought"] > sum(other["identified"].values()):
        yield ("other", "sought"), _unequal("other", "sought", other["sought"], (sum(other["identified"].values()),))
    lefts = [
        _left(stream) - wait[f"{part}_full_text"]
        for part, stream in (("databases", databases), ("other", other))
        if stream
    ]
    if included["reports"] != sum(lefts) or min(lefts) < 0:
        yield ("included", "reports"), _unequal("included", "reports", included["reports"], tuple(lefts))
    for part in ("included", "previous", "total"):
        if full[part] is not None and (full[part]["studies"] == 0) != (full[part]["reports"] == 0):
            yield (part, "studies"), _unequal(part, "studies", full[part]["studies"], (full[part]["reports"],))
    if full["total"] is not None:
        previous = full["previous"] or {"studies": 0, "reports": 0}
        for key in ("studies", "reports"):
            if full["total"][key] != previous[key] + included[key]:
                yield ("total", key), _unequal("total", key, full["total"][key], (previous[key], included[key]))


def _unequal(part: str, box: str, found: int, terms: tuple[int, ...]) -> dict[str, Any]:
    shown = [term for place, term in enumerate(terms) if term or place == 0]
    terms_text = "".join((" − " if n < 0 else " + ") + str(abs(n)) for n in shown[1:])
    names = {language: Messages(language)(f"synthesis.literature.box.{part}_{box}") for language in LANGUAGES}
    return {"box": names, "found": found, "terms": f"{shown[0]}{terms_text}", "expected": sum(terms)}
