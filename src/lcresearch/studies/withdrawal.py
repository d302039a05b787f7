"""Removing one person from a study: from the answers, the key, the results and the transcripts, all or none."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pandas as pd

from lcresearch.errors import Place, StudyError
from lcresearch.messages import Messages
from lcresearch.responses.persons.withdrawn import Withdrawn
from lcresearch.results import Result
from lcresearch.studies.changes import change_together
from lcresearch.studies.linked_search import LinkedSearch
from lcresearch.studies.loading import find_file, read_study
from lcresearch.studies.person_search import PersonSearch


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
        A row a file: ``file``; ``action`` (``rows_removed``, ``key_removed``, ``file_deleted``, ``remembered``,
        ``to_check``: the id is in it, or it is a workbook with more sheets); ``n`` rows; ``rows``, the first of them.
    """

    title: ClassVar[str] = "Withdrawal"

    person: str
    done: bool
    actions: pd.DataFrame

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """One row a file: ``file, action, n, rows`` (``conf_level`` plays no part)."""
        return self.actions

    def glance(self) -> pd.DataFrame:
        """One row: the person, rows removed, files changed, files to check."""
        removed, check = self.actions["action"] == "rows_removed", self.actions["action"] == "to_check"
        row = {"person": self.person, "done": self.done, "n_rows": int(self.actions["n"][removed].sum())}
        row |= {"n_files": int((~check).sum()), "n_to_check": int(check.sum())}
        return pd.DataFrame([row])

    def shown(self) -> pd.DataFrame:
        """The actions in words."""
        say = Messages()
        words = [say(f"privacy.withdraw.{action}") for action in self.actions["action"]]
        return self.actions.assign(action=words)

    def cautions(self) -> list[str]:
        """What the user must still do, and what the next report will look like."""
        say = Messages()
        names = ["elsewhere", "reports", "next_release"] + ([] if self.done else ["dry_run"])
        if (self.actions["action"] == "to_check").any():
            names.insert(0, "check_files")
        return [say(f"privacy.withdraw.{name}") for name in names]


def withdraw(study: str | Path, person: str, *, dry_run: bool = False) -> Withdrawal:
    """Remove a person from a study, and remember to leave them out of later exports.

    Rows go out of every file with answers that study.yaml names, out of the key file, out of ``private/`` in the
    results and out of the tables of transcripts, with the transcripts these name. A fingerprint of the id stays, so
    that a fresh export that still holds the person is read without them. Everything is changed, or nothing.

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
        S054, when several persons made up this code.
    """
    path = find_file(study)
    file, instruments = read_study(path)
    if file.respondent is None and file.linking is None:
        raise StudyError("S032", where=Place(file=path.name))
    column = file.respondent if file.linking is None else ", ".join(file.linking.columns)
    search = PersonSearch(path.parent, file, person)
    if file.linking is not None:
        search = LinkedSearch(path.parent, file, person, instruments=tuple(instruments))
    if search.original:
        search.run()
    if not search.actions:
        raise StudyError("S033", where=Place(file=path.name), person=person, column=column)
    withdrawn = Withdrawn(path.parent)
    withdrawn.add(search.original)
    changes = search.changes | dict(withdrawn.contents())
    search.note(withdrawn.file, "remembered")
    if not dry_run:
        change_together(changes)
    actions = pd.DataFrame(search.actions, columns=["file", "action", "n", "rows"])
    return Withdrawal(person, not dry_run, actions)
