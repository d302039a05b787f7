"""Every public name says what it is: parameters by the names of the signature, what comes back, and where to see it."""

import inspect
import re
import sys
from pathlib import Path

import lcresearch

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "docs" / "_ext"))

from site_pages.mentions import on_pages  # noqa: E402
from site_pages.public_names import MODULES, all_names, constant_docs, holders, makers  # noqa: E402

NAMES = tuple(all_names())
FUNCTIONS = tuple(name for name in NAMES if name.kind == "function")
CLASSES = tuple(name for name in NAMES if name.kind in ("result", "class", "error"))
HEADING = re.compile(r"^(\S[^\n]*)\n-{3,}\n", re.MULTILINE)


def sections(value):
    """Heading: text, of a docstring in numpy's style; the part above the first heading is called 'summary'."""
    parts = HEADING.split(inspect.getdoc(value) or "")
    return {"summary": parts[0]} | dict(zip(parts[1::2], parts[2::2], strict=True))


def described(text):
    """Names that a section describes: 'low, high : float' describes two."""
    lines = [line for line in text.splitlines() if line and not line[0].isspace()]
    return [name.strip().lstrip("*") for line in lines for name in line.partition(" : ")[0].split(",")]


def test_first_sentence_stands_by_itself():
    """And is no signature, which Python makes of a dataclass without a docstring."""
    wrong = [n.short for n in NAMES if not re.search(r"[.:?)]$", n.summary) or n.summary.startswith(f"{n.name}(")]
    assert not wrong


def test_parameters_are_those_of_the_signature():
    wrong = {}
    for name in FUNCTIONS:
        told, taken = described(sections(name.value).get("Parameters", "")), inspect.signature(name.value).parameters
        if sorted(told) != sorted(taken):
            wrong[name.short] = set(told) ^ set(taken) or "twice"
    assert not wrong


def test_what_comes_back_is_told():
    wrong = [
        name.short
        for name in FUNCTIONS
        if inspect.signature(name.value).return_annotation not in (None, "None", "NoReturn")
        and not {"Returns", "Yields"} & sections(name.value).keys()
    ]
    assert not wrong


def test_a_function_can_be_seen_at_work():
    """An example that the tests run, here or on a page, or the names of what does the work around it."""
    wrong = [
        name.short
        for name in FUNCTIONS
        if not {"Examples", "See also"} & sections(name.value).keys() and name.short not in on_pages()
    ]
    assert not wrong


def test_where_a_class_comes_from_is_told():
    """What makes or holds it, which its page on the site names; or an example or names in its docstring."""
    wrong = [
        name.short
        for name in CLASSES
        if name.kind != "error"
        and name.value not in {*makers(), *holders()}
        and not {"Examples", "See also"} & sections(name.value).keys()
        and name.short not in on_pages()
    ]
    assert not wrong


def test_constants_have_a_text_below_them():
    wrong = [name.short for name in NAMES if name.kind == "constant" and not constant_docs(name.module).get(name.name)]
    assert not wrong


def test_names_that_see_also_sections_give_exist():
    wrong = {}
    for name in NAMES:
        for given in described(sections(name.value).get("See also", "")):
            if not exists(given, name):
                wrong[name.short] = given
    assert not wrong


def exists(written, name):
    """A name as a docstring gives it: in full, or as seen from the module or class of ``name``."""
    starts = [name.value, sys.modules[f"lcresearch.{name.module}"], lcresearch]
    for start in starts:
        found = start
        for part in written.removeprefix("lcresearch.").split("."):
            found = getattr(found, part, None)
        if found is not None:
            return True
    return False


def test_every_public_module_is_one_of_the_site():
    assert set(lcresearch.__all__) - {"LcresearchError", "LcresearchWarning", "__version__"} <= set(MODULES)
