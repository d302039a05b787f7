"""What is in a package, in plain words, before anything leaves the house."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lcresearch.file_parts import Text
from lcresearch.messages import Messages
from lcresearch.synthesis.packages.manifest import HeldBack, Member
from lcresearch.synthesis.packages.packed_package import PackedPackage
from lcresearch.synthesis.programme import plan_of
from lcresearch.synthesis.programme.plan import COMMUNITY, RESPONDENT

_WIDTH = 96


@dataclass(frozen=True)
class PreviewLine:
    """One line of a preview.

    Attributes
    ----------
    about : str
        The member of the package that it is about; empty when it is about all.
    words : str
    """

    about: str
    words: str

    def text(self) -> str:
        """Both, for a terminal."""
        return f"{self.about}: {self.words}" if self.about else self.words


@dataclass(frozen=True)
class PreviewPart:
    """A heading of a preview, and what stands below it.

    Attributes
    ----------
    key : {"inside", "outside", "held", "can", "cannot"}
    heading : str
    lines : tuple of PreviewLine
    """

    key: str
    heading: str
    lines: tuple[PreviewLine, ...]


@dataclass(frozen=True)
class Preview:
    """What is in a package, in plain words of one language.

    Attributes
    ----------
    title, intro, size : str
    simulated : str
        That the data are made up; empty for real ones.
    parts : tuple of PreviewPart
        What is in it, what is not, what was held back and why, what a reader can and cannot compute.
    """

    title: str
    simulated: str
    intro: str
    size: str
    parts: tuple[PreviewPart, ...]

    def text(self) -> str:
        """The same in lines, for a terminal."""
        lines = [self.title, ""]
        lines += [self.simulated, ""] if self.simulated else []
        lines += [*_paragraph(self.intro), *_paragraph(self.size)]
        for part in self.parts:
            lines += ["", part.heading, *(line for one in part.lines for line in _bullet(one.text()))]
        return "\n".join(lines) + "\n"


def preview_of(package: PackedPackage, language: str | None = None) -> Preview:
    """In plain words what is in a package; writes nothing.

    Parameters
    ----------
    package : PackedPackage
    language : {"nl", "en"}, optional

    Examples
    --------
    >>> from lcresearch.synthesis.packages.invented import invented_evidence
    >>> from lcresearch.synthesis.packages.packing import prepare_packages
    >>> from lcresearch.synthesis.programme import example_programme
    >>> (package,) = prepare_packages(invented_evidence(), example_programme())
    >>> preview_of(package, "en").parts[1].lines[0].words
    'rows or answers of persons;'
    """
    say = Messages(language)
    found = package.manifest
    about = {"consortium": found.consortium, "sector": _title(package.programme.sectors[found.sector], say.language)}
    n_members = {"n": found.n.communities, "persons": found.n.respondents}
    never = (say(f"packages.preview.never_{name}") for name in ("rows", "names", "text", "small"))
    held = [_held(one, say) for one in found.held_back]
    parts = {
        "inside": tuple(_inside(package, say)),
        "outside": _lines(never),
        "held": tuple(held) or _lines([say("packages.preview.nothing_held")]),
        "can": _lines(_can(package, say)),
        "cannot": _lines(_cannot(package, say)),
    }
    return Preview(
        title=say("packages.preview.title", **about),
        simulated=say("packages.preview.simulated") if found.simulated else "",
        intro=say("packages.preview.intro", programme=_title(package.programme.title, say.language)),
        size=say("packages.preview.size", **n_members),
        parts=tuple(PreviewPart(key, say(f"packages.preview.{key}"), lines) for key, lines in parts.items()),
    )


def _lines(texts: Iterable[str]) -> tuple[PreviewLine, ...]:
    return tuple(PreviewLine("", text) for text in texts)


def _inside(package: PackedPackage, say: Messages) -> Iterator[PreviewLine]:
    for name, member in package.manifest.members.items():
        text = say(f"packages.preview.member_{member.kind}", **_values(package, member, say))
        yield PreviewLine(name, text)


def _values(package: PackedPackage, member: Member, say: Messages) -> dict[str, object]:
    """What a member is about: numbers of persons and groups, and titles."""
    kind, about = member.kind, member.about
    if kind in ("crossproducts", "scores"):
        plan, rows = plan_of(package.programme, about), package.let_through[about]
        outcome = package.programme.outcomes[package.programme.models[about].outcome]
        sizes = rows.groupby(COMMUNITY)[RESPONDENT].nunique()
        n = package.n_persons[f"{'models' if kind == 'crossproducts' else 'scores'}/{about}"]
        return {
            "n": n,
            "groups": len(sizes),
            "smallest": int(sizes.min()),
            "outcome": _title(outcome.title, say.language),
            "columns": ", ".join(_column_titles(package, about, say)),
            "rows": say(f"packages.preview.rows_{plan.rows}"),
            "waves": ", ".join(plan.waves),
        }
    if kind == "moments":
        answers = package.answers[about]
        return {"n": len(answers), "items": len(answers.columns) - 1, "scale": about}
    if kind == "effects":
        return {"models": ", ".join(name for name in package.let_through if name in package.estimated)}
    if kind == "communities":
        stopped = package.manifest.n.stopped_communities
        titles = [_title(one.title, say.language) for one in package.programme.elements.values()]
        return {"n": len(package.communities), "stopped": stopped, "elements": ", ".join(titles)}
    return {"n": package.n_rows[kind]}


def _column_titles(package: PackedPackage, model: str, say: Messages) -> Iterator[str]:
    programme = package.programme
    for name in plan_of(programme, model).terms:
        one = programme.elements.get(name) or programme.covariates.get(name)
        yield _title(one.title, say.language) if one is not None else say("packages.preview.first_score")


def _held(one: HeldBack, say: Messages) -> PreviewLine:
    reason = say(f"packages.preview.reason_{one.reason}")
    persons = say("packages.preview.persons", persons=one.persons)
    groups = (
        say("packages.preview.groups", n=one.n_groups) + ", "
        if one.n_groups and one.member.startswith("models/")
        else ""
    )
    return PreviewLine(one.member, f"{groups}{persons}: {reason}")


def _can(package: PackedPackage, say: Messages) -> Iterator[str]:
    kinds = {member.kind for member in package.manifest.members.values()}
    yield say("packages.preview.can_means")
    yield say("packages.preview.can_models")
    if "moments" in kinds:
        yield say("packages.preview.can_scales")
    yield say("packages.preview.can_communities")
    if "quotes" in kinds:
        yield say("packages.preview.can_quotes")


def _cannot(package: PackedPackage, say: Messages) -> Iterator[str]:
    found = package.manifest
    yield say("packages.preview.cannot_person")
    yield say("packages.preview.cannot_few", n=found.minimum_cell)
    yield say("packages.preview.cannot_category", n=found.minimum_category)
    yield say("packages.preview.cannot_subtract", n=found.minimum_cell)
    yield say("packages.preview.limit_insider")


def _title(text: Text, language: str) -> str:
    return text.get(language) or next(iter(text.values()))


def _paragraph(text: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH)


def _bullet(text: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent="- ", subsequent_indent="  ", break_long_words=False)
