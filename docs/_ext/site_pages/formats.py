"""The files that people write, key by key, from the JSON Schemas that editors use as well."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from lcresearch.instruments.schema import json_schema as instrument_schema
from lcresearch.integration.design_principles.schema import json_schema as principles_schema
from lcresearch.integration.logic_models.schema import json_schema as logic_model_schema
from lcresearch.integration.plan.schema import json_schema as integration_schema
from lcresearch.integration.practice_cards.schema import json_schema as cards_schema
from lcresearch.integration.value.schema import json_schema as value_schema
from lcresearch.studies.schema import json_schema as study_schema
from lcresearch.synthesis.programme.schema import json_schema as programme_schema

FILES = {
    "study.yaml": (study_schema, "what was asked, of whom, and where the answers are"),
    "programme.yaml": (programme_schema, "the plan that all consortia of a programme receive beforehand"),
    "integration.yaml": (integration_schema, "which codes speak of which element, and which cases are compared"),
    "an instrument": (instrument_schema, "questions, answers, scales and scoring"),
    "logic_model.yaml": (logic_model_schema, "the thinking model: constructs and arrows"),
    "principles.yaml": (principles_schema, "design principles"),
    "cards.yaml": (cards_schema, "practice and transfer cards"),
    "value.yaml": (value_schema, "costs and benefits of a community"),
}


def pages() -> dict[str, str]:
    """A list, and a page a file."""
    lines = [
        "# Files that you write",
        "",
        "Made from the schemas that the program checks these files with. An editor that knows YAML schemas completes"
        " and checks them as you type; `lcresearch check` names what is wrong, with its line.",
        "",
        "| file | what it says |",
        "|---|---|",
        *(f"| [{name}]({stem(name)}.md) | {about} |" for name, (_, about) in FILES.items()),
        "",
        "```{toctree}",
        ":hidden:",
        "",
        *(f"{name} <{stem(name)}>" for name in FILES),
        "```",
        "",
    ]
    found = {"formats.md": "\n".join(lines)}
    for name, (schema, about) in FILES.items():
        found[f"{stem(name)}.md"] = page(name, about, schema())
    return found


def stem(name: str) -> str:
    """The name of the page."""
    return "format-" + name.removesuffix(".yaml").replace("an ", "").replace("_", "-")


def page(name: str, about: str, schema: Mapping[str, Any]) -> str:
    """The keys at the top of a file, then those of each part."""
    title = name[0].upper() + name[1:] if name.startswith("an ") else name
    lines = [f"# {title}", "", f"{about[0].upper()}{about[1:]}.", ""]
    lines += keys(schema, "the file")
    for part, inner in sorted(schema.get("$defs", {}).items()):
        lines += ["", f"(part-{stem(name)}-{part.lower()})=", "", f"## {part}", ""]
        if inner.get("description"):
            lines += [plain(inner["description"]), ""]
        lines += keys(inner, part) if inner.get("properties") else [f"{kind(inner)}.", ""]
    text = "\n".join([*lines, ""])
    return text.replace("PART-", f"#part-{stem(name)}-")


def keys(schema: Mapping[str, Any], what: str) -> list[str]:
    """A row a key: what it takes, its default, what it means."""
    required = set(schema.get("required", ()))
    lines = ["| key | what it means | takes | default |", "|---|---|---|---|"]
    for name, inner in schema.get("properties", {}).items():
        default = "*required*" if name in required else shown(inner.get("default"))
        lines.append(f"| `{name}` | {plain(inner.get('description', ''))} | {kind(inner)} | {default} |")
    return lines


def shown(default: Any) -> str:
    """A default as it would be written."""
    if default is None or default in ([], {}, ()):
        return ""
    return f"`{json.dumps(default, ensure_ascii=False)}`".replace("|", r"\|")


def kind(schema: Mapping[str, Any]) -> str:
    """What a key takes, in words."""
    if "$ref" in schema:
        part = schema["$ref"].rpartition("/")[2]
        return f"[{part}](PART-{part.lower()})"
    if "const" in schema:
        return f"`{schema['const']}`"
    if "enum" in schema:
        return ", ".join(f"`{each}`" for each in schema["enum"])
    for joined in ("anyOf", "oneOf", "allOf"):
        if joined in schema:
            parts = [kind(each) for each in schema[joined] if each.get("type") != "null"]
            return " or ".join(dict.fromkeys(parts))
    if schema.get("type") == "array":
        inner = schema.get("items") or {}
        if "prefixItems" in schema:
            return "list of " + ", ".join(kind(each) for each in schema["prefixItems"])
        return f"list of {kind(inner)}" if inner else "list"
    if schema.get("type") == "object":
        inner = schema.get("additionalProperties")
        if isinstance(inner, Mapping) and inner:
            return f"name: {kind(inner)}"
        return "text by language" if "nl|en" in str(schema.get("patternProperties", "")) else "names with values"
    return {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false"}.get(
        str(schema.get("type")), "anything"
    )


def plain(text: str) -> str:
    """A description within a cell."""
    return " ".join(text.split()).replace("|", r"\|").replace("<", r"\<").replace("``", "`")
