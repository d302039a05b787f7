"""Changing study.yaml for the user: only the part that was meant changes, and every step can be taken back."""

import copy
import shutil

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from lcresearch import shipped, studies
from lcresearch.errors import StudyError
from lcresearch.files import version_of
from lcresearch.studies.editing import HISTORY, can_undo, edit_study, replace_study_text, set_part, undo_edit
from lcresearch.yaml_lines import parse_yaml

SHIPPED = sorted(path.parent.name for path in shipped.folder("analyses").glob("*/study.yaml"))
VALUES = (
    None,
    "a text: with a colon, and a comma",
    {"nl": "één", "en": None},
    [{"file": "a.csv", "mapping": {"12": "li01", "#3": None, "no": "yes"}}],
    3.5,
)


def places(content, path=()):
    entries = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for key, inside in entries:
        yield (*path, key)
        yield from places(inside, (*path, key))


def with_part(content, path, value):
    content = copy.deepcopy(content)
    inside = content
    for key in path[:-1]:
        inside = inside[key]
    if value is None:
        del inside[path[-1]]
    elif isinstance(inside, list) and path[-1] == len(inside):
        inside.append(value)
    else:
        inside[path[-1]] = value
    return content


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("name", SHIPPED)
def test_every_part_of_every_shipped_study_can_be_replaced_and_taken_out(name, newline):
    text = (shipped.folder("analyses") / name / "study.yaml").read_text(encoding="utf-8").rstrip("\n")
    content = parse_yaml(text).content
    written = text.replace("\n", newline)
    for n, path in enumerate(places(content)):
        value = VALUES[n % len(VALUES)]
        changed = set_part(written, path, value)
        assert parse_yaml(changed).content == with_part(content, path, value)
        assert newline == "\n" or "\n" not in changed.replace("\r\n", "")
        assert not changed.endswith("\n")


@pytest.mark.parametrize("name", SHIPPED)
def test_a_new_value_for_one_text_changes_its_own_line_only(name):
    text = (shipped.folder("analyses") / name / "study.yaml").read_text(encoding="utf-8")
    changed = set_part(text, ("title", "nl"), "Iets anders").split("\n")
    different = [(old, new) for old, new in zip(text.split("\n"), changed, strict=True) if old != new]
    assert len(different) == 1
    assert "Iets anders" in different[0][1]


def test_comments_order_and_quotation_marks_stay():
    text = """\
# of a colleague
id: smit      # short
title: {nl: 'Smit', en: "Smit"}   # both
responses:
  # spring
  - {file: a.csv, wave: t0}   # first
  # autumn
  - file: b.csv   # second
    wave: t1
# the end
levels: {team: team}
"""
    changed = set_part(text, ("responses", 1, "mapping"), {"Q1: leren?": "li01", "naam": None})
    changed = set_part(changed, ("responses", 0, "platform"), "limesurvey")
    changed = set_part(changed, ("title", "nl"), "Smit's")
    assert (
        changed
        == """\
# of a colleague
id: smit      # short
title: {nl: 'Smit''s', en: "Smit"}   # both
responses:
  # spring
  - {file: a.csv, wave: t0, platform: limesurvey}   # first
  # autumn
  - file: b.csv   # second
    wave: t1
    mapping: {"Q1: leren?": li01, naam: null}
# the end
levels: {team: team}
"""
    )


def test_a_long_mapping_stands_below_each_other():
    mapping = {f"Vraag {n}: wat vindt u ervan?": f"li{n:02}" for n in range(1, 5)}
    changed = set_part("id: a\nresponses: [a.csv]\n", ("responses", 0), {"file": "a.csv", "mapping": mapping})
    assert changed.splitlines()[1:4] == [
        "responses:",
        "  - file: a.csv",
        "    mapping:",
    ]
    assert changed.splitlines()[4] == '      "Vraag 1: wat vindt u ervan?": li01'


def test_a_folded_text_is_folded_again():
    text = "id: a\ndescription:\n  en: >-\n    One line.\n\n# next\nlanguages: [en]\n"
    changed = set_part(text, ("description", "en"), "word " * 40 + "end.")
    assert changed.startswith("id: a\ndescription:\n  en: >-\n    word word")
    assert changed.endswith("end.\n\n# next\nlanguages: [en]\n")


def test_what_is_missing_on_the_way_is_made():
    assert set_part("id: a", ("interviews", "project"), "x.lccoding") == "id: a\ninterviews: {project: x.lccoding}"
    assert (
        set_part("id: a\nresponses:\n", ("responses", 0, "file"), "a.csv") == "id: a\nresponses:\n  - {file: a.csv}\n"
    )
    assert set_part("id: a\n", ("interviews", "project"), None) == "id: a\n"


@pytest.mark.parametrize(
    ("text", "path", "value", "code"),
    [
        ("a: &x 1\nb: *x\n", ("a",), 2, "G026"),
        ("a: [1\n", ("a",), 2, "G023"),
        ("a: text\n", ("a", "b"), 2, "W040"),
        ("a: [1]\n", ("a", 3), 2, "W040"),
        ("a: {b: 1}\n", ("a", 0), 2, "W040"),
        ("[1, 2]\n", (0,), 2, "W040"),
        ("a: 1\n", ("a",), float("inf"), "W041"),
        ("a: 1\n", ("a",), "\ud800", "W041"),
        ("a: 1\n", ("a",), 10**30, "W041"),
        ("a: 1\n", ("a",), {"": 1}, "W041"),
    ],
)
def test_what_cannot_be_changed_is_refused(text, path, value, code):
    with pytest.raises(StudyError) as caught:
        set_part(text, path, value)
    assert caught.value.problems[0].code == code


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    ["no", "12", "1.5", "null", "a: b", "# c", "- d", "'e'", '"f', "{g", "[h]", "i,j", "&k", "*l", "!m", "%n", "@o",
     "|", ">", "a\nb", " p ", "\u2028", "=", "?", "\u202eq", "👩🏽‍🔬"]
)  # fmt: skip
LEAVES = (
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | st.floats(-1e9, 1e9).map(lambda x: round(x, 4)) | TEXTS
)
KEYS = TEXTS.filter(bool)
CONTENT = st.recursive(
    LEAVES, lambda inside: st.lists(inside, max_size=4) | st.dictionaries(KEYS, inside, max_size=4), max_leaves=12
)
FILES = st.dictionaries(KEYS, CONTENT, min_size=1, max_size=5)


@settings(max_examples=150, deadline=None)
@given(FILES, CONTENT, st.data())
def test_a_part_of_any_file_is_replaced_and_nothing_else(content, value, data):
    lay_out = {"allow_unicode": True, "sort_keys": False, "Dumper": yaml.SafeDumper}
    styles = [None, False] if any(isinstance(one, dict | list) for one in content.values()) else [False]
    style, indent = data.draw(st.sampled_from(styles)), data.draw(st.sampled_from([2, 4]))
    text = yaml.dump(content, default_flow_style=style, indent=indent, **lay_out)
    parsed = parse_yaml(text)
    if parsed.problems or not isinstance(parsed.content, dict):
        return  # a layout that no study.yaml may have
    content = parsed.content
    path = data.draw(st.sampled_from(list(places(content))))
    if value is None and len(content) == 1 and len(path) == 1:
        return
    assert parse_yaml(set_part(text, path, value)).content == with_part(content, path, value)


@pytest.fixture
def study(tmp_path):
    folder = tmp_path / "unit-climate"
    shutil.copytree(shipped.folder("analyses") / "unit-climate", folder)
    return folder


def test_steps_are_taken_back_one_by_one(study):
    path = study / "study.yaml"
    texts = [path.read_bytes()]
    for title in ("één", "twee", "drie"):
        edit_study(study, {("title", "nl"): title}, version=version_of(path))
        texts.append(path.read_bytes())
    assert studies.load(study).file.title["nl"] == "drie"
    for text in reversed(texts[:-1]):
        assert can_undo(study)
        undo_edit(study)
        assert path.read_bytes() == text
    assert not can_undo(study)
    with pytest.raises(StudyError, match="W042"):
        undo_edit(study)


def test_what_another_wrote_since_is_not_lost(study):
    path = study / "study.yaml"
    shown = version_of(path)
    edit_study(study, {("title", "nl"): "een"}, version=shown)
    with pytest.raises(StudyError, match="W008"):
        edit_study(study, {("title", "nl"): "twee"}, version=shown)
    path.write_text(path.read_text(encoding="utf-8") + "# of a colleague\n", encoding="utf-8")
    assert not can_undo(study)
    with pytest.raises(StudyError, match="W043"):
        undo_edit(study)
    assert path.read_text(encoding="utf-8").endswith("# of a colleague\n")


def test_a_change_that_the_study_cannot_be_read_with_is_not_written(study):
    before = (study / "study.yaml").read_bytes()
    with pytest.raises(StudyError) as caught:
        edit_study(study, {("responses", 0): {"file": "nowhere.csv"}, ("languages",): ["nl", "nl"]})
    assert {"G001", "S003"} <= {one.code for one in caught.value.problems}
    assert (study / "study.yaml").read_bytes() == before
    assert not (study / HISTORY).exists()


def test_a_study_that_was_wrong_can_be_mended_in_steps(study):
    path = study / "study.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "firm_questions: gone.yaml\n", encoding="utf-8")
    edit_study(study, {("title", "nl"): "beter"})
    edit_study(study, {("firm_questions",): None})
    assert studies.load(study).file.title["nl"] == "beter"


def test_only_the_last_fifty_texts_are_kept(study):
    for n in range(53):
        edit_study(study, {("title", "nl"): f"titel {n}"})
    assert len(list((study / HISTORY).iterdir())) == 50
    undo_edit(study)
    assert studies.load(study).file.title["nl"] == "titel 51"


def test_a_whole_text_takes_the_place_of_another_only_when_the_study_stays_readable(study):
    before = (study / "study.yaml").read_text(encoding="utf-8")
    with pytest.raises(StudyError):
        replace_study_text(study, "schema: 1\n")
    with pytest.raises(StudyError) as refused:
        replace_study_text(study, before + "# new\n", version="other")
    assert refused.value.problems[0].code == "W008"
    assert (study / "study.yaml").read_text(encoding="utf-8") == before
    replace_study_text(study, before + "# new\n", version=version_of(study / "study.yaml"))
    undo_edit(study)
    assert (study / "study.yaml").read_text(encoding="utf-8") == before
    (study / "study.yaml").write_text(before + "a: 1\nb: 2\n", encoding="utf-8")
    replace_study_text(study, before + "a: 1\n")  # one of two faults mended
    replace_study_text(study, before)
    assert studies.load(study).file.id
