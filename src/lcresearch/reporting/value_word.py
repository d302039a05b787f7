"""Costs and benefits of a community as a Word file: what the page says, to go on writing in."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import docx

from lcresearch.integration.value.result import CommunityValue
from lcresearch.integration.value.wording import ValueWords
from lcresearch.messages import spoken
from lcresearch.office_files import office_bytes
from lcresearch.reporting.value_figures import tornado_figure
from lcresearch.reporting.value_page import MOST_BARS, value_views

_COLUMNS = ("party", "cost", "benefit", "net", "covered", "payback")


def value_docx(result: CommunityValue, language: str) -> bytes:
    """The file in one language."""
    say = ValueWords(result.content, language)
    with spoken(language):
        views = value_views(result, say)
        document = docx.Document()
        document.add_heading(views["title"], level=1)
        document.add_paragraph(views["facts"])
        document.add_paragraph(views["lead"])
        document.add_heading(say("page.parties"), level=2)
        rows = [[one.name, _noted(one.cost, one.cost_note), _noted(one.benefit, one.benefit_note), one.net, one.covered,
                 one.payback] for one in views["parties"]]  # fmt: skip
        _table(document, [[say(f"page.{name}") for name in _COLUMNS], *rows])
        document.add_paragraph(say("page.ranges"))
        _figure(document, result, say)
        _list(document, say("page.turning"), say("page.turning_intro"), views["turning"])
        worth = [f"{name}: {one.title} ({one.about})" for name, _, items in views["cycles"] for one in items]
        _list(document, say("page.not_money"), say("page.not_money_intro"), [*worth, *views["chains"]])
        _list(document, say("page.assumed"), views["assumed_intro"], views["assumed"])
        _list(document, say("page.careful"), "", views["careful"])
    return office_bytes(document)


def _noted(amount: str, note: str) -> str:
    return f"{amount} ({note})" if note else amount


def _table(document: Any, rows: Sequence[Sequence[str]]) -> None:
    table = document.add_table(rows=len(rows), cols=len(rows[0]))
    table.style = "Table Grid"
    for cells, values in zip(table.rows, rows, strict=True):
        for cell, value in zip(cells.cells, values, strict=True):
            cell.text = value


def _figure(document: Any, result: CommunityValue, say: ValueWords) -> None:
    if result.tornado.empty:
        return
    document.add_heading(say("page.matters"), level=2)
    buffer = io.BytesIO()
    tornado_figure(result, most=MOST_BARS, width=6.4).savefig(buffer, format="png", dpi=160)
    document.add_picture(buffer, width=docx.shared.Cm(15.5))


def _list(document: Any, heading: str, intro: str, texts: Sequence[str]) -> None:
    if not texts:
        return
    document.add_heading(heading, level=2)
    if intro:
        document.add_paragraph(intro)
    for text in texts:
        document.add_paragraph(text, style="List Bullet")
