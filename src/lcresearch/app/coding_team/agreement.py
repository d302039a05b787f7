"""The page on how far coders agree, over the texts that all of them finished, and its tables as files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Literal

import pandas as pd
from starlette.requests import Request
from starlette.responses import Response

from lcresearch.agreement.coding import RARE
from lcresearch.agreement.interpretation import BANDS
from lcresearch.app.coding.coder import coder_of
from lcresearch.app.coding_team.comparing import Comparable, comparable, people
from lcresearch.app.handing_out import to_save, written
from lcresearch.app.pages import page
from lcresearch.app.studies.frame import frame
from lcresearch.errors import AppError
from lcresearch.interviews import CoderAgreement, coder_agreement
from lcresearch.interviews.text.segments import Unit
from lcresearch.messages import Messages
from lcresearch.reporting.spreadsheets import csv_bytes, workbook_bytes

Way = Literal["turn", "paragraph", "sentence", "character", "span"]
UNITS: tuple[Way, ...] = ("turn", "paragraph", "sentence", "character", "span")
FEW_TEXTS = 10
_ALPHA = ("krippendorff_alpha", "u_alpha")
_KAPPA = ("cohen_kappa", "conger_kappa", "fleiss_kappa")


@dataclass(frozen=True)
class Choice:
    """How coders are compared.

    Attributes
    ----------
    unit : str
        A part of the text, a character, or passages with boundaries of the coders' own.
    with_parents : bool
        Whether codes above are compared too.
    """

    unit: Way
    with_parents: bool = False

    @property
    def query(self) -> dict[str, str]:
        """As it stands in an address."""
        return {"unit": self.unit} | ({"parents": "1"} if self.with_parents else {})


def choice_of(request: Request, found: Comparable) -> Choice:
    """What the address asks, else what study.yaml says."""
    asked = request.query_params.get("unit", "")
    unit = next((one for one in UNITS if one == asked), found.use.unit)
    return Choice(unit, request.query_params.get("parents") == "1")


def agreement_of(found: Comparable, choice: Choice) -> CoderAgreement:
    """How far coders agree, over the texts that all of them finished.

    Raises
    ------
    AppError
        W122, as long as there is no such text.
    """
    if not found.texts.read:
        raise AppError("W122")
    by: Literal["segment", "character", "span"] = "segment"
    segment: Unit = "turn"
    if choice.unit == "character" or choice.unit == "span":
        by = choice.unit
    else:
        segment = choice.unit
    return coder_agreement(
        found.texts.project,
        found.texts.coders,
        unit=by,
        segment=segment,
        without_roles=_roles(found),
        with_parents=choice.with_parents,
        read=found.texts.read,
    )


def _roles(found: Comparable) -> tuple[str, ...]:
    """Roles whose words do not count, of those that somebody has."""
    known = {role for document in found.texts.project.corpus for role in document.roles.values()}
    return tuple(role for role in found.use.without_roles if role in known)


def show_agreement(request: Request) -> Response:
    """How far coders agree, in words and numbers."""
    found = comparable(request)
    choice = choice_of(request, found)
    nothing = not found.texts.read or found.texts.project.codings.empty
    values: dict[str, Any] = {"result": None} if nothing else _shown(agreement_of(found, choice))
    coders = people(found.file)
    return page(
        request,
        "coding_agreement.html",
        study=frame(request, "coding"),
        coder=coder_of(request),
        choice=choice,
        units=UNITS,
        n_texts=len(found.texts.read),
        n_shared=found.texts.n_shared,
        names=[coders[one] for one in found.texts.coders],
        without_roles=_roles(found),
        **values,
    )


def _shown(result: CoderAgreement) -> dict[str, Any]:
    wide = result.by_code()
    alpha = next((name for name in _ALPHA if name in wide), "")
    kappa = next((name for name in _KAPPA if name in wide), "")
    order = wide["kind"].map(["all", "parent", "code"].index).argsort(kind="stable")
    rows = [_row(each, alpha, kappa) for each in wide.iloc[order].to_dict("records")]
    return {
        "result": result,
        "alpha": alpha,
        "kappa": kappa,
        "rows": rows,
        "overall": rows[0],
        "n_units": int(wide["n_units"].max()),
        "few": len(result.documents[result.documents["compared"]]) < FEW_TEXTS,
        "cautions": list(dict.fromkeys(problem.message() for problem in result.problems)),
    }


def _row(values: Mapping[Any, Any], alpha: str, kappa: str) -> dict[str, Any]:
    """What the table shows of a code; ``band`` is the word for alpha, ``sure`` that for the lower limit."""
    bands = BANDS["krippendorff"]
    n_given = _number(values.get("n_given"))
    estimate, low, high = (_number(values.get(name)) for name in (alpha, "alpha_low", "alpha_high"))
    return {
        "name": str(values["code"]),
        "kind": str(values["kind"]),
        "n_given": n_given,
        "rare": n_given is not None and values["kind"] != "all" and n_given < RARE,
        "percent": _number(values.get("percent_agreement")),
        "positive": _number(values.get("positive_agreement")),
        "kappa": _number(values.get(kappa)) if kappa else None,
        "alpha": estimate,
        "low": low,
        "high": high,
        "band": "" if estimate is None else bands.name(estimate),
        "sure": "" if low is None else bands.name(low),
    }


def _number(value: Any) -> float | None:
    return None if value is None or pd.isna(value) else float(value)


def download_agreement(request: Request) -> Response:
    """The table as a file: CSV and a workbook with all tables, or Word."""
    found = comparable(request)
    ending = request.path_params["ending"]
    result = agreement_of(found, choice_of(request, found))
    say = Messages()
    name = f"{say('app.coding_team.agreement.file')}.{ending}"
    if ending == "docx":
        return written(name, result.to_docx)
    if ending == "csv":
        return to_save(csv_bytes(result.by_code()), name)
    if ending != "xlsx":
        raise AppError("W004", name=name)
    about = {say("app.coding_team.agreement.title"): "", **{str(k): str(v) for k, v in result.glance().iloc[0].items()}}
    about |= {f"{number}": line for number, line in enumerate(result.cautions(), start=1)}
    tables = {
        "codes": result.by_code(),
        "coefficients": result.tidy(),
        "texts": result.documents,
        "pairs": result.pairs,
    }
    return to_save(workbook_bytes(tables, about, wrapped=()), name)


def draw_agreement(request: Request) -> Response:
    """Alpha by code as a figure."""
    found = comparable(request)
    figure = agreement_of(found, choice_of(request, found)).plot(language=Messages().language)
    content = BytesIO()
    figure.savefig(content, format="svg", bbox_inches="tight")
    return Response(content.getvalue(), media_type="image/svg+xml")
