"""Two tabs of one study: every form that says which version it was made of is refused once that version is gone."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode

from tests.app.asking import OURS, ask
from tests.app.test_every_route import Served, served, state_of, unsafe, whole

__all__ = ["served", "whole"]
VERSION, WAY = "version", "to"
"""The second says where a code goes; a single one can go nowhere, which is told first."""
FORM = OURS | {"content-type": "application/x-www-form-urlencoded"}


@dataclass
class Found:
    """A form of a page, and what a browser would send of it."""

    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)


class Forms(HTMLParser):
    """All forms that post."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Found] = []
        self._open: Found | None = None
        self._chosen = self._written = ""

    def handle_data(self, data: str) -> None:
        if self._open is not None and self._written:
            name, text = self._open.fields[-1]
            self._open.fields[-1] = (name, text + data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("method", "").lower() == "post" and "action" in given:
            self._open = Found(given["action"])
            self.forms.append(self._open)
        if self._open is None:
            return
        if tag == "select":
            self._chosen = given.get("name", "")
        elif tag == "option" and self._chosen and ("selected" in given or self._chosen not in dict(self._open.fields)):
            self._open.fields = [one for one in self._open.fields if one[0] != self._chosen]
            self._open.fields.append((self._chosen, given.get("value", "")))
        elif tag == "button" and given.get("name", "") in dict(self._open.fields):
            return  # of several buttons the first is pressed
        elif (
            tag in ("input", "button")
            and given.get("name")
            and "disabled" not in given
            and given.get("type") not in ("file", "checkbox")
        ):
            self._open.fields.append((given["name"], given.get("value", "")))
        elif tag == "textarea":
            self._written = given.get("name", "")
            self._open.fields.append((self._written, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        if tag in ("select", "textarea"):
            self._chosen = self._written = ""


def other(version: str) -> str:
    """A version of the same kind."""
    return str(int(version) + 7) if version.isdigit() and len(version) < 16 else "0123456789abcdef"


def forms_with_a_version(served: Served) -> dict[str, Found]:
    """By action, so that each is asked once."""
    found: dict[str, Found] = {}
    for one in served.of("GET"):
        answer = ask(served.app, "GET", one.filled(), OURS)
        if answer.headers.get("content-type", "").startswith("text/html"):
            reader = Forms()
            reader.feed(answer.body.decode())
            for form in reader.forms:
                if VERSION in dict(form.fields):
                    found.setdefault(form.action, form)
    return found


def test_a_form_of_a_version_that_is_gone_is_refused_and_changes_nothing(served: Served) -> None:
    forms = forms_with_a_version(served)
    assert len(forms) >= 8, sorted(forms)
    before, wrong = state_of(served.folder), []
    for action, form in forms.items():
        sent = [(name, value) for name, value in form.fields if name not in (VERSION, WAY)] + [
            (VERSION, other(dict(form.fields)[VERSION]))
        ]
        answer = ask(served.app, "POST", action, FORM, urlencode(sent).encode())
        if answer.status != 409 or unsafe(answer):
            wrong.append((action, answer.status, [name for name, _ in sent]))
    assert wrong == []
    assert state_of(served.folder) == before
