"""Write ``glossary.md`` from ``glossary.yaml``: ``python docs/glossary.py``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from lcresearch.messages import Messages

FOLDER = Path(__file__).parent
HEAD = """# Glossary · Woordenlijst

The words of reports, pages and documentation, in English and Dutch side by side. The same word always means the same
thing, and there is one word for each thing. *De woorden van rapporten, pagina's en uitleg, in het Nederlands en het
Engels naast elkaar. Een woord betekent overal hetzelfde.*

<!-- made from glossary.yaml by docs/glossary.py: change the words there -->
"""


def in_a_sentence(term: str) -> str:
    """The term without the capital of a heading; "E-value" keeps its own."""
    return term if term[1] == "-" else term[0].lower() + term[1:]


def term_of(entry: dict[str, Any]) -> dict[str, Any]:
    """A term with its words; those that the report of a synthesis explains come from there."""
    if "from" not in entry:
        return entry
    key = f"report.synthesis.glossary.{entry['from']}"
    return {
        "said": f"{key}.term",
        **{language: in_a_sentence(Messages(language)(f"{key}.term")) for language in ("en", "nl")},
        "means": {language: Messages(language)(f"{key}.means") for language in ("en", "nl")},
    }


def groups() -> list[dict[str, Any]]:
    """The groups of terms as the YAML has them, with all words filled in."""
    read = yaml.safe_load((FOLDER / "glossary.yaml").read_text(encoding="utf-8"))
    return [{**group, "terms": [term_of(entry) for entry in group["terms"]]} for group in read]


def page() -> str:
    """The page: a table for each group."""
    lines = [HEAD]
    for group in groups():
        lines += [f"## {group['title']['en']} · {group['title']['nl']}", ""]
        lines += ["| English | Nederlands | meaning | betekenis |", "| --- | --- | --- | --- |"]
        for term in group["terms"]:
            cells = (term["en"], term["nl"], term["means"]["en"], term["means"]["nl"])
            lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    (FOLDER / "glossary.md").write_text(page(), encoding="utf-8")
