"""What axe finds on a page."""

from __future__ import annotations

from typing import Any

import pytest


def violations(page: Any) -> list[tuple[str, str]]:
    """What axe finds wrong on a page: rule and the first element, by the criteria of WCAG 2.2 AA and best practices."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    found = axe.run(page).response["violations"]
    return [(one["id"], one["nodes"][0]["html"]) for one in found]
