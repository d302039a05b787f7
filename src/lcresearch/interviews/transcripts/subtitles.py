"""Subtitles: WebVTT and SRT, as Teams, Zoom and YouTube write them."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from lcresearch.interviews.transcripts.paragraphs import Paragraph, joined
from lcresearch.interviews.transcripts.speakers import is_name
from lcresearch.interviews.transcripts.times import is_possible, seconds

_ARROW = re.compile(r"^\s*(?P<begins>[\d:.,-]+)\s*-->\s*(?P<ends>[\d:.,-]+)")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+(?P<name>[^>]+)>(?P<text>.*?)(?:</v>|(?=<v[.\s])|\Z)", re.DOTALL)
_TAG = re.compile(r"</?(?:[bicuv]|ruby|rt|lang)(?:[.\s][^>]*)?>|<[\d:.]+>|</?font[^>]*>|\{\\\w+\}", re.IGNORECASE)
_NAMED = re.compile(r"^(?:>>\s*)?(?P<name>[^:\n]{1,40}):\s+(?P<text>.+)$", re.DOTALL)
_BLOCKS = ("NOTE", "STYLE", "REGION")


@dataclass(frozen=True)
class Subtitles:
    """What a file of subtitles says.

    Attributes
    ----------
    paragraphs : list of Paragraph
        Neighbouring cues of the same speaker joined, repeated lines taken once.
    n_cues : int
    odd_times : list of str
        Times that cannot be; what was said then is kept.
    """

    paragraphs: list[Paragraph]
    n_cues: int
    odd_times: list[str]


def read_subtitles(text: str) -> Subtitles:
    r"""Cues of WebVTT or SRT as paragraphs.

    Parameters
    ----------
    text : str
        With lines that end in a line feed, without a byte order mark.

    Examples
    --------
    >>> found = read_subtitles("WEBVTT\n\n00:01.000 --> 00:02.000\n<v Vos, An>Wij leren.</v>")
    >>> found.paragraphs
    [Paragraph(text='Wij leren.', speaker='Vos, An', begins=1.0, ends=2.0)]
    """
    cues: list[Paragraph] = []
    odd: list[str] = []
    blocks = [block for block in re.split(r"\n[ \t]*\n", text) if block.strip()]
    n_cues = 0
    for block in blocks:
        lines = block.strip("\n").split("\n")
        at = next((place for place, line in enumerate(lines[:2]) if _ARROW.match(line)), None)
        if at is None:
            _continue(cues, lines)
            continue
        found = _ARROW.match(lines[at])
        assert found is not None
        odd += [time for time in (found["begins"], found["ends"]) if not is_possible(time)]
        begins, ends = seconds(found["begins"]), seconds(found["ends"])
        cues += [Paragraph(said, name, begins, ends) for name, said in _said("\n".join(lines[at + 1 :]))]
        n_cues += 1
    return Subtitles(joined(_named(_once(cues))), n_cues, odd)


def _continue(cues: list[Paragraph], lines: list[str]) -> None:
    """A block without a time: a comment, the head of the file, or more of the cue before it."""
    first = lines[0].strip()
    if not cues or first.split(" ")[0] in _BLOCKS or first.startswith("WEBVTT"):
        return
    rest = _plain(" ".join(line for line in lines if not line.strip().isdigit()))
    if rest:
        last = cues[-1]
        cues[-1] = Paragraph(f"{last.text} {rest}", last.speaker, last.begins, last.ends)


def _said(body: str) -> list[tuple[str, str]]:
    """Names and what they say in one cue."""
    voices = [(_plain(found["name"]), _plain(found["text"])) for found in _VOICE.finditer(body)]
    before = _plain(body[: body.find("<v")]) if voices else _plain(body)
    first = [("", before)] if before else []
    return [*first, *(voice for voice in voices if voice[1])]


def _named(cues: list[Paragraph]) -> list[Paragraph]:
    """Names in front of a colon, as Zoom writes them; a cue without a name goes on with the last speaker."""
    if any(cue.speaker for cue in cues):
        return cues
    marks = [_NAMED.match(cue.text) for cue in cues]
    names = [found["name"].strip() if found and is_name(found["name"].strip()) else "" for found in marks]
    speaker, found = "", []
    for cue, name in zip(cues, names, strict=True):
        speaker = name or speaker
        text = cue.text[cue.text.index(":") + 1 :].strip() if name else cue.text
        found.append(Paragraph(text, speaker, cue.begins, cue.ends))
    return found


def _once(cues: list[Paragraph]) -> list[Paragraph]:
    """Rolling captions show a line again under the next one: each line is taken once."""
    found: list[Paragraph] = []
    for cue in cues:
        last = found[-1] if found else None
        if last is None or last.speaker != cue.speaker:
            found.append(cue)
        elif cue.text == last.text and _touch(last, cue):
            continue
        elif cue.text.startswith(f"{last.text} "):
            found.append(Paragraph(cue.text[len(last.text) :].strip(), cue.speaker, cue.begins, cue.ends))
        else:
            found.append(cue)
    return found


def _touch(last: Paragraph, cue: Paragraph) -> bool:
    """Whether one cue begins where the other ended."""
    return last.ends is not None and cue.begins is not None and abs(cue.begins - last.ends) < 0.1


def _plain(text: str) -> str:
    return " ".join(html.unescape(_TAG.sub("", text)).replace("\u00a0", " ").split())
