"""200 people fill in a form on the local network at once: nobody's answers are lost, and how long each request takes.

Each opens the form with its scripts, saves ten pages and sends in; all begin in the same second, as when a lecturer
shows the code, and then wait a little between pages (1 to 3 seconds: far quicker than anybody reads). ``--think 0`` is
the worst that can be: 200 that never wait. The people run in a process of their own.

    python benchmarks/collecting.py [--people 200] [--pages 10] [--think 2]
"""

from __future__ import annotations

import argparse
import asyncio
import datetime
import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

KIND = "speed"

FIRM, MOST = "Smit", 300.0


class Person:
    """One phone: a connection that stays open, a cookie, and the times of its requests."""

    def __init__(self, url: str, times: dict[str, list[float]]) -> None:
        self.place = urlsplit(url)
        self.times, self.cookie = times, ""
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def ask(self, kind: str, method: str, path: str, content: bytes = b"", type: str = "") -> tuple[int, bytes]:
        begun = time.perf_counter()
        if self.writer is None or self.writer.is_closing():
            self.reader, self.writer = await asyncio.open_connection(self.place.hostname, self.place.port)
        assert self.reader is not None
        host = self.place.netloc
        lines = [f"{method} {path} HTTP/1.1", f"host: {host}", "accept-encoding: gzip"]
        lines += [f"content-length: {len(content)}"]
        lines += [f"origin: http://{host}", f"content-type: {type}"] if method == "POST" else []
        lines += [f"cookie: {self.cookie}"] if self.cookie else []
        self.writer.write("\r\n".join([*lines, "", ""]).encode() + content)
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        length = int(re.search(r"content-length: (\d+)", head)[1])
        body = await self.reader.readexactly(length)
        self.times.setdefault(kind, []).append(1000 * (time.perf_counter() - begun))
        if found := re.search(r"set-cookie: (answers-\d+=[^;\"]+);", head):
            self.cookie = found[1]
        if "connection: close" in head:
            self.writer.close()
        return int(head.split()[1]), body


async def fill_in(person: Person, code: str, number: int, pages: int, think: float) -> dict:
    drawn = random.Random(number)
    await person.ask("entrance", "GET", f"/?code={code}")
    form = "application/x-www-form-urlencoded"
    status, _ = await person.ask("begin", "POST", "/begin", f"code={code}".encode(), form)
    assert status == 303, status
    _, page = await person.ask("form", "GET", "/form")
    for asset in re.findall(r'(?:src|href)="(/asset/[^"]+)"', page.decode()):
        await person.ask("asset", "GET", asset)
    given: dict = {"toestemming": 1, "bedrijf": FIRM, "learning_culture_1": {}}
    given |= {"code_moeder": "AN", "code_dag": f"{number % 31 + 1:02}", "code_plaats": "UT"}
    items = [f"lc{n:02}" for n in range(1, 10)]
    for n in range(pages):
        await asyncio.sleep(think * drawn.uniform(0.5, 1.5))
        given["learning_culture_1"] |= {items[n % len(items)]: drawn.randint(1, 5)}
        sent = json.dumps({"after": n, "save": f"s{n}", "page": 4, "answers": given}).encode()
        status, told = await person.ask("save", "POST", "/save", sent, "application/json")
        assert status == 200, (status, told)
    await asyncio.sleep(think * drawn.uniform(0.5, 1.5))
    sent = json.dumps({"after": pages, "save": "last", "page": 4, "answers": given}).encode()
    status, told = await person.ask("send", "POST", "/send", sent, "application/json")
    assert status == 200, (status, told)
    person.writer.close()
    return given


async def crowd(url: str, code: str, people: int, pages: int, think: float) -> None:
    times: dict[str, list[float]] = {}

    async def one(number: int) -> dict:
        await asyncio.sleep(random.Random(-number).uniform(0, 1) if think else 0)
        return await fill_in(Person(url, times), code, number, pages, think)

    given = await asyncio.gather(*(one(number) for number in range(people)))
    print(json.dumps({"given": given, "times": times}))


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--people", type=int, default=200)
    asked.add_argument("--pages", type=int, default=10)
    asked.add_argument("--think", type=float, default=2.0)
    asked.add_argument("--crowd", nargs=2, help=argparse.SUPPRESS)
    chosen = asked.parse_args()
    if chosen.crowd:
        asyncio.run(crowd(*chosen.crowd, chosen.people, chosen.pages, chosen.think))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        return measure(Path(folder) / "study", chosen)


def measure(folder: Path, chosen: argparse.Namespace) -> int:
    from lcresearch import shipped, studies
    from lcresearch.app.collecting.closing import close_round
    from lcresearch.app.collecting.opening import open_round
    from lcresearch.app.collecting.running import Rounds

    shutil.copytree(shipped.folder("analyses") / "short-cycle-example", folder)
    today = datetime.date.today()
    open_round(studies.load(folder), wave="t0", languages=["nl"], slips=0, host="127.0.0.1", today=today)
    rounds = Rounds()
    one = rounds.serve(folder)
    command = [sys.executable, __file__, "--people", str(chosen.people), "--pages", str(chosen.pages)]
    command += ["--think", str(chosen.think), "--crowd", f"http://{one.host}:{one.port}", one.code]
    told = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
    rounds.end(folder)
    closed = close_round(folder)
    rows = json.loads((folder / closed[0].file).read_text(encoding="utf-8"))
    own = ("form_mark", "form_language", "form_opened", "form_seconds")
    read = [json.dumps({k: v for k, v in row.items() if k not in own}, sort_keys=True) for row in rows]
    given = Counter(json.dumps(one, sort_keys=True) for one in told["given"])
    lost = (given - Counter(read)).total()
    print(f"{chosen.people} people, {chosen.pages} pages each, {chosen.think:g} s between pages; lost: {lost}")
    print(f"{'':10}{'n':>7}{'median':>10}{'95%':>10}{'most':>10}   (ms)")
    everything = [each for kind in told["times"].values() for each in kind]
    for kind, each in [*told["times"].items(), ("all", everything)]:
        each.sort()
        at = [each[int(share * (len(each) - 1))] for share in (0.5, 0.95, 1)]
        print(f"{kind:10}{len(each):>7}" + "".join(f"{ms:>10.1f}" for ms in at))
    slow = sorted(everything)[int(0.95 * (len(everything) - 1))]
    return 0 if lost == 0 and slow < MOST else 1


if __name__ == "__main__":
    sys.exit(main())
