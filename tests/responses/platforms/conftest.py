"""Small instruments for exports that others published."""

import pytest


@pytest.fixture
def asked(instrument_of):
    """An instrument of items that all use one list of answers."""

    def of(items, labels):
        text = {item["id"]: dict.fromkeys(("nl", "en"), f"Vraag {item['id']}.") for item in items}
        items = [{"text": text[item["id"]], "response_scale": "agree5"} | item for item in items]
        return instrument_of(items, labels=labels, missing={}, ordered=False)

    return of
