"""The survey flow: the order of blocks, who gets which, and what is noted about a respondent on the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from lcresearch.instruments.forms.model import Page, Question, Questionnaire
from lcresearch.instruments.forms.planned_missing import version_field
from lcresearch.instruments.forms.qualtrics.logic import is_chosen
from lcresearch.instruments.forms.qualtrics.questions import choice_ids
from lcresearch.instruments.forms.wording import label_of

Node = dict[str, Any]


@dataclass(frozen=True)
class Placed:
    """Where the parts of a form stand in a survey file.

    Attributes
    ----------
    first, refused, last : str or None
        Ids of the blocks with the introduction, with the text for who does not take part, and with the closing.
    pages : mapping of str to str
        Name of a page -> id of its block.
    questions : mapping of str to str
        Name of a question -> its id (``QID3``).
    """

    first: str | None
    refused: str | None
    last: str | None
    pages: Mapping[str, str]
    questions: Mapping[str, str]


def survey_flow(form: Questionnaire, placed: Placed, language: str) -> Node:
    """The payload of the survey flow."""
    nodes: list[Node] = []
    nodes += _fields_at_start(form)
    nodes += [_version_randomizer(design.instrument, len(design.versions)) for design in form.versions]
    nodes += [_block(placed.first)] if placed.first else []
    for instrument, pages in groupby(form.pages, lambda page: page.instrument):
        together = list(pages)
        blocks = [node for page in together for node in _page(page, placed, language)]
        mixed = instrument in form.randomised_instruments and len(blocks) > 1
        nodes += [_randomizer(blocks, len(blocks), even=False)] if mixed else blocks
    nodes += [_block(placed.last)] if placed.last else []
    next(_blocks(nodes))["Type"] = "Block"
    count = _number(nodes)
    return {"Flow": nodes, "Properties": {"Count": count}, "FlowID": "FL_1", "Type": "Root"}


def _fields_at_start(form: Questionnaire) -> list[Node]:
    """Fields that are filled in on the way, named once so that each export has them, in this order."""
    names = [question.name for question in form.questions if question.kind == "group"]
    names += [version_field(design.instrument) for design in form.versions]
    fields = [{"Description": name, "Type": "Recipient", "Field": name} | _FIELD for name in names]
    return [{"Type": "EmbeddedData", "EmbeddedData": fields}] if fields else []


_FIELD: Node = {"VariableType": "String", "DataVisibility": [], "AnalyzeText": False}


def _set_field(name: str, value: str) -> Node:
    field = {"Description": name, "Type": "Custom", "Field": name} | _FIELD | {"Value": value}
    return {"Type": "EmbeddedData", "EmbeddedData": [field]}


def _version_randomizer(instrument: str, n: int) -> Node:
    """One version for each respondent, all equally often."""
    name = version_field(instrument)
    return _randomizer([_set_field(name, str(version)) for version in range(1, n + 1)], 1, even=True)


def _randomizer(nodes: Sequence[Node], subset: int, *, even: bool) -> Node:
    return {"Type": "BlockRandomizer", "SubSet": subset, "EvenPresentation": even, "Flow": list(nodes)}


def _page(page: Page, placed: Placed, language: str) -> Iterable[Node]:
    """A page, and what follows from the answers on it."""
    yield _block(placed.pages[page.name])
    for question in page.questions:
        if question.kind == "group":
            yield from _group_names(question, placed.questions[question.name], language)
        if question.kind == "consent":
            yield from _refusals(question, placed, language)


def _group_names(question: Question, qid: str, language: str) -> Iterable[Node]:
    """The name of the group as a field of its own: the answer itself is a number in exports with numbers."""
    ids = choice_ids(question)
    for answer in question.answers:
        asked, label = question.text.get(language, ""), label_of(question, answer, language)
        logic = is_chosen(qid, ids[answer.code], asked, label)
        yield _branch(logic, [_set_field(question.name, str(answer.code))])


def _refusals(question: Question, placed: Placed, language: str) -> Iterable[Node]:
    """Whoever does not answer 1 reads that this is fine, and is done."""
    ids = choice_ids(question)
    for answer in question.answers:
        if answer.code != 1:
            asked, label = question.text.get(language, ""), label_of(question, answer, language)
            end: list[Node] = [{"Type": "EndSurvey"}]
            text = [_block(placed.refused)] if placed.refused else []
            yield _branch(is_chosen(placed.questions[question.name], ids[answer.code], asked, label), [*text, *end])


def _branch(logic: Node, nodes: Sequence[Node]) -> Node:
    return {"Type": "Branch", "Description": "New Branch", "BranchLogic": logic, "Flow": list(nodes)}


def _block(block: str) -> Node:
    return {"ID": block, "Type": "Standard"}


def _blocks(nodes: Iterable[Node]) -> Iterator[Node]:
    for node in nodes:
        yield from [node] if "ID" in node else _blocks(node.get("Flow", ()))


def _number(nodes: Iterable[Node], start: int = 1) -> int:
    """Give all elements an id, FL_2 and on (FL_1 is the flow itself); the number of the last."""
    for node in nodes:
        start += 1
        node["FlowID"] = f"FL_{start}"
        start = _number(node.get("Flow", ()), start)
    return start
