"""Where people speak of an element, in which direction, and what they say of how it works."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.integration.listening.codes import HELPS, HINDERS, LACKS, MENTIONS, CodesInUse
from lcresearch.interviews.code_tables.passages import overlapping, passages
from lcresearch.interviews.project import WHOLE_DOCUMENT, Project
from lcresearch.interviews.text.segments import segments
from lcresearch.interviews.text.touching import touching

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Mentions:
    """What was said.

    Attributes
    ----------
    elements : DataFrame
        A row a passage of an element: ``element, document, start, end, helping, lacking, hindering, valuing, person,
        case``. ``valuing`` is helping or lacking: who says that it helps and who misses it both speak for it.
    mechanisms : DataFrame
        A row a passage of a mechanism that stands with an element: ``element, code, document, start, end, person,
        case``.
    codes : DataFrame
        ``code, person``: who has a passage of which code, for comparison with other tables of counts.
    """

    elements: pd.DataFrame
    mechanisms: pd.DataFrame
    codes: pd.DataFrame


def mentions_of(project: Project, codes: CodesInUse, persons: pd.Series[str], cases: pd.Series[str]) -> Mentions:
    """Passages of elements, and of mechanisms in the same answer (turn) or overlapping with them.

    Parameters
    ----------
    project : Project
    codes : CodesInUse
    persons, cases : Series
        By document.
    """
    every = passages(project)
    found = passages(_without_whole_texts(project))
    passage, part = touching(segments(project.corpus, "turn"), found)
    answers = pd.DataFrame({"passage": passage, "part": part})
    of_elements = pd.DataFrame(codes.of_elements, columns=["element", "code", "role"], dtype="str")
    placed = found.rename_axis("passage").reset_index().merge(of_elements, on="code")
    said = every.merge(of_elements, on="code")
    beside_value = np.flatnonzero(_in_answer_with(answers, found["code"].isin(codes.values).to_numpy()))
    helped = placed[(placed["role"] == MENTIONS) & placed["passage"].isin(beside_value)].assign(role=HELPS)
    rows = pd.concat([said, helped], ignore_index=True)[["element", "document", "start", "end", "role"]]
    elements = _one_row_a_passage(rows)
    mechanisms = _mechanisms(found, answers, placed, codes)
    who = every.assign(person=every["document"].map(persons))[["code", "person"]].drop_duplicates(ignore_index=True)
    return Mentions(_with_who(elements, persons, cases), _with_who(mechanisms, persons, cases), who)


def _without_whole_texts(project: Project) -> Project:
    """Without codes of whole conversations: these stand beside everything that is said in them."""
    single = {each.id for each in project.corpus if len(each.turns) <= 1}
    whole = project.codings["start"] == WHOLE_DOCUMENT
    kept = ~whole | project.codings["document"].isin(single)
    return replace(project, codings=project.codings[kept].reset_index(drop=True))


def _in_answer_with(answers: pd.DataFrame, rows: Bools) -> Bools:
    """Whether each passage stands in an answer with one of these passages."""
    found = np.zeros(len(rows), dtype=bool)
    parts = answers.loc[rows[answers["passage"].to_numpy()], "part"]
    found[answers.loc[answers["part"].isin(parts), "passage"].to_numpy()] = True
    return found


def _one_row_a_passage(rows: pd.DataFrame) -> pd.DataFrame:
    """Passages of several codes of an element that overlap are one passage, with the directions of all of them."""
    role = rows["role"]
    rows = rows.assign(helping=role == HELPS, lacking=role == LACKS, hindering=role == HINDERS)
    rows = rows.assign(valuing=rows["helping"] | rows["lacking"])
    rows = rows.sort_values(["element", "document", "start", "end"], kind="stable")
    number = overlapping(rows, ["element", "document"])
    return rows.groupby(number.to_numpy(), sort=True).agg(
        element=("element", "first"), document=("document", "first"), start=("start", "min"), end=("end", "max"),
        **{side: (side, "any") for side in ("helping", "lacking", "hindering", "valuing")},
    ).reset_index(drop=True)  # fmt: skip


def _mechanisms(found: pd.DataFrame, answers: pd.DataFrame, placed: pd.DataFrame, codes: CodesInUse) -> pd.DataFrame:
    """Passages of mechanisms in an answer in which the element is spoken of."""
    table = pd.DataFrame(codes.of_mechanisms, columns=["element", "part_of", "code"], dtype="str")
    own = placed[["element", "passage"]].drop_duplicates().merge(answers, on="passage")
    own = own[["element", "part"]].drop_duplicates()
    others = found.rename(columns={"code": "part_of"}).rename_axis("passage").reset_index()
    with_answer = others.merge(answers, on="passage").merge(table, on="part_of")
    together = with_answer.merge(own, on=["element", "part"])
    columns = ["element", "code", "document", "start", "end"]
    together = together[columns].drop_duplicates().sort_values(columns, kind="stable")
    number = overlapping(together, ["element", "code", "document"])
    return together.groupby(number.to_numpy(), sort=True).agg(
        element=("element", "first"), code=("code", "first"), document=("document", "first"),
        start=("start", "min"), end=("end", "max"),
    ).reset_index(drop=True)  # fmt: skip


def _with_who(table: pd.DataFrame, persons: pd.Series[str], cases: pd.Series[str]) -> pd.DataFrame:
    return table.assign(person=table["document"].map(persons), case=table["document"].map(cases))
