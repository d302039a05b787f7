"""Where the instruments and studies that come with the package stand on disk."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

__all__ = ["folder"]


def folder(name: Literal["instruments", "analyses"]) -> Path:
    """The folder of what is shipped: inside an installed package, or at the top of a checkout.

    Parameters
    ----------
    name : {"instruments", "analyses"}

    Returns
    -------
    Path

    Examples
    --------
    >>> (folder("instruments") / "README.md").is_file()
    True
    """
    return _place(name)


def citation_file() -> Path:
    """``CITATION.cff``: how the software is cited, in the format that code hosts and reference managers read.

    Examples
    --------
    >>> citation_file().name
    'CITATION.cff'
    """
    return _place("CITATION.cff")


def _place(name: str) -> Path:
    package = Path(__file__).resolve().parent
    installed = package / "_shipped" / name
    return installed if installed.exists() else package.parents[1] / name
