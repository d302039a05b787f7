"""Whether a folder with results is the one that the last run left, of the study as it is now."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import lcresearch
from lcresearch import output_folder
from lcresearch.errors import StudyError
from lcresearch.files import file_hash

_MOST_BYTES = 5_000_000
_MOST_NAMED = 5
_HASHED = ("report*.html", "facts.json", "tables/*", "figures/*")
_ELSEWHERE = ("private", "companies", "evidence")
"""Folders of a run of which nothing is published, and that later commands may write in."""
_LEFT_BY_SYSTEMS = (".DS_Store", "Thumbs.db", "desktop.ini")


def read_record(folder: Path, study: str) -> dict[str, Any]:
    """``run.json`` of the results of a study.

    Raises
    ------
    StudyError
        S216: there is none, or it is of another study.
    """
    path = folder / output_folder.RECORD
    missing = StudyError("S216", path=str(folder))
    if path.is_symlink() or not path.is_file() or path.stat().st_size > _MOST_BYTES:
        raise missing
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        raise missing from None
    if not isinstance(record, dict) or record.get("study") != study or not isinstance(record.get("date"), str):
        raise missing
    return record


def check_versions(record: Mapping[str, Any]) -> None:
    """Refuse results of other versions.

    Raises
    ------
    StudyError
        S218: another version made them, or one that kept no hashes of what it wrote.
    """
    then = {"lcresearch": record.get("lcresearch")} | _mapping(record.get("software"))
    now = {"lcresearch": lcresearch.__version__} | output_folder.software()
    other = [f"{name} {then.get(name, '–')} → {version}" for name, version in now.items() if then.get(name) != version]
    if not _mapping(record.get("outputs")):
        other = other or [f"lcresearch {then['lcresearch']}"]
    if other:
        raise StudyError("S218", versions=other[:_MOST_NAMED])


def check_untouched(folder: Path, record: Mapping[str, Any]) -> None:
    """Refuse results of which a report, table or figure is not as the run left it, or to which something was added.

    Raises
    ------
    StudyError
        S219, with the names.
    """
    kept = _mapping(record.get("outputs"))
    wrong = [name for name, digest in sorted(kept.items()) if not _is_the_same(folder, name, str(digest))]
    there = {one for pattern in _HASHED for one in folder.glob(pattern)}
    wrong += sorted(one.relative_to(folder).as_posix() for one in there
                    if one.relative_to(folder).as_posix() not in kept and one.name not in _LEFT_BY_SYSTEMS)  # fmt: skip
    known = {output_folder.RECORD, *(name.partition("/")[0] for name in kept), *_ELSEWHERE, *_LEFT_BY_SYSTEMS}
    wrong += sorted(
        one.name for one in folder.iterdir() if one.name not in known and not one.name.startswith("monitor")
    )
    if wrong:
        more = ["…"] if len(wrong) > _MOST_NAMED else []
        raise StudyError("S219", files=[*dict.fromkeys(wrong[:_MOST_NAMED]), *more])


def _is_the_same(folder: Path, name: str, digest: str) -> bool:
    path = folder / name
    parts = [folder.joinpath(*Path(name).parts[:n]) for n in range(1, len(Path(name).parts) + 1)]
    if any(part.is_symlink() for part in parts) or not path.is_file():
        return False
    return path.resolve().is_relative_to(folder.resolve()) and file_hash(path) == digest


def check_inputs(record: Mapping[str, Any], now: Mapping[str, Any], study_file: str) -> None:
    """Refuse results of which an input changed since: study.yaml, answers, interviews, instruments.

    Of study.yaml the part ``publication:`` may have changed.

    Raises
    ------
    StudyError
        S217, with the names.
    """
    then_files, files = _mapping(record.get("inputs")), _mapping(now.get("inputs"))
    if record.get("settings") == now.get("settings"):
        for of_time in (then_files, files):
            of_time.pop(study_file, None)
    changed = [name for name in {**then_files, **files} if then_files.get(name) != files.get(name)]
    then_used, used = _mapping(record.get("instruments")), _mapping(now.get("instruments"))
    changed += [name for name in {**then_used, **used} if then_used.get(name) != used.get(name)]
    if changed:
        raise StudyError("S217", files=changed[:_MOST_NAMED])


def check_study_file(record: Mapping[str, Any], path: Path, settings: str) -> None:
    """As :func:`check_inputs`, of study.yaml alone: before anything is computed."""
    if record.get("settings") != settings and _mapping(record.get("inputs")).get(path.name) != file_hash(path):
        raise StudyError("S217", files=[path.name])


def check_numbers(folder_tables: Mapping[str, str], computed_now: Mapping[str, str]) -> None:
    """Refuse to publish numbers that are not those of the report.

    Parameters
    ----------
    folder_tables, computed_now : mapping of str to str
        Hash of each table by its name, in the results and as computed now.

    Raises
    ------
    StudyError
        S220, with the names of tables.
    """
    names = {**folder_tables, **computed_now}
    other = sorted(name for name in names if folder_tables.get(name) != computed_now.get(name))
    if other:
        raise StudyError("S220", files=other[:_MOST_NAMED])


def _mapping(value: Any) -> dict[str, Any]:
    return dict(value) if isinstance(value, Mapping) else {}
