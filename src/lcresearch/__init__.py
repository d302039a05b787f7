"""Research on learning communities: instruments, measurement, models, interviews and synthesis in one chain.

Submodules load on first use, so that ``import lcresearch`` costs no more than the standard library::

    from lcresearch import instruments, responses, measurement, studies
"""

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

from lcresearch.errors import LcresearchError, LcresearchWarning

if TYPE_CHECKING:
    from lcresearch import (
        agreement,
        change,
        disclosure,
        instruments,
        integration,
        interviews,
        measurement,
        multilevel,
        reporting,
        responses,
        studies,
        synthesis,
    )

__version__ = "0.1.0"

_SUBMODULES = (
    "agreement",
    "change",
    "disclosure",
    "instruments",
    "integration",
    "interviews",
    "measurement",
    "multilevel",
    "reporting",
    "responses",
    "studies",
    "synthesis",
)

__all__ = [
    "LcresearchError",
    "LcresearchWarning",
    "__version__",
    "agreement",
    "change",
    "disclosure",
    "instruments",
    "integration",
    "interviews",
    "measurement",
    "multilevel",
    "reporting",
    "responses",
    "studies",
    "synthesis",
]


def __getattr__(name: str) -> ModuleType:
    if name in _SUBMODULES:
        return import_module(f"lcresearch.{name}")
    raise AttributeError(f"module 'lcresearch' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted(__all__)
