"""The processes of open rounds: started, watched, started again when they fall over, ended with the app."""

from __future__ import annotations

import datetime
import json
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock, Thread, Timer
from typing import Any

from lcresearch.app.collecting.addresses import own_addresses
from lcresearch.app.collecting.opening import round_path
from lcresearch.app.collecting.round_file import Round, keep, kept, opened, round_of
from lcresearch.errors import AppError

_MODULE = "lcresearch.app.collecting.answering"
_MOST_RESTARTS = 20
_PATIENCE, _PATIENCE_WITH_PORT = 20.0, 6.0
_AFTER = 15 * 60.0
"""Seconds for which people read that a round is closed."""


@dataclass
class _Serving:
    process: subprocess.Popen[bytes]
    restarts: int = 0
    ends: bool = False


class Rounds:
    """Serves the open round of each study in a process of its own."""

    def __init__(self) -> None:
        self._serving: dict[Path, _Serving] = {}
        self._closed: dict[Path, _Serving] = {}
        self._lock = Lock()

    def serve(self, folder: Path, *, elsewhere: bool = True) -> Round:
        """Serve the round of a study at the address that it has; at another one when this computer lost that.

        Parameters
        ----------
        folder : Path
            Of the study.
        elsewhere : bool
            Whether another port will do when its own is taken.

        Raises
        ------
        AppError
            W081, when no round is open; W082, when it cannot be served.
        """
        with self._lock:
            one = self.round(folder)
            if one is None:
                raise AppError("W081")
            if self._alive(folder):
                return one
            return self._start(folder, one, elsewhere=elsewhere)

    def serves(self, folder: Path) -> bool:
        """Whether the round of a study is served."""
        with self._lock:
            return self._alive(folder)

    def pause(self, folder: Path) -> None:
        """Serve it no longer; what people filled in stays, and they can go on later."""
        self._end(folder)
        _remember(folder, opens=False)

    def end(self, folder: Path) -> None:
        """End the process, and what is left of one that was closed."""
        self._end(folder)
        self._end_closed(folder)

    def stop_taking(self, folder: Path) -> None:
        """Take no more answers, before the round is closed; for a while the process says that it is."""
        with self._lock:
            serving = self._serving.get(folder)
            told = serving is not None and _stops_taking(serving)
            if serving is not None and told:
                self._serving.pop(folder)
                self._closed[folder] = serving
        if serving is None or not told:
            self._end(folder)
            return
        after = Timer(_AFTER, _end_process, (serving.process,))
        after.daemon = True
        after.start()

    def _end_closed(self, folder: Path) -> None:
        serving = self._closed.pop(folder, None)
        if serving is not None:
            _end_process(serving.process)

    def round(self, folder: Path) -> Round | None:
        """The open round of a study, served or not."""
        try:
            with opened(round_path(folder)) as connection:
                return round_of(connection)
        except FileNotFoundError:
            return None

    def go_on(self, folders: Iterable[Path]) -> None:
        """After a restart, beside other work: serve the rounds that were open and began or went on today."""
        found = [folder for folder in folders if round_path(folder).is_file()]
        if found:
            Thread(target=self._go_on, args=(found,), daemon=True).start()

    def _go_on(self, folders: Iterable[Path]) -> None:
        for folder in folders:
            try:
                with opened(round_path(folder)) as connection:
                    goes_on = kept(connection, "open") and kept(connection, "last") == _today()
                if goes_on:
                    self.serve(folder, elsewhere=False)
            except (FileNotFoundError, AppError):
                continue

    def end_all(self) -> None:
        """End all processes, with the app."""
        for folder in {*self._serving, *self._closed}:
            self.end(folder)

    def _alive(self, folder: Path) -> bool:
        found = self._serving.get(folder)
        return found is not None and found.process.poll() is None

    def _start(self, folder: Path, one: Round, *, elsewhere: bool, restarts: int = 0) -> Round:
        self._end_closed(folder)
        path = round_path(folder)
        known = own_addresses()
        host = one.host if one.host in known else known[0]
        until = time.monotonic() + (_PATIENCE_WITH_PORT if one.port else 0)
        process, told = _process(path, host, one.port)
        while "port" not in told and time.monotonic() < until:  # whoever served it before may still be ending
            time.sleep(0.3)
            process, told = _process(path, host, one.port)
        if "port" not in told and one.port and elsewhere:
            process, told = _process(path, host, 0)
        if "port" not in told:
            raise AppError("W082", address=host, reason=str(told.get("fault", "–")))
        now = replace(one, host=host, port=int(told["port"]))
        _remember(folder, opens=True, one=now)
        serving = _Serving(process, restarts)
        self._serving[folder] = serving
        Thread(target=self._watch, args=(folder, serving), daemon=True).start()
        return now

    def _watch(self, folder: Path, serving: _Serving) -> None:
        """Start it again when it fell over by itself."""
        serving.process.wait()
        for pipe in (serving.process.stdin, serving.process.stdout):
            if pipe is not None:
                pipe.close()
        if serving.ends or serving.restarts >= _MOST_RESTARTS:
            return
        time.sleep(min(0.2 * 2**serving.restarts, 10))
        with self._lock:
            one = self.round(folder)
            if serving.ends or one is None or self._serving.get(folder) is not serving:
                return
            try:
                self._start(folder, one, elsewhere=False, restarts=serving.restarts + 1)
            except AppError:
                self._serving.pop(folder, None)

    def _end(self, folder: Path) -> None:
        with self._lock:
            serving = self._serving.pop(folder, None)
            if serving is None:
                return
            serving.ends = True
            process = serving.process
        _end_process(process)


def _stops_taking(serving: _Serving) -> bool:
    """Whether the process let go of the file, as it says when all that it confirmed is in it."""
    process = serving.process
    if process.poll() is not None or process.stdin is None or process.stdout is None:
        return False
    serving.ends = True
    patience = Timer(_PATIENCE, process.kill)  # what it confirmed is on disk
    patience.start()
    try:
        process.stdin.write(b"close\n")
        process.stdin.flush()
        return "closed" in json.loads(process.stdout.readline())
    except (OSError, ValueError):
        return False
    finally:
        patience.cancel()


def _end_process(process: subprocess.Popen[bytes]) -> None:
    """Close its standard input, at which it ends by itself; wait for that, not for ever."""
    if process.stdin is not None and not process.stdin.closed:
        process.stdin.close()
    try:
        process.wait(timeout=_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _process(path: Path, host: str, port: int) -> tuple[subprocess.Popen[bytes], dict[str, Any]]:
    """A process that serves, and what it told first."""
    command = [sys.executable, "-m", _MODULE, str(path.resolve()), host, str(port)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    try:
        told = json.loads(process.stdout.readline())
    except ValueError:
        told = {}
    if "port" not in told:
        process.communicate()
    return process, told


def _remember(folder: Path, *, opens: bool, one: Round | None = None) -> None:
    """Keep in the file whether it is to be served, when it last was, and where."""
    try:
        with opened(round_path(folder)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            keep(connection, "open", opens)
            keep(connection, "last", _today())
            if one is not None:
                keep(connection, "round", one.__dict__)
            connection.execute("COMMIT")
    except FileNotFoundError:
        return


def _today() -> str:
    return datetime.date.today().isoformat()
