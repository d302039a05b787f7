"""The code on documentation pages that bring their own data runs as written, and prints what stands below it."""

import re
import runpy
import tomllib
from pathlib import Path

import matplotlib as mpl
import pytest
import yaml

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"^```python\n(.*?)^```(?:\n\n```text\n(.*?)^```)?", re.DOTALL | re.MULTILINE)
SELF_CONTAINED = (
    "agreement",
    "company-report",
    "change-charts",
    "change-in-a-study",
    "change-single-case",
    "change-imputation",
    "cross-consortium",
    "evidence-packages",
    "evidence-packages.nl",
    "forms",
    "integration",
    "integration-cards",
    "change",
    "integration-cases",
    "integration-checklists",
    "integration-convergence",
    "integration-displays",
    "integration-logic-model",
    "integration-qca",
    "integration-value",
    "interviews",
    "interviews-agreement",
    "interviews-codebook",
    "interviews-coding-file",
    "interviews-deidentification",
    "interviews-programs",
    "interviews-quotes",
    "interviews-topics",
    "interviews-transcripts",
    "monitoring",
    "multilevel",
    "measurement",
    "measurement-common-method",
    "measurement-ordinal-invariance",
    "measurement-two-level",
    "measurement-validation",
    "short-cycle",
    "short-cycle.nl",
    "synthesis-bias",
    "synthesis-elements",
    "synthesis-few-consortia",
    "synthesis-literature",
    "synthesis-packages",
    "synthesis",
    "web-page",
    "web-page.nl",
)
PICTURES = ROOT / "docs" / "pictures"
PICTURE = re.compile(r"!\[([^\]]*)\]\((pictures/[^)]+)\)")


@pytest.mark.parametrize("name", SELF_CONTAINED)
def test_code_of_a_page(name, tmp_path, monkeypatch, capsys):
    page = ROOT / "docs" / f"{name}.md"
    monkeypatch.chdir(tmp_path)
    mpl.use("Agg")
    names = {}
    text = page.read_text(encoding="utf-8").replace("tests/reference", (ROOT / "tests" / "reference").as_posix())
    for block in BLOCK.finditer(text):
        line = text[: block.start()].count("\n") + 2
        code = compile("\n" * (line - 1) + block[1], str(page), "exec")
        exec(code, names)
        printed = capsys.readouterr().out
        if block[2] is not None:
            assert printed.split() == block[2].split()


def test_decision_diagram_is_what_its_script_draws():
    folder = ROOT / "docs" / "figures"
    drawn = runpy.run_path(str(folder / "measurement_path.py"))
    for language in drawn["LANGUAGES"]:
        stored = (folder / f"measurement-path.{language}.svg").read_text(encoding="utf-8")
        assert drawn["draw"](language) == stored


@pytest.mark.parametrize("page", sorted((ROOT / "docs").glob("*.md")), ids=lambda page: page.stem)
def test_links_and_figures_of_a_page_exist(page):
    links = re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
    missing = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert not missing


def test_pictures_of_the_web_page_are_the_same_in_both_languages_small_and_described():
    shown = {}
    for language, name in (("nl", "web-page.nl"), ("en", "web-page")):
        found = PICTURE.findall((ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8"))
        shown[language] = [Path(path).stem for _, path in found]
        for described, path in found:
            assert len(described.split()) > 8, path
            assert path == f"pictures/web-page/{language}/{Path(path).name}"
            size = (ROOT / "docs" / path).stat().st_size
            assert 2_000 < size < 60_000, (path, size)
    assert shown["nl"] == shown["en"]
    assert len(shown["nl"]) <= 9
    kept = {path.relative_to(PICTURES / "web-page").as_posix() for path in (PICTURES / "web-page").rglob("*.png")}
    assert kept == {f"{language}/{name}.png" for language, names in shown.items() for name in names}


def test_codings_of_invented_talks_are_words_of_their_texts():
    for talks in yaml.safe_load((PICTURES / "invented_talks.yaml").read_text(encoding="utf-8")).values():
        texts = [" ".join(words for _, words in said) for said in talks["texts"].values()]
        for codings in talks["codings"].values():
            for number, words, code in codings:
                assert words in texts[number - 1]
                assert code in talks["codes"]


def test_pictures_are_no_part_of_what_is_installed():
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"]
    assert not [path for path in wheel["wheel"]["only-include"] if path.startswith("docs")]
