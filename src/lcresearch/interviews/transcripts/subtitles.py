"""Subtitles: WebVTT and SRT, as Teams, Zoom and YouTube write them."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from lcresearch.interviews.transcripts.paragraphs import Paragraph, joined
from lcresearch.interviews.transcripts.speakers import is_name, is_remark, is_usual
from lcresearch.interviews.transcripts.times import ARROW, is_possible, seconds

_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+(?P<name>[^>]+)>(?P<text>.*?)(?:</v>|(?=<v[.\s])|\Z)", re.DOTALL)
_TAG = re.compile(r"</?(?:[bicuv]|ruby|rt|lang)(?:[.\s][^>]*)?>|<[\d:.]+>|</?font[^>]*>|\{\\\w+\}", re.IGNORECASE)
_NAMED = re.compile(r"^(?:>>\s*)?(?P<name>[^:\n]{1,40}):\s+(?P<text>.+)$", re.DOTALL)
_BLOCKS = ("NOTE", "STYLE", "REGION")
_TOUCHING = 0.1
_NAMES_ABOVE = 0.8


@dataclass(frozen=True)
class Subtitles:
    """What a file of subtitles says.

    Attributes
    ----------
    paragraphs : list of Paragraph
        Neighbouring cues of the same speaker joined.
    n_cues : int
    odd_times : list of str
        Times that cannot be; what was said then is kept.
    n_repeated : int
        Lines of rolling captions that stood there again and were left out.
    unsure : list of str
        What stands in front of a colon and was not taken as a name.
    """

    paragraphs: list[Paragraph]
    n_cues: int
    odd_times: list[str]
    n_repeated: int = 0
    unsure: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Cue:
    """One piece: its times as written, and its lines."""

    begins: str
    ends: str
    lines: tuple[str, ...]

    @property
    def starts_at(self) -> float | None:
        return seconds(self.begins)

    @property
    def ends_at(self) -> float | None:
        return seconds(self.ends)


def are_subtitles(text: str) -> bool:
    """Whether a text is made of pieces with two times and an arrow, whatever its file is called."""
    return sum(is_possible(found["begins"]) for found in ARROW.finditer(text)) > 1


def read_subtitles(text: str, known: Collection[str] = ()) -> Subtitles:
    r"""Cues of WebVTT or SRT as paragraphs.

    A cue goes on to the next line with an arrow and the number above that, also over blank lines. Speakers are those
    of voice tags; else names on a line of their own at the top of nearly all cues; else names in front of a colon.
    Lines that stand there again are left out only in rolling captions: no voice tags, and at least half of the cues
    that touch begin with lines of the one before.

    Parameters
    ----------
    text : str
        With lines that end in a line feed, without a byte order mark.
    known : collection of str
        Names of speakers that the user gave.

    Examples
    --------
    >>> found = read_subtitles("WEBVTT\n\n00:01.000 --> 00:02.000\n<v Vos, An>Wij leren.</v>")
    >>> found.paragraphs
    [Paragraph(text='Wij leren.', speaker='Vos, An', begins=1.0, ends=2.0)]
    """
    cues = list(_cues(text))
    odd = [time for cue in cues for time in (cue.begins, cue.ends) if not is_possible(time)]
    n_repeated = 0
    unsure: list[str] = []
    if any(_VOICE.search("\n".join(cue.lines)) for cue in cues):
        said = [each for cue in cues for each in _voices(cue)]
    elif _have_names_above(cues):
        said = [_paragraph(replace(cue, lines=cue.lines[1:]), _plain(cue.lines[0])) for cue in cues]
    else:
        cues, n_repeated = _once(cues)
        said, unsure = _named([_paragraph(cue) for cue in cues], known)
    return Subtitles(joined([each for each in said if each.text]), len(cues), odd, n_repeated, unsure)


def _cues(text: str) -> Iterator[_Cue]:
    """From each line with an arrow to the next, without its number, and in WebVTT without comments and styles."""
    lines = text.split("\n")
    starts = [at for at, line in enumerate(lines) if ARROW.match(line)]
    is_vtt = text.lstrip("\ufeff\n ").startswith("WEBVTT")
    numbered = bool(starts) and starts[0] > 0 and lines[starts[0] - 1].strip().isdigit()
    for at, following in pairwise([*starts, len(lines)]):
        body = lines[at + 1 : following]
        if following < len(lines) and body and _is_number(body, numbered=numbered):
            body = body[:-1]
        found = ARROW.match(lines[at])
        assert found is not None
        kept = _without_blocks(body) if is_vtt else body
        yield _Cue(found["begins"], found["ends"], tuple(line for line in kept if line.strip()))


def _is_number(body: Sequence[str], *, numbered: bool) -> bool:
    """Whether the last line is the number or name of the next cue: it stands below a blank line, or all have one."""
    above = body[-2] if len(body) > 1 else "-"
    return bool(body[-1].strip()) and (not above.strip() or (numbered and body[-1].strip().isdigit()))


def _without_blocks(body: Sequence[str]) -> list[str]:
    """Without comments, styles and regions: what stands below a blank line and begins with such a word."""
    kept: list[str] = []
    inside, above = False, "-"
    for line in body:
        begins = not above.strip() and line.split(" ")[0].strip() in _BLOCKS
        inside = bool(line.strip()) and (inside or begins)
        kept += [] if inside else [line]
        above = line
    return kept


def _paragraph(cue: _Cue, speaker: str = "") -> Paragraph:
    return Paragraph(_plain(" ".join(cue.lines)), speaker, cue.starts_at, cue.ends_at)


def _voices(cue: _Cue) -> list[Paragraph]:
    """Names and what they say in one cue."""
    body = "\n".join(cue.lines)
    voices = [(_plain(found["name"]), _plain(found["text"])) for found in _VOICE.finditer(body)]
    before = _plain(body[: body.find("<v")]) if voices else _plain(body)
    said = [("", before), *voices]
    return [Paragraph(text, name, cue.starts_at, cue.ends_at) for name, text in said if text]


def _have_names_above(cues: Sequence[_Cue]) -> bool:
    """Whether nearly all cues begin with a name on a line of its own, as in documents of Teams."""
    firsts = [_plain(cue.lines[0]) for cue in cues if len(cue.lines) > 1]
    names = [first for first in firsts if is_name(first) and first[-1:] not in (".", ",", "?", "!", ":", "…")]
    again = sum(n for n in Counter(names).values() if n > 1)
    return len(names) > 1 and len(names) >= _NAMES_ABOVE * len(cues) and again >= len(names) / 2


def _named(cues: list[Paragraph], known: Collection[str]) -> tuple[list[Paragraph], list[str]]:
    """Names in front of a colon, as Zoom writes them; a cue without a name goes on with the last speaker.

    Also what stands there and is no name. Where at least half of the cues have something in front of a colon, a name
    counts at once, else if it comes back; words in small letters (``iPhone van piet``) count where all cues do.
    """
    marks = [_NAMED.match(cue.text) for cue in cues]
    labels = [found["name"].strip() if found else "" for found in marks]
    counts = Counter(label for label in labels if label)
    share = sum(counts.values()) / max(len(cues), 1)

    def is_speaker(label: str) -> bool:
        if label in known or is_usual(label):
            return True
        if is_remark(label):
            return False
        often = counts[label] > 1
        return (often or share >= 0.5) if is_name(label) else share == 1 or (often and share >= 0.5)

    accepted = {label for label in counts if is_speaker(label)}
    speaker, found = "", []
    for cue, label in zip(cues, labels, strict=True):
        is_named = label in accepted
        speaker = label if is_named else speaker
        text = cue.text[cue.text.index(":") + 1 :].strip() if is_named else cue.text
        found.append(Paragraph(text, speaker, cue.begins, cue.ends))
    return found, [label for label in counts if label not in accepted and is_name(label) and not is_remark(label)]


def _once(cues: list[_Cue]) -> tuple[list[_Cue], int]:
    """Rolling captions show lines again in the next cue: each is taken once. Also how many lines were left out."""
    kept = [cue.lines for cue in cues]
    n_touching = n_again = n_lines = 0
    for at, (last, cue) in enumerate(pairwise(cues), start=1):
        if not _touch(last, cue):
            continue
        n_touching += 1
        lines, n = _without_repeat(last.lines, cue.lines)
        kept[at], n_again, n_lines = lines, n_again + bool(n), n_lines + n
    if n_again < 2 or 2 * n_again < n_touching:
        return cues, 0
    return [replace(cue, lines=lines) for cue, lines in zip(cues, kept, strict=True)], n_lines


def _touch(last: _Cue, cue: _Cue) -> bool:
    """Whether one cue begins where the other ended."""
    ends, begins = last.ends_at, cue.starts_at
    return ends is not None and begins is not None and abs(begins - ends) < _TOUCHING


def _without_repeat(last: tuple[str, ...], lines: tuple[str, ...]) -> tuple[tuple[str, ...], int]:
    """Lines without those at the top that end the cue before; a line that grows keeps what is new in it."""
    before, now = [_plain(line) for line in last], [_plain(line) for line in lines]
    n = next((n for n in range(min(len(before), len(now)), 0, -1) if before[-n:] == now[:n]), 0)
    if n:
        return lines[n:], n
    if before and now and before[-1] and now[0].startswith(f"{before[-1]} "):
        return (now[0][len(before[-1]) :].strip(), *lines[1:]), 1
    return lines, 0


def _plain(text: str) -> str:
    return " ".join(html.unescape(_TAG.sub("", text)).replace("\u00a0", " ").split())
