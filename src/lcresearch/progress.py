"""How far work is: a bar on a terminal, a line for each new step elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Progress = Callable[[str, float], None]
"""Takes what is being done, in the language of the terminal, and the share that is done."""


def tell(progress: Progress | None, step: str, share: float) -> None:
    """Pass on what is being done, where somebody wants to know."""
    if progress is not None:
        progress(step, share)


def part_of(progress: Progress | None, start: float, end: float) -> Progress | None:
    """The progress of a part of the work, which runs from ``start`` to ``end`` of the whole; its own end is not told.

    Examples
    --------
    >>> told = []
    >>> half = part_of(lambda step, share: told.append((step, share)), 0.5, 1.0)
    >>> tell(half, "counting", 0.5)
    >>> told
    [('counting', 0.75)]
    """
    if progress is None:
        return None

    def scaled(step: str, share: float) -> None:
        if share < 1 or end >= 1:
            progress(step, start + share * (end - start))

    return scaled


@contextmanager
def shown_progress() -> Iterator[Progress]:
    """A function that takes what is being done and the share that is done, and shows both on standard error."""
    if not sys.stderr.isatty():
        yield _Lines()
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=1.0)
        yield lambda step, share: bar.update(task, description=step, completed=share)


class _Lines:
    """A line for each step that is not the one before."""

    def __init__(self) -> None:
        self._last = ""

    def __call__(self, step: str, share: float) -> None:
        if step != self._last:
            print(step, file=sys.stderr, flush=True)
            self._last = step
