"""The command ``new``: a ready-made study, a plan to fill in, or a short-cycle study from a few answers."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import typer

from lcresearch.cli_words import say

SHORT_CYCLE = "short-cycle"
_DEFAULTS: dict[str, Any] = {"goal": "learning_culture", "weeks": 8, "firms": "3", "people": "8"}
_PLANS = ("programme", "integration")
Answer = TypeVar("Answer")


def new(
    template: Annotated[
        str,
        typer.Argument(
            help="short-cycle for a study of your own from a few answers; a ready-made study, for example "
            "short-cycle-example; or programme or integration, for a plan to fill in."
        ),
    ],
    folder: Annotated[Path, typer.Argument(help="New folder for your study or programme.")],
    goal: Annotated[
        str | None, typer.Option("--goal", help="What you want to know, such as learning_culture or team_learning.")
    ] = None,
    weeks: Annotated[int | None, typer.Option("--weeks", help="Weeks from letter to report.")] = None,
    firms: Annotated[
        str | None, typer.Option("--firms", help="Number of firms that take part, or 'Bakker bv, De Vries, Smit'.")
    ] = None,
    people: Annotated[
        str | None, typer.Option("--people", help="People expected in each firm: 8, or a number by firm: '8, 6, 12'.")
    ] = None,
    comparison: Annotated[
        str | None, typer.Option("--comparison", help="Number or names of firms to compare with.")
    ] = None,
    design: Annotated[
        str | None,
        typer.Option(
            "--design",
            help="before_after, before_after_comparison, staggered_start, pulse or single_case [default: proposed]",
        ),
    ] = None,
    primary: Annotated[
        str | None, typer.Option("--primary", help="Scale that the conclusion is about [default: that of the goal]")
    ] = None,
    worthwhile: Annotated[
        float | None, typer.Option("--worthwhile", help="Smallest worthwhile change in points.")
    ] = None,
    every: Annotated[int | None, typer.Option("--every", help="Ask a short pulse every so many weeks.")] = None,
    start: Annotated[str | None, typer.Option("--start", help="First day, as 2027-01-04.")] = None,
    name: Annotated[str | None, typer.Option("--name", help="Title of the study.")] = None,
    platform: Annotated[
        list[str] | None,
        typer.Option(
            "--platform", help="limesurvey, qualtrics, xlsform, surveyjs, redcap, word or print; may be given again."
        ),
    ] = None,
    language: Annotated[
        Literal["nl", "en"] | None,
        typer.Option("--language", "--lang", help="First language of a short-cycle study [default: nl]"),
    ] = None,
) -> None:
    """Make a study folder of your own: a short-cycle study, a copy of a ready-made one, or a plan to fill in."""
    options: dict[str, Any] = {
        "goal": goal, "weeks": weeks, "firms": firms, "people": people, "comparison": comparison, "design": design,
        "primary": primary, "worthwhile": worthwhile, "every": every, "start": start, "name": name,
        "platform": platform, "language": language,
    }  # fmt: skip
    given = {key: value for key, value in options.items() if value}
    if template == SHORT_CYCLE:
        _plan(folder, given)
        return
    from lcresearch import studies
    from lcresearch.errors import StudyError

    if given:
        raise StudyError("S142", options=[f"--{key}" for key in given], template=template)
    made = studies.new(template, folder)
    typer.echo(say(f"cli.new_{template}" if template in _PLANS else "cli.new", folder=str(made)))


def _plan(folder: Path, given: dict[str, Any]) -> None:
    """Make a short-cycle study of options, of answers in the terminal, or of what is usual."""
    from lcresearch import studies
    from lcresearch.messages import Messages, spoken

    language = given.get("language", "nl")
    with spoken(language):
        words = Messages(language)
        if in_terminal() and not given.keys() & _DEFAULTS.keys():
            given = _asked(words) | given
        chosen = {key: value for key, value in _DEFAULTS.items() if key not in given}
        if chosen:
            told = ", ".join(f"--{key} {value}" for key, value in chosen.items())
            typer.echo(words("short_cycle.ask.defaults", chosen=told) + "\n")
        plan = studies.plan_short_cycle(**arguments(_DEFAULTS | given), language=language)
        made = plan.write(folder)
        typer.echo(plan.summary())
        read_me = f"{words('short_cycle.file.read_me')}.md"
        typer.echo(words("short_cycle.made", folder=str(made), read_me=read_me))


def in_terminal() -> bool:
    """Whether there is somebody to ask."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def arguments(given: dict[str, Any]) -> dict[str, Any]:
    """Options as :func:`lcresearch.studies.plan_short_cycle` takes them.

    Examples
    --------
    >>> arguments({"firms": "Smit, De Vries", "people": "8", "start": "2027-01-04"})
    {'firms': ['Smit', 'De Vries'], 'people': 8, 'start': datetime.date(2027, 1, 4)}
    """
    names = {"every": "wave_every", "platform": "platforms"}
    readers: dict[str, Callable[[str], Any]] = {
        "firms": _number_or_names, "comparison": _number_or_names, "people": _numbers, "start": _day
    }  # fmt: skip
    return {
        names.get(key, key): readers[key](value) if key in readers else value
        for key, value in given.items()
        if key != "language"
    }


def _number_or_names(text: str) -> int | list[str]:
    parts = [part.strip() for part in text.split(",") if part.strip()]
    return int(text) if text.strip().isdigit() else parts


def _numbers(text: str) -> int | list[int]:
    from lcresearch.errors import StudyError
    from lcresearch.studies.planning.inputs import said

    parts = [part.strip() for part in text.split(",")]
    if not all(part.isdigit() for part in parts):
        raise StudyError("S136", name="people", value=text, limits=said("short_cycle.limits.numbers"))
    found = [int(part) for part in parts]
    return found[0] if len(found) == 1 else found


def _day(text: str) -> Any:
    import datetime

    from lcresearch.errors import StudyError

    try:
        return datetime.date.fromisoformat(text.strip())
    except ValueError:
        raise StudyError("S144", value=text) from None


def _asked(words: Any) -> dict[str, Any]:
    """What the user answers; an empty answer takes what stands between brackets."""
    from lcresearch.studies.planning import goals
    from lcresearch.studies.planning.choices import goal_name
    from lcresearch.studies.planning.inputs import platform_name

    table = goals(words.language)
    typer.echo(f"{words('short_cycle.ask.intro')}\n\n{words('short_cycle.ask.goals')}")
    for n, row in enumerate(table.itertuples(index=False), start=1):
        typer.echo(f"  {n}. {row.question} ({row.goal})")
    names = table["goal"].tolist()
    ask = _Asking(words)
    found = {
        "goal": ask(
            "goal", "1", lambda text: names[int(text) - 1] if _is_number(text, len(names)) else goal_name(text)
        ),
        "weeks": ask("weeks", str(_DEFAULTS["weeks"]), int),
        "firms": ask("firms", _DEFAULTS["firms"], str.strip),
        "people": ask("people", _DEFAULTS["people"], _read_by(_numbers)),
        "comparison": ask("comparison", "0", str.strip),
        "start": ask("start", _next_week(), _read_by(_day)),
        "platform": [ask("platform", "print", platform_name)],
    }
    return {key: value for key, value in found.items() if value != "0"}


def _read_by(reader: Callable[[str], Any]) -> Callable[[str], str]:
    """The text itself, when it can be read."""

    def read(text: str) -> str:
        reader(text)
        return text.strip()

    return read


class _Asking:
    """Puts a question until the answer can be read."""

    def __init__(self, words: Any) -> None:
        self.words = words

    def __call__(self, question: str, usual: str, read: Callable[[str], Answer]) -> Answer:
        from lcresearch.errors import StudyError

        text = self.words(f"short_cycle.ask.{question}", example=_next_week())
        while True:
            given = typer.prompt(text, default=usual)
            try:
                return read(str(given))
            except (ValueError, StudyError) as problem:
                if isinstance(problem, StudyError):
                    found = problem.problems[0]
                    typer.echo(f"{found.message()} {found.remedy()}")
                typer.echo(self.words("short_cycle.ask.again"))


def _is_number(text: str, most: int) -> bool:
    return text.strip().isdigit() and 1 <= int(text) <= most


def _next_week() -> str:
    import datetime

    today = datetime.date.today()
    return (today + datetime.timedelta(days=7 - today.weekday())).isoformat()
