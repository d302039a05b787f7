"""What a script of a page sends."""

from __future__ import annotations

import json
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request

from lcresearch.errors import AppError

MOST = 2**20
"""Bytes of one step."""


async def read_step(request: Request) -> dict[str, Any]:
    """A JSON object.

    Raises
    ------
    AppError
        W104, when it is something else.
    HTTPException
        413, when it is larger than a mebibyte.
    """
    got = bytearray()
    async for piece in request.stream():
        got += piece
        if len(got) > MOST:
            raise HTTPException(413)
    try:
        found = json.loads(got)
    except (ValueError, RecursionError):
        raise AppError("W104") from None
    if not isinstance(found, dict):
        raise AppError("W104")
    return found
