"""How another consortium can do the same study: study.yaml without anything of this one, to run on its own answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from lcresearch.messages import Messages
from lcresearch.studies.model import StudyFile
from lcresearch.studies.publishing.materials import in_library, instrument_yaml
from lcresearch.studies.publishing.published import Published

ANSWERS, WAVE, PERSON = "answers.csv", "wave", "respondent"
"""Names in the study of the others: one file, with a column a wave, person and level."""


def replay_files(one: Published) -> dict[str, str]:
    """``replay/study.yaml`` and the instruments that are not in the library of the package."""
    own = [each for each in one.instruments if not in_library(each) and each.shareable]
    content = replay_study(one)
    note = Messages(one.languages[0])("publishing.replay.comment")
    head = "".join(f"# {line}\n" for line in note.splitlines())
    text = head + yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=110)
    return {"replay/study.yaml": text} | {f"replay/{each.id}.yaml": instrument_yaml(each) for each in own}


def replay_study(one: Published) -> dict[str, Any]:
    """The content of study.yaml: what was decided, under names of columns that tell nothing."""
    file = one.file
    content: dict[str, Any] = {
        "schema": 1,
        "id": file.id,
        "title": dict(file.title),
        "description": dict(file.description),
        "languages": list(file.languages),
    }
    if file.levels:
        content["levels"] = {level: _level(file, level) for level in file.ordered_levels}
    if file.respondent is not None or file.linking is not None or any(use.wide for use in file.responses):
        content["respondent"] = PERSON
    if file.waves is not None:
        content["waves"] = {
            "column": WAVE, "labels": {wave: dict(label) for wave, label in file.waves.labels.items()},
        }  # fmt: skip
    content["instruments"] = [_instrument(one, use) for use in file.instruments]
    content["responses"] = [ANSWERS]
    content["analyses"] = list(file.analyses)
    content["privacy"] = {"minimum_cell": file.privacy.minimum_cell}
    if file.screening.exclude:
        content["screening"] = {"exclude": list(file.screening.exclude)}
    if file.consent is not None:
        content["consent"] = {"column": "consent"}
    change = file.change
    if change is not None and change.design in ("before_after", "pulse"):
        names = ("design", "goal", "primary", "worthwhile", "improvement", "before", "after", "group")
        content["change"] = {name: value for name in names if (value := getattr(change, name)) is not None}
    return content


def replay_columns(file: StudyFile) -> tuple[str, ...]:
    """Columns that the answers of others need beside those of the items."""
    person = file.respondent is not None or file.linking is not None or any(use.wide for use in file.responses)
    found = [PERSON] if person else []
    found += [WAVE] if file.waves is not None else []
    return (*found, *file.ordered_levels, *(["consent"] if file.consent is not None else []))


def _level(file: StudyFile, level: str) -> dict[str, Any] | str:
    use = file.levels[level]  # type: ignore[index]
    titles = {name: dict(text) for name, text in (("title", use.title), ("title_plural", use.title_plural)) if text}
    return {"column": level} | titles if titles else level


def _instrument(one: Published, use: Any) -> dict[str, Any]:
    name = Path(use.id).stem
    found = next((each for each in one.instruments if each.id == name or use.id == each.id), None)
    listed = use.id if found is not None and in_library(found) else f"{found.id if found is not None else name}.yaml"
    content: dict[str, Any] = {"id": listed}
    content |= {"group": use.group} if use.group is not None else {}
    return content | ({"short_form": True} if use.short_form else {})
