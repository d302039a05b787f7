"""The screening log: what two screeners decided on each record, how far they agree, and what was settled."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import pandas as pd

from lcresearch.agreement import RaterAgreement, rater_agreement
from lcresearch.errors import Place, Problem, SynthesisError
from lcresearch.messages import Messages
from lcresearch.results import Result
from lcresearch.synthesis.literature.forms import DECISION_COLUMNS, DECISIONS, RESOLUTION_COLUMNS, STAGES
from lcresearch.synthesis.literature.names import Names, as_names, ids_by_word
from lcresearch.synthesis.literature.reading import only
from lcresearch.synthesis.literature.records import Records
from lcresearch.synthesis.literature.tables import plain_name

STATUSES = (
    "awaiting_title_abstract", "conflict_title_abstract", "excluded_title_abstract", "awaiting_full_text",
    "conflict_full_text", "not_retrieved", "excluded_full_text", "included",
)  # fmt: skip
_TERMS = ("percent_agreement", "cohen_kappa", "conger_kappa", "gwet_ac1")

Vote = Mapping[Hashable, Any]


@dataclass(frozen=True, repr=False, eq=False)
class ScreeningLog(Result):
    """Every decision on every record (:func:`lcresearch.synthesis.screening_log`).

    Attributes
    ----------
    records : Records
        All records that were to be screened.
    decisions : DataFrame
        A decision of a screener a row: ``stage, screener, record, decision, reason, note, file, row``.
    resolutions : DataFrame
        How conflicts were settled: ``stage, record, decision, reason, by, note, file, row``.
    outcome : DataFrame
        A record a row, none left out: ``record, status, reason, settled`` (``agreed`` or ``resolved``, empty while
        open), ``title, found_by, database``.
    reasons : mapping of str to mapping
        Id of a reason for exclusion -> what it is called, by language; empty when none were agreed on.
    """

    title: ClassVar[str] = "Screening log"

    records: Records
    decisions: pd.DataFrame
    resolutions: pd.DataFrame
    outcome: pd.DataFrame
    reasons: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """A record a row, with where it stands."""
        return self.outcome.copy()

    def glance(self) -> pd.DataFrame:
        """How many records stand where."""
        counts = self.outcome["status"].value_counts()
        return pd.DataFrame([{"n": len(self.outcome)} | {name: int(counts.get(name, 0)) for name in STATUSES}])

    def shown(self) -> pd.DataFrame:
        """Agreement of the screeners at each stage."""
        return self.agreement_table()

    def lines(self) -> pd.DataFrame:
        """Everything that was decided, in one table: decisions, then resolutions (with ``by`` as screener)."""
        settled = self.resolutions.rename(columns={"by": "screener"}).assign(kind="resolution")
        return pd.concat([self.decisions.assign(kind="decision"), settled], ignore_index=True)

    def with_status(self, *statuses: str) -> Records:
        """The records that stand at one of these."""
        chosen = self.outcome.loc[self.outcome["status"].isin(statuses), "record"]
        return only(self.records, self.records.frame[self.records.frame["record"].isin(chosen)])

    def for_full_text(self) -> Records:
        """The records that went on from title and abstract."""
        return self.with_status(*STATUSES[3:])

    def included(self) -> Records:
        """The records that are included."""
        return self.with_status("included")

    def conflicts(self, stage: str | None = None) -> pd.DataFrame:
        """Records on which screeners disagree and that nobody settled yet.

        Returns
        -------
        DataFrame
            ``stage, record, conflict`` (``decision``, or ``reason`` when both exclude for another one), ``title``, and
            ``screener_1, decision_1, reason_1`` and the same of the second.
        """
        rows = []
        titles = dict(zip(self.records.frame["record"], self.records.frame["title"], strict=True))
        for name in [stage] if stage is not None else STAGES:
            chosen = self.outcome[self.outcome["status"] == f"conflict_{name}"]["record"]
            at_stage = self.decisions[(self.decisions["stage"] == name) & self.decisions["record"].isin(chosen)]
            for record, group in at_stage[at_stage["decision"] != ""].groupby("record", sort=False):
                votes = group.to_dict("records")
                kind = "reason" if {vote["decision"] for vote in votes} == {"exclude"} else "decision"
                row = {"stage": name, "record": record, "conflict": kind, "title": titles[str(record)]}
                for number, vote in enumerate(votes[:2], start=1):
                    row |= {f"{part}_{number}": vote[part] for part in ("screener", "decision", "reason")}
                rows.append(row)
        parts = [f"{part}_{number}" for number in (1, 2) for part in ("screener", "decision", "reason")]
        return pd.DataFrame(rows, columns=["stage", "record", "conflict", "title", *parts])

    def ratings(self, stage: str = "title_abstract") -> pd.DataFrame:
        """A record a row, a screener a column: the decisions of a stage; missing where there is none."""
        at_stage = self.decisions[(self.decisions["stage"] == stage) & (self.decisions["decision"] != "")]
        return at_stage.pivot(index="record", columns="screener", values="decision")

    def agreement(self, stage: str = "title_abstract", *, go_on: bool = False) -> RaterAgreement:
        """How far the screeners agreed before anything was settled: percent, kappa, AC1, each with its interval.

        Parameters
        ----------
        stage : {"title_abstract", "full_text"}
        go_on : bool
            Only whether a record goes on (``include`` or ``unsure``) or not, which is what has consequences.

        Raises
        ------
        AgreementError
            No two screeners judged the same records; see :func:`lcresearch.agreement.rater_agreement`.
        """
        ratings = self.ratings(stage)
        names = [str(name) for name in ratings.columns]
        if go_on:
            goes = ratings.isin(["include", "unsure"]).astype(float).where(ratings.notna())
            return rater_agreement(goes.to_numpy(), raters=names)
        values = ratings.astype(object).where(ratings.notna(), None).to_numpy()
        return rater_agreement(values, categories=list(DECISIONS[stage]), raters=names)

    def agreement_table(self, conf_level: float = 0.95) -> pd.DataFrame:
        """Percent agreement, kappa and AC1 at each stage, on decisions and on going on: a coefficient a row."""
        parts = []
        for stage in STAGES:
            judged = self.ratings(stage)
            if judged.shape[1] < 2 or not (judged.notna().sum(axis=1) >= 2).any():
                continue
            for go_on in (False, True):
                table = self.agreement(stage, go_on=go_on).tidy(conf_level)
                table = table[table["term"].isin(_TERMS)]
                keep = ["term", "estimate", "std_error", "conf_low", "conf_high", "n_units"]
                parts.append(table[keep].assign(stage=stage, about="go_on" if go_on else "decision"))
        if not parts:
            columns = ["stage", "about", "term", "estimate", "std_error", "conf_low", "conf_high", "n_units"]
            return pd.DataFrame(columns=columns)
        found = pd.concat(parts, ignore_index=True)
        return found[["stage", "about", *(name for name in found if name not in ("stage", "about"))]]

    def cautions(self) -> list[str]:
        """What is still open."""
        say, glance = Messages(), self.glance().iloc[0]
        open_ones = {
            name: int(glance[name]) for name in STATUSES if name.startswith(("awaiting", "conflict")) and glance[name]
        }
        return [say(f"synthesis.literature.open.{name}", n=n) for name, n in open_ones.items()]


def screening_log(
    records: Records,
    decisions: pd.DataFrame,
    *,
    resolutions: pd.DataFrame | None = None,
    reasons: Names = (),
) -> ScreeningLog:
    """Put decisions of two screeners together, in two stages.

    At title and abstract a record goes on when both say ``include`` or ``unsure``, and is out when both say
    ``exclude``. At full text both say the same, and for ``exclude`` give the same reason. Anything else is a conflict
    until it is settled, with the name of who settled it. No record leaves without a line.

    Parameters
    ----------
    records : Records
        Without duplicates.
    decisions : DataFrame
        Of :func:`lcresearch.synthesis.read_decisions`.
    resolutions : DataFrame, optional
        Of :func:`lcresearch.synthesis.read_resolutions`.
    reasons : sequence or mapping, optional
        The reasons for exclusion that were agreed on, when others are not to be taken: ids, or ids with what they are
        called, ``{"population": {"nl": "andere doelgroep", "en": "other population"}}``.

    Returns
    -------
    ScreeningLog
        ``included``, ``conflicts``, and how far screeners agreed.

    Raises
    ------
    SynthesisError
        Y098: a column is missing; Y100: a record that is not there; Y101: one screener judged a record twice at a
        stage; Y102: excluded at full text without a reason; Y103: more than two screeners of one record; Y106: a full
        text of a record that did not go on; Y099: another decision or reason. All problems together.

    Examples
    --------
    >>> from lcresearch.synthesis.literature.reading import records_of
    >>> votes = pd.DataFrame({"stage": "title_abstract", "screener": ["a", "a", "b", "b"],
    ...                       "record": ["r0001", "r0002"] * 2,
    ...                       "decision": ["include", "exclude", "unsure", "include"]})
    >>> log = screening_log(records_of(pd.DataFrame({"title": ["One", "Two"]})), votes)
    >>> log.outcome[["record", "status"]].values.tolist()
    [['r0001', 'awaiting_full_text'], ['r0002', 'conflict_title_abstract']]
    """
    given = _complete(decisions, DECISION_COLUMNS, ["stage", "screener", "record", "decision"])
    settled = _complete(resolutions, RESOLUTION_COLUMNS, ["stage", "record", "decision", "by"])
    settled = settled[settled["decision"] != ""]
    agreed = as_names(reasons)
    problems = _problems(records, given, settled, agreed)
    if problems:
        raise SynthesisError(problems)
    for frame in (given, settled) if agreed else ():
        ids = ids_by_word(agreed)
        frame["reason"] = [ids.get(plain_name(reason), reason) for reason in frame["reason"]]
    outcome, problems = _outcomes(records.frame, given, settled)
    if problems:
        raise SynthesisError(problems)
    return ScreeningLog(records, given, settled, outcome, agreed)


def _complete(frame: pd.DataFrame | None, columns: list[str], needed: list[str]) -> pd.DataFrame:
    if frame is None:
        return pd.DataFrame(columns=columns)
    missing = [name for name in needed if name not in frame]
    if missing:
        known = [str(name) for name in frame]
        raise SynthesisError(Problem("Y098", Place(column=name), {"known": known}) for name in missing)
    full = frame.reindex(columns=columns)
    texts = [name for name in columns if name != "row"]
    full[texts] = full[texts].astype(object).where(full[texts].notna(), "")
    return full.reset_index(drop=True)


def _place(row: Mapping[Any, Any]) -> Place:
    number = row.get("row")
    return Place(file=row.get("file") or None, row=int(number) if pd.notna(number) else None, item=row["record"])


def _problems(
    records: Records, given: pd.DataFrame, settled: pd.DataFrame, reasons: Mapping[str, Mapping[str, str]]
) -> list[Problem]:
    known, agreed = set(records.frame["record"]), ids_by_word(reasons)
    found: list[Problem] = []
    for row in [*given.to_dict("records"), *settled.to_dict("records")]:
        where = _place(row)
        if row["record"] not in known:
            found.append(Problem("Y100", where, {"record": row["record"]}))
        allowed = DECISIONS.get(row["stage"])
        if allowed is None:
            found.append(Problem("Y099", where, {"column": "stage", "value": row["stage"], "known": list(STAGES)}))
        elif row["decision"] not in ("", *allowed):
            values = {"column": "decision", "value": row["decision"], "known": list(allowed)}
            found.append(Problem("Y099", where, values))
        if row["stage"] == STAGES[1] and row["decision"] == "exclude":
            if not row["reason"]:
                found.append(Problem("Y102", where, {"record": row["record"]}))
            elif agreed and plain_name(row["reason"]) not in agreed:
                values = {"column": "reason", "value": row["reason"], "known": list(reasons)}
                found.append(Problem("Y099", where, values))
    for keys, frame in ((["stage", "screener", "record"], given), (["stage", "record"], settled)):
        for row in frame[frame.duplicated(keys)].to_dict("records"):
            found.append(Problem("Y101", _place(row), {"record": row["record"]}))
    judged = given[given["decision"] != ""].drop_duplicates(["stage", "screener", "record"])
    several = judged.groupby(["stage", "record"])["screener"].agg(list).reset_index()
    for row in several[several["screener"].map(len) > 2].to_dict("records"):
        found.append(Problem("Y103", Place(item=row["record"]), {"record": row["record"], "names": row["screener"]}))
    return found


def _outcomes(frame: pd.DataFrame, given: pd.DataFrame, settled: pd.DataFrame) -> tuple[pd.DataFrame, list[Problem]]:
    votes: dict[tuple[str, str], list[Vote]] = {}
    for row in given[given["decision"] != ""].to_dict("records"):
        votes.setdefault((row["stage"], row["record"]), []).append(row)
    resolved = {(row["stage"], row["record"]): row for row in settled.to_dict("records")}
    rows, problems = [], []
    for record in frame["record"]:
        status, reason, how = _at_stage(
            STAGES[0], votes.get((STAGES[0], record), []), resolved.get((STAGES[0], record))
        )
        later = votes.get((STAGES[1], record), [])
        if status == "include":
            status, reason, how = _at_stage(STAGES[1], later, resolved.get((STAGES[1], record)))
            status = "included" if status == "include" else status
        elif later:
            problems.append(Problem("Y106", _place(later[0]), {"record": record}))
        rows.append((record, status, reason, how))
    outcome = pd.DataFrame(rows, columns=["record", "status", "reason", "settled"])
    return outcome.assign(**{name: frame[name].to_numpy() for name in ("title", "found_by", "database")}), problems


def _at_stage(stage: str, votes: list[Vote], resolution: Vote | None) -> tuple[str, str, str]:
    """Where a record stands after a stage (``include`` when it goes on), for which reason, and how that was settled."""
    how = "agreed"
    if resolution is not None:
        votes, how = [resolution, resolution], "resolved"
    if len(votes) < 2:
        return f"awaiting_{stage}", "", ""
    said = {str(vote["decision"]) for vote in votes}
    if stage == STAGES[0]:
        said = {"exclude" if decision == "exclude" else "include" for decision in said}
    reasons = {plain_name(vote["reason"]): str(vote["reason"]) for vote in votes}
    if len(said) > 1 or said == {"unsure"} or (said == {"exclude"} and stage == STAGES[1] and len(reasons) > 1):
        return f"conflict_{stage}", "", ""
    decision = said.pop()
    if decision == "exclude":
        return f"excluded_{stage}", next(iter(reasons.values())), how
    return decision, "", how
