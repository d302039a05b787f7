"""Search phrases of codes: what they mean, what is refused, and that they travel with a codebook."""

import time
from dataclasses import replace

import pytest

from lcresearch.interviews import (
    Code,
    Codebook,
    check_codebook,
    compare_codebooks,
    merge_codebooks,
    read_codebook,
    write_codebook,
)
from lcresearch.interviews.codebook.phrases import MAX_WORDS, Phrase, parse_phrase
from lcresearch.interviews.codebook.yaml_file import shipped_codebooks
from lcresearch.interviews.guids import guid_of

TIME = Code(
    guid_of("time"), "tijd", definition="Tijd.", patterns={"nl": ("geen|weinig tijd", "te druk"), "en": ("no time",)}
)

BOOK = """
id: oost
version: 0.1.0
title: {nl: Oost}
languages: [nl]
codes:
  - id: tijd
    name: {nl: Tijd}
    definition: {nl: Tijd.}
    patterns:
      nl: [geen tijd, "(a+)+$", "tijd ... ... krijgen"]
"""


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("  ", "empty"),
        ("(a+)+$", "letters"),
        ("ti*", "letters"),
        ("*", "letters"),
        ("t*d", "letters"),
        ("=tijd*", "letters"),
        ("tijd|", "letters"),
        ("tijd ...", "edge"),
        ("tijd ... ... geld", "edge"),
        ("een ... twee ... drie ... vier", "gaps"),
        (" ".join(["woord"] * (MAX_WORDS + 1)), "words"),
        ("w" * 121, "long"),
        ("tijd [misschien]", "mark"),
    ],
)
def test_what_is_no_phrase_is_named(text, why):
    assert parse_phrase(text) == why


def test_a_mark_says_whether_a_negation_must_stand_near():
    assert [parse_phrase(f"tijd {mark}").negated for mark in ("", "[negated]", "[Ontkend]", "[not negated]")] == [
        None, True, True, False,
    ]  # fmt: skip


def test_a_hostile_phrase_costs_no_time():
    start = time.perf_counter()
    for text in ("*" * 10_000, "a|" * 10_000, "... " * 5_000, "x " * 50_000, "((a*)*)*" * 1000):
        assert isinstance(parse_phrase(text), str)
    assert time.perf_counter() - start < 1


def test_a_wrong_phrase_is_reported_with_its_line(tmp_path):
    file = tmp_path / "oost.yaml"
    file.write_text(BOOK, encoding="utf-8")
    found = [(each.code, each.where.line, each.values["phrase"]) for each in check_codebook(file)]
    assert [(code, phrase) for code, _, phrase in found] == [("V170", "(a+)+$"), ("V170", "tijd ... ... krijgen")]
    assert all(line == 11 for _, line, _ in found)
    assert "signs that are no words" in check_codebook(file)[0].message("en")
    assert "geen woord zijn" in check_codebook(file)[0].message("nl")


def test_the_shipped_codebook_has_phrases_for_each_code_in_both_languages():
    assert check_codebook("learning-communities") == []
    for code in read_codebook("learning-communities"):
        if code.codable:
            for language in ("nl", "en"):
                assert len(code.patterns[language]) >= 5, (code.key, language)
                assert all(isinstance(parse_phrase(text), Phrase) for text in code.patterns[language])


def test_the_shipped_file_writes_each_phrase_once():
    text = shipped_codebooks()["learning-communities"].read_text("utf-8")
    assert max(map(len, text.splitlines())) < 240
    for code in read_codebook("learning-communities"):
        for phrases in code.patterns.values():
            assert len(set(phrases)) == len(phrases), code.key


def test_phrases_travel_in_the_description_of_a_code(tmp_path):
    written = write_codebook(Codebook((TIME,)), tmp_path / "book.qdc")
    again = read_codebook(written.path)
    assert again.codes[0].patterns == TIME.patterns
    assert again.codes[0].definition == "Tijd."
    assert "Zoekzinnen (nl): geen|weinig tijd; te druk" in written.path.read_text("utf-8")


def test_a_coder_may_write_phrases_in_their_own_program(tmp_path):
    file = tmp_path / "book.qdc"
    file.write_text(
        f'<CodeBook xmlns="urn:QDA-XML:codebook:1.0"><Codes><Code guid="{guid_of("x")}" name="x" isCodable="true">'
        "<Description>Wat het is.\nZoekzinnen (nl): te druk ;geen tijd;\nVoorbeeld: Zo.</Description>"
        "</Code></Codes></CodeBook>",
        encoding="utf-8",
    )
    code = read_codebook(file).codes[0]
    assert (code.definition, code.example) == ("Wat het is.", "Zo.")
    assert code.patterns == {"nl": ("te druk", "geen tijd")}


def test_merging_keeps_phrases_of_both_and_comparing_shows_them():
    other = replace(TIME, patterns={"nl": ("te druk", "haast"), "de": ("keine Zeit",)})
    merged = merge_codebooks(Codebook((TIME,)), Codebook((other,))).codebook.codes[0]
    assert merged.patterns == {
        "nl": ("geen|weinig tijd", "te druk", "haast"), "en": ("no time",), "de": ("keine Zeit",),
    }  # fmt: skip
    changes = compare_codebooks(Codebook((TIME,)), Codebook((other,)))
    assert changes[["change", "part"]].to_numpy().tolist() == [["changed", "patterns"]]
