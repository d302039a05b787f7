"""An integration.yaml to start from: the invented example, or one with the elements of a programme."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from lcresearch.errors import IntegrationError, Place
from lcresearch.files import write_whole
from lcresearch.integration.plan.reading import FILE_NAME, SCHEMA_NAME
from lcresearch.synthesis.programme import ProgrammeFile, example_programme

_ELEMENTS, _AFTER_ELEMENTS = "elements:\n", "\n# Codes that tell how elements work"
_QCA, _AFTER_QCA = "qca:\n", "\n# Files that go with it"
_CODES_TO_COME = "# the names of your codes come between the brackets"


def new_plan(folder: str | Path, programme: ProgrammeFile | None = None) -> Path:
    """Write an integration.yaml to start from, with all keys explained, and the JSON Schema that editors read.

    Parameters
    ----------
    folder : str or Path
        Made when it is not there.
    programme : ProgrammeFile, optional
        Its elements are in the plan, their codes still to be named, and the comparison of cases stays an example that
        does not count. Without one the plan is the invented example.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    IntegrationError
        Q162 when the folder has one already.
    """
    folder = Path(folder)
    if (folder / FILE_NAME).exists():
        raise IntegrationError("Q162", where=Place(file=str(folder / FILE_NAME)))
    text = _template(FILE_NAME)
    if programme is not None and set(programme.elements) != set(example_programme().elements):
        text = _with_elements(text, programme)
    folder.mkdir(parents=True, exist_ok=True)
    write_schema(folder)
    write_whole(folder / FILE_NAME, text)
    return folder


def write_schema(folder: Path) -> Path:
    """Write the JSON Schema that editors read, beside an integration.yaml."""
    return write_whole(folder / SCHEMA_NAME, _template(SCHEMA_NAME))


def _with_elements(text: str, programme: ProgrammeFile) -> str:
    before, rest = text.split(_ELEMENTS, 1)
    _, after = rest.split(_AFTER_ELEMENTS, 1)
    head, rest = f"{_AFTER_ELEMENTS}{after}".split(_QCA, 1)
    example, tail = rest.split(_AFTER_QCA, 1)
    elements = "".join(f"  {name}:\n    helps: []    {_CODES_TO_COME}\n" for name in programme.elements)
    marked = "".join(f"# {line}\n" if line else "\n" for line in f"{_QCA}{example}".splitlines())
    note = "# What follows is an invented example of other elements: change the names, then take the marks off.\n"
    before = before.replace(" This example is invented.", "")
    return f"{before}{_ELEMENTS}{elements}{head}{note}{marked}{_AFTER_QCA}{tail}"


def _template(name: str) -> str:
    return (resources.files(__package__) / "template" / name).read_text(encoding="utf-8")
