"""From logic_model.yaml to a model, or to everything that is wrong with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources
from pathlib import Path

from lcresearch.declared_files import Finding, checked, read_declared
from lcresearch.errors import IntegrationError, Place, nearest
from lcresearch.file_parts import Text
from lcresearch.files import write_whole
from lcresearch.integration.logic_models.circles import circles
from lcresearch.integration.logic_models.model import LogicModelFile
from lcresearch.yaml_lines import YamlPath, parse_yaml

FILE_NAME = "logic_model.yaml"
SHIPPED = ("denkmodel",)
"""Models that come with the package."""


def read_logic_model(path: str | Path | LogicModelFile) -> LogicModelFile:
    """Read logic_model.yaml, the one in a folder, or a model that comes with the package.

    Parameters
    ----------
    path : str, Path or LogicModelFile
        ``"denkmodel"`` is the thinking model that comes with the package.

    Returns
    -------
    LogicModelFile

    Raises
    ------
    IntegrationError
        Every problem of the file, together: G codes for what any YAML file may have; Q210: an arrow to or from a
        construct that is not there; Q211: a circle that is not marked as feedback; Q212: two arrows of one pair; Q213:
        an arrow from a construct to itself; Q214: a text is missing in a language; Q215: a name that two constructs
        claim; Q216: ``tested_by`` names nothing, or too much.

    Examples
    --------
    >>> model = read_logic_model("denkmodel")
    >>> model.constructs["proactive_learning"].title["nl"]
    'Proactief leren'
    """
    if isinstance(path, LogicModelFile):
        return path
    if isinstance(path, str) and path in SHIPPED:
        return thinking_model()
    return read_declared(path, LogicModelFile, FILE_NAME, _wrong, error=IntegrationError)


@cache
def thinking_model() -> LogicModelFile:
    """The thinking model behind the programme (Topsectoren, 2019), as constructs and arrows.

    Returns
    -------
    LogicModelFile

    Examples
    --------
    >>> len(thinking_model().constructs) > 10
    True
    """
    name = "denkmodel.yaml"
    return checked(parse_yaml(_shipped(name), file=name), name, LogicModelFile, _wrong, error=IntegrationError)


def new_logic_model(folder: str | Path) -> Path:
    """Write the thinking model as a logic_model.yaml to start from, with the JSON Schema that editors read.

    Parameters
    ----------
    folder : str or Path
        Where it is written; a file that is there stays.

    Returns
    -------
    Path
        The file logic_model.yaml.

    Raises
    ------
    IntegrationError
        Q220 when the folder has one already.

    See also
    --------
    read_logic_model, logic_model : What to do with the file.
    """
    folder = Path(folder)
    if (folder / FILE_NAME).exists():
        raise IntegrationError("Q220", where=Place(file=str(folder / FILE_NAME)), file=FILE_NAME)
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / "logic_model.schema.json", _shipped("logic_model.schema.json"))
    head = "# yaml-language-server: $schema=logic_model.schema.json\n"
    return write_whole(folder / FILE_NAME, head + _shipped("denkmodel.yaml"))


def missing_texts(place: YamlPath, text: Text | None, languages: Sequence[str], code: str) -> Iterator[Finding]:
    """Languages in which a text is missing."""
    for language in languages:
        if text is not None and language not in text:
            yield code, place, {"key": ".".join(map(str, place)), "language": language}


def _shipped(name: str) -> str:
    return (resources.files(__package__) / "shipped" / name).read_text(encoding="utf-8")


def _wrong(content: LogicModelFile) -> Iterator[Finding]:
    for part in (_ends, _pairs, _circles, _texts, _claims, _tests):
        yield from part(content)


def _ends(content: LogicModelFile) -> Iterator[Finding]:
    known = list(content.constructs)
    for n, arrow in enumerate(content.arrows):
        for key, name in (("from", arrow.source), ("to", arrow.target)):
            if name not in content.constructs:
                values = {"name": name, "known": known, "nearest": nearest(name, known) or "–"}
                yield "Q210", ("arrows", n, key), values
        if arrow.source == arrow.target:
            yield "Q213", ("arrows", n), {"name": arrow.source}


def _pairs(content: LogicModelFile) -> Iterator[Finding]:
    pairs = Counter(arrow.pair for arrow in content.arrows)
    names = Counter(arrow.id for arrow in content.arrows if arrow.id is not None)
    seen: set[str] = set()
    for n, arrow in enumerate(content.arrows):
        if pairs[arrow.pair] > 1 and arrow.pair in seen:
            yield "Q212", ("arrows", n), {"name": arrow.pair}
        if arrow.id is not None and names[arrow.id] > 1 and arrow.id in seen:
            yield "Q212", ("arrows", n, "id"), {"name": arrow.id}
        seen |= {arrow.pair, *([arrow.id] if arrow.id else [])}


def _circles(content: LogicModelFile) -> Iterator[Finding]:
    links = [(a.source, a.target) for a in content.arrows if not a.feedback and a.source != a.target]
    places = {(arrow.source, arrow.target): n for n, arrow in enumerate(content.arrows)}
    for circle in circles(links):
        last = (circle[-1], circle[0])
        yield "Q211", ("arrows", places[last]), {"circle": " -> ".join([*circle, circle[0]])}


def _texts(content: LogicModelFile) -> Iterator[Finding]:
    texts: list[tuple[YamlPath, Text | None]] = [(("title",), content.title), (("description",), content.description)]
    for name, one in content.constructs.items():
        texts += [(("constructs", name, "title"), one.title), (("constructs", name, "description"), one.description)]
    for n, arrow in enumerate(content.arrows):
        texts += [(("arrows", n, "title"), arrow.title), (("arrows", n, "why"), arrow.why)]
        texts += [(("arrows", n, "tested_by", m, "note"), one.note) for m, one in enumerate(arrow.tested_by)]
    for place, text in texts:
        yield from missing_texts(place, text, content.languages, "Q214")


def _claims(content: LogicModelFile) -> Iterator[Finding]:
    """An element, outcome or scale belongs to one construct: else one result would count twice."""
    owner: dict[tuple[str, str], str] = {}
    for name, one in content.constructs.items():
        claimed = [("element", one.element or name), *(("outcome", each) for each in {*one.outcomes, *one.scales})]
        for what, each in claimed:
            first = owner.setdefault((what, each), name)
            if first != name:
                place = ("constructs", name, "element" if what == "element" else "outcomes")
                yield "Q215", place, {"name": each, "first": first, "second": name}


def _tests(content: LogicModelFile) -> Iterator[Finding]:
    for n, arrow in enumerate(content.arrows):
        for m, one in enumerate(arrow.tested_by):
            place = ("arrows", n, "tested_by", m)
            if (one.result is None) == (one.study is None):
                yield "Q216", place, {}
            elif one.std_error is not None and one.estimate is None:
                yield "Q217", place, {}
