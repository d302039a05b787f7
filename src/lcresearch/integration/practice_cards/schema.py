"""The format of cards.yaml as a JSON Schema, for editors: ``shipped/cards.schema.json``."""

from __future__ import annotations

from typing import Any

from lcresearch.integration.practice_cards.model import CardsFile
from lcresearch.synthesis.programme.schema import one_or_more


def json_schema() -> dict[str, Any]:
    """The schema of cards.yaml.

    Examples
    --------
    >>> json_schema()["title"]
    'cards.yaml of lcresearch'
    """
    schema = CardsFile.model_json_schema(by_alias=True)
    card = schema["$defs"]["WrittenCard"]["properties"]
    card["elements"] = one_or_more(card["elements"])
    schema["properties"]["languages"] = one_or_more(schema["properties"]["languages"])
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return head | schema | {"title": "cards.yaml of lcresearch"}


if __name__ == "__main__":
    import json
    from pathlib import Path

    from lcresearch.files import write_whole

    text = json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
    write_whole(Path(__file__).parent / "shipped" / "cards.schema.json", text)
