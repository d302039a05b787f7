"""``lcresearch app``: it parses, calls one public function, and prints."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Annotated

import typer


def app(
    folder: Annotated[
        Path, typer.Argument(help="Folder of studies; each is a folder in it with a study.yaml.")
    ] = Path(),
    port: Annotated[
        int | None, typer.Option("--port", min=1, max=65535, help="Number in the address [default: a free one]")
    ] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Only print the address.")] = False,
) -> None:
    """Open the local web page: studies, collecting and coding in a browser, on this computer only."""
    from importlib.util import find_spec

    from lcresearch.errors import AppError
    from lcresearch.messages import Messages

    missing = [name for name in ("starlette", "uvicorn", "python_multipart", "segno") if find_spec(name) is None]
    if missing:
        raise AppError("W013", missing=missing)
    gc.disable()  # all that is imported lives to the end: to look for garbage in it meanwhile took a fifth of the start
    try:
        from lcresearch.app import serve
    finally:
        gc.enable()

    def tell(address: str) -> None:
        typer.echo(Messages()("cli.app", address=address))

    serve(folder, port=port, open_browser=not no_browser, tell=tell)
