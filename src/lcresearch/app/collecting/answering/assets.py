"""Files that a page of the form loads: read once, packed once, kept by the browser for as long as they are the same."""

from __future__ import annotations

import gzip
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from lcresearch.app.pages import FOLDER

_SURVEYJS = "vendored/surveyjs"
_FILES = {
    "survey.js": [f"{_SURVEYJS}/{name}.min.js" for name in ("survey.core", "dutch", "survey-js-ui")],
    "survey.css": [f"{_SURVEYJS}/survey-core.fontless.min.css"],
    "answering.css": ["static/answering/answering.css"],
    "form.js": ["static/answering/form.js"],
    "speech.js": ["static/answering/speech.js"],
    "icon.svg": ["static/icon.svg"],
}
"""Name -> files that together are it: a phone asks once for what belongs together."""
_TYPES = {".js": "text/javascript", ".css": "text/css", ".json": "application/json", ".svg": "image/svg+xml"}
_KEPT = "private, max-age=31536000, immutable"


@dataclass(frozen=True)
class Asset:
    """One file: its content, the same packed, its type and a hash of it."""

    plain: bytes
    packed: bytes
    type: str
    hash: str


class Assets:
    """All files that a page may load.

    Parameters
    ----------
    form : mapping
        What is the same for all respondents; gets a name that only who has a code learns.
    """

    def __init__(self, form: Mapping[str, Any]) -> None:
        self._files = dict(_own())
        self.form = f"{secrets.token_urlsafe(12)}.json"
        content = json.dumps(form, ensure_ascii=False, separators=(",", ":")).encode()
        self._files[self.form] = _asset(self.form, content)

    def address(self, name: str) -> str:
        """The address of a file; another content has another."""
        return f"/asset/{name}?{self._files[name].hash}"

    def answer(self, request: Request) -> Response:
        """A file, packed for browsers that take it so."""
        found = self._files.get(request.path_params["name"])
        if found is None:
            return Response(status_code=404)
        headers = {"cache-control": _KEPT, "vary": "accept-encoding"}
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(found.packed, headers={**headers, "content-encoding": "gzip"}, media_type=found.type)
        return Response(found.plain, headers=headers, media_type=found.type)


@cache
def _own() -> Mapping[str, Asset]:
    joined = {name: b"\n".join((FOLDER / file).read_bytes() for file in files) for name, files in _FILES.items()}
    return {name: _asset(name, content) for name, content in joined.items()}


def _asset(name: str, content: bytes) -> Asset:
    kind = _TYPES[f".{name.rpartition('.')[2]}"]
    return Asset(content, gzip.compress(content, 9), kind, hashlib.sha256(content).hexdigest()[:12])
