"""Runs tests on mutants: collected once, then each mutant in a copy of the process that has imported everything.

First all tests run without a mutant, to see how long each takes and which lines it reaches. A mutant then runs the
tests of the files that reach its line, those that reach it themselves first, until one fails.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import coverage
import pytest
from _pytest.runner import runtestprotocol
from mutation_mutants import Mutant, put_in_place

KIND = "part"
MEMORY = 8 * 2**30
STATES = {1: "killed", -signal.SIGXCPU: "timed out", -signal.SIGALRM: "timed out"}


@dataclass
class Reached:
    """What tests did without a mutant: processor seconds of each, those that failed, and who reached a line."""

    seconds: dict[str, float] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    lines: dict[str, dict[int, list[str]]] = field(default_factory=dict)

    def tests(self, mutant: Mutant, budget: float) -> list[str]:
        """Tests for a mutant: those that reach its line, then others of their files, which may share a result."""
        lines = self.lines.get(str(mutant.path), {})
        # in a statement of several lines only some are counted as reached
        reaching = next((lines[line] for line in range(mutant.line, mutant.line - 4, -1) if lines.get(line)), [])
        files = {each.split("::")[0] for each in reaching}
        beside = [each for each in self.seconds if each.split("::")[0] in files and each not in set(reaching)]
        chosen, spent = [], 0.0
        for group in (reaching, beside):
            for each in sorted(set(group) - set(self.failed), key=lambda each: self.seconds[each]):
                spent += self.seconds[each]
                if spent > budget and chosen:
                    return chosen
                chosen.append(each)
        return chosen


class Runner:
    """A plugin of pytest that takes the place of the loop over tests."""

    def __init__(
        self, mutants: list[Mutant], budget: float, seconds: float, tell: Callable[[Mutant, str, str, int], None]
    ) -> None:
        self.mutants, self.budget, self.seconds, self.tell = mutants, budget, seconds, tell
        self.found: Path | None = None

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run all tests once, then those of each mutant."""
        gc.freeze()  # what was imported is looked at by nobody again, so that copies share its memory
        items = {each.nodeid: each for each in session.items}
        with tempfile.TemporaryDirectory() as place:
            self.found = Path(place) / "found.json"
            status = in_a_copy(lambda: self._look(items.values()), None, 3600)
            if status:
                raise SystemExit(f"the tests without a mutant ended with status {status}")
            known = json.loads(self.found.read_text(encoding="utf-8"))
            lines = {file: {int(line): who for line, who in by.items()} for file, by in known["lines"].items()}
            reached = Reached(known["seconds"], known["failed"], lines)
            print(f"{len(items)} tests, {sum(reached.seconds.values()):.0f} s; failed: {reached.failed}", flush=True)
            until = time.monotonic() + self.seconds
            for mutant in self.mutants:
                if time.monotonic() > until:
                    break
                self._try(mutant, [items[each] for each in reached.tests(mutant, self.budget)], reached)
        return True

    def _try(self, mutant: Mutant, items: list[pytest.Item], reached: Reached) -> None:
        if not items:
            self.tell(mutant, "not reached", "", 0)
            return
        usual = sum(reached.seconds[each.nodeid] for each in items)
        self.found.write_text("", encoding="utf-8")  # type: ignore[union-attr]
        status = in_a_copy(lambda: self._run(mutant, items), int(4 * usual + 5), int(40 * usual + 120))
        by = self.found.read_text(encoding="utf-8")  # type: ignore[union-attr]
        self.tell(mutant, "survived" if status == 0 else STATES.get(status, "killed"), by, len(items))

    def _look(self, items: Iterable[pytest.Item]) -> int:
        modules = sorted({str(each.path) for each in self.mutants})
        measured = coverage.Coverage(data_file=None, config_file=False, include=modules)
        seconds: dict[str, float] = defaultdict(float)
        failed = []
        measured.start()
        for item, following in in_turn(items):
            measured.switch_context(item.nodeid)
            started = time.process_time()
            reports = runtestprotocol(item, log=False, nextitem=following)
            seconds[item.nodeid] = time.process_time() - started
            if any(report.failed for report in reports):
                failed.append(item.nodeid)
        measured.stop()
        with warnings.catch_warnings(action="ignore", category=coverage.exceptions.CoverageWarning):
            data = measured.get_data()  # warns when no test reaches any of the modules
        lines = {file: {n: [who for who in by if who] for n, by in data.contexts_by_lineno(file).items()}
                 for file in modules}  # fmt: skip
        known = {"seconds": seconds, "failed": failed, "lines": lines}
        self.found.write_text(json.dumps(known), encoding="utf-8")  # type: ignore[union-attr]
        return 0

    def _run(self, mutant: Mutant, items: list[pytest.Item]) -> int:
        put_in_place(mutant)
        for item, following in in_turn(items):
            if any(report.failed for report in runtestprotocol(item, log=False, nextitem=following)):
                self.found.write_text(item.nodeid, encoding="utf-8")  # type: ignore[union-attr]
                return 1
        return 0


def in_turn(items: Iterable[pytest.Item]) -> Iterable[tuple[pytest.Item, pytest.Item | None]]:
    """Each test with the next, which tells pytest what fixtures to keep."""
    known = list(items)
    return zip(known, [*known[1:], None], strict=True)


def in_a_copy(work: Callable[[], int], processor: int | None, wall: int) -> int:
    """Status of work done in a copy of this process, negative when a signal ended it; what it starts ends with it."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        status = 2
        try:
            os.setsid()
            told = os.fdopen(os.dup(2), "w", encoding="utf-8")
            nowhere = os.open(os.devnull, os.O_RDWR)
            for each in (0, 1, 2):
                os.dup2(nowhere, each)
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            if processor is not None:  # processor time, so that a busy machine does not look like an endless loop
                resource.setrlimit(resource.RLIMIT_CPU, (processor, processor + 2))
            signal.alarm(wall)
            status = work()
        except BaseException:
            told.write(traceback.format_exc())
        finally:
            told.flush()
            os._exit(status)
    _, ended = os.waitpid(child, 0)
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(ended)
