"""From the files that a study names to the answers that it analyses: read, put together, linked, screened."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from lcresearch import responses
from lcresearch.errors import LcresearchWarning, Place, Problem, ResponsesError, StudyError
from lcresearch.instruments import Instrument
from lcresearch.messages import LANGUAGES, Messages
from lcresearch.progress import Progress
from lcresearch.responses import Membership, Responses, Screening
from lcresearch.responses.log import as_log
from lcresearch.responses.persons.consent import Consent
from lcresearch.responses.persons.pseudonyms import KEY_FILE, KeyFile, with_pseudonyms
from lcresearch.responses.persons.withdrawn import Withdrawn, without_rows, without_withdrawn
from lcresearch.responses.persons.withdrawn_codes import find_withdrawn, whole_codes
from lcresearch.responses.reading import FileSettings, OpenedAnswers, open_answers, read_with_ids
from lcresearch.responses.tables import shown
from lcresearch.responses.waves.linking import Linked, link_waves
from lcresearch.studies.analysis import path_columns
from lcresearch.studies.changes import finish_changes
from lcresearch.studies.characteristics import Counted, characteristics, questions_by
from lcresearch.studies.communities import CommunityTable, read_communities
from lcresearch.studies.consent import only_consenting
from lcresearch.studies.doubts import doubts, short_forms
from lcresearch.studies.forms import context_items, own_questions
from lcresearch.studies.group_names import with_group_names
from lcresearch.studies.invitations import read_invited
from lcresearch.studies.lasting_ids import code_rows, lasting_ids, told_apart
from lcresearch.studies.loading import is_there
from lcresearch.studies.model import Linking, ResponsesFile, StudyFile
from lcresearch.studies.programme_columns import AskedColumn, ProgrammeColumns, asked_columns, programme_columns
from lcresearch.synthesis.programme import ProgrammeFile

WITHDRAWING = ("S040", "S041", "S042", "S046")
"""Warnings about persons who withdrew: for the researcher, not for a report."""

_SEVERAL = "code"
_NAMED = 10


@dataclass(frozen=True)
class Gathered:
    """The answers of a study.

    Attributes
    ----------
    data : Responses
        Without the rows that the study leaves out.
    linked : Linked or None
        How persons were recognised over waves, when by a self-made code.
    screening : Screening or None
        What the answers look like, all rows included; None when there is nothing to look at.
    key : KeyFile or None
        Who is who, still to be written; None when ids stay as they are.
    memberships : mapping of str to Membership
        By level at which persons can be in several groups, with the weight of each.
    invited : DataFrame or None
        Who was invited, when the study says so; no persons.
    counted : Counted
        By what the response is counted beside the levels.
    programme : ProgrammeColumns or None
        Elements and covariates, when the study takes part in a programme.
    """

    data: Responses
    linked: Linked | None
    screening: Screening | None
    key: KeyFile | None
    memberships: Mapping[str, Membership]
    invited: pd.DataFrame | None
    counted: Counted
    programme: ProgrammeColumns | None = None


@dataclass(frozen=True)
class Gathering:
    """How a study gets its answers.

    Attributes
    ----------
    file : StudyFile
    folder : Path
        Folder of study.yaml: file names start here.
    instruments : tuple of Instrument
    waves : sequence of str
        In order.
    programme : ProgrammeFile or None
        The programme that the study takes part in.
    """

    file: StudyFile
    folder: Path
    instruments: tuple[Instrument, ...]
    waves: Sequence[str]
    programme: ProgrammeFile | None = None

    def run(self, progress: Progress | None = None) -> Gathered:
        """Read all files and do what study.yaml says about persons and rows.

        Raises
        ------
        ResponsesError, StudyError
            A file cannot be used; S007, when a wave is not one of the study's.
        """
        finished = finish_changes(self.folder)
        key = KeyFile(self.folder / KEY_FILE) if self._has_pseudonyms else None
        data = self._read(progress)
        linked = None
        if self.file.linking is not None:
            data = self._without_withdrawn_codes(data, self.file.linking)
            data, linked = self._linked(data, self.file.linking)
            data = without_withdrawn(data, Withdrawn(self.folder))
        done = [Problem("S046", values={"files": finished})] if finished else []
        data = data.replaced(problems=(*done, *self._problems(data)))
        if key is not None:
            data = with_pseudonyms(data, key)
        data, memberships = self._main_groups(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", LcresearchWarning)
            screening = responses.screen(data) if len(data.items) else None
        if screening is not None and self.file.screening.exclude:
            data = self._without_flagged(data, screening)
        counted = characteristics(self.file.response_by, data, reasons=self.file.privacy.keep)
        found = None
        if self.programme is not None:
            found = programme_columns(self._asked, data, self._communities, reasons=self.file.privacy.keep)
            data = data.replaced(problems=(*data.problems, *found.problems))
        unasked = [name for name in (*self._counted_by, *self._asked) if name not in self.file.privacy.keep]
        data = data.replaced(kept=data.kept.drop(columns=unasked, errors="ignore"))
        invited = read_invited(self.file, self.folder, counted.found)
        return Gathered(data, linked, screening, key, memberships, invited, counted, found)

    @cached_property
    def _asked(self) -> dict[str, AskedColumn]:
        """Columns that the programme names."""
        return asked_columns(self.programme) if self.programme is not None else {}

    @cached_property
    def _communities(self) -> CommunityTable | None:
        """The table of communities, when study.yaml names one."""
        use = self.file.communities
        return None if use is None else read_communities(use, self.folder, list(self._asked))

    @property
    def _from_answers(self) -> list[str]:
        """Columns that the programme names and that must come from the files of answers, and are no questions."""
        known = {column for one in self.instruments for item in one.items for column in one.columns_of(item.id)}
        known |= {*self.file.ordered_levels, *(self._communities.columns if self._communities is not None else ())}
        return [column for column in self._asked if column not in known]

    @property
    def _counted_by(self) -> list[str]:
        """Columns of the files by which response is counted."""
        asked = questions_by(self.file.response_by, self.instruments)
        return [use.column for use in self.file.response_by if use.column not in asked]

    @property
    def _has_pseudonyms(self) -> bool:
        """Whether ids are replaced: there must be ids."""
        return self.file.privacy.pseudonyms and not (self.file.respondent is None and self.file.linking is None)

    def _read(self, progress: Progress | None) -> Responses:
        uses = self._files
        say, n_files = Messages(), len(uses)
        withdrawn = Withdrawn(self.folder)
        parts: list[Responses] = []
        asked: list[bool] = []
        for n, use in enumerate(uses):
            if progress is not None:
                progress(say("study.step.reading", file=use.file), 0.1 * n / n_files)
            part, with_consent = self._read_with_consent(use, may_lack=any(asked) or n < n_files - 1)
            parts.append(without_withdrawn(part, withdrawn))
            asked.append(with_consent)
        parts = only_consenting(parts, asked)
        data = responses.combine(parts) if n_files > 1 else parts[0]
        absent = [column for column in self.file.privacy.keep if column not in data.kept]
        if absent:
            raise StudyError([Problem("R133", values={"column": shown(column, 40)}) for column in absent])
        unknown = sorted(set(data.frame["wave"].dropna()) - set(self.waves))
        if unknown:
            known = list(self.waves)
            raise StudyError([Problem("S007", values={"wave": wave, "known": known}) for wave in unknown])
        return data

    @property
    def _files(self) -> list[ResponsesFile]:
        """The files to read. A study with a form names them before they are there: those of later waves are passed.

        Raises
        ------
        StudyError
            S132 if none is there yet.
        """
        if self.file.form is None:
            return list(self.file.responses)
        there = [use for use in self.file.responses if is_there(self.folder, use.file)]
        if not there:
            raise StudyError("S132", files=[use.file for use in self.file.responses])
        return there

    def _awaited(self) -> list[Problem]:
        """A note on each file that is not there yet."""
        there = self._files
        return [Problem("S131", Place(file=use.file)) for use in self.file.responses if use not in there]

    def _read_with_consent(self, use: ResponsesFile, *, may_lack: bool) -> tuple[Responses, bool]:
        """A file, and whether it holds rows with consent only; where people were asked once, it may lack the column."""
        consent = self.file.consent
        if consent is None:
            return self._read_file(use, None), True
        try:
            return self._read_file(use, Consent(consent.column, consent.accept)), True
        except ResponsesError as error:
            if not (consent.once and may_lack) or [problem.code for problem in error.problems] != ["R125"]:
                raise
        return self._read_file(use, None), False

    def read_alone(self, use: ResponsesFile) -> Responses:
        """The answers of one file, with ids as they stand there: rows of persons.

        Raises
        ------
        ResponsesError, StudyError
            The file cannot be used.
        """
        return without_withdrawn(self._read_with_consent(use, may_lack=True)[0], Withdrawn(self.folder))

    def opened(self, use: ResponsesFile) -> OpenedAnswers:
        """One file as far as its columns, and what is looked for in it; no rows are read.

        Raises
        ------
        ResponsesError
            The file cannot be opened.
        """
        consent = self.file.consent
        named = [*self._kept(), *([consent.column] if consent is not None else [])]
        return open_answers(
            f"{self.folder / use.file}", list(self.instruments), named=named, own=own_questions(self.file),
            **self._asked_of(use),
        )  # fmt: skip

    def _asked_of(self, use: ResponsesFile) -> FileSettings:
        """What study.yaml says about a file."""
        waves = self.file.waves
        return {
            "platform": use.platform,
            "mapping": dict(use.mapping.items()),
            "levels": {level: self.file.levels[level].column for level in self.file.ordered_levels},
            "wave": use.wave or (f"column:{waves.column}" if waves is not None and waves.column else None),
            "respondent": self.file.respondent if self.file.linking is None else None,
            "waves": use.wide if isinstance(use.wide, dict) else list(self.waves) if use.wide else None,
        }

    def _read_file(self, use: ResponsesFile, consent: Consent | None) -> Responses:
        data, kind = read_with_ids(
            f"{self.folder / use.file}",
            list(self.instruments),
            keep=self._kept(),
            consent=consent,
            own=own_questions(self.file),
            **self._asked_of(use),
        )
        if kind is not None and not self._has_pseudonyms:
            words = {language: Messages(language)(f"privacy.kind.{kind}") for language in LANGUAGES}
            raise StudyError("S038", where=Place(file=data.source.file), kind=words)
        return data if self.file.form is None else with_group_names(data, self.file.form.groups)

    def _kept(self) -> Mapping[str, str]:
        """Columns that are no items, with the reason for which they are read."""
        linking = self.file.linking
        for_linking = {column: Messages()("study.keep_for_linking") for column in linking.columns} if linking else {}
        to_count = {column: Messages()("study.keep_to_count") for column in self._counted_by}
        for_programme = {column: Messages()("study.keep_for_programme") for column in self._from_answers}
        return for_programme | for_linking | to_count | dict(self.file.privacy.keep)

    def linked_rows(self) -> pd.DataFrame:
        """Of each row of a study with linking, also of persons who withdrew earlier.

        ``respondent`` (the id that lasts), ``typed`` (the code as in the file), ``file, row``, and the columns of
        :func:`lcresearch.studies.lasting_ids.code_rows`.
        """
        if self.file.linking is None:
            raise ValueError("this study has no linking")
        data = self._read(None)
        typed = _joined(data.kept, self.file.linking.columns)
        rows = code_rows(data, typed, self._within(self.file.linking))
        found, _ = self._linked(data, self.file.linking)
        beside = data.origin[["file", "row"]].assign(respondent=found.frame["respondent"], typed=typed)
        return pd.concat([rows, beside], axis=1)

    def _problems(self, data: Responses) -> tuple[Problem, ...]:
        """Those of the files, without questions that a short form leaves out, and what may be meant otherwise."""
        kept = [each for each in data.problems if not (each.code == "R043" and each.where.item in self.unasked)]
        return (
            *self._awaited(),
            *kept,
            *short_forms(data, self.file, self.instruments),
            *doubts(data, self.file, self.folder),
        )

    @property
    def unasked(self) -> set[str]:
        """Items that the short forms and the form of the study leave out."""
        uses = zip(self.instruments, self.file.instruments, strict=True)
        unasked = {item.id for one, use in uses if use.short_form for item in one.items if not item.short_form}
        settings = self.file.form
        some = context_items(self.file, self.instruments, settings) if settings is not None else {}
        return unasked | {
            name
            for one in self.instruments
            for item in one.items
            if item.id not in some.get(one.id, (item.id,))
            for name in (item.id, *one.columns_of(item.id))
        }

    def _linked(self, data: Responses, linking: Linking) -> tuple[Responses, Linked | None]:
        """Persons recognised by their code, which goes no further; while there is one wave each row is a person."""
        gone, within = Withdrawn(self.folder), self._within(linking)
        code = _joined(data.kept, linking.columns)
        rows = code_rows(data, code, within)
        kept, own = data.kept.drop(columns=list(linking.columns)), data.frame["respondent"]
        if data.frame["wave"].nunique() < 2:
            data = data.replaced(problems=(*data.problems, *told_apart(rows, own)))
            return data.replaced(frame=data.frame.assign(respondent=lasting_ids(rows, own, own, gone)), kept=kept), None
        whole = whole_codes(rows)
        unclear = whole.isin(gone.those_in(whole, gone.prints.shared))  # may be of somebody who is not here any more
        frame = data.frame.assign(**{_SEVERAL: code.mask(unclear)})
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", LcresearchWarning)
            linked = link_waves(frame, _SEVERAL, within=within, tolerance=linking.tolerance, waves=list(self.waves))
        persons = linked.frame["respondent"]
        frame = data.frame.assign(respondent=lasting_ids(rows, persons, own, gone))
        found = linked.apply_to(data.replaced(problems=(*data.problems, *told_apart(rows, persons))))
        return found.replaced(frame=frame, kept=kept), linked

    def _within(self, linking: Linking) -> list[str]:
        return path_columns(linking.within, self.file.ordered_levels) if linking.within else []

    def _without_withdrawn_codes(self, data: Responses, linking: Linking) -> Responses:
        """The rows before they are linked, without those of persons who withdrew; what is not certain is counted."""
        rows = code_rows(data, _joined(data.kept, linking.columns), self._within(linking))
        found = find_withdrawn(Withdrawn(self.folder), rows, linking.tolerance)
        for file, places in data.origin[found.doubtful].groupby("file", sort=False)["row"]:
            problem = Problem("S041", Place(file=str(file)), {"n": len(places), "rows": _listed(places)})
            data = data.replaced(problems=(*data.problems, problem))
        near = found.near[~found.gone]
        return without_rows(without_rows(data, found.gone), near, "S040")

    def _main_groups(self, data: Responses) -> tuple[Responses, dict[str, Membership]]:
        """One group a person where a level allows several: the one with the largest weight; the weights are kept."""
        found: dict[str, Membership] = {}
        for level in self.file.ordered_levels:
            separator = self.file.levels[level].separator
            if separator is not None:
                found[level] = responses.membership(data, level, separator=separator, waves=list(self.waves))
                lines = pd.concat([data.log.astype(object), found[level].log.astype(object)], ignore_index=True)
                data = data.replaced(frame=found[level].frame, log=as_log(lines))
        return data, found

    def _without_flagged(self, data: Responses, screening: Screening) -> Responses:
        """The rows that no excluding rule flags; each rule is counted."""
        problems, flagged = [], pd.Series(False, index=data.frame.index)
        for rule in self.file.screening.exclude:
            found = screening.flagged([rule])
            if found.any():
                label = {language: Messages(language)(f"screening.rule.{rule}") for language in ("nl", "en")}
                problems.append(Problem("S050", values={"n": int(found.sum()), "rule": label}))
            flagged |= found
        return data.only(~flagged.to_numpy()).replaced(problems=(*data.problems, *problems))


def _listed(rows: pd.Series[int]) -> str:
    """Numbers of rows, the first ten."""
    return ", ".join(map(str, rows.head(_NAMED).tolist())) + (" …" if len(rows) > _NAMED else "")


def _joined(kept: pd.DataFrame, columns: Sequence[str]) -> pd.Series[str]:
    """The parts of a code as one text; missing when a part is.

    Raises
    ------
    StudyError
        S053, for each column that no file has.
    """
    absent = [column for column in columns if column not in kept]
    if absent:
        raise StudyError([Problem("S053", values={"column": column}) for column in absent])
    parts = kept[list(columns)]
    whole = parts.notna().all(axis=1)
    return parts.fillna("").astype("str").sum(axis=1).where(whole).astype("str")
