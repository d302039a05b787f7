"""Draw docs/figures/measurement-path.*.svg: from data to "these groups may be compared on this".

Run: python docs/figures/measurement_path.py
"""

from __future__ import annotations

from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
LANGUAGES = ("nl", "en")
MADE = tuple(f"measurement-path.{language}.svg" for language in LANGUAGES)
WIDTH, LEFT, GAP = 920, 24, 20
ASK_WIDTH, ELSE_X = 470, 548
LINE, ROW, RADIUS = 19, 100, 8
STYLE = """
text{font-family:Helvetica,Arial,'DejaVu Sans',sans-serif;font-size:14px;fill:#1c2b2a}
.page{fill:#ffffff}.box{fill:#eef4f2;stroke:#0b6e66;stroke-width:1.5}.else{fill:#f8f1ec;stroke:#b78a6c}
.head{font-weight:bold;font-size:15px}
.code{font-family:'DejaVu Sans Mono',Menlo,Consolas,monospace;font-size:12px;fill:#0b6e66}
.soft,.word{fill:#55645f;font-size:13px}.arrow{stroke:#55645f;stroke-width:1.5;fill:none}.tip{fill:#55645f}
.none{fill:#f8e6df;stroke:#8a3b12;stroke-width:1.5}.some{fill:#fdf3d8;stroke:#8a6a12;stroke-width:1.5}
.most{fill:#dcefe9;stroke:#0b6e66;stroke-width:1.5}
@media (prefers-color-scheme:dark){
text{fill:#e8efed}.page{fill:#10191a}.box{fill:#18302f;stroke:#5fc2b6}.else{fill:#2b221c;stroke:#a67c60}
.code{fill:#7fd6ca}.soft,.word{fill:#b3c1bd}.arrow{stroke:#b3c1bd}.tip{fill:#b3c1bd}
.none{fill:#3a2018;stroke:#d58a63}.some{fill:#362d14;stroke:#d0b25a}.most{fill:#163833;stroke:#5fc2b6}}
""".replace("\n", "")


class Picture:
    """Shapes of one language, in the order in which they are drawn."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.parts: list[str] = []

    def say(self, entry: Any) -> Any:
        """The text, or the lines of it, in this language."""
        return entry[self.language] if isinstance(entry, dict) else entry

    def box(self, x: float, y: float, width: float, height: float, kind: str) -> None:
        """A rectangle with round corners."""
        self.parts.append(
            f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="{RADIUS}" class="{kind}"/>'
        )

    def lines(self, x: float, y: float, texts: list[str], kind: str = "", *, middle: bool = False) -> float:
        """Lines below each other from the baseline y; the baseline of the next line comes back."""
        anchor = ' text-anchor="middle"' if middle else ""
        style = f' class="{kind}"' if kind else ""
        for text in texts:
            self.parts.append(f'<text x="{x:g}" y="{y:g}"{anchor}{style}>{escape(text)}</text>')
            y += LINE
        return y

    def arrow(self, *points: tuple[float, float]) -> None:
        """A line through the points with a tip at the last."""
        path = " L".join(f"{x:g} {y:g}" for x, y in points)
        (_, before_y), (x, y) = points[-2:]
        if before_y == y:
            tip = f"{x:g},{y:g} {x - 8:g},{y - 4.5:g} {x - 8:g},{y + 4.5:g}"
        else:
            tip = f"{x:g},{y:g} {x - 4.5:g},{y - 8:g} {x + 4.5:g},{y - 8:g}"
        before = f'<path d="M{path}" class="arrow"/>'
        self.parts.append(f'{before}<polygon points="{tip}" class="tip"/>')


def question(picture: Picture, y: float, entry: dict[str, Any], words: dict[str, Any]) -> None:
    """A question with how to answer it, and on the right what to do when the answer is no."""
    picture.box(LEFT, y, ASK_WIDTH, ROW, "box")
    picture.lines(LEFT + 16, y + 25, [picture.say(entry["ask"])], "head")
    below = picture.lines(LEFT + 16, y + 47, picture.say(entry["how"]), "soft")
    picture.lines(LEFT + 16, below + 1, [entry["call"]], "code")
    middle, start, end = y + ROW / 2, LEFT + ASK_WIDTH, ELSE_X - 3
    picture.arrow((start, middle), (end, middle))
    picture.lines((start + end) / 2, middle - 7, [picture.say(words["no"])], "word", middle=True)
    picture.box(ELSE_X, y + 18, WIDTH - LEFT - ELSE_X, ROW - 36, "else")
    picture.lines(ELSE_X + 12, y + 46, picture.say(entry["else"]), "soft")


def down(picture: Picture, y: float, length: float, word: str = "") -> float:
    """An arrow from one box to the next, below the first third of a question."""
    x = LEFT + 90
    picture.arrow((x, y), (x, y + length - 3))
    picture.lines(x + 10, y + length / 2 + 4, [word] if word else [], "word")
    return y + length


def fork(picture: Picture, y: float, entry: dict[str, Any]) -> float:
    """The question with several ways to answer it, each in a box."""
    inner = WIDTH - 2 * LEFT
    ways, height = entry["ways"], 192
    picture.box(LEFT, y, inner, height + 54, "box")
    picture.lines(LEFT + 16, y + 26, [picture.say(entry["ask"])], "head")
    width = (inner - 2 * 16 - (len(ways) - 1) * 10) / len(ways)
    for number, way in enumerate(ways):
        x = LEFT + 16 + number * (width + 10)
        picture.box(x, y + 40, width, height, "page")
        below = picture.lines(x + 10, y + 63, picture.say(way["head"]), "head")
        picture.lines(x + 10, below + 6, picture.say(way["body"]), "soft")
        calls = way["call"]
        picture.lines(x + 10, y + 40 + height - 10 - LINE * (len(calls) - 1), calls, "code")
    return y + height + 54


def outcomes(picture: Picture, y: float, entries: list[dict[str, Any]]) -> float:
    """Three boxes side by side: what may be said."""
    width = (WIDTH - 2 * LEFT - 2 * GAP) / 3
    for number, (entry, kind) in enumerate(zip(entries, ("none", "some", "most"), strict=True)):
        x = LEFT + number * (width + GAP)
        picture.box(x, y, width, 126, kind)
        picture.lines(x + 14, y + 27, [picture.say(entry["head"])], "head")
        below = picture.lines(x + 14, y + 50, picture.say(entry["body"]))
        picture.lines(x + 14, below + 6, picture.say(entry["next"]), "soft")
    return y + 126


def draw(language: str) -> str:
    """The figure as SVG."""
    texts = yaml.safe_load((HERE / "measurement-path.yaml").read_text(encoding="utf-8"))
    picture, y = Picture(language), 24.0
    picture.box(LEFT, y, ASK_WIDTH, 58, "box")
    first, second = picture.say(texts["start"])
    picture.lines(LEFT + 16, y + 24, [first], "head")
    picture.lines(LEFT + 16, y + 45, [second], "soft")
    y = down(picture, y + 58, 26)
    for entry in texts["questions"]:
        question(picture, y, entry, texts)
        y = down(picture, y + ROW, 34, picture.say(texts["yes"]))
    y = down(picture, fork(picture, y, texts["fork"]), 30)
    question(picture, y, texts["last"], texts)
    y, top = y + ROW, y + ROW + 44
    width = (WIDTH - 2 * LEFT - 2 * GAP) / 3
    places = [LEFT + number * (width + GAP) + 90 for number in range(3)]
    picture.arrow((places[0], y), (places[0], top - 3))
    for before, x in pairwise(places):
        picture.arrow((before, y + 20), (x, y + 20), (x, top - 3))
    height = outcomes(picture, top, texts["outcomes"]) + 24
    size = f'width="{WIDTH}" height="{height:g}" viewBox="0 0 {WIDTH} {height:g}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="title description">'
    head += f'<title id="title">{escape(picture.say(texts["title"]))}</title>'
    head += f'<desc id="description">{escape(picture.say(texts["description"]))}</desc><style>{STYLE}</style>'
    page = f'<rect width="{WIDTH}" height="{height:g}" rx="12" class="page"/>'
    return "\n".join([head, page, *picture.parts, "</svg>", ""])


if __name__ == "__main__":
    for each in LANGUAGES:
        (HERE / f"measurement-path.{each}.svg").write_text(draw(each), encoding="utf-8", newline="\n")
