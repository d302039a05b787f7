"""What all tests share: messages in English whatever the locale, no drawing on a screen, and the command line."""

import gc
import os
import shutil
import sys
from collections.abc import Generator, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import settings
from tests.folders_in_memory import write_there
from tests.imported_in_turn import pytest_collection  # noqa: F401 - a hook of pytest
from tests.longest_first import (  # noqa: F401 - hooks of pytest
    pytest_collection_modifyitems,
    pytest_xdist_auto_num_workers,
    pytest_xdist_make_scheduler,
)
from tests.told_once import ToldOnce

collect_ignore_glob = ["reference/*"]  # data, and scripts that made them with programs that tests do not need

gc.disable()  # until all is collected
write_there(os.environ)
os.environ["LCRESEARCH_LANGUAGE"] = "en"
os.environ["MPLBACKEND"] = "agg"
# two workers share the processor; threads of linear algebra in each only get in the way of the other
for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(threads, "1")
if sys.dont_write_bytecode:
    # Where Python may not leave compiled files beside the sources, each worker, server and task of the tests compiles
    # pandas and the rest again, which takes longer than most tests. They stand together beside pytest's own cache.
    sys.pycache_prefix = str(Path(__file__).parents[1] / ".pytest_cache" / "bytecode")
    sys.dont_write_bytecode = False
    os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def pytest_configure(config: pytest.Config) -> None:
    """Markers of this suite, beside those of pyproject.toml."""
    config.addinivalue_line("markers", "published(source): expects numbers as a publication prints them")

    # what a property needs more examples for says so itself; --hypothesis-profile=default tries a hundred of each
    settings.register_profile("suite", max_examples=30)
    if not config.getoption("--hypothesis-profile", default=None):
        settings.load_profile("suite")
    if hasattr(config, "workerinput"):
        config.pluginmanager.register(ToldOnce())


def pytest_collection_finish() -> None:
    """What collecting left lives to the end: to look through it for garbage over and over took a tenth of the time.

    And nothing is thrown away while it goes on, so that nobody looks then either.
    """
    gc.collect()
    gc.freeze()
    gc.enable()


AS_OUR_PROCESSES = (
    "tests/test_cli",
    *(f"tests/{name}/" for name in ["app", "change", "disclosure", "instruments", "integration", "interviews"]),
    *(f"tests/{name}/" for name in ["multilevel", "reporting", "studies", "synthesis"]),
)
"""Not examples in docstrings, pages and recipes, and tests of what reads and scores, which are as anybody's script."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Columns of text as in anybody's script where a script is tested, elsewhere as a command or the page keeps them.

    As texts of Python, small tables take a seventh less time than as Arrow's.
    """
    import pandas as pd

    storage = "python" if item.nodeid.startswith(AS_OUR_PROCESSES) else "auto"
    with pd.option_context("mode.string_storage", storage):
        return (yield)


@pytest.fixture
def lcresearch(monkeypatch, capsys):
    """Run the command as a user does: gives status, standard output and standard error."""

    from lcresearch.cli import main

    def go(*arguments):
        monkeypatch.setattr(sys, "argv", ["lcresearch", *map(str, arguments)])
        with pytest.raises(SystemExit) as stopped:
            main()
        code = stopped.value.code
        out, err = capsys.readouterr()
        return (0 if code is None else code), out, err

    return go


DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010100000000376ef9240000000a49444154789c636000000002000148afa4710000"
    "000049454e44ae426082"
)
"""A picture of one dot: drawing the figures of a report as PNG takes a fifth of the time of a study."""


@dataclass(frozen=True)
class DemonstrationRun:
    """What `lcresearch demo` printed, and its folder."""

    folder: Path
    status: int
    out: str


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory):
    """`lcresearch demo`, run once for all tests that look at what it makes; they change nothing in it.

    Left out is what other tests look at: figures of the report, forests as PNG, the synthesis without each
    consortium, and how values became memberships on the researcher's own pages.
    """
    from matplotlib.figure import Figure

    from lcresearch.cli import main

    folder, out = tmp_path_factory.mktemp("demonstration") / "demo", StringIO()
    with (
        patch.object(sys, "argv", ["lcresearch", "demo", str(folder)]),
        patch("lcresearch.reporting.save_figures", lambda content, folder, **options: []),
        patch("lcresearch.reporting.synthesis_files.MOST_LEFT_OUT", 0),
        patch("lcresearch.reporting.synthesis_forest.Forest.png", lambda forest: DOT),
        patch("lcresearch.reporting.qca_page.calibration_figure", lambda calibrated: Figure(figsize=(1, 1))),
        redirect_stdout(out),
        redirect_stderr(StringIO()),
        pytest.raises(SystemExit) as stopped,
    ):
        main()
    return DemonstrationRun(folder, int(stopped.value.code or 0), out.getvalue())


# the shell first: the whole browser opens windows of its own for each page, which takes longer than the page
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser() -> Iterator:
    """A headless Chromium; tests that need it skip where there is none."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as engine:
        opened = engine.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()
