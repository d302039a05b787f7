"""The members of a package, as bytes, from the rows that were let through."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.measurement import moments
from lcresearch.measurement.group_moments import Moments
from lcresearch.multilevel import Crossproducts, crossproducts
from lcresearch.synthesis.packages.contents import ConsortiumEvidence, StageOne
from lcresearch.synthesis.packages.letting_through import Draft, answers_inside, rows_inside
from lcresearch.synthesis.packages.manifest import HeldBack, Kind
from lcresearch.synthesis.packages.member_rows import Prepared, ScaleRows
from lcresearch.synthesis.packages.opaque_names import opaque_codes, secret_of
from lcresearch.synthesis.packages.plain_tables import check_table, table_to_json
from lcresearch.synthesis.packages.stage_one import effects_to_json, stage_one
from lcresearch.synthesis.programme.plan import COMMUNITY, CONSORTIUM, RESPONDENT

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class MadeMember:
    """A member: its kind, what it is about, and its content."""

    kind: Kind
    about: str
    content: bytes


@dataclass(frozen=True)
class Made:
    """All that goes into a package, and what stays in the house.

    Attributes
    ----------
    members : dict of str to MadeMember
        Name in the zip -> member.
    sums : dict of str to Crossproducts
    effects : dict of str to StageOne
    communities : DataFrame
    let_through : dict of str to DataFrame
        Model -> the rows behind its sums, with the names of communities and persons: for the house.
    answers : dict of str to DataFrame
        Scale -> the answers behind its moments, for the house.
    codes : dict of str to dict of str to str
        Column of groups -> name -> code.
    held_back : tuple of HeldBack
        Of tables that were made elsewhere.
    n_rows : dict of str to int
        Rows of these tables, by kind.
    """

    members: dict[str, MadeMember]
    sums: dict[str, Crossproducts]
    effects: dict[str, StageOne]
    communities: pd.DataFrame
    let_through: dict[str, pd.DataFrame]
    answers: dict[str, pd.DataFrame]
    codes: dict[str, dict[str, str]]
    held_back: tuple[HeldBack, ...]
    n_rows: dict[str, int]


def made(rows: Prepared, draft: Draft, minimum_cell: int) -> Made:
    """The members of a package.

    Parameters
    ----------
    rows : Prepared
    draft : Draft
        Who is let through.
    minimum_cell : int
    """
    evidence, programme = rows.evidence, rows.programme
    inside = {name: rows_inside(model, draft.cell[f"models/{name}"]) for name, model in rows.models.items()}
    kept = {name: model.rows[inside[name]].reset_index(drop=True) for name, model in rows.models.items()}
    kept = {name: part for name, part in kept.items() if len(part)}
    codes = _codes(rows, draft, kept)
    members: dict[str, MadeMember] = {}
    sums: dict[str, Crossproducts] = {}
    effects: dict[str, StageOne] = {}
    for name, part in kept.items():
        plan = rows.models[name].plan
        coded = part.assign(**{COMMUNITY: part[COMMUNITY].map(codes[plan.community])})
        sums[name] = crossproducts(plan.formula, coded, shift=plan.shift, persons=plan.persons)
        members[f"models/{name}.parquet"] = MadeMember("crossproducts", name, sums[name].to_bytes())
        found = stage_one(sums[name], plan, programme)
        effects |= {name: found} if found is not None else {}
    for about, one in _moments(rows, draft, kept).items():
        kind: Kind = "scores" if about.startswith("scores/") else "moments"
        members[f"{about}.json"] = MadeMember(kind, about.partition("/")[2], one.to_json().encode())
    if effects:
        members["effects.json"] = MadeMember("effects", "effects", effects_to_json(effects).encode())
    communities = _communities(rows, kept, codes)
    members["communities.parquet"] = MadeMember("communities", "communities", _parquet(communities))
    tables, held, n_rows = _tables(evidence, _agreement(evidence, kept), codes[COMMUNITY], minimum_cell)
    members |= tables
    answers = {about: _answers(rows, scale, draft.cell[f"moments/{about}"]) for about, scale in rows.scales.items()}
    return Made(members, sums, effects, communities, kept, answers, codes, held, n_rows)


def _answers(rows: Prepared, scale: ScaleRows, cell: Integers) -> pd.DataFrame:
    persons = rows.persons[scale.person[cell[scale.person] >= 0]]
    table = pd.DataFrame(answers_inside(scale, cell), columns=list(scale.items))
    table.insert(0, RESPONDENT, persons)
    return table


def _codes(rows: Prepared, draft: Draft, kept: Mapping[str, pd.DataFrame]) -> dict[str, dict[str, str]]:
    names: dict[str, set[str]] = {COMMUNITY: set(_stopped(rows.evidence)[COMMUNITY])}
    for name, part in kept.items():
        column = rows.models[name].plan.community
        names[column] = names.get(column, set()) | set(part[COMMUNITY].unique())
        if column != COMMUNITY and COMMUNITY in rows.evidence.frame:
            frame = rows.frame_of(draft.cell[f"models/{name}"] >= 0)
            names[COMMUNITY] |= set(frame[COMMUNITY].dropna().astype("str").unique())
    return opaque_codes(names, secret_of(rows.evidence.frame.drop(columns=RESPONDENT)))


def _stopped(evidence: ConsortiumEvidence) -> pd.DataFrame:
    if evidence.stopped is None:
        return pd.DataFrame({COMMUNITY: pd.Series([], dtype="str")})
    return evidence.stopped.assign(**{COMMUNITY: evidence.stopped[COMMUNITY].astype("str")})


def _moments(rows: Prepared, draft: Draft, kept: Mapping[str, pd.DataFrame]) -> dict[str, Moments]:
    """Scores of models and answers to scales: one group, the consortium."""
    found = {}
    for name in kept:
        model, cell = rows.models[name], draft.cell[f"scores/{name}"]
        if (cell >= 0).any():
            found[f"scores/{name}"] = _moments_of(rows, model.plan.waves, model.scores[cell >= 0])
    for about, scale in rows.scales.items():
        cell = draft.cell[f"moments/{about}"]
        if (cell >= 0).any():
            found[f"moments/{about}"] = _scale_moments(rows, scale, cell)
    return found


def _scale_moments(rows: Prepared, scale: ScaleRows, cell: Integers) -> Moments:
    return _moments_of(rows, scale.items, answers_inside(scale, cell))


def _moments_of(rows: Prepared, names: tuple[str, ...], values: npt.NDArray[np.float64]) -> Moments:
    label = rows.evidence.consortium
    frame = pd.DataFrame(values, columns=list(names)).assign(**{CONSORTIUM: label})
    return moments(frame, list(names), CONSORTIUM)


def _communities(
    rows: Prepared, kept: Mapping[str, pd.DataFrame], codes: Mapping[str, Mapping[str, str]]
) -> pd.DataFrame:
    """The working-elements table; without numbers of persons where sums are of coarser groups."""
    evidence, programme = rows.evidence, rows.programme
    own = codes[COMMUNITY]
    stopped = _stopped(evidence).drop_duplicates(COMMUNITY).set_index(COMMUNITY)
    inside = [part[[COMMUNITY, RESPONDENT]] for name, part in kept.items() if _by_community(rows, name)]
    persons = pd.concat(inside).drop_duplicates().groupby(COMMUNITY).size() if inside else pd.Series([], dtype="int64")
    columns = {name: one.column for name, one in programme.elements.items()}
    columns |= {name: one.column for name, one in programme.covariates.items() if one.level != RESPONDENT}
    there = {name: column for name, column in columns.items() if column in evidence.frame}
    labelled = evidence.frame.assign(**{COMMUNITY: evidence.frame[COMMUNITY].astype("str")})
    first = labelled.groupby(COMMUNITY, observed=True)[list(there.values())].first()
    names = list(own)
    table = pd.DataFrame({"community": [own[name] for name in names]})
    table["status"] = ["stopped" if name in stopped.index else "active" for name in names]
    table["n_persons"] = pd.Series([persons.get(name) for name in names], dtype="Int64")
    for name, column in columns.items():
        values = first[column].reindex(names) if name in there else pd.Series(None, index=names, dtype=object)
        if column in stopped:
            values = values.where(values.notna(), stopped[column].reindex(names))
        table[name] = _typed(values, number=name in programme.elements or not programme.covariates[name].levels)
    return table.sort_values("community", ignore_index=True)


def _by_community(rows: Prepared, model: str) -> bool:
    return rows.models[model].plan.community == COMMUNITY


def _typed(values: pd.Series[Any], *, number: bool) -> npt.NDArray[np.float64] | list[str | None]:
    if number:
        return pd.to_numeric(values).to_numpy(dtype=np.float64, na_value=np.nan)
    return [None if pd.isna(value) else str(value) for value in values]


def _agreement(evidence: ConsortiumEvidence, kept: Mapping[str, pd.DataFrame]) -> pd.DataFrame | None:
    """Figures of agreement, of the respondents who are in the package where these can be computed now."""
    if not callable(evidence.agreement):
        return evidence.agreement
    return evidence.agreement(pd.Index([one for part in kept.values() for one in part[RESPONDENT]]).unique())


def _tables(
    evidence: ConsortiumEvidence, agreement: pd.DataFrame | None, codes: Mapping[str, str], minimum_cell: int
) -> tuple[dict[str, MadeMember], tuple[HeldBack, ...], dict[str, int]]:
    """Figures over groups and codes that were made elsewhere, from what may be released there."""
    tables: dict[Kind, pd.DataFrame | None] = {
        "agreement": agreement,
        "codes": evidence.codes,
        "presence": evidence.presence,
        "quotes": evidence.quotes,
    }
    members: dict[str, MadeMember] = {}
    held: list[HeldBack] = []
    n_rows: dict[str, int] = {}
    for kind, table in tables.items():
        if table is None:
            continue
        check_table(kind, table)
        kept = table
        if kind == "codes":
            kept = table[table["n_informants"] >= minimum_cell] if "n_informants" in table else table.iloc[:0]
        if kind == "presence":
            kept = table.assign(community=table[COMMUNITY].astype("str").map(codes))
            kept = kept[kept["community"].notna()]
        if len(kept) < len(table):
            held.append(
                HeldBack(member=kind, reason="few", n_groups=len(table) - len(kept), persons=f"<{minimum_cell}")
            )
        if len(kept):
            n_rows[kind] = len(kept)
            members[f"{kind}.json"] = MadeMember(kind, kind, table_to_json(kept).encode())
    return members, tuple(held), n_rows


def _parquet(table: pd.DataFrame) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    stream = io.BytesIO()
    pq.write_table(pa.Table.from_pandas(table, preserve_index=False).replace_schema_metadata(None), stream)
    return stream.getvalue()
