"""Each way in which a file can be wrong: its code, its line, its item; and files that are not instruments at all."""

from __future__ import annotations

import re

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.instruments.conftest import VOICE

from lcresearch import instruments
from lcresearch.errors import Problem
from lcresearch.instruments.checks import check
from lcresearch.messages import problem_codes
from lcresearch.yaml_lines import parse_yaml

ITEM_3 = "{id: tv_03, response_scale: agree5, text: {en: Our ideas are taken up.}, short_form: true}"
SCALE = "{title: {en: Voice}, items: [tv_01, tv_02, tv_03], method: mean, minimum_answered: 2}"
SECTORS = "  sector: {labels: {1: {en: water}, 2: {en: energy}}, ordered: false}\n"
BLOCKS = "form:\n  blocks:\n    - items: [tv_01, tv_02%s]\n"
PLANNED = (
    "form:\n  planned_missing:\n    sets: {core: [tv_01], a: [tv_02], b: [%s]}\n    forms: [[core, a], [core, %s]]\n"
)
BRIDGE = "bridges:\n  - {version: %s, comparable: full, items: {%s: tv_09}, note: {en: New wording.}}\n"

# code: what is changed in voice.yaml, and the item that the problem names
BROKEN: list[tuple[str, dict[str, str], str | None]] = [
    ("G040", {"reversed: true": "reverse: true"}, "tv_02"),
    ("G040", {"level: team": "level: team\ncolour: red"}, None),
    ("G040", {"source: {items": "source: {year: 2024, items"}, None),
    ("G041", {"level: team\n": ""}, None),
    ("G041", {", text: {en: Our ideas are taken up.}": ""}, "tv_03"),
    ("G043", {"version: 1.0.0": "version: 1.0"}, None),
    ("G043", {"reversed: true": "reversed: 1"}, "tv_02"),
    ("G043", {"languages: [en]": "languages: en"}, None),
    ("G043", {"title: {en: Voice}\ntext": "title: Voice\ntext"}, None),
    ("G043", {"minimum_answered: 2": "minimum_answered: 2.5"}, None),
    ("G042", {"method: mean": "method: average"}, None),
    ("G042", {"level: team": "level: organization"}, None),
    ("G047", {"version: 1.0.0": "version: '1.0'"}, None),
    (
        "G047",
        {"  voice: {title": "  my voice: {title", "voice: 5.0": "my voice: 5.0", "{voice: null": "{my voice: null"},
        None,
    ),
    ("G047", {"{id: tv_03": "{id: 3rd-item", "tv_02, tv_03": "tv_02, 3rd-item", ", tv_03: null": ""}, "3rd-item"),
    ("I007", {"id: voice": "id: vocal"}, None),
    ("I008", {ITEM_3: f"{ITEM_3}\n  - {ITEM_3.replace('Our ideas', 'Our plans')}"}, "tv_03"),
    ("I009", {"  voice: {title": "  tv_01: {title", "voice: 5.0": "tv_01: 5.0", "{voice: null": "{tv_01: null"}, None),
    ("I009", {"  voice: {title": "  wave: {title", "voice: 5.0": "wave: 5.0", "{voice: null": "{wave: null"}, None),
    ("I009", {ITEM_3: f"{ITEM_3}\n  - {{id: class, type: text, text: {{en: Which class?}}}}"}, "class"),
    ("I010", {"languages: [en]": "languages: [en, nl]"}, None),
    ("I011", {"title: {en: Voice}\ntext": "title: {en: Voice, ne: Stem}\ntext"}, None),
    ("I012", {"tv_03, response_scale: agree5": "tv_03, response_scale: agre5"}, "tv_03"),
    ("I013", {"tv_02, tv_03]": "tv_02, tv_30]"}, None),
    ("I013", {"method: mean": "method: weighted, weights: {tv_01: 1, tv_02: 1, tv_03: 1, tv_04: 1}"}, None),
    ("I014", {"[tv_01, tv_02, tv_03]": "[tv_01, tv_02]"}, "tv_03"),
    ("I015", {"tv_03, response_scale: agree5": "tv_03, type: text"}, "tv_03"),
    (
        "I015",
        {"tv_03, response_scale: agree5": "tv_03, response_scale: sector", "\nitems:": f"\n{SECTORS}items:"},
        "tv_03",
    ),
    ("I016", {"tv_02, response_scale: agree5": "tv_02, type: number, minimum: 0", "tv_02: 9": "tv_02: null"}, "tv_02"),
    ("I017", {"method: mean": "method: weighted"}, None),
    ("I017", {"method: mean": "method: weighted, weights: {tv_01: 1, tv_02: 2}"}, None),
    ("I018", {"minimum_answered: 2": "minimum_answered: 4"}, None),
    ("I019", {"voice: 5.0": "voice: 4.0"}, None),
    ("I019", {"voice: 5.0": "voice: null"}, None),
    ("I019", {"{voice: null}": "{voice: 4.0}"}, None),
    ("I020", {"{answers: {tv_01: 5": "{answers: {tv_99: 5, tv_01: 5"}, None),
    ("I020", {"{voice: null}": "{voices: null}"}, None),
    ("I021", {"version: 1.0.0": "version: 1.0.0\nstatus: validated"}, None),
    ("I022", {"licence: CC-BY-4.0": "licence: CC-BY-NC-4.0"}, None),
    ("I023", {"We say what we think": "We say what we think " + "and then we say it again " * 2}, "tv_01"),
    (
        "I024",
        {"en: We say what we think.": "en: We say so., nl: Wij zijn verantwoordelijk.", "[en]": "[en, nl]"},
        "tv_01",
    ),
    (
        "I025",
        {"en: We say what we think.": "en: We say so., nl: Gegevensverwerking organiseren.", "[en]": "[en, nl]"},
        None,
    ),
    (
        "I057",
        {"en: We say what we think.": "en: We say so., nl: Wij doen aan valorisatie.", "[en]": "[en, nl]"},
        "tv_01",
    ),
    ("I057", {"1: {en: strongly disagree}": "1: {en: no, nl: facilitator}", "[en]": "[en, nl]"}, None),
    ("I024", {"1: {en: strongly disagree}": "1: {en: no, nl: verantwoordelijk}", "[en]": "[en, nl]"}, None),
    ("I058", {"en: We say what we think.": "en: We say so., nl: Tevens zeggen wij het.", "[en]": "[en, nl]"}, "tv_01"),
    (
        "I058",
        {"en: We say what we think.": "en: We say so., nl: Wij doen het door middel van praten.", "[en]": "[en, nl]"},
        "tv_01",
    ),
    (
        "I059",
        {"en: We say what we think.": "en: We say so., nl: Niemand zegt hier niets.", "[en]": "[en, nl]"},
        "tv_01",
    ),
    (
        "I060",
        {"en: We say what we think.": "en: We say so., nl: Wij praten en/of denken.", "[en]": "[en, nl]"},
        "tv_01",
    ),
    ("I061", {"examples:": "form: {instructions: {en: %s}}\nexamples:" % ("and so on " * 7)}, None),
    ("I061", {"text: {en: Our ideas are": "help: {en: %s}, text: {en: Our ideas are" % ("and so on " * 7)}, "tv_03"),
    ("I026", {VOICE[VOICE.index("examples:") :]: ""}, None),
    ("I027", {"composition: referent_shift": "composition: individual"}, None),
    ("I027", {"method: mean": "method: mean, level: individual"}, None),
    ("I028", {"    missing:": "    range: [1, 4]\n    missing:"}, None),
    ("I028", {"    missing:": "    other: 6\n    missing:"}, None),
    ("I029", {"tv_03, response_scale: agree5": "tv_03"}, "tv_03"),
    ("I030", {"examples:": BLOCKS % ", tv_30" + "examples:"}, None),
    ("I030", {"examples:": PLANNED % ("tv_30", "b") + "examples:"}, None),
    ("I031", {"examples:": PLANNED % ("tv_03", "c") + "examples:"}, None),
    ("I032", {"examples:": BRIDGE % ("0.9.0", "tv_30") + "examples:"}, None),
    ("I033", {"\nitems:": f"\n{SECTORS}items:"}, None),
    ("I034", {"    missing:": "    range: [5, 1]\n    missing:"}, None),
    ("I034", {"tv_03, response_scale: agree5": "tv_03, type: number, minimum: 9, maximum: 1"}, "tv_03"),
    ("G044", {"minimum_answered: 2": "minimum_answered: 0"}, None),
    ("G044", {"title: {en: Voice}, items": "title: {en: ''}, items"}, None),
    ("G044", {"    missing:": "    range: [1]\n    missing:"}, None),
    ("G044", {"languages: [en]": "languages: []"}, None),
    ("G044", {"method: mean": "method: weighted, weights: {tv_01: 1, tv_02: 0, tv_03: 1}"}, None),
    ("I036", {"examples:": "  quiet: {title: {en: Quiet}, items: [tv_02]}\nexamples:"}, None),
    ("I038", {"Our ideas are taken up.": "we say what  we think."}, None),
    ("I038", {"2: {en: disagree}": "2: {en: Strongly Disagree}"}, None),
    ("I049", {"2: {en: disagree}": "2: {en: '2'}", "1: {en: strongly disagree}": "1: {en: '0'}"}, None),
    ("I039", {"tv_02, tv_03]": "tv_02, tv_02, tv_03]"}, "tv_02"),
    ("I040", {"\nitems:": "\n  yes: {labels: {1: {en: sure}}}\nitems:"}, None),
    ("I041", {"      9: {en: no idea}": "      5: {en: no idea}"}, None),
    ("I042", {"[tv_01, tv_02, tv_03]": "[tv_01, tv_03]"}, "tv_02"),
    ("I043", {"tv_03, response_scale: agree5": "tv_03, response_scale: agree5, minimum: 1"}, "tv_03"),
    ("I043", {"tv_03, response_scale: agree5": "tv_03, type: number, response_scale: agree5"}, "tv_03"),
    ("I044", {"method: mean": "method: mean, weights: {tv_01: 1}"}, None),
    ("I045", {"examples:": BLOCKS % ", tv_02, tv_03" + "examples:"}, "tv_02"),
    ("I046", {"examples:": BLOCKS % "" + "examples:"}, "tv_03"),
    ("I047", {"examples:": PLANNED % ("tv_02", "b") + "examples:"}, "tv_03"),
    ("I048", {"examples:": BRIDGE % ("1.0.0", "tv_03") + "examples:"}, None),
    ("G046", {"level: team": "level:"}, None),
    ("G046", {"text: {en: Our ideas are taken up.}": "text: {en: }"}, "tv_03"),
    ("I053", {"{answers: {tv_01: 5": "{answers: {tv_01: 7"}, "tv_01"),
    ("I055", {"examples:": PLANNED % ("tv_03", "b") + "examples:", "minimum_answered: 2": "minimum_answered: 3"}, None),
    ("G025", {"level: team": "level: !!python/name:os.system team"}, None),
    ("G026", {"level: team": "level: &level team"}, None),
    ("G030", {"level: team": "level: team\nlevel: organisation"}, None),
]


def codes(problems: list[Problem]) -> list[str]:
    return [problem.code for problem in problems]


def test_the_instrument_that_the_tests_change_has_no_problem(problems):
    assert problems() == []


@pytest.mark.parametrize(("code", "changes", "item"), BROKEN, ids=[f"{c}-{n}" for n, (c, _, _) in enumerate(BROKEN)])
def test_each_fault_is_found_with_its_line_and_item(problems, write, code, changes, item):
    found = problems(changes)
    assert code in codes(found)
    problem = next(problem for problem in found if problem.code == code)
    assert problem.where.file == "voice.yaml"
    assert problem.where.item == item
    lines = write(changes).read_text(encoding="utf-8").splitlines()
    assert problem.where.line in range(1, len(lines) + 1) or code == "I026"
    for language in ("nl", "en"):
        assert "{" not in problem.text(language).replace("{item", "").replace("{vraag", "")


def test_every_code_of_a_file_is_tried_above():
    tried = {code for code, _, _ in BROKEN} | {"I001", "G045", "I050", "I051", "I052", "I054", "I056"}
    assert {code for code in problem_codes() if re.fullmatch(r"I\d+", code)} <= tried


def test_a_problem_names_the_line_of_the_fault(problems):
    found = problems({"reversed: true": "reverse: true", "tv_02, tv_03]": "tv_02, tv_30]", "voice: 5.0": "voicy: 5.0"})
    text = VOICE.splitlines()
    by_code = {problem.code: problem.where.line for problem in found}
    assert by_code["G040"] == 1 + next(n for n, line in enumerate(text) if "id: tv_02" in line)
    assert by_code["I013"] == 1 + next(n for n, line in enumerate(text) if "  voice: {title" in line)
    assert by_code["I020"] == 1 + next(n for n, line in enumerate(text) if "voice: 5.0" in line)


def test_all_problems_are_reported_at_once_in_the_order_of_lines(problems):
    found = problems(
        {
            "version: 1.0.0": "version: 1",
            "composition: referent_shift": "composition: shift",
            "tv_01, response_scale: agree5": "tv_01, response_scale: agre5",
            "reversed: true": "reverse: true",
            "tv_02, tv_03]": "tv_02, tv_30]",
            "method: mean": "method: weighted",
            "{voice: null}": "{voices: null}",
        }
    )
    assert codes(found) == ["G043", "G042", "I012", "G040", "I014", "I013", "I017", "I020"]
    assert [problem.where.line for problem in found] == sorted(problem.where.line for problem in found)


def test_an_unknown_key_does_not_hide_an_example_that_fails(problems):
    assert codes(problems({"level: team": "level: team\ncolour: red", "voice: 5.0": "voice: 4.0"})) == ["G040", "I019"]


def test_examples_may_be_rounded_to_two_decimals_but_not_to_one(problems):
    two = {"tv_02: 1, tv_03: null": "tv_02: 1, tv_03: 1", "voice: 5.0": "voice: 3.67"}
    assert problems(two) == []
    assert codes(problems(two | {"voice: 5.0": "voice: 3.7"})) == ["I019"]


def test_the_nearest_name_is_suggested_in_both_languages(problems):
    (problem,) = problems({"tv_03, response_scale: agree5": "tv_03, response_scale: agre5"})
    assert "Did you mean 'agree5'?" in problem.message("en")
    assert "Bedoelt u 'agree5'?" in problem.message("nl")


def test_known_words_may_be_long(problems):
    changes = {
        "en: We say what we think.": "en: We say so., nl: Ik ben hier verantwoordelijk voor de les.",
        "[en]": "[en, nl]",
    }
    assert "I024" in codes(problems(changes))
    listed = {"examples:": "readability: {known_words: {nl: [verantwoordelijk]}}\nexamples:"}
    assert "I024" not in codes(problems(changes | listed))


def test_warnings_do_not_keep_an_instrument_from_being_loaded(load):
    assert load({"licence: CC-BY-4.0": "licence: with permission of the author"}).id == "voice"


FULL = """\
id: voice
version: 2.0.0
status: piloted
evidence:
  - {reference: Example (2025), n: 120, groups: 14, finding: {nl: Betrouwbaar., en: Reliable.}}
languages: [nl, en]
title: {nl: Stem, en: Voice}
text: {nl: Vragen., en: Questions.}
construct: {nl: Begrip., en: Concept.}
level: organisation
composition: formative_index
source: {items: adapted, literature: [A (2020), B (2021)], relation: {nl: Bewerkt., en: Adapted.}}
licence: CC-BY-4.0
response_scales:
  yesno:
    labels: {0: {nl: nee, en: no}, 1: {nl: ja, en: yes}}
    missing: {8: {nl: niet van toepassing, en: not applicable}}
  sector:
    labels: {1: {nl: water, en: water}, 2: {nl: energie, en: energy}, 3: {nl: anders, en: other}}
    ordered: false
    other: 3
items:
  - id: v1
    response_scale: yesno
    text: {nl: "Is er tijd?", en: "Is there time?"}
    help: {nl: Tijd om te leren., en: Time to learn.}
    required: true
    function: proactive
    source: C (2019), CC0
  - id: v2
    type: number
    minimum: 0
    maximum: 40
    decimals: 1
    unit: {nl: uur per week, en: hours a week}
    missing: {99: {nl: weet ik niet, en: don't know}}
    text: {nl: "Hoeveel uur?", en: "How many hours?"}
  - {id: v3, type: multiple, response_scale: sector, text: {nl: "Welke sectoren?", en: "Which sectors?"}}
  - {id: v4, type: text, text: {nl: "Wat wilt u nog kwijt?", en: "Anything else?"}}
  - {id: v5, response_scale: sector, text: {nl: "In welke sector werkt u?", en: "In which sector do you work?"}}
scales:
  room: {title: {nl: Ruimte, en: Room}, items: [v1, v2, v3], method: index, minimum_answered: 2}
form:
  instructions: {nl: Kies., en: Choose.}
  randomise_blocks: true
  blocks:
    - {title: {nl: Een, en: One}, text: {nl: Eerst., en: First.}, items: [v1, v2], randomise: true}
    - {items: [v3, v4, v5]}
  planned_missing:
    sets: {core: [v1, v4, v5], a: [v2], b: [v3]}
    forms: [[core, a], [core, b]]
bridges:
  - {version: 1.0.0, comparable: partial, items: {v1: v01, v3: null}, note: {nl: Andere woorden., en: Other words.}}
examples:
  - {answers: {v1: 1, v2: 20, v3_1: 1, v3_2: 0, v3_3: 0}, scores: {room: 61.11}}
  - {answers: {v1: 8, v2: 99}, scores: {room: null}}
"""


def test_the_format_carries_all_kinds_of_questions_forms_bridges_and_evidence(problems, load):
    assert problems(text=FULL) == []
    voice = load(text=FULL)
    assert voice.item("v2").unit == {"nl": "uur per week", "en": "hours a week"}
    assert voice.form.planned_missing.forms == (("core", "a"), ("core", "b"))
    assert voice.bridges[0].items == {"v1": "v01", "v3": None}
    assert voice.response_scale_of("v2") is None
    assert voice.columns_of("v3") == ("v3_1", "v3_2", "v3_3")


def test_questions_on_context_need_no_scale(problems):
    context = VOICE[: VOICE.index("scales:\n  voice")].replace(", reversed: true", "")
    assert problems(text=context) == []


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "G024"),
        (b"# nothing but a comment\n", "G024"),
        (b"- a list\n- at the top\n", "G045"),
        (b"just words", "G045"),
        (b"\x00\x01\x02\x03", "G022"),
        (b"\xff\xfei\x00d\x00", "G022"),
        (b"PK\x03\x04 not a zip either \x9f", "G022"),
        (b"id: voice\n\titems: [", "G023"),
        (b"id: voice\nitems: [a, b\n", "G023"),
        (b"a: !!python/object/apply:os.system ['exit 1']", "G025"),
        (b"x" * (1024 * 1024 + 1), "G021"),
        (b"[" * 100_000, "G027"),
        (b"a: &a [x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n", "G026"),
        (b"id: voice\n---\nid: other\n", "G028"),
        (b"? [a, b]\n: 1\n", "G029"),
    ],
)
def test_what_is_no_instrument_is_said_to_be_none(tmp_path, content, code):
    path = tmp_path / "voice.yaml"
    path.write_bytes(content)
    assert code in codes(check(path))


def test_a_folder_and_a_missing_file_are_reported(tmp_path):
    assert codes(check(tmp_path)) == ["G020"]
    assert codes(check(tmp_path / "none.yaml")) == ["G001"]


plain = (
    st.none()
    | st.booleans()
    | st.integers(-9, 9)
    | st.floats(allow_nan=False, width=16)
    | st.sampled_from(["", "nl", "en", "mean", "tv_01", "weighted", "number", "agree5", "1.0.0"])
)
values = st.recursive(
    plain, lambda part: st.lists(part, max_size=2) | st.dictionaries(st.sampled_from("ab"), part, max_size=2)
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_check_never_raises_whatever_stands_at_a_place(tmp_path, data):
    content = parse_yaml(FULL).content
    part, path = content, []
    while isinstance(part, dict | list) and part and (not path or data.draw(st.booleans())):
        path.append(data.draw(st.sampled_from(list(part) if isinstance(part, dict) else list(range(len(part))))))
        whole, part = part, part[path[-1]]
    whole[path[-1]] = data.draw(values)
    file = tmp_path / "voice.yaml"
    file.write_text(yaml.safe_dump(content), encoding="utf-8")
    for problem in instruments.check(file):
        assert problem.text("nl")
        assert problem.text("en")
