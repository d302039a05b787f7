"""Tasks that run, what they told, and how they ended."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from threading import Lock, Thread
from typing import Any, Literal

from lcresearch.errors import AppError
from lcresearch.messages import console_language

State = Literal["running", "done", "failed", "stopped"]
JOB = "{job}"
_MOST = 100
_WORKING = [sys.executable, "-m", "lcresearch.app.jobs.working"]


@dataclass(frozen=True)
class Job:
    """A task and how far it is.

    Attributes
    ----------
    id : str
    task : str
    about : str
        What it works on, such as the name of a study; two tasks on one thing do not run at once.
    back : str
        Address of the page that asked for it.
    next : str
        Address of the page with what comes of it.
    state : str
        ``running, done, failed`` or ``stopped``.
    step : str
        What is being done, in words.
    share : float
        How much is done, 0 to 1.
    steps : tuple of str
        What was done.
    warnings : tuple of str
    problems : tuple of dict
        Why it failed: rows as for a page.
    result : dict
    """

    id: str
    task: str
    about: str
    back: str
    next: str
    state: State = "running"
    step: str = ""
    share: float = 0.0
    steps: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    problems: tuple[Mapping[str, str], ...] = ()
    result: Mapping[str, Any] = field(default_factory=dict)

    def told(self, line: Mapping[str, Any]) -> Job:
        """The job after a line that its process told."""
        if "step" in line:
            steps = self.steps if self.steps[-1:] == (line["step"],) else (*self.steps, line["step"])
            return replace(self, step=line["step"], share=max(self.share, float(line["share"])), steps=steps)
        if "warning" in line:
            return replace(self, warnings=(*self.warnings, line["warning"]))
        if "problems" in line:
            return replace(self, state="failed", problems=tuple(line["problems"]))
        return replace(self, state="done", share=1.0, result=line["done"])


class Jobs:
    """Starts tasks, each in a process of its own, and knows how far they are."""

    def __init__(self) -> None:
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._lock = Lock()

    def start(self, task: str, arguments: Mapping[str, Any], *, about: str, back: str, next: str = "") -> Job:
        """Start a task.

        In ``next``, :data:`JOB` stands for the id of the task, for a page that shows its result.

        Raises
        ------
        AppError
            W009, when a task on the same thing runs.
        """
        with self._lock:
            busy = [one for one in self._jobs.values() if one.about == about and one.state == "running"]
            if busy:
                raise AppError("W009", name=about)
            id = secrets.token_urlsafe(9)
            job = Job(id, task, about, back, (next or back).replace(JOB, id))
            self._jobs[job.id] = job
            self._forget()
            environment = os.environ | {"LCRESEARCH_LANGUAGE": console_language(), "MPLBACKEND": "agg"}
            process = subprocess.Popen(_WORKING, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
            self._processes[job.id] = process
        assert process.stdin is not None
        process.stdin.write(json.dumps({"task": task, "arguments": dict(arguments)}).encode() + b"\n")
        process.stdin.flush()
        Thread(target=self._follow, args=(job.id, process), daemon=True).start()
        return job

    def get(self, id: str) -> Job:
        """A job.

        Raises
        ------
        AppError
            W001, when there is none.
        """
        with self._lock:
            if id not in self._jobs:
                raise AppError("W001", name=id)
            return self._jobs[id]

    def running(self, about: str) -> Job | None:
        """The job on this thing that runs, if any."""
        with self._lock:
            found = [one for one in self._jobs.values() if one.about == about and one.state == "running"]
            return found[0] if found else None

    def last(self, task: str, about: str) -> Job | None:
        """The last task of this kind on this thing that was done, if any; with what came of it."""
        with self._lock:
            found = [one for one in self._jobs.values() if (one.task, one.about, one.state) == (task, about, "done")]
            return found[-1] if found else None

    def stop(self, id: str) -> None:
        """Stop a job; files it was writing never stood half in their place."""
        job = self.get(id)
        if job.state == "running":
            self._keep(replace(job, state="stopped"))
            self._processes[id].kill()

    def stop_all(self) -> None:
        """Stop whatever runs, at the end of the server."""
        for id in [job.id for job in self._jobs.values() if job.state == "running"]:
            self.stop(id)

    def _follow(self, id: str, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            job = self.get(id)
            if job.state == "running":
                self._keep(job.told(json.loads(line)))
        process.wait()
        if process.stdin is not None:
            process.stdin.close()
        process.stdout.close()
        job = self.get(id)
        if job.state == "running":
            from lcresearch.app.pages import problem_rows
            from lcresearch.errors import Problem

            self._keep(replace(job, state="failed", problems=tuple(problem_rows([Problem("W010")]))))
        self._processes.pop(id, None)

    def _keep(self, job: Job) -> None:
        with self._lock:
            self._jobs[job.id] = job

    def _forget(self) -> None:
        over = [job.id for job in self._jobs.values() if job.state != "running"]
        for id in over[: max(0, len(self._jobs) - _MOST)]:
            del self._jobs[id]
