"""Finding one person in integrations of a study: tables of cases from which nobody can be taken out, only made anew."""

from __future__ import annotations

from lcresearch import output_folder
from lcresearch.studies.person_search import PersonSearch
from lcresearch.studies.person_traces import is_record_of

MADE_WITH = "made_with_person"
_HELD_THE_PERSON = ("rows_removed", "file_deleted")


def find_in_integrations(search: PersonSearch) -> None:
    """Name the private folder of each integration of this study, when answers or interviews of the person go.

    Means of a community, who spoke of an element and passages of text stand there, down to the smallest group: without
    the person these become others, so the folder is made again. Call it last: it looks at what else was found.
    """
    if not any(action["action"] in _HELD_THE_PERSON for action in search.actions):
        return
    for record in sorted(search.folder.rglob("run.json")):
        private = record.parent / "private"
        if is_record_of(record, output_folder.INTEGRATION, search.file.id) and private.is_dir():
            search.note(private, MADE_WITH)
