"""Pages as PDF, printed by the browser that somebody has already."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from lcresearch.errors import LcresearchError, Place, Problem
from lcresearch.files import reason_of, write_whole

BROWSER_VARIABLE = "LCRESEARCH_BROWSER"
"""Environment variable that names the browser to print with."""

_ON_PATH = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "microsoft-edge-stable",
    "msedge",
    "chromium-headless-shell",
)
_ON_MACOS = (
    "Google Chrome.app/Contents/MacOS/Google Chrome",
    "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "Chromium.app/Contents/MacOS/Chromium",
)
_ON_WINDOWS = (
    "Google/Chrome/Application/chrome.exe",
    "Microsoft/Edge/Application/msedge.exe",
    "Chromium/Application/chrome.exe",
)
_SWITCHES = (
    "--headless",
    "--no-pdf-header-footer",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-gpu",
    "--disable-sync",
    "--no-default-browser-check",
    "--no-first-run",
)
_LONGEST_REASON = 200
_START = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*(?:<!doctype[^>]*>)?\s*(?:<html[^>]*>)?\s*(?:<head[^>]*>)?", re.IGNORECASE)
_DATES = re.compile(rb"(/(?:CreationDate|ModDate) \(D:)\d{14}[+-]\d\d'\d\d'")
"""When a PDF was made, which differs between two printings of one page; as many signs as what takes its place."""
_NOTHING_FROM_OUTSIDE = (
    b'<meta http-equiv="Content-Security-Policy" '
    b"content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:\">"
)


@dataclass(frozen=True)
class Printed:
    """Whether a page was printed; counts as False when it was not.

    Attributes
    ----------
    path : Path or None
        The PDF, when there is one.
    problem : Problem or None
        Why there is none, and what to do: G050, G051, G052 or G053.
    """

    path: Path | None = None
    problem: Problem | None = None

    def __bool__(self) -> bool:
        return self.path is not None


def find_browser(environment: Mapping[str, str] | None = None) -> Path | None:
    """Chromium, Chrome or Edge on this computer; None when there is none.

    The environment variable ``LCRESEARCH_BROWSER`` goes before everything: a program, or its name on the PATH.
    """
    variables = os.environ if environment is None else environment
    named = variables.get(BROWSER_VARIABLE)
    if named:
        found = shutil.which(named, path=variables.get("PATH"))
        return Path(found) if found else None
    return next(_browsers(variables), None)


def _browsers(variables: Mapping[str, str]) -> Iterator[Path]:
    """All that are found: on the PATH first, then where they are usually installed."""
    for name in _ON_PATH:
        found = shutil.which(name, path=variables.get("PATH"))
        if found:
            yield Path(found)
    if sys.platform == "darwin":
        folders = [Path("/Applications"), Path.home() / "Applications"]
        usual = [folder / name for folder in folders for name in _ON_MACOS]
    else:
        starts = [variables.get(name) for name in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")]
        usual = [Path(start) / name for name in _ON_WINDOWS for start in starts if start]
    yield from (path for path in usual if path.is_file())


def print_to_pdf(page: Path, target: Path, *, timeout: float = 90.0) -> Printed:
    """Print a web page to a PDF file, without scripts and without network.

    Nothing else of the browser is touched: it gets a profile of its own that is thrown away. The PDF is there whole
    or not at all.

    Parameters
    ----------
    page : Path
        A page that holds all that it shows.
    target : Path
        The PDF; one that is there already is replaced.
    timeout : float
        Seconds after which the browser is stopped.

    Returns
    -------
    Printed
        Counts as True when the PDF is there; otherwise ``.problem`` says why, and how to print by hand: G050 when no
        browser was found, G051 when the browser printed nothing, G052 when LCRESEARCH_BROWSER names no program, G053
        when the PDF cannot be written.

    Raises
    ------
    LcresearchError
        G001 when there is no such page.

    Examples
    --------
    >>> from pathlib import Path
    >>> made = print_to_pdf(Path("report.html"), Path("report.pdf"))  # doctest: +SKIP
    >>> print(made.problem or made.path)  # doctest: +SKIP
    """
    if not page.is_file():
        raise LcresearchError("G001", path=str(page))
    browser = find_browser()
    if browser is None:
        named = os.environ.get(BROWSER_VARIABLE)
        return _not_printed("G052" if named else "G050", page, named=named)
    try:
        # beside the target, as a browser that is shut in (a snap) cannot reach folders for temporary files
        with tempfile.TemporaryDirectory(
            prefix="print-", dir=target.absolute().parent, ignore_cleanup_errors=True
        ) as folder:
            shut_in, made = Path(folder).resolve() / "page.html", Path(folder).resolve() / "page.pdf"
            shut_in.write_bytes(_START.sub(rb"\g<0>" + _NOTHING_FROM_OUTSIDE, page.read_bytes(), count=1))
            reason = _run(_command(browser, shut_in, made), timeout)
            content = made.read_bytes() if made.is_file() else b""
            if not content.startswith(b"%PDF-"):
                return _not_printed("G051", page, browser=browser.name, reason=reason)
            return Printed(write_whole(target, _DATES.sub(rb"\g<1>19800101000000+00'00'", content)))
    except OSError as error:
        return _not_printed("G053", page, path=str(target), reason=reason_of(error))


def _command(browser: Path, page: Path, made: Path) -> list[str]:
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    return [
        str(browser),
        *_SWITCHES,
        *(["--no-sandbox"] if root else []),  # as root there is no sandbox to be had, for instance in a container
        f"--user-data-dir={made.parent / 'profile'}",
        f"--print-to-pdf={made}",
        page.as_uri(),
    ]


def _run(command: list[str], timeout: float) -> str:
    """Run the browser; what it said last, or that it took too long, in case there is no PDF."""
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=timeout,
            check=False,
            encoding="utf-8",
            errors="replace",
        )
    except subprocess.TimeoutExpired:
        return f"> {timeout:g} s"
    said = [line.strip() for line in (done.stderr or "").splitlines() if line.strip()]
    return (said[-1] if said else f"exit {done.returncode}")[:_LONGEST_REASON]


def _not_printed(code: str, page: Path, **values: object) -> Printed:
    return Printed(problem=Problem(code, Place(file=page.name), {"page": str(page), **values}))
