"""Attributes of frozen dataclasses that are made when first asked for, as they are large and often not needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

T = TypeVar("T", bound="Deferred")
_MAKERS = "_makers"


class Deferred:
    """Base of dataclasses whose attributes may be made later; see :func:`deferred`."""

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            makers: Mapping[str, Callable[[], Any]] = vars(self).get(_MAKERS, {})
            if name not in makers:
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            vars(self)[name] = makers[name]()
            return vars(self)[name]


def deferred(made: T, **makers: Callable[[], Any]) -> T:
    """The same object, with attributes that are made later.

    Parameters
    ----------
    made : Deferred
        Just made, with anything in these attributes.
    makers : callables
        Attribute -> what makes it.
    """
    for name in makers:
        del vars(made)[name]
    vars(made)[_MAKERS] = makers
    return made
