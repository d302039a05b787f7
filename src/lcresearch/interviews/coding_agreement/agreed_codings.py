"""The coding that was agreed, of texts in which no difference is open any more."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import pandas as pd

from lcresearch.interviews.coding_agreement.disagreements import Disagreements
from lcresearch.interviews.coding_agreement.discussion_list import OPEN
from lcresearch.interviews.coding_agreement.settling import settle
from lcresearch.interviews.project import Project


def settled_texts(found: Disagreements, decided: Collection[str]) -> list[str]:
    """Ids of the texts that were compared in which every difference was decided on.

    Parameters
    ----------
    found : Disagreements
    decided : collection of str
        Ids of differences.
    """
    still_open = set(found.table.loc[~found.table["id"].isin(list(decided)), "document_id"])
    return [document for document in found.documents if document not in still_open]


def agreed_codings(project: Project, found: Disagreements, decisions: pd.DataFrame) -> pd.DataFrame:
    """What all coders gave, and what was decided where they differed, as codings of the coder *agreed*.

    A text counts when every difference in it was decided on: with half of them, it would seem that codes were not
    given which nobody talked about yet.

    Parameters
    ----------
    project : Project
    found : Disagreements
        Of this project.
    decisions : DataFrame
        As :func:`~lcresearch.interviews.settle` takes it.

    Returns
    -------
    DataFrame
        With the columns of ``project.codings``.
    """
    whole = settled_texts(found, decisions.index[decisions["outcome"] != OPEN])
    only = replace(
        found,
        table=found.table[found.table["document_id"].isin(whole)].reset_index(drop=True),
        alike=found.alike[found.alike["document_id"].isin(whole)].reset_index(drop=True),
        documents=tuple(whole),
    )
    return settle(project, only, decisions).agreed.codings
