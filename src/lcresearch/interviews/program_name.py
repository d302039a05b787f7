"""What this package calls itself in files that it writes for other programs."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def program_name() -> str:
    """Name and version."""
    try:
        return f"lcresearch {version('lcresearch')}"
    except PackageNotFoundError:  # run from a folder that is not installed
        return "lcresearch"
