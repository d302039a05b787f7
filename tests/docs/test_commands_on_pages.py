"""Commands that pages, README and CONTRIBUTING name exist, with the options that stand behind them."""

import re
from pathlib import Path

import pytest
from typer.main import get_command

from lcresearch import cli

ROOT = Path(__file__).parents[2]
PAGES = [*sorted((ROOT / "docs").glob("*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
COMMAND = re.compile(r"lcresearch ([a-z-]+[^`\n|#]*)")
PROGRAM = get_command(cli.app)


def named(page):
    """Each command of ours in the text of a page: its words."""
    return [found.split() for found in COMMAND.findall(page.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_options_of_commands_exist(page):
    for words in named(page):
        command = PROGRAM.commands.get(words[0])
        if command is None:  # a sentence about the program
            continue
        below = getattr(command, "commands", {})
        if len(words) > 1 and words[1] in below:
            command = below[words[1]]
        known = {option for given in command.params for option in (*given.opts, *given.secondary_opts)} | {"--help"}
        assert not [word for word in words if re.fullmatch(r"--[a-z-]+", word) and word not in known], words


def test_in_blocks_only_commands_stand_behind_the_name():
    lines = [line for page in PAGES for line in page.read_text(encoding="utf-8").splitlines()]
    first = [found[1] for line in lines if (found := re.match(r"^(?: {4})?lcresearch ([a-z-]+)", line))]
    assert first
    assert set(first) <= set(PROGRAM.commands)
