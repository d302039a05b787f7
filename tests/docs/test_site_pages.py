"""What the site adds to Sphinx: links to files of the repository, pages made from the program, Dutch words."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "docs" / "_ext"))

pytest.importorskip("sphinx", reason="the group docs is not installed")

from site_pages import commands, formats, instrument_pages, languages, message_codes, navigation, repository  # noqa: E402

from lcresearch import instruments  # noqa: E402
from lcresearch.messages import problem_codes  # noqa: E402


def test_links_lead_to_pages_of_the_site_and_code_stays_as_it_is():
    text = (
        "[a](../README.md#try-it) [b](privacy.md) [c](../src/lcresearch/cli.py) [d](https://example.org)\n\n"
        "![f](../analyses/f.svg)\n\n"
        "```text\n[e](../README.md)\n```\n"
    )
    assert repository.rewritten(text, "measurement") == (
        "[a](repository/readme.md#try-it) [b](privacy.md) [c](repository:files/src/lcresearch/cli.py.html) "
        "[d](https://example.org)\n\n![f](../analyses/f.svg)\n\n```text\n[e](../README.md)\n```\n"
    )


def test_links_of_the_readme_are_seen_from_where_its_page_stands():
    text = "[a](docs/privacy.md) [b](CHANGELOG.md) [c](docs/)"
    assert repository.rewritten(text, "repository/readme") == ("[a](../privacy.md) [b](changelog.md) [c](../index.md)")


def test_every_message_stands_on_a_page_in_both_languages():
    pages = message_codes.pages()
    for language in ("en", "nl"):
        text = "\n".join(page for name, page in pages.items() if name.endswith(".nl.md") is (language == "nl"))
        assert [code for code in problem_codes() if f"\n## {code}\n" not in text] == []


def test_words_of_messages_are_no_mark_up():
    assert message_codes.plain("a_b * c < d | [x]") == r"a\_b \* c \< d \| \[x\]"


def test_every_command_has_a_section():
    text = commands.pages()["commands.md"]
    for command in ("demo", "run", "synthesize", "instruments list", "interviews deidentify", "explain"):
        assert f"\n## lcresearch {command}\n" in text


def test_every_question_of_every_instrument_is_shown_in_both_languages():
    pages = instrument_pages.pages()
    for name in instruments.catalogue()["id"]:
        for item in instruments.load(name).items:
            row = next(line for line in pages[f"instrument-{name}.md"].splitlines() if f"`{item.id}`" in line)
            assert '<span lang="nl">' in row
            assert instrument_pages.cell(item.text["en"]) in row


def test_every_key_of_study_yaml_is_explained():
    text = formats.pages()["format-study.md"]
    assert [
        key for key in ("instruments", "levels", "responses", "consent", "change") if f"| `{key}` |" not in text
    ] == []
    assert "PART-" not in text


def test_words_of_the_theme_are_dutch_on_dutch_pages():
    words = languages.Dutch()
    assert words.gettext("On this page") == "Op deze pagina"
    assert languages.label('<div aria-label="Toggle navigation of X">') == (
        '<div aria-label="Tonen of verbergen wat valt onder X">'
    )
    assert [languages.is_dutch(page) for page in ("forms.nl", "voor-docenten", "forms")] == [True, True, False]


def test_pages_of_single_names_share_the_menu_of_their_module():
    assert navigation.parent_of("api/multilevel.fit_lmm") == "api/multilevel"
    assert navigation.parent_of("reference/messages-L.nl") == "reference/messages"
    assert navigation.parent_of("multilevel") is None
