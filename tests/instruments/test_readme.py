"""The README of the library says what is true: its tables, and the walk-through for a licensed scale."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lcresearch import instruments, studies
from lcresearch.instruments.library import library_files
from lcresearch.shipped import folder

README = (folder("instruments") / "README.md").read_text(encoding="utf-8")
SCALE, STUDY, BRIDGE = re.findall(
    r"```yaml\n(.*?)```", README[README.index("## Your own licensed scale") :], re.DOTALL
)[:3]


def section(title: str) -> str:
    return README.split(f"\n## {title}\n")[1].split("\n## ")[0]


def rows(text: str) -> list[list[str]]:
    """The cells of each row of a Markdown table, without header and rule."""
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in text.splitlines() if line[:1] == "|"][
        2:
    ]


def test_the_table_of_instruments_says_what_the_files_say():
    written = {row[0].strip("` "): row[2:7] for row in rows(section("What is here"))}
    assert set(written) == set(library_files())
    for name, cells in written.items():
        one = instruments.load(name)
        counts = (len(one.items), sum(item.short_form for item in one.items), len(one.scales))
        assert cells == [one.level, one.composition, *(str(count) if count else "–" for count in counts)], name


def test_the_table_of_needs_names_the_needs_in_order_and_only_what_is_there():
    table = rows(section("Which need they serve"))
    needs = [int(number) for row in table for number in re.findall(r"\d+", row[0])]
    assert needs == sorted(needs)
    assert set(needs) >= {5, 6, 8, 9, 10, 14, 16, 17, 18, 22, 23, 24, 25, 26, 30, 33, 50}
    scales = {scale for name in library_files() for scale in instruments.load(name).scales}
    named = {name for row in table for name in re.findall(r"`([a-z_-]+)`", row[1])}
    assert named - scales - set(library_files()) == set()
    assert set(library_files()) <= named


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """The folder that the walk-through ends with, with the answers of two respondents."""
    (tmp_path / "vakmanstrots.yaml").write_text(SCALE, encoding="utf-8")
    (tmp_path / "study.yaml").write_text(STUDY, encoding="utf-8")
    culture = [item.id for item in instruments.load("learning-culture").items]
    lines = [",".join(["werkplaats", "vt01", "vt02", "vt03", "vt04", "vt05", "vt06", *culture])]
    lines += [",".join(["A", "4", "3", "1", "4", "", "", *("4" for _ in culture)])]
    lines += [",".join(["B", "1", "1", "4", "1", "", "", *("2" for _ in culture)])]
    (tmp_path / "antwoorden.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tmp_path


def test_the_licensed_scale_of_the_walk_through_has_one_warning_on_its_licence(study):
    assert [problem.code for problem in instruments.check(study / "vakmanstrots.yaml")] == ["I022"]


def test_the_licensed_scale_is_shown_with_its_source_and_licence(study):
    page = " ".join(instruments.load(study / "vakmanstrots.yaml").text_page("nl").split())
    assert "toestemming van A. Voorbeeld" in page
    assert "woordelijk overgenomen" in page
    assert "Flesch-Douma" in page


def test_the_study_of_the_walk_through_finds_and_scores_the_scale(study):
    loaded = studies.load(study)
    assert [problem for problem in loaded.check() if problem.level == "error"] == []
    scale = instruments.load(study / "vakmanstrots.yaml")
    assert scale.score(loaded.read().frame)["craft_pride"].tolist() == [3.75, 1.0]


def test_a_new_wording_has_a_new_id_and_a_bridge_to_the_old_one(study):
    file = study / "vakmanstrots.yaml"
    old = instruments.load(file)
    changed = SCALE.replace("vt06", "vt07").replace("version: 1.0.0", "version: 1.1.0")
    file.write_text(changed.replace("Slecht werk van een vakgenoot", "Slordig werk van vakgenoten"), encoding="utf-8")
    without = instruments.load(file)
    file.write_text(file.read_text(encoding="utf-8") + BRIDGE, encoding="utf-8")
    new = instruments.load(file)
    assert [problem.code for problem in instruments.check(file)] == ["I022"]
    assert (new.bridges[0].version, new.bridges[0].items) == (old.version, {"vt07": "vt06"})
    assert {"vt07"} == {item.id for item in new.items} - {item.id for item in old.items}
    assert new.hash == without.hash != old.hash
