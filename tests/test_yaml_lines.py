"""YAML with lines: plain values as in YAML 1.2, the line of each part, and nothing that can do harm."""

from __future__ import annotations

import time

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from lcresearch import yaml_lines
from lcresearch.shipped import folder
from lcresearch.yaml_lines import MAX_BYTES, parse_yaml, read_yaml


def problems(text: str) -> list[tuple[str, int | None]]:
    return [(problem.code, problem.where.line) for problem in parse_yaml(text).problems]


def test_lines_of_keys_values_and_members():
    parsed = parse_yaml("id: voice\nitems:\n  - id: a\n    text: {en: x}\n  - id: b\n")
    assert parsed.content == {"id": "voice", "items": [{"id": "a", "text": {"en": "x"}}, {"id": "b"}]}
    assert parsed.line(("items",)) == 2
    assert parsed.line(("items", 0, "text", "en")) == 4
    assert parsed.line(("items", 1)) == 5
    # a part that is not there has the line of the part around it
    assert parsed.line(("items", 1, "text")) == 5
    assert parsed.line(("nothing",)) == 1


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("Yes", "Yes"),
        ("on", "on"),
        ("true", True),
        ("False", False),
        ("~", None),
        ("", None),
        ("12", 12),
        ("-3", -3),
        ("012", "012"),
        ("0x1f", "0x1f"),
        ("1_000", "1_000"),
        ("12:30", "12:30"),
        ("2026-05-01", "2026-05-01"),
        ("1.50", 1.5),
        ("1e3", "1e3"),
        (".inf", ".inf"),
        ("1.0.0", "1.0.0"),
        ("9" * 5000, "9" * 5000),
        ("'12'", "12"),
        ('"true"', "true"),
        ("<<", "<<"),
    ],
)
def test_scalars(text, value):
    content = parse_yaml(f"key: {text}\n").content
    assert content == {"key": value}
    assert type(content["key"]) is type(value)


def test_keys_may_be_words_or_whole_numbers():
    assert parse_yaml("1: a\nno: b\n1.5: c\n").content == {1: "a", "no": "b", "1.5": "c"}
    assert problems("true: a\n") == [("G029", 1)]
    assert problems("x: 1\n~: a\n") == [("G029", 2)]


def test_a_second_key_is_reported_with_both_lines_and_the_first_is_kept():
    parsed = parse_yaml("a: 1\nb:\n  c: 2\n  c: {d: 3}\na: 4\n")
    assert [(p.code, p.where.line, p.values["key"], p.values["first"]) for p in parsed.problems] == [
        ("G030", 4, "c", 3),
        ("G030", 5, "a", 1),
    ]
    assert parsed.content == {"a": 1, "b": {"c": 2}}


def test_tags_anchors_and_aliases_are_refused_wherever_they_stand():
    assert problems("a: !!python/object/apply:os.system [x]") == [("G025", 1)]
    assert problems("a: !!int 3\nb: !own x\n") == [("G025", 1), ("G025", 2)]
    assert problems("a: &x 1\nb: *x\n") == [("G026", 1), ("G026", 2)]
    assert problems("a: &x {b: 1}\nc:\n  <<: *x\n") == [("G026", 1), ("G026", 3)]


def test_deep_nesting_ends_at_once():
    start = time.process_time()
    assert problems("[" * 500_000) == [("G027", 1)]
    assert problems("a: " + "{b: " * 25 + "}" * 25) == [("G027", 1)]
    assert parse_yaml("[" * 19 + "]" * 19).problems == []
    assert time.process_time() - start < 5


def test_syntax_errors_name_their_line():
    assert problems("a: 1\nb: [1, 2\nc: 3\n")[0][0] == "G023"
    assert problems("a: 1\n\tb: 2\n") == [("G023", 2)]
    assert problems("a: 'x\n") == [("G023", 2)]
    assert problems("a: 1\n--- b\n") == [("G028", 2)]


@pytest.mark.parametrize("loader", [yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)])
def test_a_text_cut_by_a_comma_is_named_and_the_rest_is_still_read(loader, monkeypatch):
    monkeypatch.setattr(yaml_lines, "_LOADER", loader)
    parsed = parse_yaml("a: 1\nb: {nl: één ja, maar later, en: yes}\nc: {nl: ja,\n  graag , en: yes, please}\n")
    assert parsed.content == {"a": 1, "b": {"nl": "één ja", "en": "yes"}, "c": {"nl": "ja", "en": "yes"}}
    found = [(p.code, p.where.line, p.values["text"]) for p in parsed.problems]
    assert found == [("G031", 2, "maar later"), ("G031", 4, "graag"), ("G031", 4, "please")]
    assert "{nl: 'ja, graag', en: 'yes, please'}" in parsed.problems[0].remedy("nl")


@pytest.mark.parametrize("loader", [yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)])
@pytest.mark.parametrize(
    "text", ["b: {nl: let op: heet, en: x}", "b: {en: 'a, b', nl: let op: heet}", "- b: let op: heet", "b: let op:"]
)
def test_a_text_with_a_colon_is_named(text, loader, monkeypatch):
    monkeypatch.setattr(yaml_lines, "_LOADER", loader)
    (problem,) = parse_yaml(f"# let: op: x\n{text}\n").problems
    assert (problem.code, problem.where.line, problem.values["text"]) == ("G032", 2, "let op:")


@pytest.mark.parametrize(
    "text", ["a: {b: , c: }", "a: {b: 'x, y: z', c: http://x.nl}", "a: {b: '', c: x:y, }", "? a\n"]
)
def test_keys_without_a_value_and_colons_that_divide_nothing_are_fine(text):
    assert problems(text) == []


def test_control_characters_are_no_text():
    assert problems("a: 1\nb: \x07\n") == [("G022", 2)]


def test_a_byte_order_mark_and_windows_line_ends_are_fine(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_bytes("\ufefftitel: één\r\nb: 2\r\n".encode())
    parsed = read_yaml(path)
    assert parsed.content == {"titel": "één", "b": 2}
    assert parsed.line(("b",)) == 2


def test_files_that_are_too_large_or_latin_1_are_refused(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_bytes(b"#" * (MAX_BYTES + 1))
    assert read_yaml(path).problems[0].code == "G021"
    path.write_bytes("a: 1\ntitel: één\n".encode("latin-1"))
    assert [(p.code, p.where.line) for p in read_yaml(path).problems] == [("G022", 2)]


@pytest.mark.parametrize("path", sorted(folder("instruments").glob("*.yaml")), ids=lambda path: path.stem)
def test_values_equal_those_of_pyyaml_on_files_without_its_traps(path):
    assert read_yaml(path).content == yaml.safe_load(path.read_text(encoding="utf-8"))


words = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=8)
trees = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | words,
    lambda part: st.lists(part, max_size=3) | st.dictionaries(words.filter(bool), part, max_size=3),
    max_leaves=10,
)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(words.filter(bool), trees, min_size=1, max_size=3))
def test_what_pyyaml_writes_is_read_back(tree):
    text = yaml.safe_dump(tree, allow_unicode=True, sort_keys=False)
    if "&id" not in text:
        assert parse_yaml(text).content == tree
