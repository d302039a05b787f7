"""The lecturer's pages of collecting: start a round, show it to the room, pause, close."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from lcresearch.app.collecting.addresses import USUAL_PORT, own_addresses
from lcresearch.app.collecting.closing import Closed, close_round
from lcresearch.app.collecting.codes import shown_code
from lcresearch.app.collecting.opening import MOST_SLIPS, offered_languages, open_round, round_path
from lcresearch.app.collecting.qr import qr_in_page, qr_svg
from lcresearch.app.collecting.round_file import Round, add_slips, counts, opened, unused_slips
from lcresearch.app.collecting.running import Rounds
from lcresearch.app.forms import read_form
from lcresearch.app.listening import LOOPBACK
from lcresearch.app.pages import page, redirect
from lcresearch.app.studies.frame import frame, study_folder, study_name
from lcresearch.errors import AppError, StudyError
from lcresearch.messages import Messages

if TYPE_CHECKING:
    from lcresearch.studies.study import Study

_KEY = "app.collecting."


def _rounds(request: Request) -> Rounds:
    rounds: Rounds = request.app.state.rounds
    return rounds


def link(one: Round, code: str = "") -> str:
    """The address of a round on the network, with a code for who need not type it."""
    return f"http://{one.host}:{one.port}/" + (f"?code={code}" if code else "")


def _open_round(request: Request) -> tuple[Path, Round]:
    """The folder of the study and its round.

    Raises
    ------
    AppError
        W081, when none is open.
    """
    folder = study_folder(request)
    one = _rounds(request).round(folder)
    if one is None:
        raise AppError("W081")
    return folder, one


def show(request: Request) -> Response:
    """The page of the study: start a round, or see how the open one goes."""
    from lcresearch import studies
    from lcresearch.studies.forms import form_of_study

    around, folder = frame(request, "collecting"), study_folder(request)
    one = _rounds(request).round(folder)
    study = studies.load(folder)
    if one is not None:
        return page(request, "collecting_open.html", study=around, **_of_round(request, folder, one, study))
    try:
        languages = offered_languages(form_of_study(study))
    except StudyError as error:
        if error.problems[0].code != "S130":
            raise
        return page(request, "collecting_none.html", study=around, key="no_form")
    if not languages:
        return page(request, "collecting_none.html", study=around, key="no_languages")
    return page(request, "collecting_start.html", study=around, **_choices(study, languages))


def _choices(study: Study, languages: list[str]) -> dict[str, Any]:
    """What can be chosen for a round, and what is chosen unless somebody says otherwise."""
    say = Messages()
    answered = {use.wave for use in study.file.responses if (study.folder / use.file).is_file()}
    waves = list(study.file.waves.labels.items()) if study.file.waves is not None else []
    shown = [
        (name, label.get(say.language, name) + (f" ({say(f'{_KEY}wave_done')})" if name in answered else ""))
        for name, label in waves
    ]
    open_waves = [name for name, _ in waves if name not in answered]
    form = study.file.form
    return {
        "waves": shown,
        "wave": (open_waves or [name for name, _ in waves] or [""])[0],
        "spoken": languages,
        "addresses": own_addresses(),
        "loopback": LOOPBACK,
        "most_slips": MOST_SLIPS,
        "port": str(USUAL_PORT),
        "keeps_unfinished": form is not None and form.keep_unfinished,
        "earlier": _earlier(study),
    }


def _earlier(study: Study) -> list[tuple[str, str]]:
    """Files of earlier rounds, with the wave in words."""
    say = Messages()
    labels = dict(study.waves)
    return [
        (use.file, labels.get(use.wave or "", {}).get(say.language, use.wave or ""))
        for use in study.file.responses
        if use.platform == "surveyjs" and (study.folder / use.file).is_file()
    ]


def _of_round(request: Request, folder: Path, one: Round, study: Study) -> dict[str, Any]:
    say = Messages()
    labels = dict(study.waves)
    with opened(round_path(folder)) as connection:
        now = counts(connection)
    return {
        "one": one,
        "now": now,
        "serves": _rounds(request).serves(folder),
        "url": link(one),
        "code": shown_code(one.code),
        "wave": labels.get(one.wave or "", {}).get(say.language, one.wave or ""),
        "port": str(one.port or USUAL_PORT),
        "most_slips": MOST_SLIPS,
        "keeps_unfinished": one.keeps_unfinished,
    }


async def start(request: Request) -> Response:
    """Open a round and serve it."""
    form = await read_form(request)
    slips = _number(form.text("n_slips")) if form.text("kind") == "slips" else 0
    host = form.text("address")
    chosen = (form.text("wave") or None, form.texts("language"), slips, host if host in own_addresses() else LOOPBACK)
    await run_in_threadpool(_start, _rounds(request), study_folder(request), *chosen)
    return _back(request, Messages()(f"{_KEY}started"))


def _start(rounds: Rounds, folder: Path, wave: str | None, languages: list[str], slips: int, host: str) -> None:
    from lcresearch import studies

    today = datetime.date.today()
    open_round(studies.load(folder), wave=wave, languages=languages, slips=slips, host=host, today=today)
    rounds.serve(folder)


def _number(text: str) -> int:
    """A number of slips.

    Raises
    ------
    AppError
        W085, for anything else.
    """
    if not (text.isascii() and text.isdigit() and len(text) < 5 and 1 <= int(text) <= MOST_SLIPS):
        raise AppError("W085", most=MOST_SLIPS)
    return int(text)


def _back(request: Request, notice: str) -> Response:
    return redirect(request, "studies", study_name(request), "collecting", notice=notice)


def pause(request: Request) -> Response:
    """Serve the round no longer; nothing is lost."""
    folder, _ = _open_round(request)
    _rounds(request).pause(folder)
    return _back(request, Messages()(f"{_KEY}was_paused"))


def resume(request: Request) -> Response:
    """Serve it again."""
    folder, before = _open_round(request)
    now = _rounds(request).serve(folder)
    moved = before.port != 0 and link(now) != link(before)
    return _back(request, Messages()(f"{_KEY}address_changed" if moved else f"{_KEY}goes_on"))


def close(request: Request) -> Response:
    """Close the round: its answers become a file of the study, and the page with answers says what came of it."""
    folder, _ = _open_round(request)
    rounds = _rounds(request)
    rounds.stop_taking(folder)
    try:
        one, closed = close_round(folder)
    except Exception:  # it is not closed, so nobody should read that it is
        rounds.end(folder)
        raise
    part = "answers" if closed.sent + closed.unfinished else "collecting"
    return redirect(request, "studies", study_name(request), part, notice=_told(one, closed))


def _told(one: Round, closed: Closed) -> str:
    say = Messages()
    n = closed.sent + closed.unfinished
    lines = [say(f"{_KEY}closed", n=n, file=one.file) if n else say(f"{_KEY}closed_empty")]
    if closed.unfinished:
        lines.append(say(f"{_KEY}closed_unfinished", n=closed.unfinished))
    if closed.removed:
        lines.append(say(f"{_KEY}closed_removed", n=closed.removed))
    return " ".join(lines)


async def more_slips(request: Request) -> Response:
    """Make more slips."""
    form = await read_form(request)
    folder, one = _open_round(request)
    n = _number(form.text("n_slips"))
    if not one.personal:
        raise AppError("W081")
    await run_in_threadpool(_add, folder, n)
    return _back(request, Messages()(f"{_KEY}slips_made", n=n))


def _add(folder: Path, n: int) -> None:
    with opened(round_path(folder)) as connection:
        if counts(connection).slips + n > MOST_SLIPS:
            raise AppError("W085", most=MOST_SLIPS)
        add_slips(connection, n)


def count(request: Request) -> Response:
    """How many began and finished, for the page that shows it; that the round was closed is an answer, too."""
    folder = study_folder(request)
    if _rounds(request).round(folder) is None:
        return JSONResponse({"closed": True})
    with opened(round_path(folder)) as connection:
        now = counts(connection)
    return JSONResponse(
        {"started": now.started, "sent": now.sent, "unused": now.unused, "serves": _rounds(request).serves(folder)}
    )


def beamer(request: Request) -> Response:
    """What the room sees, in large print."""
    from lcresearch import studies

    folder, one = _open_round(request)
    around = frame(request, "collecting")
    values = _of_round(request, folder, one, studies.load(folder))
    title = one.title.get(Messages().language) or next(iter(one.title.values()))
    return page(request, "collecting_beamer.html", study=around, title=title, **values)


def draw_qr(request: Request) -> Response:
    """The QR code of the round."""
    _, one = _open_round(request)
    return Response(qr_svg(link(one, one.code)), media_type="image/svg+xml")


def slips(request: Request) -> Response:
    """Slips to print: those that were not used yet."""
    folder, one = _open_round(request)
    with opened(round_path(folder)) as connection:
        codes = unused_slips(connection)
    made = [{"code": shown_code(code), "qr": qr_in_page(link(one, code))} for code in codes]
    title = one.title.get(Messages().language) or next(iter(one.title.values()))
    return page(
        request, "collecting_slips.html", study=frame(request, "collecting"), slips=made, url=link(one), title=title
    )


_AT = "/studies/{study}/collecting"
ROUTES = [
    Route(_AT, show),
    Route(f"{_AT}/start", start, methods=["POST"]),
    Route(f"{_AT}/pause", pause, methods=["POST"]),
    Route(f"{_AT}/resume", resume, methods=["POST"]),
    Route(f"{_AT}/close", close, methods=["POST"]),
    Route(f"{_AT}/more", more_slips, methods=["POST"]),
    Route(f"{_AT}/count", count),
    Route(f"{_AT}/screen", beamer),
    Route(f"{_AT}/code.svg", draw_qr),
    Route(f"{_AT}/slips", slips),
]
