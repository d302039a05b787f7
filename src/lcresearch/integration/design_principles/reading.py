"""From design_principles.yaml to principles, or to everything that is wrong with them."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from lcresearch.declared_files import Finding, read_declared
from lcresearch.errors import IntegrationError, Place, nearest
from lcresearch.file_parts import Text
from lcresearch.files import write_whole
from lcresearch.integration.design_principles.model import POINTERS, Evidence, Principle, PrinciplesFile
from lcresearch.integration.design_principles.vocabulary import known_names
from lcresearch.integration.logic_models.reading import missing_texts
from lcresearch.yaml_lines import YamlPath

FILE_NAME = "design_principles.yaml"


def read_principles(path: str | Path | PrinciplesFile) -> PrinciplesFile:
    """Read design_principles.yaml, or the one in a folder.

    Parameters
    ----------
    path : str, Path or PrinciplesFile

    Returns
    -------
    PrinciplesFile

    Raises
    ------
    IntegrationError
        Every problem of the file, together: G codes for what any YAML file may have; Q214: a text is missing in a
        language; Q227: an occasion or goal that is not known; Q229: nothing is said on what speaks against a principle;
        Q231: a date that is none; Q232: evidence that points at nothing, or at several things.

    See also
    --------
    design_principles : Looks up what is known of them.
    """
    if isinstance(path, PrinciplesFile):
        return path
    return read_declared(path, PrinciplesFile, FILE_NAME, _wrong, error=IntegrationError)


def _wrong(content: PrinciplesFile) -> Iterator[Finding]:
    for part in (_texts, _names, _evidence, _judgements):
        yield from part(content)


def new_principles(folder: str | Path) -> Path:
    """Write an invented principle as a design_principles.yaml to start from, with the JSON Schema that editors read.

    Parameters
    ----------
    folder : str or Path
        Where it is written; a file that is there stays.

    Returns
    -------
    Path
        The file design_principles.yaml.

    Raises
    ------
    IntegrationError
        Q220 when the folder has one already.

    See also
    --------
    read_principles, design_principles : What to do with the file.
    """
    folder = Path(folder)
    if (folder / FILE_NAME).exists():
        raise IntegrationError("Q220", where=Place(file=str(folder / FILE_NAME)), file=FILE_NAME)
    folder.mkdir(parents=True, exist_ok=True)
    shipped = resources.files(__package__) / "shipped"
    for name in ("design_principles.schema.json", FILE_NAME):
        write_whole(folder / name, (shipped / name).read_text(encoding="utf-8"))
    return folder / FILE_NAME


def _texts(content: PrinciplesFile) -> Iterator[Finding]:
    texts: list[tuple[YamlPath, Text | None]] = [(("title",), content.title), (("description",), content.description)]
    texts += [(("occasions", name), text) for name, text in content.occasions.items()]
    texts += [(("goals", name), text) for name, text in content.goals.items()]
    for name, one in content.principles.items():
        here = ("principles", name)
        own = ("title", "context", "intervention", "mechanism", "outcome")
        texts += [((*here, key), getattr(one, key)) for key in own]
        texts += [((*here, "against", "none_found"), one.against.none_found)]
        texts += [((*here, *place, "note"), each.note) for place, each in _pieces(one)]
        texts += [((*here, "judgement", "sentence"), one.judgement.sentence)] if one.judgement else []
    for place, text in texts:
        yield from missing_texts(place, text, content.languages, "Q214")


def _names(content: PrinciplesFile) -> Iterator[Finding]:
    known = {key: list(names) for key, names in known_names(content).items()}
    for name, one in content.principles.items():
        for key, chosen in (("occasions", one.occasions), ("goals", one.goals)):
            for n, each in enumerate(chosen):
                if each not in known[key]:
                    values = {
                        "name": each,
                        "key": key,
                        "known": known[key],
                        "nearest": nearest(each, known[key]) or "–",
                    }
                    yield "Q227", ("principles", name, key, n), values


def _evidence(content: PrinciplesFile) -> Iterator[Finding]:
    for name, one in content.principles.items():
        if bool(one.against.found) == (one.against.none_found is not None):
            yield "Q229", ("principles", name, "against"), {"principle": name}
        for place, each in _pieces(one):
            pointers = each.pointers
            if len(pointers) != 1:
                values = {"principle": name, "found": ", ".join(pointers) or "–", "known": list(POINTERS)}
                yield "Q232", ("principles", name, *place), values


def _judgements(content: PrinciplesFile) -> Iterator[Finding]:
    for name, one in content.principles.items():
        if one.judgement is not None:
            try:
                datetime.date.fromisoformat(one.judgement.date)
            except ValueError:
                yield "Q231", ("principles", name, "judgement", "date"), {"value": one.judgement.date}


def _pieces(principle: Principle) -> Iterator[tuple[YamlPath, Evidence]]:
    """Each piece of evidence with its place in the principle."""
    for n, one in enumerate(principle.evidence):
        yield ("evidence", n), one
    for n, one in enumerate(principle.against.found):
        yield ("against", "found", n), one
