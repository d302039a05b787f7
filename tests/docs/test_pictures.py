"""Pictures of the web page on documentation pages are small, described, and the same in both languages."""

import re
import tomllib
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "docs" / "pictures"
PICTURE = re.compile(r"!\[([^\]]*)\]\((pictures/[^)]+)\)")


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
