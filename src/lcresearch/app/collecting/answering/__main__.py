"""The process of an open round: ``python -m lcresearch.app.collecting.answering FILE HOST PORT``.

It ends when whoever started it closes its standard input, which the system does too when that one crashes; so no port
stays open that nobody knows of. A line on standard input says that the round closes: it lets go of the file, says so,
and from then on shows only that the questionnaire is closed.
"""

from __future__ import annotations

import gc
import json
import logging
import os
import sys
from pathlib import Path
from threading import Thread

import uvicorn

from lcresearch.app.collecting.addresses import USUAL_PORT, own_addresses
from lcresearch.app.collecting.answering.application import make_answering
from lcresearch.app.collecting.answering.patience import most_connections, patient
from lcresearch.app.listening import LOOPBACK, listen
from lcresearch.errors import AppError


def main(file: str, host: str, port: str) -> int:
    """Serve a round until standard input ends; tells its port on standard output."""
    try:
        listening = listen(host, int(port) or None, usual=USUAL_PORT)
    except AppError as error:
        _tell({"fault": str(error.problems[0].values.get("reason", ""))})
        return 1
    found = int(listening.getsockname()[1])
    names = [LOOPBACK, "localhost", *own_addresses()] if host == LOOPBACK else [host]
    hosts = frozenset(f"{name}:{found}" for name in names)
    app = make_answering(Path(file), port=found, hosts=hosts)
    logging.disable(logging.CRITICAL)  # what goes wrong may name an address or an answer
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            http=patient(most_connections()),
            access_log=False,
            log_config=None,
            server_header=False,
            proxy_headers=False,
            ws="none",
            lifespan="off",
            timeout_keep_alive=15,
            timeout_graceful_shutdown=3,
            backlog=2048,
        )
    )

    def until_closed() -> None:
        while os.read(sys.stdin.fileno(), 1_024):
            app.state.served.close()
            _tell({"closed": True})
        server.should_exit = True

    gc.freeze()  # what is there from the start stays; looking through it again costs time when many ask at once
    Thread(target=until_closed, daemon=True).start()
    _tell({"port": found})
    server.run(sockets=[listening])
    app.state.served.writer.close()
    return 0


def _tell(line: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
