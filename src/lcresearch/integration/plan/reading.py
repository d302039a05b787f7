"""From integration.yaml to a plan, or to everything that is wrong with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from importlib import resources
from pathlib import Path

from lcresearch.declared_files import Finding, declared_path, read_declared
from lcresearch.errors import IntegrationError, nearest
from lcresearch.files import is_below
from lcresearch.integration.plan.combinations import combination_findings
from lcresearch.integration.plan.model import IntegrationFile
from lcresearch.interviews import Codebook
from lcresearch.interviews.code_tables.quotes import names_of_codes
from lcresearch.synthesis.programme import ProgrammeFile
from lcresearch.yaml_lines import YamlPath

FILE_NAME = "integration.yaml"
SCHEMA_NAME = "integration.schema.json"
_SIDES = ("helps", "lacks", "hinders")
_CODES = (*_SIDES, "mentions", "mechanisms")
_FILES = ("convergence", "advice_rules", "judgements", "value", "logic_model", "principles", "cards", "checklists")


def read_plan(
    path: str | Path | IntegrationFile,
    *,
    programme: ProgrammeFile | None = None,
    codebook: Codebook | None = None,
    columns: Collection[str] | None = None,
) -> IntegrationFile:
    """Read integration.yaml, or the one in a folder.

    Parameters
    ----------
    path : path
    programme : ProgrammeFile, optional
        Names of elements are looked up in it.
    codebook : Codebook, optional
        Codes are looked up in it: by short name, path, id, or a name that only one has.
    columns : collection of str, optional
        Columns of the case matrix, in which those of conditions and elements are looked up.

    Raises
    ------
    IntegrationError
        Every problem of the file, together: G codes for what any YAML file may have, Q151 to Q161 for what its parts
        say about each other and about the programme, the codebook and the cases.

    Examples
    --------
    >>> plan = example_plan()
    >>> plan.elements["shared_purpose"].helps, list(plan.qca)
    (('shared_purpose',), ['collective_capacity'])
    """
    if isinstance(path, IntegrationFile):
        return path
    folder = declared_path(path, FILE_NAME).parent

    def check(plan: IntegrationFile) -> Iterator[Finding]:
        yield from _elements(plan, programme)
        yield from _codes(plan, codebook)
        yield from _columns(plan, columns)
        yield from combination_findings(plan)
        yield from _files(plan, folder)
        yield from _texts(plan, programme)

    return read_declared(path, IntegrationFile, FILE_NAME, check, error=IntegrationError)


def example_plan() -> IntegrationFile:
    """The invented plan that ``lcresearch new integration`` writes as a start.

    Examples
    --------
    >>> example_plan().case
    'community'
    """
    with resources.as_file(resources.files(__package__) / "template" / FILE_NAME) as path:
        return read_plan(path)


def _elements(plan: IntegrationFile, programme: ProgrammeFile | None) -> Iterator[Finding]:
    for name, element in plan.elements.items():
        named = Counter(code for side in _SIDES for code in dict.fromkeys(getattr(element, side)))
        twice = [code for code, n in named.items() if n > 1]
        if twice:
            yield "Q153", ("elements", name), {"element": name, "codes": twice}
        if element.lacks and programme is not None and name in programme.elements and programme.elements[name].barrier:
            yield "Q179", ("elements", name, "lacks"), {"element": name, "codes": list(element.lacks)}
        if programme is not None and name not in programme.elements:
            known = list(programme.elements)
            yield "Q152", ("elements", name), {"element": name, "known": known, "nearest": nearest(name, known) or "–"}


def _codes(plan: IntegrationFile, codebook: Codebook | None) -> Iterator[Finding]:
    if codebook is None:
        return
    known = names_of_codes(codebook)
    short = [code.key or code.name for code in codebook]
    named: list[tuple[YamlPath, str]] = [
        (("elements", name, key, n), code)
        for name, element in plan.elements.items()
        for key in _CODES
        for n, code in enumerate(getattr(element, key))
    ]
    named += [(("mechanisms", n), code) for n, code in enumerate(plan.mechanisms)]
    for place, code in named:
        if code not in known:
            near = nearest(code, short) or nearest(code, known) or "–"
            yield "Q151", place, {"code": code, "nearest": near}


def _columns(plan: IntegrationFile, columns: Collection[str] | None) -> Iterator[Finding]:
    if columns is None:
        return
    named: list[tuple[YamlPath, str]] = [
        (("elements", name, "column"), element.column) for name, element in plan.elements.items() if element.column
    ]
    for name, one in plan.qca.items():
        named.append((("qca", name, "outcome", "column"), one.outcome.column))
        named += [(("qca", name, "conditions", key, "column"), part.column) for key, part in one.conditions.items()]
    for place, column in named:
        if column not in columns:
            yield "Q154", place, {"column": column, "nearest": nearest(column, columns) or "–"}


def _files(plan: IntegrationFile, folder: Path) -> Iterator[Finding]:
    for key in _FILES:
        name = getattr(plan, key)
        if name is None:
            continue
        if not is_below(name):
            yield "Q160", (key,), {"path": name}
        elif not (folder / name).is_file() and key != "judgements":
            yield "G001", (key,), {"path": name}


def _texts(plan: IntegrationFile, programme: ProgrammeFile | None) -> Iterator[Finding]:
    """Texts are there in each language of the report."""
    languages = ("nl", "en") if programme is None else programme.languages
    texts: list[tuple[YamlPath, Mapping[str, str]]] = [
        (("elements", name, "advice"), one.advice) for name, one in plan.elements.items() if one.advice is not None
    ]
    for name, one in plan.qca.items():
        texts.append((("qca", name, "title"), one.title))
        named = {("outcome",): one.outcome} | {("conditions", key): part for key, part in one.conditions.items()}
        texts += [(("qca", name, *at, "title"), part.title) for at, part in named.items() if part.title is not None]
    for place, text in texts:
        for language in languages:
            if language not in text:
                yield "Q161", place, {"key": ".".join(map(str, place)), "language": language}
