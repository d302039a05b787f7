"""What an analysis was computed with, for the sentence on software in a paper."""

from __future__ import annotations

import platform
from importlib.metadata import version

_NAMES = {"numpy": "NumPy", "scipy": "SciPy", "matplotlib": "Matplotlib"}


def software_citation(*packages: str) -> str:
    """Names and versions: this package, Python, and the packages that did the computing.

    Parameters
    ----------
    *packages : str
        Names as in the package registry; NumPy, SciPy and pandas unless given.

    Returns
    -------
    str

    Raises
    ------
    importlib.metadata.PackageNotFoundError
        When one is not installed.

    Examples
    --------
    >>> software_citation("numpy").startswith("lcresearch 0.")
    True
    """
    shown = packages or ("numpy", "scipy", "pandas")
    found = [f"{_NAMES.get(name, name)} {version(name)}" for name in shown]
    return ", ".join([f"lcresearch {version('lcresearch')}", f"Python {platform.python_version()}", *found])
