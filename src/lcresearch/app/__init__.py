"""The local web page: studies, collecting and coding without a command line. It calls the library and computes nothing.

One folder of studies, the same files that the command line uses. What is done here can be continued there. Rooms load
when they are asked for, so that the process of a form on the network loads none of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lcresearch.app.serving import serve

__all__ = ["serve"]


def __getattr__(name: str) -> Any:
    if name == "serve":
        from lcresearch.app.serving import serve

        return serve
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
