"""Who gets in: the right host, our own pages, and the browser that was given the token."""

from __future__ import annotations

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from tests.app.asking import apart

from lcresearch.app.security.gate import Gate

TOKEN, COOKIE, HOST = "a-token", "lcresearch-1", "127.0.0.1:1"
LET_IN = {"cookie": f"{COOKIE}={TOKEN}"}
OURS = LET_IN | {"origin": f"http://{HOST}"}


def ask(method, address, headers):
    """One request to an application behind the gate."""
    app = Starlette(routes=[Route("/{rest:path}", lambda request: PlainTextResponse("in"), methods=["GET", "POST"])])
    gate = Gate(app, token=TOKEN, hosts=frozenset({HOST}), cookie=COOKIE)

    async def asking():
        async with httpx.AsyncClient(transport=httpx.ASGITransport(gate), base_url=f"http://{HOST}") as client:
            return await client.request(method, address, headers={name: one.encode() for name, one in headers.items()})

    return apart(asking())


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("GET", LET_IN, 200),
        ("GET", LET_IN | {"sec-fetch-site": "same-origin"}, 200),
        ("POST", OURS, 200),
        ("GET", {}, 403),
        ("GET", {"cookie": f"{COOKIE}=a-toke"}, 403),
        ("GET", {"cookie": f"{COOKIE}=é"}, 403),
        ("GET", {"cookie": f"other={TOKEN}"}, 403),
        ("POST", LET_IN, 403),
        ("POST", OURS | {"origin": "null"}, 403),
        ("POST", OURS | {"origin": "http://127.0.0.1:2"}, 403),
        ("POST", OURS | {"origin": f"https://{HOST}"}, 403),
        ("POST", OURS | {"origin": "http://elsewhere.example"}, 403),
        ("POST", OURS | {"sec-fetch-site": "cross-site"}, 403),
        ("GET", LET_IN | {"sec-fetch-site": "same-site"}, 403),
        ("GET", LET_IN | {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}, 403),
        ("GET", LET_IN | {"host": "elsewhere.example:1"}, 421),
        ("GET", LET_IN | {"host": "127.0.0.1"}, 421),
        ("TRACE", LET_IN, 405),
        ("OPTIONS", LET_IN, 405),
    ],
)
def test_who_gets_in(method, headers, status):
    assert ask(method, "/page", headers).status_code == status


@pytest.mark.parametrize(
    ("address", "location"),
    [
        (f"/?token={TOKEN}", "/"),
        (f"/studies/a%2Fb?x=1&token={TOKEN}", "/studies/a%2Fb?x=1"),
        (f"//elsewhere.example/?token={TOKEN}", "/elsewhere.example/"),
    ],
)
def test_the_token_leaves_the_address_and_stays_on_this_site(address, location):
    answer = ask("GET", f"http://{HOST}{address}", {})
    assert (answer.status_code, answer.headers["location"]) == (303, location)
    kept = answer.headers["set-cookie"].lower()
    assert all(word in kept for word in (f"{COOKIE}={TOKEN}", "httponly", "samesite=strict", "path=/"))


def test_a_token_in_a_form_lets_nobody_in():
    assert ask("POST", f"/?token={TOKEN}", {"origin": f"http://{HOST}"}).status_code == 403
