"""One device that opens many connections and sends nothing keeps nobody out."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from contextlib import suppress

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from lcresearch.app.collecting.answering.patience import most_connections, patient


async def echo(request):
    return PlainTextResponse(str(len(await request.body())))


@pytest.fixture
def port():
    """A form with little patience, and a share of 300 connections for one address."""
    listening = socket.create_server(("127.0.0.1", 0), backlog=1_000)
    app = Starlette(routes=[Route("/", echo, methods=["GET", "POST"])])
    http = patient(400, check=0.3)
    server = uvicorn.Server(uvicorn.Config(app, http=http, log_level="critical", access_log=False, lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield listening.getsockname()[1]
    server.should_exit = True
    thread.join(10)


def opened(port, sent=b""):
    made = socket.create_connection(("127.0.0.1", port), 10)
    made.settimeout(10)
    with suppress(ConnectionError):  # it may be refused before all is sent
        made.sendall(sent)
    return made


def answer(connection):
    """What comes back until the other side ends."""
    got = b""
    try:
        while piece := connection.recv(4_096):
            got += piece
    except ConnectionResetError:
        pass
    return got


WHOLE = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc"


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET / HTTP/1.1\r\nHost: a\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nabc",
        b"GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\n",
    ],
    ids=["nothing", "half a head", "half a body", "one request and half of another"],
)
def test_a_request_that_does_not_arrive_is_given_up(port, sent):
    began = time.monotonic()
    with opened(port, sent) as connection:
        got = answer(connection)
    assert time.monotonic() - began < 8
    assert got.count(b"200 OK") == sent.count(b"\r\n\r\nGET")


def test_one_address_has_no_more_than_its_share_and_gets_it_back(port):
    held = [opened(port) for _ in range(300)]
    with opened(port, WHOLE) as over:
        assert answer(over) == b""
    for one in held:
        one.close()
    until = time.monotonic() + 10
    got = b""
    while b"200 OK" not in got and time.monotonic() < until:
        with opened(port, WHOLE) as later:
            got = answer(later)
    assert got.endswith(b"3")


def test_who_sends_slowly_but_whole_gets_an_answer(port):
    with opened(port, WHOLE[:40]) as connection:
        time.sleep(0.1)
        connection.sendall(WHOLE[40:])
        assert answer(connection).endswith(b"3")


def test_this_computer_takes_enough_connections_for_a_room():
    assert most_connections() >= 1_000
    assert issubclass(patient(most_connections()), asyncio.Protocol)
