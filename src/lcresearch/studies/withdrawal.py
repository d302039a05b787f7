"""Removing one person from a study: from the answers, the key, the results and the transcripts, all or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pandas as pd

from lcresearch.errors import Place, StudyError
from lcresearch.interviews.coding_file import open_file
from lcresearch.messages import LANGUAGES, Messages
from lcresearch.responses.persons.pseudonyms import is_pseudonym
from lcresearch.responses.persons.spellings import made_of_rows
from lcresearch.responses.persons.withdrawn import Withdrawn
from lcresearch.results import Result
from lcresearch.studies.changes import change_together, finish_changes
from lcresearch.studies.integration_traces import MADE_WITH, find_in_integrations
from lcresearch.studies.linked_search import LinkedSearch
from lcresearch.studies.loading import find_file, read_study
from lcresearch.studies.package_traces import find_in_packages
from lcresearch.studies.person_search import PersonSearch
from lcresearch.studies.person_traces import find_traces

Text = Mapping[str, str]

_COLUMNS = ["file", "action", "n", "rows"]
_TO_CHECK = ("to_check", "unreadable")
_SENT = "package_went_out"
_SAY_NOTHING = ("unreadable", "lock_file", _SENT, MADE_WITH)
_NAMED = 10


@dataclass(frozen=True, repr=False, eq=False)
class Withdrawal(Result):
    """What was found of a person, and what was done with it, file by file.

    Attributes
    ----------
    person : str
        The id or pseudonym as the user typed it; nothing else about the person is in here.
    done : bool
        False for a dry run: then nothing was changed.
    actions : DataFrame
        A row a file: ``file``; ``action`` (``rows_removed``, ``key_removed``, ``file_deleted``, ``texts_erased`` from a
        coding file, ``remembered``,
        ``to_check``: the id is in it, or it is a workbook with more sheets; ``unreadable``; ``lock_file``, skipped;
        ``package_went_out``, an evidence package that the person is in, its release and date under ``rows``;
        ``made_with_person``, the private folder of an integration, to be made again;
        ``finished``, of an earlier withdrawal that was interrupted); ``n`` rows; ``rows``, the first of them.
    near : tuple of str
        Other ids in this study that differ by case, signs or zeros in front only.
    notes : tuple of str
        ``no_answers``: no file with answers holds the person; ``shared_code``: others made up the same code.
    """

    title: ClassVar[str] = "Withdrawal"

    person: str
    done: bool
    actions: pd.DataFrame
    near: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """One row a file: ``file, action, n, rows`` (``conf_level`` plays no part)."""
        return self.actions

    def glance(self) -> pd.DataFrame:
        """One row: the person, rows removed, files changed, files to check."""
        removed, check = self.actions["action"] == "rows_removed", self.actions["action"].isin(_TO_CHECK)
        row = {"person": self.person, "done": self.done, "n_rows": int(self.actions["n"][removed].sum())}
        row |= {
            "n_files": int((~check & ~self.actions["action"].isin(["lock_file", _SENT, MADE_WITH])).sum()),
            "n_to_check": int(check.sum()),
        }
        return pd.DataFrame([row])

    def shown(self) -> pd.DataFrame:
        """The actions in words."""
        say = Messages()
        words = [say(f"privacy.withdraw.{action}") for action in self.actions["action"]]
        return self.actions.assign(action=words)

    def cautions(self) -> list[str]:
        """What the user must still do, and what the next report will look like."""
        say = Messages()
        names = [*self.notes, "elsewhere", "reports", "next_release"] + ([] if self.done else ["dry_run"])
        if self.actions["action"].eq(_SENT).any():
            names.insert(0, "packages")
        if self.actions["action"].eq(MADE_WITH).any():
            names.insert(0, "integrations")
        if self.actions["action"].isin(_TO_CHECK).any():
            names.insert(0, "check_files")
        near = [text for text in [_near(self.near)[say.language]] if text]
        return near + [say(f"privacy.withdraw.{name}") for name in names]


def withdraw(study: str | Path, person: str, *, dry_run: bool = False) -> Withdrawal:
    """Remove a person from a study, and remember to leave them out of later exports.

    Rows go out of every file with answers that study.yaml names, out of the key file, out of ``private/`` in the
    results, out of the list of invited persons and out of the tables of transcripts, with the transcripts these name.
    Texts go out of coding files with all that was said in them. Tables of cases that were made with the person, by
    ``integrate``, are named: they are to be made again.
    A fingerprint stays, so that a fresh export that still holds the person is read without them. Everything is changed,
    or nothing; what was interrupted is finished first.

    Parameters
    ----------
    study : path
        study.yaml, or the folder that holds it.
    person : str
        The id or self-made code as it stands in the answers, or the pseudonym.
    dry_run : bool
        Only say what would be done.

    Returns
    -------
    Withdrawal

    Raises
    ------
    StudyError
        S032, when the study has no ids of persons; S033, when nobody has this id; S034, for each file that cannot be
        written back as it was, with the rows to remove by hand; S036, when the system refuses;
        S043, when a pseudonym is not in the key, S044, when the key is gone; S045, when results cannot be read; S047,
        when what was interrupted cannot be finished; S054, when several persons made up this code.

    See also
    --------
    lcresearch.interviews.withdraw_quotes : Takes back released quotes alone.
    """
    path = find_file(study)
    file, instruments = read_study(path)
    if file.respondent is None and file.linking is None:
        raise StudyError("S032", where=Place(file=path.name))
    finished = [(name, "finished", 0, "") for name in finish_changes(path.parent)]
    search = PersonSearch(path.parent, file, person)
    if file.linking is not None:
        search = LinkedSearch(path.parent, file, person, instruments=tuple(instruments))
    _find(search)
    if not _is_found(search):
        if not finished:
            raise _nobody(search, path.name)
        return Withdrawal(person, True, pd.DataFrame(finished, columns=_COLUMNS))
    withdrawn = Withdrawn(path.parent)
    search.remember(withdrawn)
    search.note(withdrawn.file, "remembered")
    if not dry_run:
        for coded, texts in search.erasures.items():  # first: what is left then is found again when this fails
            open_file(coded).erase(texts)
        change_together(search.changes | withdrawn.contents(), path.parent)
    actions = pd.DataFrame([*finished, *(tuple(one.values()) for one in search.actions)], columns=_COLUMNS)
    return Withdrawal(person, not dry_run, actions, tuple(search.near), tuple(search.notes))


def _find(search: PersonSearch) -> None:
    """Look everywhere, unless what was typed names no person."""
    of_a_row = made_of_rows(pd.Series([search.original], dtype="str"))[0] and search.file.linking is None
    if search.original and not of_a_row:
        search.run()
        if is_pseudonym(search.person) and not search.removed and search.key.original(search.person) is None:
            known = search.key.path in search.changes
            if not known:
                raise StudyError("S043", where=Place(file=search.key.path.name), person=search.person)
        find_traces(search)
        find_in_packages(search)
        find_in_integrations(search)


def _is_found(search: PersonSearch) -> bool:
    """Whether there is anything of the person: files that cannot be read say nothing about that."""
    return any(one["action"] not in _SAY_NOTHING for one in search.actions)


def _nobody(search: PersonSearch, file: str) -> StudyError:
    near = _near(search.near)
    return StudyError("S033", where=Place(file=file), person=search.person, column=search.named, near=near)


def _near(ids: Sequence[str]) -> Text:
    """Other ids that look like the one that was typed, in words; empty when there are none."""
    if not ids:
        return dict.fromkeys(LANGUAGES, "")
    listed = ", ".join(ids[:_NAMED]) + (" …" if len(ids) > _NAMED else "")
    return {language: Messages(language)("privacy.withdraw.near_ids", n=len(ids), ids=listed) for language in LANGUAGES}
