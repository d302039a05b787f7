"""What a study delivers of each consortium: the evidence that :func:`lcresearch.synthesis.pack` makes a package of.

It holds rows of persons and stays in the house. Figures on groups and on interviews, which packing cannot look behind,
are about groups and codes that may leave.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from lcresearch.disclosure import Ledger, Policy
from lcresearch.errors import Problem, StudyError, SynthesisError, nearest
from lcresearch.instruments import Instrument
from lcresearch.responses import Responses
from lcresearch.studies.analysis import ScaleUse
from lcresearch.studies.communities import COMMUNITY, CONSORTIUM, REASON, CommunityTable
from lcresearch.studies.evidence_agreement import agreement_figures
from lcresearch.studies.evidence_interviews import InterviewEvidence, interview_evidence
from lcresearch.studies.interview_reading import ReadInterviews
from lcresearch.studies.model import StudyFile
from lcresearch.studies.programme_columns import ProgrammeColumns
from lcresearch.synthesis.packages.contents import ConsortiumEvidence
from lcresearch.synthesis.packages.manifest import InstrumentVersion
from lcresearch.synthesis.packages.member_rows import prepared
from lcresearch.synthesis.programme import ProgrammeFile

_SECTOR = "sector"


@dataclass(frozen=True)
class Material:
    """What evidence is made of.

    Attributes
    ----------
    file : StudyFile
    folder : Path
        Folder of study.yaml.
    programme : ProgrammeFile
    instruments : tuple of Instrument
    scales : tuple of ScaleUse
    data : Responses
    scores : DataFrame
        A column a scale, rows as in ``data``.
    persons : Series of str
        What persons are known by in the ledger, rows as in ``data``.
    columns : ProgrammeColumns
    talks : ReadInterviews or None
    waves : tuple of str
    """

    file: StudyFile
    folder: Path
    programme: ProgrammeFile
    instruments: tuple[Instrument, ...]
    scales: tuple[ScaleUse, ...]
    data: Responses
    scores: pd.DataFrame
    persons: pd.Series[str]
    columns: ProgrammeColumns
    talks: ReadInterviews | None
    waves: tuple[str, ...]

    @property
    def policy(self) -> Policy:
        """Limits of what leaves: the programme's, or the study's where it is stricter."""
        asked = self.programme.disclosure
        return Policy(max(asked.minimum_cell, self.file.privacy.minimum_cell), asked.minimum_category)


def evidence_of(material: Material, ledger: Ledger) -> list[ConsortiumEvidence]:
    """The evidence of each consortium of a study, in order of their names.

    Parameters
    ----------
    material : Material
    ledger : Ledger
        What went out earlier; what is counted of interviews is staged in it.

    Raises
    ------
    StudyError
        S121 a consortium in several sectors, S123 in one that is not the programme's: all of them together.
    """
    frame = evidence_frame(material)
    sectors = _sectors(material, frame)
    instruments = tuple(
        InstrumentVersion(id=one.id, version=one.version, hash=one.hash) for one in material.instruments
    )
    items = {use.name: tuple(item for item in use.items if item in frame.columns) for use in material.scales}
    talks = interview_evidence(material.talks, material.folder, frame, material.policy, ledger)
    stopped = _stopped(material.columns.communities, frame, material.programme)
    known_as = dict(zip(material.data.frame["respondent"], material.persons, strict=True))
    found = []
    for consortium, sector in sectors.items():
        rows = frame[frame[CONSORTIUM] == consortium].reset_index(drop=True)
        mine = talks.get(consortium, InterviewEvidence())
        found.append(
            ConsortiumEvidence(
                study=material.file.id,
                consortium=consortium,
                sector=sector,
                frame=rows,
                instruments=instruments,
                items=items,
                agreement=_agreement(material, rows),
                codes=mine.codes,
                presence=mine.presence,
                quotes=mine.quotes,
                stopped=_of(stopped, consortium),
                ledger=ledger,
                known_as=known_as,
                policy=material.policy,
                simulated=material.file.simulated,
            )
        )
    return found


def refused(material: Material, ledger: Ledger) -> list[Problem]:
    """What packing would refuse, each once: sectors, columns and values, scales, and versions of instruments.

    Parameters
    ----------
    material : Material
    ledger : Ledger
    """
    found: dict[tuple[str, str, str], Problem] = {}
    try:
        for one in evidence_of(dataclasses.replace(material, talks=None), ledger):
            found |= _refused(one, material.programme)
    except StudyError as error:
        return list(error.problems)
    return list(found.values())


def _refused(evidence: ConsortiumEvidence, programme: ProgrammeFile) -> dict[tuple[str, str, str], Problem]:
    try:
        prepared(evidence, programme)
    except SynthesisError as error:
        return {(one.code, one.where.text("en"), str(one.values)): one for one in error.problems}
    return {}


def evidence_frame(material: Material) -> pd.DataFrame:
    """A row a respondent and wave, of those that have a consortium: answers keyed, scores, elements and covariates."""
    data, file = material.data, material.file
    head = data.frame[["respondent", "wave", *data.levels]].copy()
    for name, own in ((CONSORTIUM, file.consortium), (_SECTOR, file.sector)):
        if name not in data.levels:
            head[name] = pd.Series(own, index=head.index, dtype="str")
    answers = _keyed(material.scales, data.frame)
    scores = material.scores[[use.name for use in material.scales]]
    columns = material.columns.frame
    further = columns[[name for name in columns.columns if name not in head.columns]]
    known = [name for name in (*answers.columns, *scores.columns) if name in further.columns]
    parts: list[pd.DataFrame] = [head, answers.drop(columns=known, errors="ignore"), scores, further]
    frame: pd.DataFrame = pd.concat([part.set_axis(data.frame.index) for part in parts], axis=1)
    here = frame[CONSORTIUM].notna() & frame["wave"].isin(list(material.waves))
    return frame[here].reset_index(drop=True)


def _keyed(scales: Sequence[ScaleUse], answers: pd.DataFrame) -> pd.DataFrame:
    """Answers to the items of scales, each in the direction of the first scale that it belongs to."""
    found: dict[str, pd.Series[float]] = {}
    for use in scales:
        there = [item for item in use.items if item in answers.columns]
        keyed = use.instrument.reversed(answers.reindex(columns=use.items), use.name, short_form=use.short_form)
        found |= {item: keyed[item] for item in there if item not in found}
    return pd.DataFrame(found, index=answers.index)


def _sectors(material: Material, frame: pd.DataFrame) -> dict[str, str]:
    """Consortium -> its sector."""
    pairs = frame[[CONSORTIUM, _SECTOR]].dropna().drop_duplicates().sort_values([CONSORTIUM, _SECTOR])
    known, problems = list(material.programme.sectors), []
    for consortium, sectors in pairs.groupby(CONSORTIUM)[_SECTOR]:
        names = sectors.tolist()
        if len(names) > 1:
            problems.append(Problem("S121", values={"consortium": consortium, "sectors": names}))
        elif names[0] not in known:
            values = {"consortium": consortium, "sector": names[0], "known": known}
            problems.append(Problem("S123", values=values | {"nearest": nearest(names[0], known) or "–"}))
    if problems:
        raise StudyError(problems)
    return {str(name): str(sector) for name, sector in zip(pairs[CONSORTIUM], pairs[_SECTOR], strict=True)}


def _agreement(material: Material, rows: pd.DataFrame) -> Callable[[pd.Index], pd.DataFrame]:
    """What computes figures of agreement, of those respondents who are in the package."""
    inside = tuple(level for level in material.file.ordered_levels if level not in (_SECTOR, CONSORTIUM))

    def figures(respondents: pd.Index) -> pd.DataFrame:
        mine = rows[rows["respondent"].isin(respondents)]
        return agreement_figures(mine, material.scales, inside, material.waves, material.policy)

    return figures


def _stopped(table: CommunityTable | None, frame: pd.DataFrame, programme: ProgrammeFile) -> pd.DataFrame | None:
    """Communities that stopped, with their consortium, the reason, and elements and covariates where known."""
    if table is None:
        return None
    gone = table.stopped(frame)
    if CONSORTIUM not in gone.columns or gone[CONSORTIUM].isna().any():
        only = frame[CONSORTIUM].unique().tolist()
        alone = only[0] if len(only) == 1 else None
        gone = gone.assign(**{CONSORTIUM: gone[CONSORTIUM].fillna(alone) if CONSORTIUM in gone else alone})
    texts = {one.column for one in programme.covariates.values() if one.levels}
    numbers = [name for name in table.columns if name not in texts]
    coded = {name: pd.to_numeric(gone[name].str.replace(",", "."), errors="coerce") for name in numbers}
    return gone.assign(**coded)


def _of(stopped: pd.DataFrame | None, consortium: str) -> pd.DataFrame | None:
    if stopped is None:
        return None
    mine = stopped[stopped[CONSORTIUM] == consortium].drop(columns=CONSORTIUM)
    front = [COMMUNITY, REASON]
    return mine[[*front, *(name for name in mine.columns if name not in front)]].reset_index(drop=True)
