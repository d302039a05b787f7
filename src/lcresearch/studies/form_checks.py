"""What the part ``form:`` of study.yaml and the rest of that file say about each other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from lcresearch.declared_files import Finding
from lcresearch.errors import nearest
from lcresearch.instruments import Instrument
from lcresearch.instruments.forms import FormSettings
from lcresearch.responses.wording import plain
from lcresearch.studies.forms import form_languages
from lcresearch.studies.model import InstrumentUse, StudyFile
from lcresearch.validation import IDENTIFIER
from lcresearch.yaml_lines import YamlPath

_FEWEST_PARTS = 3
_FREE = "free_code"
_WAVES_OF_PLATFORMS = ("redcap_event_name",)
"""Columns with the wave that a platform adds to what a form asks."""


def with_context(content: StudyFile) -> StudyFile:
    """The study with the instruments that its form asks as questions on context, so that it reads their answers."""
    if content.form is None:
        return content
    known = {use.id for use in content.instruments}
    asked = dict.fromkeys(use.instrument for use in content.form.context if use.instrument not in known)
    return content.model_copy(
        update={"instruments": (*content.instruments, *(InstrumentUse(id=name) for name in asked))}
    )


def form_findings(content: StudyFile, instruments: Sequence[Instrument]) -> Iterator[Finding]:
    """Everything that keeps a form from being made, or its answers from being read back.

    Parameters
    ----------
    content : StudyFile
        As :func:`with_context` gives it.
    instruments : sequence of Instrument
        One for each instrument of the study.
    """
    settings = content.form
    if settings is None:
        return
    by_name = {use.id: one for one, use in zip(instruments, content.instruments, strict=True)}
    by_name |= {one.id: one for one in instruments}
    yield from _named_instruments(settings, by_name)
    yield from _context(settings, by_name)
    yield from _groups(content, settings)
    yield from _consent(content, settings)
    yield from _code(content, settings)
    yield from _names(content, settings, instruments)
    yield from _texts(settings, form_languages(content, instruments))
    if content.waves is not None and content.waves.column not in (None, *_WAVES_OF_PLATFORMS):
        yield "F027", ("waves", "column"), {"column": content.waves.column}


def _named_instruments(settings: FormSettings, by_name: Mapping[str, Instrument]) -> Iterator[Finding]:
    for key, names in (("order", settings.order), ("planned_missing", settings.planned_missing)):
        for n, name in enumerate(names):
            place: YamlPath = ("form", key, n)
            if name not in by_name:
                values = {"name": name, "known": list(by_name), "nearest": nearest(name, by_name) or "–"}
                yield "F010", place, values
            elif name in names[:n]:
                yield "F011", place, {"name": name}
            elif key == "planned_missing" and by_name[name].form.planned_missing is None:
                yield "F024", place, {"name": name}


def _context(settings: FormSettings, by_name: Mapping[str, Instrument]) -> Iterator[Finding]:
    for n, use in enumerate(settings.context):
        if use.instrument in [other.instrument for other in settings.context[:n]]:
            yield "F011", ("form", "context", n), {"name": use.instrument}
        known = [item.id for item in by_name[use.instrument].items] if use.instrument in by_name else list(use.items)
        for m, item in enumerate(use.items):
            if item not in known:
                values = {"item": item, "name": use.instrument, "known": known, "nearest": nearest(item, known) or "–"}
                yield "F025", ("form", "context", n, "items", m), values
            elif item in use.items[:m]:
                yield "F011", ("form", "context", n, "items", m), {"name": item}


def _groups(content: StudyFile, settings: FormSettings) -> Iterator[Finding]:
    for level, names in settings.groups.items():
        place: YamlPath = ("form", "groups", level)
        if level not in content.levels:
            yield "F012", place, {"level": level, "known": list(content.levels)}
        if not names:
            yield "F014", place, {"level": level}
        keys = [plain(name) for name in names]
        for n, key in enumerate(keys):
            if not key:
                yield "F014", (*place, n), {"level": level}
            elif key in keys[:n]:
                yield "F011", (*place, n), {"name": names[n]}
            elif re.fullmatch(r"\d+", key):
                yield "F016", (*place, n), {"name": names[n], "level": level}
    for level in content.levels:
        if level not in settings.groups:
            yield "F013", ("levels", level), {"level": level}


def _consent(content: StudyFile, settings: FormSettings) -> Iterator[Finding]:
    if settings.consent is not None and content.consent is None:
        yield "F015", ("form", "consent"), {}
    if settings.consent is None and content.consent is not None:
        yield "F017", ("consent",), {"column": content.consent.column}
    if settings.consent is not None and content.consent is not None and content.consent.accept:
        yield "F018", ("consent", "accept"), {}


def _code(content: StudyFile, settings: FormSettings) -> Iterator[Finding]:
    parts, linking = settings.linking_code, content.linking
    if parts and linking is None:
        yield "F019", ("form", "linking_code"), {}
    if linking is not None and not parts:
        yield "F020", ("linking",), {"columns": list(linking.columns)}
    if parts and linking is not None and len(linking.columns) not in (1, len(parts)):
        yield "F021", ("linking", "code"), {"n": len(linking.columns), "n_parts": len(parts)}
    for n, part in enumerate(parts):
        if part in parts[:n]:
            yield "F011", ("form", "linking_code", n), {"name": part}
    if parts and _FREE not in parts and len(set(parts)) < _FEWEST_PARTS:
        yield "F023", ("form", "linking_code"), {"n": len(set(parts)), "fewest": _FEWEST_PARTS}


def _names(content: StudyFile, settings: FormSettings, instruments: Sequence[Instrument]) -> Iterator[Finding]:
    """Names of questions: those of the study can stand on any platform, and no two are the same."""
    named: dict[str, str] = {}
    for place, name in _columns(content, settings):
        if not re.fullmatch(IDENTIFIER, name):
            yield "F026", place, {"name": name}
        elif name.casefold() in named:
            yield "F022", place, {"name": name, "other": named[name.casefold()]}
        named.setdefault(name.casefold(), ".".join(str(part) for part in place))
    asked = {use.instrument: set(use.items) for use in settings.context if use.items}
    for n, (one, use) in enumerate(zip(instruments, content.instruments, strict=True)):
        for item in one.items:
            if item.id not in asked.get(use.id, {item.id}) or (use.short_form and not item.short_form):
                continue
            if item.id.casefold() in named:
                yield "F022", ("instruments", n), {"name": item.id, "other": named[item.id.casefold()]}
            named.setdefault(item.id.casefold(), one.id)


def _columns(content: StudyFile, settings: FormSettings) -> Iterator[tuple[YamlPath, str]]:
    """Columns of the study that its form asks for."""
    if content.consent is not None and settings.consent is not None:
        yield ("consent", "column"), content.consent.column
    for level in content.ordered_levels:
        if level in settings.groups:
            yield ("levels", level), content.levels[level].column
    if content.linking is not None and settings.linking_code:
        for n, column in enumerate(content.linking.columns):
            yield ("linking", "code", n), column


def _texts(settings: FormSettings, languages: Sequence[str]) -> Iterator[Finding]:
    consent = settings.consent.text if settings.consent is not None else None
    places: tuple[tuple[YamlPath, Mapping[str, str] | None], ...] = (
        (("form", "introduction"), settings.introduction),
        (("form", "closing"), settings.closing),
        (("form", "consent", "text"), consent),
    )
    for place, text in places:
        for language in languages:
            if text is not None and language not in text:
                yield "F028", place, {"key": ".".join(map(str, place)), "language": language}
