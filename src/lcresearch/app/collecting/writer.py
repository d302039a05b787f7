"""One writer to a database: what is asked of it at the same time goes to disk together.

A commit that is safely on disk takes some milliseconds, whether it holds one change or two hundred. So all changes that
wait are made in one transaction, each of them whole or not at all, and only then confirmed.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, TypeVar

T = TypeVar("T")
Change = Callable[[sqlite3.Connection], T]
_MOST = 500
_Waiting = tuple[Change[Any], "Future[Any]"]


class Writer:
    """Makes changes in the order in which they are asked for.

    Parameters
    ----------
    open_file : callable
        Gives the connection; called in the thread that uses it.
    """

    def __init__(self, open_file: Callable[[Path], sqlite3.Connection], path: Path) -> None:
        self._waiting: SimpleQueue[_Waiting | None] = SimpleQueue()
        self._open, self._path = open_file, path
        self._ends = False
        self._thread = Thread(target=self._work, daemon=True)
        self._thread.start()

    async def do(self, change: Change[T]) -> T:
        """Make a change; when this returns, it is on disk. Refused once the file is closed."""
        if self._ends:
            raise RuntimeError("closed")
        made: Future[T] = Future()
        self._waiting.put((change, made))
        return await asyncio.wrap_future(made)

    def close(self) -> None:
        """Finish what waits, and close the file."""
        self._ends = True
        self._waiting.put(None)
        self._thread.join(timeout=20)

    def _work(self) -> None:
        connection = self._open(self._path)
        while self._together(connection):
            pass
        connection.close()

    def _together(self, connection: sqlite3.Connection) -> bool:
        """All that waits in one transaction; False at the end."""
        first = self._waiting.get()
        batch, ends = ([first], False) if first is not None else (list[_Waiting](), True)
        while not ends and len(batch) < _MOST:
            try:
                one = self._waiting.get_nowait()
            except Empty:
                break
            if one is None:
                ends = True
            else:
                batch.append(one)
        if batch:
            _commit(connection, batch)
        return not ends


def _commit(connection: sqlite3.Connection, batch: list[_Waiting]) -> None:
    results: list[tuple[Future[Any], Any, Exception | None]] = []
    try:
        connection.execute("BEGIN IMMEDIATE")
        for change, made in batch:
            connection.execute("SAVEPOINT one")
            try:
                results.append((made, change(connection), None))
            except Exception as error:
                connection.execute("ROLLBACK TO one")
                results.append((made, None, error))
            connection.execute("RELEASE one")
        connection.execute("COMMIT")
    except Exception as error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        results = [(made, None, error) for _, made in batch]
    for made, value, fault in results:
        if made.cancelled():
            continue
        if fault is None:
            made.set_result(value)
        else:
            made.set_exception(fault)
