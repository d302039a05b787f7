"""Names of Python that pages and the README write exist, and so do the keyword arguments that they give."""

import ast
import inspect
import re
import sys
from importlib import import_module
from pathlib import Path

import lcresearch

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "docs" / "_ext"))

from site_pages.public_names import MODULES, all_names  # noqa: E402

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
DOTTED = re.compile(rf"(?:lcresearch\.)?({'|'.join(MODULES)})((?:\.[A-Za-z_]\w*)+)")
CALL = re.compile(rf"(?:lcresearch\.)?(?:{'|'.join(MODULES)})(?:\.[A-Za-z_]\w*)+\(.*\)", re.DOTALL)
FILE_ENDINGS = ("py", "yaml", "md", "csv", "json", "html", "xlsx", "zip", "docx", "pdf", "qdpx", "db")


def literals(page):
    """Texts between backticks in the prose of a page."""
    return re.findall(r"`([^`\n]+)`", FENCE.sub("", page.read_text(encoding="utf-8")))


def found(dotted):
    """What a name such as ``multilevel.fit_lmm`` stands for, or None."""
    value = lcresearch
    for part in dotted.removeprefix("lcresearch.").split("."):
        value = getattr(value, part, None)
        if value is None:
            return None
    return value


def named(text):
    """Names of public modules at the start of a literal; files such as ``results.html`` are none."""
    match = DOTTED.match(text)
    if match is None or match[2].rpartition(".")[2] in FILE_ENDINGS:
        return None
    return match[1] + match[2]


def test_names_in_prose_exist():
    """A variable that the code of the page gives a value is not the module of that name."""
    wrong = {}
    for page in PAGES:
        own = set(re.findall(r"^(\w+) = ", page.read_text(encoding="utf-8"), re.MULTILINE))
        for text in literals(page):
            name = named(text)
            if name is not None and name.partition(".")[0] not in own and not is_there(name):
                wrong.setdefault(page.name, []).append(text)
    assert not wrong


def is_there(name):
    """A public name or what hangs on it, or a module that is imported by its full name."""
    if found(name) is not None:
        return True
    parts = name.split(".")
    for n in range(len(parts), 0, -1):
        try:
            value = import_module(".".join(["lcresearch", *parts[:n]]))
        except ImportError:
            continue
        for part in parts[n:]:
            value = getattr(value, part, None)
        return value is not None
    return False


def calls(text):
    """Name called and its keyword arguments, of each call of a public function in a piece of code."""
    try:
        tree = ast.parse(text.replace("...", "None"))
    except SyntaxError:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and DOTTED.fullmatch(ast.unparse(node.func)):
            yield ast.unparse(node.func), [keyword.arg for keyword in node.keywords if keyword.arg]


def test_keyword_arguments_in_prose_exist():
    wrong = {}
    for page in PAGES:
        for text in literals(page):
            if not CALL.fullmatch(text):
                continue
            for name, keywords in calls(text):
                parameters = inspect.signature(found(name)).parameters
                takes_any = any(each.kind is each.VAR_KEYWORD for each in parameters.values())
                if not takes_any and not set(keywords) <= set(parameters):
                    wrong.setdefault(page.name, []).append(text)
    assert not wrong


def test_every_public_name_stands_once_on_the_site():
    pages = [name.page.lower() for name in all_names()]
    assert len(pages) == len(set(pages)), "file systems that do not tell capitals would lose a page"
