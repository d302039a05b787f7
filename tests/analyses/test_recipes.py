"""Each recipe runs in an empty folder and prints, draws and shows what is kept beside it."""

import difflib
import re

import pytest
from tests.analyses import recipe_files

from lcresearch import studies

NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[+-]\d+)?")
IDENTIFIER = re.compile(r'(\bid="|href="#|url\(#)([\w.-]+)')
A_HUNDREDTH_OF_A_POINT = 0.01


def differences(stored, found):
    """A readable difference; empty when only the last printed digit of a number moved by one, as rounding may."""
    stored, found = recipe_files.without_versions(stored), recipe_files.without_versions(found)
    if NUMBER.split(stored) == NUMBER.split(found):
        pairs = zip(NUMBER.findall(stored), NUMBER.findall(found), strict=True)
        if all(old == new or _last_digit(old, new) for old, new in pairs):
            return ""
    lines = difflib.unified_diff(stored.splitlines(), found.splitlines(), "stored", "printed now", lineterm="", n=2)
    return "\n".join(lines)


def _last_digit(old, new):
    decimals = [len(text.partition(".")[2]) for text in (old, new)]
    return (
        "e" not in old + new
        and decimals[0] == decimals[1] > 0
        and abs(float(old) - float(new)) < 1.5 * 10.0 ** -decimals[0]
    )


def drawing(svg):
    """An SVG as its texts and its numbers, with ids named by their order."""
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    order = {}
    svg = IDENTIFIER.sub(lambda found: f"{found[1]}{order.setdefault(found[2], f'n{len(order)}')}", svg)
    return NUMBER.split(svg), [float(number) for number in NUMBER.findall(svg)]


@pytest.mark.parametrize("name", recipe_files.names())
def test_recipe(name, tmp_path):
    kept = recipe_files.RECIPES / f"{name}.txt"
    assert kept.exists(), f"{name}.py has no {name}.txt: python tests/analyses/recipe_files.py {name}"
    done = recipe_files.run(name, tmp_path)
    assert (done.status, done.err) == (0, "")
    differs = differences(kept.read_text(encoding="utf-8"), done.out)
    assert not differs, f"{name} prints something else:\n{differs}"

    figures = {path.name: path.read_text(encoding="utf-8") for path in recipe_files.RECIPES.glob(f"{name}-*.svg")}
    assert set(done.figures) == set(figures)
    for file, svg in figures.items():
        shapes, numbers = drawing(svg)
        new_shapes, new_numbers = drawing(done.figures[file])
        assert new_shapes == shapes, f"{file} shows something else"
        assert new_numbers == pytest.approx(numbers, abs=A_HUNDREDTH_OF_A_POINT), file


@pytest.mark.parametrize("name", recipe_files.names())
def test_page_of_a_recipe_shows_its_script_and_output(name):
    printed = (recipe_files.RECIPES / f"{name}.txt").read_text(encoding="utf-8")
    page = (recipe_files.PAGES / f"{name}.md").read_text(encoding="utf-8")
    assert page == recipe_files.page(name, printed), f"python tests/analyses/recipe_files.py {name}"
    overview = (recipe_files.ROOT / "docs" / "recipes.md").read_text(encoding="utf-8")
    for link in (f"(recipes/{name}.md)", f"(../analyses/recipes/{name}.py)", f"(../analyses/recipes/{name}.txt)"):
        assert link in overview


@pytest.mark.parametrize("name", recipe_files.names())
def test_recipe_says_what_a_supplement_says(name):
    script = (recipe_files.RECIPES / f"{name}.py").read_text(encoding="utf-8")
    for part in ("Question.", "Data.", "Decisions fixed beforehand.", "What this does not say.", "How to cite."):
        assert f"**{part}**" in script, part
    assert "software_citation(" in script


def test_nothing_is_kept_without_a_recipe():
    kept = {path.stem.partition("-")[0] for path in recipe_files.RECIPES.iterdir() if path.suffix in (".txt", ".svg")}
    assert kept <= set(recipe_files.names())
    assert {path.stem for path in recipe_files.PAGES.glob("*.md")} <= set(recipe_files.names())


def test_recipes_are_no_studies():
    assert "recipes" not in studies.templates()


def test_a_difference_names_the_line_and_forgives_only_rounding():
    assert not differences("slope 0.248\nSoftware: NumPy 1", "slope 0.247\nSoftware: NumPy 2")
    assert "+slope 0.251" in differences("slope 0.248", "slope 0.251")
    assert "+49 companies" in differences("48 companies", "49 companies")
