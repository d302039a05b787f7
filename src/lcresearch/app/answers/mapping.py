"""How the columns of one file were understood, and the choices of the user about them."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from lcresearch.app.answers.adding import as_entry
from lcresearch.app.answers.reading import StudyRead, read_study
from lcresearch.app.answers.words import (
    fate_words,
    item_words,
    platform_choices,
    role_words,
    values_words,
    wave_words,
)
from lcresearch.app.forms import Form, read_form
from lcresearch.app.pages import page, problem_rows, redirect
from lcresearch.app.studies.frame import frame, study_folder, study_name
from lcresearch.errors import AppError, Problem
from lcresearch.files import version_of
from lcresearch.messages import Messages
from lcresearch.responses.tables import shown
from lcresearch.studies.answer_files import ColumnRead, FileRead, read_answer_file
from lcresearch.studies.editing import can_undo, edit_study, edited_text
from lcresearch.studies.model import ResponsesFile

AS_FOUND, OUT = "", "-"
"""Choices for a column: as the library recognises it, or left out; anything else stands behind ``=``."""
_ITEM_WIDTH = 90

Mapped = dict[str, str | None]


def show_file(request: Request) -> Response:
    """The page of one file."""
    read, n = _read(request)
    return _page(request, read, n, read.files[n], read.files[n].use)


async def change_file(request: Request) -> Response:
    """Look at the effect of choices, change them once more, or write them."""
    form = await read_form(request)
    return await run_in_threadpool(_change, request, form)


def _change(request: Request, form: Form) -> Response:
    folder = study_folder(request)
    if form.text("version") != version_of(folder / "study.yaml"):
        raise AppError("W008")
    read, n = _read(request)
    use = _chosen(read, n, form)
    step = form.text("step")
    if step == "write":
        return _write(request, folder, n, use, form.text("version"))
    tried = read_answer_file(read.study, use)
    if step == "change":
        return _page(request, read, n, tried, use)
    return _preview(request, read, n, tried, use)


def _write(request: Request, folder: Path, n: int, use: ResponsesFile, version: str) -> Response:
    edit_study(folder, {("responses", n): as_entry(use)}, version=version)
    return redirect(
        request, "studies", study_name(request), "answers", "file", str(n), notice=Messages()("app.answers.mapped")
    )


def _read(request: Request) -> tuple[StudyRead, int]:
    """The study and the number of the file in the address.

    Raises
    ------
    AppError
        W004, when study.yaml names no such file.
    """
    read, given = read_study(study_folder(request)), request.path_params["number"]
    if not given < len(read.files):
        raise AppError("W004", name=str(given))
    return read, int(given)


def _chosen(read: StudyRead, n: int, form: Form) -> ResponsesFile:
    """The file with what the form says of it."""
    now, file = read.files[n].use, read.study.file
    values: dict[str, Any] = {}
    if "wave" in form.fields():
        wave = form.text("wave") or None
        if wave is not None and (file.waves is None or wave not in file.waves.labels):
            raise AppError("W046")
        values["wave"] = wave
    if "platform" in form.fields():
        platform = form.text("platform") or None
        if platform not in (None, *(name for name, _ in platform_choices())):
            raise AppError("W048", name=platform or "")
        values["platform"] = platform
    sheet = form.text("sheet")
    if sheet and sheet not in sheets(read.files[n]):
        raise AppError("W048", name=shown(sheet, 60))
    values["mapping"] = {} if sheet else _mapping(read, n, form)  # columns of another sheet are not those of this one
    values |= {"file": f"{_workbook(read, now)}#{sheet}"} if sheet else {}
    return now.model_copy(update=values)


def sheets(file: FileRead) -> list[str]:
    """Sheets of a workbook that are not read; a name that study.yaml could not tell apart is left out."""
    return [name for name in file.sheets if "#" not in name]


def _workbook(read: StudyRead, use: ResponsesFile) -> str:
    """Name of a file, without the sheet that study.yaml may name."""
    return use.file if (read.study.folder / use.file).is_file() else use.file.rpartition("#")[0]


def _mapping(read: StudyRead, n: int, form: Form) -> Mapped:
    """The mapping of the file with the choices of the form; what it says of other columns stays.

    Raises
    ------
    AppError
        W048, when a column is given to something that the study does not have.
    """
    now, allowed = read.files[n], {*item_words(read.study), *role_words(read)}
    mapping: Mapped = dict(now.use.mapping)
    for one in now.columns:
        choice = form.text(f"c-{one.column.number}", "?")
        if choice == "?":
            continue
        if choice not in (AS_FOUND, OUT) and choice.removeprefix("=") not in allowed:
            raise AppError("W048", name=shown(choice.removeprefix("="), 60))
        if choice == _choice(one, now.use.mapping):
            continue
        for key in _keys(one, mapping):
            del mapping[key]
        if choice == OUT:
            mapping[one.column.key] = None
        elif choice != AS_FOUND:
            mapping[one.column.key] = choice.removeprefix("=")
    return mapping


def _keys(one: ColumnRead, mapping: Mapping[str, str | None]) -> list[str]:
    """Under which names a mapping speaks of a column."""
    names = {one.column.key.casefold(), one.column.name.casefold(), f"#{one.column.number}"}
    return [key for key in mapping if key.strip().casefold() in names]


def _choice(one: ColumnRead, mapping: Mapping[str, str | None]) -> str:
    keys = _keys(one, mapping)
    if not keys:
        return AS_FOUND
    target = mapping[keys[0]]
    return OUT if target is None else f"={target}"


def _page(request: Request, read: StudyRead, n: int, file: FileRead, use: ResponsesFile) -> Response:
    folder, waves = study_folder(request), wave_words(read.study)
    items, roles = item_words(read.study), role_words(read)
    columns = [_column(one, use, items, roles) for one in file.columns]
    errors = [one for one in file.problems if one.level == "error"]
    others = [one for one in file.problems if one.level != "error" and one.code != "R043"]
    say = Messages()
    return page(
        request,
        "answers_file.html",
        study=frame(request, "answers"),
        number=n,
        name=use.file,
        there=file.there,
        platform=say(f"app.answers.platform.{file.platform}") if file.platform else "",
        n_rows=file.n_rows,
        n_used=file.n_used,
        rows_by_wave=[(waves.get(wave, wave), count) for wave, count in file.waves.items()],
        n_found=sum(one.fate == "item" for one in file.columns),
        errors=problem_rows(errors),
        warnings=problem_rows(others),
        missing=[
            {"item": name, "text": shown(items.get(name, name), 160), "hint": hint}
            for name, hint in file.missing.items()
        ],
        look=[one for one in columns if one["look"]],
        understood=[one for one in columns if not one["look"] and one["fate"] != "platform"],
        own=[one for one in columns if not one["look"] and one["fate"] == "platform"],
        choices=_choices(read, file, items, roles),
        log=[(row["text"], int(row["n"])) for row in file.log.to_dict("records") if row["status"] != "noted"],
        notes=[row["text"] for row in file.log.to_dict("records") if row["status"] == "noted"],
        waves=[("", say("app.answers.wave_none")), *waves.items()] if read.study.file.waves is not None else [],
        wave=use.wave or "",
        sheets=[("", say("app.answers.sheet_now")), *((name, name) for name in sheets(read.files[n]))],
        sheet=use.file.rpartition("#")[2] if use.file != read.files[n].use.file else "",
        platforms=platform_choices(),
        chosen_platform=use.platform or "",
        wide=bool(use.wide) or (len(file.waves) > 1 and any(one.column.waves for one in file.columns)),
        version=version_of(folder / "study.yaml"),
        undo=can_undo(folder),
    )


def _column(one: ColumnRead, use: ResponsesFile, items: Mapping[str, str], roles: Mapping[str, str]) -> dict[str, Any]:
    column, choice = one.column, _choice(one, use.mapping)
    open_question = one.fate == "unused" and column.values != "empty"
    say = Messages()
    return {
        "number": column.number,
        "name": column.name,
        "question": "" if column.question == column.name else column.question,
        "values": values_words(one),
        "fate": one.fate,
        "became": fate_words(one, items, roles),
        "why": [why[:1].upper() + why[1:] for why in one.why],
        "n_set_missing": one.n_set_missing,
        "waves": column.waves,
        "choice": choice,
        "look": (open_question and choice == AS_FOUND) or one.n_set_missing > 0,
        "as_found": say("app.answers.choice.as_found"),
        "guesses": [(f"={name}", f"{name}: {shown(items.get(name, name), _ITEM_WIDTH)}") for name in column.guesses],
    }


def _choices(
    read: StudyRead, file: FileRead, items: Mapping[str, str], roles: Mapping[str, str]
) -> dict[str, list[tuple[str, str]]]:
    """What a column can be, in groups: items that have no column, other items, and what is no item."""
    words = {name: f"{name}: {shown(text, _ITEM_WIDTH)}" for name, text in items.items()}
    taken = {one.column.target for one in file.columns}
    free = [name for name in words if name in file.missing or (not file.missing and name not in taken)]
    return {
        "free": [(f"={name}", words[name]) for name in free],
        "taken": [(f"={name}", words[name]) for name in words if name not in free],
        "roles": [(f"={name}", text) for name, text in roles.items()],
    }


def _preview(request: Request, read: StudyRead, n: int, tried: FileRead, use: ResponsesFile) -> Response:
    folder, now = study_folder(request), read.files[n]
    items, roles = item_words(read.study), role_words(read)
    changed = [
        (old.column.name, fate_words(old, items, roles), fate_words(new, items, roles))
        for old, new in zip(now.columns, tried.columns, strict=False)
        if use.file == now.use.file and (old.fate, old.column.target) != (new.fate, new.column.target)
    ]
    before, after = {_same(one): one for one in now.problems}, {_same(one): one for one in tried.problems}
    text = edited_text(folder, {("responses", n): as_entry(use)})
    form = {f"c-{one.column.number}": _choice(one, use.mapping) for one in tried.columns}
    form |= {"wave": use.wave or ""} if read.study.file.waves is not None else {}
    form |= {"sheet": use.file.rpartition("#")[2]} if use.file != now.use.file else {}
    settings = _settings(read, now.use, use)
    return page(
        request,
        "answers_preview.html",
        study=frame(request, "answers"),
        number=n,
        name=use.file,
        changed=[*settings, *changed],
        nothing=as_entry(use) == as_entry(now.use),
        usable=tried.usable,
        n_used=(now.n_used, tried.n_used),
        n_found=tuple(sum(one.fate == "item" for one in file.columns) for file in (now, tried)),
        n_missing=(len(now.missing), len(tried.missing)),
        solved=problem_rows(before[key] for key in before if key not in after),
        new=problem_rows(after[key] for key in after if key not in before),
        stay=problem_rows(after[key] for key in after if key in before and after[key].level == "error"),
        lines=_lines((folder / "study.yaml").read_text(encoding="utf-8-sig"), text),
        fields=list((form | {"platform": use.platform or "", "version": version_of(folder / "study.yaml")}).items()),
    )


def _settings(read: StudyRead, old: ResponsesFile, new: ResponsesFile) -> list[tuple[str, str, str]]:
    """Settings of the file that change: name, old and new in words."""
    say = Messages()
    found: list[tuple[str, str, str]] = []
    if old.file != new.file:
        found.append((say("app.answers.sheet"), old.file, new.file))
    if old.wave != new.wave:
        waves = wave_words(read.study) | {"": say("app.answers.wave_none")}
        found.append((say("app.answers.wave"), waves.get(old.wave or "", ""), waves.get(new.wave or "", "")))
    if old.platform != new.platform:
        named = dict(platform_choices())
        found.append((say("app.answers.platform_label"), named.get(old.platform or "", ""), named[new.platform or ""]))
    return found


def _same(problem: Problem) -> str:
    return repr((problem.code, problem.where.column, problem.where.item, sorted(problem.values.items(), key=str)))


def _lines(old: str, new: str) -> list[tuple[str, str]]:
    """Lines of study.yaml that go (``-``) and come (``+``)."""
    compared = difflib.ndiff(old.splitlines(), new.splitlines())
    return [(line[0], line[2:]) for line in compared if line[0] in "+-"]
