"""The process in which a task runs: JSON in on standard input, one line of JSON a step out on standard output.

Called by :mod:`lcresearch.app.jobs.jobs` as ``python -m lcresearch.app.jobs.working``.
"""

from __future__ import annotations

import gc
import json
import os
import threading
import traceback
import warnings
from pathlib import Path
from typing import Any, TextIO

from lcresearch.app.jobs.tasks import Task, task_named
from lcresearch.errors import LcresearchError, LcresearchWarning, Problem
from lcresearch.files import reason_of
from lcresearch.text_columns import keep_as_python_strings


def main() -> None:
    """Read what to do, do it, and tell how it goes."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever else prints, here or in a program that is called, goes to standard error
    asked = json.loads(_line())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    keep_as_python_strings()
    warnings.showwarning = lambda message, category, *_, **__: _warned(out, message, category)
    try:
        done = _task(asked["task"])(asked["arguments"], lambda step, share: _tell(out, step=step, share=share))
    except LcresearchError as error:
        _tell(out, problems=[_problem(one) for one in error.problems])
    except OSError as error:
        found = Problem("G004", values={"path": Path(str(error.filename or "?")).name, "reason": reason_of(error)})
        _tell(out, problems=[_problem(found)])
    except Exception:
        traceback.print_exc()
        _tell(out, problems=[_problem(Problem("W010"))])
    else:
        _tell(out, done=done)


def _task(name: str) -> Task:
    """A task; nobody looks for garbage while it imports what lives to the end, which took a fifth of the start."""
    gc.disable()
    try:
        return task_named(name)
    finally:
        gc.freeze()
        gc.enable()


def _line() -> bytes:
    """What stands on standard input up to the end of the line, past Python's buffer, whose lock a thread would keep."""
    found = b""
    while not found.endswith(b"\n"):
        found += os.read(0, 2**16) or b"\n"
    return found


def _end_with_parent() -> None:
    """Stop at once when the page that started this is gone: its end of the pipe closes."""
    while os.read(0, 2**16):
        pass
    os._exit(3)


def _warned(out: TextIO, message: Warning | str, category: type[Warning]) -> None:
    if issubclass(category, LcresearchWarning):
        _tell(out, warning=str(message))


def _problem(one: Problem) -> dict[str, str]:
    from lcresearch.app.pages import problem_rows

    return problem_rows([one])[0]


def _tell(out: TextIO, **told: Any) -> None:
    out.write(json.dumps(told, ensure_ascii=False) + "\n")
    out.flush()


if __name__ == "__main__":
    main()
