"""What is in a package, in plain words, before anything leaves the house."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from lcresearch.file_parts import Text
from lcresearch.messages import Messages
from lcresearch.synthesis.packages.manifest import HeldBack, Member
from lcresearch.synthesis.packages.packed_package import PackedPackage
from lcresearch.synthesis.programme import plan_of
from lcresearch.synthesis.programme.plan import COMMUNITY, RESPONDENT

_WIDTH = 96


def preview(package: PackedPackage, language: str) -> str:
    """The text of ``PackedPackage.preview``; writes nothing.

    Parameters
    ----------
    package : PackedPackage
    language : {"nl", "en"}
    """
    say = Messages(language)
    found = package.manifest
    about = {"consortium": found.consortium, "sector": _title(package.programme.sectors[found.sector], language)}
    lines = [say("packages.preview.title", **about), ""]
    lines += [say("packages.preview.simulated"), ""] if found.simulated else []
    lines += _paragraph(say("packages.preview.intro", programme=_title(package.programme.title, language)))
    n_members = {"n": found.n.communities, "persons": found.n.respondents}
    lines += _paragraph(say("packages.preview.size", **n_members))
    for heading, items in (
        ("inside", _inside(package, say)),
        ("outside", [say(f"packages.preview.never_{name}") for name in ("rows", "names", "text", "small")]),
        ("held", [_held(one, say) for one in found.held_back] or [say("packages.preview.nothing_held")]),
        ("can", _can(package, say)),
        ("cannot", _cannot(package, say)),
    ):
        lines += ["", say(f"packages.preview.{heading}"), *(line for item in items for line in _bullet(item))]
    return "\n".join(lines) + "\n"


def _inside(package: PackedPackage, say: Messages) -> Iterator[str]:
    for name, member in package.manifest.members.items():
        text = say(f"packages.preview.member_{member.kind}", **_values(package, member, say))
        yield f"{name}: {text}"


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


def _held(one: HeldBack, say: Messages) -> str:
    reason = say(f"packages.preview.reason_{one.reason}")
    persons = say("packages.preview.persons", persons=one.persons)
    groups = (
        say("packages.preview.groups", n=one.n_groups) + ", "
        if one.n_groups and one.member.startswith("models/")
        else ""
    )
    return f"{one.member}: {groups}{persons}: {reason}"


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
