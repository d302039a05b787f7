"""From programme.yaml to a programme, or to everything that is wrong with it."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable, Iterator
from importlib import resources
from pathlib import Path

from lcresearch.declared_files import Finding, read_declared
from lcresearch.errors import Place, SynthesisError, nearest
from lcresearch.file_parts import Text
from lcresearch.files import write_whole
from lcresearch.synthesis.programme.model import Estimand, Model, ProgrammeFile
from lcresearch.yaml_lines import YamlPath

FILE_NAME = "programme.yaml"
NO_ANALYSIS = ("participants", "criteria")
"""Parts of programme.yaml that no analysis uses."""
_RESERVED = ("time", "change", "score", "first_score", "consortium", "community", "respondent", "wave", "sector")


def read_programme(path: str | Path | ProgrammeFile) -> ProgrammeFile:
    """Read programme.yaml, or the one in a folder.

    Raises
    ------
    SynthesisError
        Every problem of the file, together: G codes for what any YAML file may have, Y133 to Y142 and Y220 to Y222
        for what its parts say about each other.

    Examples
    --------
    >>> example_programme().id
    'example'
    """
    if isinstance(path, ProgrammeFile):
        return path
    return read_declared(path, ProgrammeFile, FILE_NAME, _wrong, error=SynthesisError)


def _wrong(content: ProgrammeFile) -> Iterator[Finding]:
    for part in (_texts, _names, _models, _questions, _rest, _criteria):
        yield from part(content)


def example_programme() -> ProgrammeFile:
    """The invented programme that ``lcresearch new programme`` writes as a start.

    Examples
    --------
    >>> list(example_programme().elements)
    ['shared_purpose', 'time_to_learn']
    """
    with resources.as_file(resources.files(__package__) / "template" / FILE_NAME) as path:
        return read_programme(path)


def new_programme(folder: str | Path) -> Path:
    """Write a programme.yaml to start from, with its schema explained, and the JSON Schema that editors read.

    Raises
    ------
    SynthesisError
        Y143 when the folder has one already.
    """
    folder = Path(folder)
    if (folder / FILE_NAME).exists():
        raise SynthesisError("Y143", where=Place(file=str(folder / FILE_NAME)))
    folder.mkdir(parents=True, exist_ok=True)
    template = resources.files(__package__) / "template"
    for name in ("programme.schema.json", FILE_NAME):
        write_whole(folder / name, (template / name).read_text(encoding="utf-8"))
    return folder


def digest_of(programme: ProgrammeFile) -> str:
    """SHA-256 of what a programme declares for its analyses, whatever its layout and comments.

    Targets for the steering group are no part of it: they may change without packages having to be made again.
    """
    return hashlib.sha256(programme.model_dump_json(by_alias=True, exclude=set(NO_ANALYSIS)).encode()).hexdigest()


def _texts(content: ProgrammeFile) -> Iterator[Finding]:
    texts: list[tuple[YamlPath, Text]] = [(("title",), content.title), (("description",), content.description)]
    texts += [(("sectors", name), text) for name, text in content.sectors.items()]
    texts += [(("outcomes", name, "title"), one.title) for name, one in content.outcomes.items()]
    texts += [(("elements", name, "title"), one.title) for name, one in content.elements.items()]
    for name, one in content.covariates.items():
        texts += [(("covariates", name, "title"), one.title)]
        texts += [(("covariates", name, "levels", level), text) for level, text in one.levels.items()]
    for name, division in content.participants.items():
        texts += [(("participants", name, "title"), division.title)]
        texts += [(("participants", name, "groups", one), text) for one, text in division.groups.items()]
    texts += [(("criteria", n, "title"), one.title) for n, one in enumerate(content.criteria)]
    for place, text in texts:
        for language in content.languages:
            if language not in text:
                yield "Y133", place, {"key": ".".join(map(str, place)), "language": language}
    try:
        datetime.date.fromisoformat(content.declared)
    except ValueError:
        yield "Y134", ("declared",), {"value": content.declared}


def _names(content: ProgrammeFile) -> Iterator[Finding]:
    """Ids of elements and covariates become columns of one model: they must differ."""
    seen: dict[str, str] = {}
    for kind, names in (("elements", content.elements), ("covariates", content.covariates)):
        for name in names:
            if name in _RESERVED or name in seen:
                yield "Y135", (kind, name), {"name": name, "reserved": list(_RESERVED)}
            seen[name] = kind
    for name, element in content.elements.items():
        if element.minimum >= element.maximum:
            yield "Y136", ("elements", name), {"minimum": element.minimum, "maximum": element.maximum}
        yield from _known(("elements", name, "confounders"), element.confounders, [x for x in seen if x != name])
        allowed = [*_community_covariates(content), *content.elements]
        yield from _known(("elements", name, "moderators"), element.moderators, [x for x in allowed if x != name])
    yield from _known(("moderators",), content.moderators, _community_covariates(content))
    for name, covariate in content.covariates.items():
        if len(covariate.levels) == 1:
            yield "Y137", ("covariates", name, "levels"), {"name": name}
    for n, use in enumerate(content.instruments):
        if len(use.versions) > 1 and use.bridge is None:
            yield "Y138", ("instruments", n), {"instrument": use.id, "versions": list(use.versions)}


def _models(content: ProgrammeFile) -> Iterator[Finding]:
    for name, model in content.models.items():
        place = ("models", name)
        yield from _known((*place, "outcome"), (model.outcome,), content.outcomes)
        yield from _known((*place, "elements"), model.elements, content.elements)
        yield from _known((*place, "covariates"), model.covariates, content.covariates)
        if len(model.waves) != 2 and model.rows != "last_wave":
            yield "Y139", (*place, "waves"), {"rows": model.rows, "waves": list(model.waves)}
        if model.first_wave and model.rows == "waves":
            yield "Y140", (*place, "first_wave"), {}


def _questions(content: ProgrammeFile) -> Iterator[Finding]:
    for n, estimand in enumerate(content.estimands):
        yield from _known(("estimands", n, "model"), (estimand.model,), content.models)
        if estimand.model in content.models:
            yield from _known(("estimands", n, "elements"), estimand.elements, content.elements_of(estimand.model))
            yield from _confounders(content, n, estimand, content.models[estimand.model])
    for n, one in enumerate(content.interactions):
        yield from _known(("interactions", n, "model"), (one.model,), content.models)
        if one.model in content.models:
            persons = [
                name for name in content.models[one.model].covariates
                if name in content.covariates and content.covariates[name].level == "respondent"
            ]  # fmt: skip
            yield from _known(("interactions", n, "element"), (one.element,), content.elements_of(one.model))
            yield from _known(("interactions", n, "covariate"), (one.covariate,), persons)


def _confounders(content: ProgrammeFile, n: int, estimand: Estimand, model: Model) -> Iterator[Finding]:
    """With one element at a time, all its confounders must be in the model of which sums are shared."""
    if estimand.adjustment != "declared_confounders":
        return
    there = {*model.covariates, *content.elements_of(estimand.model)}
    for element in estimand.elements or content.elements_of(estimand.model):
        missing = [name for name in content.elements[element].confounders if name not in there]
        if missing:
            yield "Y141", ("estimands", n), {"element": element, "missing": missing, "model": estimand.model}


def _rest(content: ProgrammeFile) -> Iterator[Finding]:
    ids = [use.id for use in content.instruments]
    for name, outcome in content.outcomes.items():
        if outcome.instrument is not None:
            yield from _known(("outcomes", name, "instrument"), (outcome.instrument,), ids)
    for n, one in enumerate(content.comparability):
        yield from _known(("comparability", n, "instrument"), (one.instrument,), ids)


_BY_GROUP = {
    "participants": "all",
    "response": "all",
    "recorded": "sector",
    "consortia": "sector",
    "communities": "sector",
    "communities_running": "sector",
    "communities_stopped": "sector",
}
"""Measures that can be asked of one group only: of any, or of a sector."""


def _criteria(content: ProgrammeFile) -> Iterator[Finding]:
    """Ids that stand once, days that exist, shares that are shares, and groups that are declared."""
    seen: set[str] = set()
    if "sector" in content.participants:
        yield "Y135", ("participants", "sector"), {"name": "sector", "reserved": list(_RESERVED)}
    for n, one in enumerate(content.criteria):
        if one.id in seen:
            yield "Y220", ("criteria", n, "id"), {"name": one.id}
        seen.add(one.id)
        if one.measure == "response" and one.target is not None and one.target > 1:
            yield "Y221", ("criteria", n, "target"), {"name": one.id, "value": one.target}
        try:
            datetime.date.fromisoformat(one.by or content.declared)
        except ValueError:
            yield "Y134", ("criteria", n, "by"), {"value": one.by}
        for division, group in one.of.items():
            allowed = _BY_GROUP.get(one.measure)
            if allowed is None or (allowed == "sector" and division != "sector"):
                yield "Y222", ("criteria", n, "of"), {"name": one.id, "measure": one.measure, "division": division}
                continue
            known = {"sector": content.sectors} | {name: x.groups for name, x in content.participants.items()}
            yield from _known(("criteria", n, "of"), (division,), known)
            if division in known:
                yield from _known(("criteria", n, "of", division), (group,), known[division])


def _community_covariates(content: ProgrammeFile) -> list[str]:
    return [name for name, one in content.covariates.items() if one.level != "respondent"]


def _known(place: YamlPath, names: tuple[str, ...], known: Iterable[str]) -> Iterator[Finding]:
    """Names that are not declared where they should be."""
    there = list(known)
    for name in names:
        if name not in there:
            values = {"name": name, "known": there, "nearest": nearest(name, there) or "–"}
            yield "Y142", place, values
