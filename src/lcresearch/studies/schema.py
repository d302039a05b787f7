"""The format of study.yaml as a JSON Schema, for editors: ``analyses/study.schema.json``."""

from __future__ import annotations

from typing import Any

from lcresearch.studies.model import StudyFile


def json_schema() -> dict[str, Any]:
    """The schema of study.yaml.

    Examples
    --------
    >>> json_schema()["title"]
    'study.yaml of lcresearch'
    """
    schema = StudyFile.model_json_schema(by_alias=True)
    _allow_shorthand(schema)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | schema | {"title": "study.yaml of lcresearch"}


def _allow_shorthand(schema: dict[str, Any]) -> None:
    """One word may stand for a block of keys (level, instrument, file of answers...), one text for a list of one."""
    properties = schema["properties"]
    for holder in (properties["instruments"], properties["responses"], properties["response_by"]):
        holder["items"] = {"anyOf": [{"type": "string"}, holder["items"]]}
    interviews = schema["$defs"]["InterviewsUse"]["properties"]
    for name in ("transcripts", "codings", "coders", "without_roles", "confidential"):
        part = interviews[name]
        rest = {key: part[key] for key in ("default", "description", "title") if key in part}
        only = {key: value for key, value in part.items() if key not in rest}
        interviews[name] = rest | {"anyOf": [{"type": "string"}, only]}
    communities = properties["communities"]
    communities["anyOf"] = [{"type": "string"}, *communities["anyOf"]]
    companies = properties["company_reports"]
    companies["anyOf"] = [{"type": "boolean"}, *companies["anyOf"]]
    levels = properties["levels"]
    levels["additionalProperties"] = {"anyOf": [{"type": "string"}, levels["additionalProperties"]]}


if __name__ == "__main__":
    import json

    from lcresearch import shipped
    from lcresearch.files import write_whole

    text = json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
    write_whole(shipped.folder("analyses") / "study.schema.json", text)
