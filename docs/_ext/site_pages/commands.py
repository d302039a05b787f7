"""Every command of ``lcresearch`` with its arguments and options, as typer knows them."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any, get_args

import typer

from lcresearch.cli import app


def pages() -> dict[str, str]:
    """The page of commands."""
    root = typer.main.get_command(app)
    every = list(commands_of(root, ("lcresearch",)))
    lines = [
        "# Commands",
        "",
        "Made from the program: this is what `lcresearch --help` and `lcresearch COMMAND --help` say. Options that hold"
        " for every command stand before it: `lcresearch --language nl run my-study`.",
        "",
        "| command | what it does |",
        "|---|---|",
        *(f"| [`{' '.join(path)}`](#{'-'.join(path)}) | {summary(command)} |" for path, command in every),
        "",
        "## For every command",
        "",
        *parameters(root),
    ]
    for path, command in every:
        lines += [f"({'-'.join(path)})=", "", f"## {' '.join(path)}", "", help_of(command), ""]
        lines += ["```text", usage(path, command), "```", "", *parameters(command)]
    return {"commands.md": "\n".join(lines)}


def commands_of(group: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Each command below a group with the words that call it."""
    for name, command in sorted(group.commands.items()):
        if command.hidden:
            continue
        if hasattr(command, "commands"):
            yield from commands_of(command, (*path, name))
        else:
            yield (*path, name), command


def help_of(command: Any) -> str:
    """What the command does, at length."""
    return inspect.cleandoc(command.help or "").replace("\f", "").replace("<", r"\<")


def summary(command: Any) -> str:
    """Its first sentence, for a table."""
    return " ".join(help_of(command).partition("\n\n")[0].split()).replace("|", r"\|")


def is_argument(parameter: Any) -> bool:
    """Arguments have no dashes."""
    return not parameter.opts[0].startswith("-")


def usage(path: tuple[str, ...], command: Any) -> str:
    """The line that calls it."""
    words = list(path)
    for parameter in command.params:
        if is_argument(parameter):
            name = parameter.name.upper() + ("..." if parameter.nargs == -1 else "")
            words.append(name if parameter.required else f"[{name}]")
    if any(not is_argument(parameter) for parameter in command.params):
        words.append("[OPTIONS]")
    return " ".join(words)


def parameters(command: Any) -> list[str]:
    """Arguments and options in a table."""
    rows = [
        f"| {names(parameter)} | {kind(parameter)} | {explained(parameter)} |"
        for parameter in command.params
        if not parameter.hidden
    ]
    return ["| | | |", "|---|---|---|", *rows, ""] if rows else []


def names(parameter: Any) -> str:
    """How it is written."""
    if is_argument(parameter):
        return f"`{parameter.name.upper()}`"
    return ", ".join(f"`{name}`" for name in (*parameter.opts, *parameter.secondary_opts))


def kind(parameter: Any) -> str:
    """What it takes, in a word; the choices where there are."""
    if getattr(parameter, "is_flag", False):
        return "switch"
    annotation = parameter.type_descriptor.annotation
    inner = [part for part in get_args(annotation) if part is not type(None)]
    several = "several: " if parameter.nargs == -1 or getattr(parameter, "multiple", False) else ""
    if inner and all(isinstance(part, str) for part in inner):
        return several + ", ".join(f"`{part}`" for part in inner)
    plain = inner[0] if inner else annotation
    if inspect.isclass(plain) and issubclass(plain, Enum):
        return several + ", ".join(f"`{part.value}`" for part in plain)
    words = {Path: "path", str: "text", int: "number", float: "number", bool: "yes or no"}
    return several + words.get(plain, str(getattr(plain, "__name__", "text")))


def explained(parameter: Any) -> str:
    """Its help, and its default unless the help names one."""
    text = " ".join((parameter.help or "").split()).replace("|", r"\|").replace("<", r"\<")
    shown = parameter.default
    plain = isinstance(shown, str | int | float | Path) and not isinstance(shown, bool)
    if plain and "default" not in text:
        text += f" (default: `{shown}`)"
    return text + (" *Required.*" if parameter.required else "")
