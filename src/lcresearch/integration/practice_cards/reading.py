"""From cards.yaml to what people wrote, or to everything that is wrong with it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from importlib import resources
from pathlib import Path

from lcresearch.declared_files import Finding, read_declared
from lcresearch.errors import IntegrationError, Place
from lcresearch.files import write_whole
from lcresearch.integration.converging.judgements import impossible
from lcresearch.integration.logic_models.reading import missing_texts
from lcresearch.integration.practice_cards.model import CardsFile, WrittenCard
from lcresearch.messages import LANGUAGES, Messages
from lcresearch.responses.persons.within_names import holds_personal
from lcresearch.yaml_lines import YamlPath

FILE_NAME = "cards.yaml"
_PAIRS = (("by", "date"), ("released_by", "released_on"))


def read_cards(path: str | Path | CardsFile, *, today: datetime.date | None = None) -> CardsFile:
    """Read cards.yaml, or the one in a folder. A card that is not complete is read too: see :func:`cards`.

    Parameters
    ----------
    path : path or CardsFile
    today : date, optional
        Nothing can be of a later day; today by default.

    Returns
    -------
    CardsFile

    Raises
    ------
    IntegrationError
        Every problem of the file, together: G codes for what any YAML file may have; Q240: a card of neither or both of
        an element and a community; Q242: that something and nothing failed; Q244: a day that cannot be; Q247: a text
        is missing in a language; Q252: a name without a day, or a day without a name; Q254: an e-mail address or phone
        number in a text.

    See also
    --------
    cards : Checks and completes them.
    """
    if isinstance(path, CardsFile):
        return path
    day = today or datetime.date.today()
    return read_declared(path, CardsFile, FILE_NAME, lambda content: _wrong(content, day), error=IntegrationError)


def new_cards(folder: str | Path) -> Path:
    """Write invented cards as a cards.yaml to start from, with the JSON Schema that editors read.

    Parameters
    ----------
    folder : str or Path
        Where it is written; a file that is there stays.

    Returns
    -------
    Path
        The file cards.yaml.

    Raises
    ------
    IntegrationError
        Q249: the folder has one already.

    See also
    --------
    read_cards, cards : What to do with the file.
    """
    folder = Path(folder)
    if (folder / FILE_NAME).exists():
        raise IntegrationError("Q249", where=Place(file=FILE_NAME), file=FILE_NAME)
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("cards.schema.json", FILE_NAME):
        write_whole(folder / name, (resources.files(__package__) / "shipped" / name).read_text(encoding="utf-8"))
    return folder / FILE_NAME


def _wrong(content: CardsFile, today: datetime.date) -> Iterator[Finding]:
    for name, one in content.cards.items():
        here = ("cards", name)
        if (one.element is None) == (one.community is None):
            yield "Q240", here, {"card": name}
        if one.failed is not None and one.nothing_failed is not None:
            yield "Q242", (*here, "nothing_failed"), {"card": name}
        yield from _dates(name, one, here, today)
        for key, text in one.texts.items():
            place = (*here, *_steps(key))
            yield from missing_texts(place, text, content.languages, "Q247")
            if any(holds_personal(line) for words in text.values() for line in words.splitlines()):
                yield "Q254", place, {"card": name, "key": key}


def _dates(name: str, one: WrittenCard, here: YamlPath, today: datetime.date) -> Iterator[Finding]:
    for who, when in _PAIRS:
        there = {key: getattr(one, key) is not None for key in (who, when)}
        if any(there.values()) and not all(there.values()):
            key = next(key for key, given in there.items() if not given)
            yield "Q252", here, {"card": name, "key": key}
        date = getattr(one, when)
        if date is not None and (why := impossible(date, today)):
            reason = {each: Messages(each)(f"integration.convergence.impossible.{why}") for each in LANGUAGES}
            values: Mapping[str, object] = {"card": name, "date": date, "reason": reason}
            yield "Q244", (*here, when), values


def _steps(key: str) -> YamlPath:
    return tuple(int(step) if step.isdigit() else step for step in key.split("."))
