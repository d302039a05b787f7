"""What people say of elements: who, in which direction, with which mechanism; and what may leave of it."""

import itertools

import numpy as np
import pandas as pd
import pytest

from lcresearch.disclosure import Policy
from lcresearch.errors import IntegrationError, InterviewError
from lcresearch.integration import Voices, codes_of_elements, voices
from lcresearch.integration.listening.counting import Interviewed, Question, count_to_show
from lcresearch.integration.plan.model import ElementCodes
from lcresearch.interviews import quotes, read_quote_releases, recognisability, release_quote

ELEMENTS = {"purpose": ElementCodes(mentions=("goal",)), "facilitation": ElementCodes(mentions=("guide",))}
POLICY = Policy(minimum_cell=5)


def row(found, element):
    return found.elements.set_index("element").loc[element]


def test_persons_and_cases_are_counted_and_a_case_is_named_by_its_attribute(spoken):
    found = voices(spoken, ELEMENTS)
    one = row(found, "purpose")
    assert (one["n_persons"], one["of_persons"], one["n_cases"], one["of_cases"]) == (12, 24, 3, 6)
    assert row(voices(spoken, ELEMENTS, by="sector"), "purpose")["of_cases"] == 2


def test_a_mention_beside_value_tells_of_help_and_one_beside_a_barrier_takes_no_side(spoken):
    found = voices(spoken, ELEMENTS)
    assert row(found, "purpose")[["n_persons_helping", "n_persons_lacking", "n_persons_hindering"]].tolist() == [
        0,
        0,
        0,
    ]
    barriers = found.mechanisms[found.mechanisms["kind"] == "barrier"]
    assert barriers[["element", "code", "n_persons"]].to_numpy().tolist() == [["purpose", "no_time", 4]]
    assert row(found, "facilitation")["n_persons_helping"] == 6


def test_who_misses_it_is_counted_apart_and_once_among_those_who_value_it(spoken):
    found = voices(spoken, {"time": ElementCodes(helps=("goal",), lacks=("no_time",), hinders=("guide",))})
    one = row(found, "time")
    assert one[["n_persons_helping", "n_persons_lacking", "n_persons_hindering"]].tolist() == [12, 24, 16]
    assert one["n_persons_valuing"] == 24
    assert one[["n_cases_helping", "n_cases_lacking", "n_cases_hindering"]].tolist() == [3, 6, 4]
    assert found.by_case.set_index("case").loc["c4", "n_persons_lacking"] == 4


def test_a_side_that_no_code_tells_of_is_nobody_and_said_so(spoken):
    found = voices(spoken, {"purpose": ElementCodes(helps=("goal",))}, by="sector", policy=POLICY)
    one = row(found, "purpose")
    assert one[["n_persons_helping", "n_persons_lacking", "n_persons_hindering"]].tolist() == [12, 0, 0]
    assert one[["n_persons_valuing", "n_cases_lacking"]].tolist() == [12, 0]
    assert (found.by_case["n_persons_hindering"] == 0).all()
    assert any("purpose" in text for text in found.cautions())
    told = voices(spoken, {"purpose": ElementCodes(helps=("goal",), hinders=("talk",))}, policy=POLICY)
    assert np.isnan(row(told, "purpose")["n_persons_hindering"])


def test_barriers_of_the_codebook_are_not_taken_for_an_element_that_lacks(spoken):
    assert not any(one.lacks or one.hinders for one in codes_of_elements(spoken.codebook, ["purpose"]).values())


def test_direction_of_a_code_that_has_one_does_not_depend_on_what_stands_beside_it(spoken):
    found = voices(spoken, {"purpose": ElementCodes(helps=("goal",), hinders=("no_time",))})
    assert row(found, "purpose")["n_persons_helping"] == 12
    assert row(found, "purpose")["n_persons_hindering"] == 24
    assert row(found, "purpose")["n_persons"] == 24


def test_codes_below_count_unless_they_are_listed_themselves(make_spoken):
    project = make_spoken([(0, 0, "goal"), (1, 0, "goal_own")])
    assert row(voices(project, {"purpose": ElementCodes(helps=("goal",))}), "purpose")["n_persons_helping"] == 2
    split = voices(project, {"purpose": ElementCodes(helps=("goal",), hinders=("goal_own",))})
    assert row(split, "purpose")[["n_persons_helping", "n_persons_hindering"]].tolist() == [1, 1]


def test_passages_of_several_codes_and_coders_that_overlap_are_one(make_spoken):
    project = make_spoken([(0, 0, "goal"), (0, 0, "goal_own"), (0, 0, "goal")])
    assert row(voices(project, ELEMENTS), "purpose")["n_passages"] == 1


def test_persons_with_several_interviews_count_once(spoken):
    persons = pd.Series({document.id: "one" for document in spoken.corpus})
    assert row(voices(spoken, ELEMENTS, persons=persons), "purpose")[["n_persons", "of_persons"]].tolist() == [1, 1]


def test_a_mechanism_stands_in_the_same_answer_and_is_counted_by_persons(spoken):
    found = voices(spoken, ELEMENTS, language="en")
    with_guide = found.mechanisms[found.mechanisms["element"] == "facilitation"].set_index("code")
    assert with_guide["n_persons"].to_dict() == {"gain": 6, "errors": 5, "talk": 2}
    assert with_guide["kind"].to_dict() == {"gain": "value", "errors": "mechanism", "talk": "mechanism"}
    assert with_guide.loc["errors", "name"] == "from mistakes"
    assert "no_time" not in with_guide.index


def test_a_typical_mechanism_needs_three_persons(spoken, make_spoken):
    found = voices(spoken, ELEMENTS)
    assert found.typical()["code"].tolist() == ["errors"]
    few = make_spoken([(k, 1, code) for k in range(2) for code in ("guide", "errors")])
    assert not len(voices(few, ELEMENTS).typical())


def test_a_code_of_the_whole_conversation_is_no_mechanism_of_all_that_is_said_in_it(make_spoken):
    project = make_spoken([(0, 0, "goal"), (0, None, "errors"), (0, None, "no_time")])
    found = voices(project, ELEMENTS)
    assert not len(found.mechanisms)
    assert row(found, "purpose")["n_persons_hindering"] == 0


def test_mechanisms_can_be_chosen_for_all_elements_or_for_one(spoken):
    chosen = voices(spoken, ELEMENTS, mechanisms=["talk"])
    assert set(chosen.mechanisms["code"]) == {"talk"}
    own = ELEMENTS | {"facilitation": ElementCodes(mentions=("guide",), mechanisms=("ways",))}
    assert set(voices(spoken, own, mechanisms=["gain"]).mechanisms["code"]) == {"errors", "talk"}


def test_an_element_without_codes_is_a_gap_and_not_a_silence(spoken):
    found = voices(spoken, codes_of_elements(spoken.codebook, ["purpose", "sunshine"]))
    assert row(found, "sunshine")["gap"] == "no_codes"
    assert np.isnan(row(found, "sunshine")["n_persons"])
    assert any("sunshine" in text for text in found.cautions())


def test_a_case_where_nobody_speaks_of_it_has_zero_and_is_there(spoken):
    found = voices(spoken, ELEMENTS).by_case.set_index(["element", "case"])
    assert found.loc[("purpose", "c5"), "n_persons"] == 0
    assert found.loc[("purpose", "c0"), "n_persons"] == 4


def test_unknown_codes_are_reported_together(spoken):
    wrong = {"purpose": ElementCodes(helps=("goall",)), "b": ElementCodes(mechanisms=("nothing",))}
    with pytest.raises(IntegrationError) as refused:
        voices(spoken, wrong, mechanisms=["ways", "wayss"])
    assert [problem.code for problem in refused.value.problems] == ["Q090"] * 3
    assert "'goal'" not in refused.value.text("en").split("nearest")[0]


def test_no_elements_and_an_unknown_case_are_refused(spoken):
    with pytest.raises(IntegrationError, match="Q091"):
        voices(spoken, {})
    with pytest.raises(InterviewError, match="V101"):
        voices(spoken, ELEMENTS, by="comunity")


def test_what_is_released_never_tells_of_a_few(spoken):
    found = voices(spoken, ELEMENTS, policy=POLICY)
    assert not found.confidential
    assert row(found, "purpose")["n_persons"] == 12
    assert not len(found.by_case)  # four people a community
    assert "talk" not in set(found.mechanisms["code"])
    assert found.n_hidden > 0
    assert any(str(found.n_hidden) in text for text in found.cautions())


def test_by_case_is_released_for_groups_that_are_large_enough(spoken):
    found = voices(spoken, ELEMENTS, by="sector", policy=POLICY)
    assert found.by_case.set_index(["element", "case"]).loc[("purpose", "s0"), "n_persons"] == 6


def test_that_all_cases_mention_it_is_not_told_when_cases_are_small(spoken, make_spoken):
    everywhere = make_spoken([(4 * case + k, 0, "goal") for case in range(6) for k in range(3)])
    found = voices(everywhere, ELEMENTS, policy=POLICY)
    assert row(found, "purpose")["n_persons"] == 18
    assert np.isnan(row(found, "purpose")["n_cases"])


def test_a_few_persons_show_nothing(make_spoken):
    small = make_spoken([(0, 0, "goal")], n=4)
    found = voices(small, ELEMENTS, policy=POLICY)
    assert found.reason
    assert (found.elements["gap"] == "hidden").all()


@pytest.mark.parametrize("seed", range(30))
def test_counts_that_lie_within_others_differ_by_nobody_or_enough(seed):
    rng = np.random.default_rng(seed)
    persons = pd.Series({f"d{k}": f"p{k}" for k in range(40)})
    cases = pd.Series({f"d{k}": f"c{k % 8}" for k in range(40)})
    interviewed = Interviewed(persons, cases)
    said, singles = {}, {}
    for element in ("a", "b"):
        outer = rng.random(40) < rng.uniform(0.2, 0.9)
        sides = {
            side: outer & (rng.random(40) < rng.uniform(0.1, 1)) for side in ("_helping", "_lacking", "_hindering")
        }
        sides = {"": outer, **sides, "_valuing": sides["_helping"] | sides["_lacking"]}
        for side, inside in sides.items():
            chosen = persons[inside]
            said[Question(element, side)] = pd.DataFrame({"person": chosen, "case": cases[chosen.index]})
        said[Question(element, code="m")] = said[Question(element, "_helping")].iloc[::2]
        singles[element] = [frozenset(said[Question(element)]["person"])]
    singles["m"] = [frozenset(said[Question("a", code="m")]["person"]) | frozenset(persons.iloc[:3])]
    shown = count_to_show(said, interviewed, singles, "community", POLICY, None)
    for one, n in shown.persons.items():
        assert n in (0, *range(3, 38))
        for other, m in shown.persons.items():
            if other.element == one.element and set(said[one]["person"]) <= set(said[other]["person"]):
                assert m - n not in (1, 2)
    for element in ("a", "b"):
        three = [Question(element, side) for side in ("_helping", "_lacking", "_valuing")]
        if all(one in shown.persons for one in three):
            assert shown.persons[three[0]] + shown.persons[three[1]] - shown.persons[three[2]] not in (1, 2)
    assert all(one.side != "_valuing" for one in shown.cases)
    for one, n in shown.cases.items():
        sizes = interviewed.persons_of_case
        inside = set(said[one]["case"])
        assert len(inside) == n
        rest = set(sizes.index) - inside
        for some in (inside, rest):
            assert not some or sizes[list(some)].sum() >= 5
        assert not 0 < len(rest) < 3


@pytest.mark.parametrize("seed", range(40))
def test_counts_of_cases_with_the_total_tell_nothing_of_a_few(seed):
    rng = np.random.default_rng(seed)
    n = 60
    persons = pd.Series({f"d{k}": f"p{k}" for k in range(n)})
    cases = pd.Series({f"d{k}": f"c{k % 4}" for k in range(n)})
    outer = rng.random(n) < 0.7
    inside = outer & (rng.random(n) < rng.uniform(0.6, 1))
    whole, helping = Question("a"), Question("a", "_helping")
    sides = {"_helping": inside, "_lacking": outer & False, "_hindering": outer & ~inside, "_valuing": inside}
    said = {
        Question("a", side): pd.DataFrame({"person": persons[rows], "case": cases[rows]})
        for side, rows in ({"": outer} | sides).items()
    }
    shown = count_to_show(said, Interviewed(persons, cases), {}, "sector", POLICY, None)
    for case in ("c0", "c1", "c2", "c3"):
        if (whole, case) in shown.by_case and (helping, case) in shown.by_case:
            assert shown.by_case[whole, case] - shown.by_case[helping, case] not in (1, 2)
    hidden = [case for case in ("c0", "c1", "c2", "c3") if (helping, case) not in shown.by_case]
    if helping in shown.persons and hidden:
        rest = cases.isin(hidden).to_numpy()
        assert (inside & rest).sum() not in (1, 2)
        assert (rest & ~inside).sum() >= 3
        assert (outer & rest).sum() - (inside & rest).sum() not in (1, 2)


def release(project, pointer, folder, **description):
    recognised = recognisability(project, ["role", "sector"])
    return release_quote(
        project, pointer, folder, recognised, released_by="researcher", consent_on="2026-11-01",
        date="2026-11-25", description=description or {"role": "employee"}, words_checked=True, language="en",
    )  # fmt: skip


def test_only_released_quotes_are_shown_with_who_spoke_and_the_direction(spoken, tmp_path):
    found = quotes(spoken, "guide")
    release(spoken, found["pointer"].iloc[0], tmp_path)
    release(spoken, found["pointer"].iloc[5], tmp_path)
    heard = voices(spoken, ELEMENTS, releases=read_quote_releases(tmp_path), language="en")
    assert heard.quotes["element"].tolist() == ["facilitation", "facilitation"]
    assert set(heard.quotes["direction"]) == {"mentions", "helps"}
    assert set(heard.quotes["described"]) == {"an employee"}
    assert set(heard.quotes["pointer"]) == set(found["pointer"].iloc[[0, 5]])
    assert not len(voices(spoken, ELEMENTS).quotes)


def test_the_pointer_that_leaves_names_no_interview(spoken, tmp_path):
    release(spoken, quotes(spoken, "guide")["pointer"].iloc[0], tmp_path)
    releases = read_quote_releases(tmp_path)
    heard = voices(spoken, ELEMENTS, releases=releases, policy=POLICY)
    assert heard.quotes["pointer"].str.fullmatch("words:[0-9a-f]{12}").all()
    assert not len(voices(spoken, ELEMENTS, releases=releases, policy=Policy(minimum_cell=25)).quotes)


def test_a_result_goes_to_plain_values_and_back(spoken):
    found = voices(spoken, ELEMENTS)
    back = Voices.from_dict(found.to_dict())
    assert back.elements["n_persons"].tolist() == found.elements["n_persons"].tolist()
    assert "purpose" in found.summary()
    for first, second in itertools.pairwise(found.tidy()["conf_high"] - found.tidy()["conf_low"]):
        assert 0 < first < 1
        assert 0 < second < 1


def test_counts_are_those_of_pandas(make_spoken):
    rng = np.random.default_rng(5)
    codes = rng.choice(["goal", "goal_own", "guide", "gain", "errors"], 60)
    project = make_spoken(
        [(int(k), int(a), code) for k, a, code in zip(*rng.integers(0, (24, 3), (60, 2)).T, codes, strict=True)]
    )
    said = project.codings.merge(project.corpus.attributes, left_on="document", right_index=True)
    for element, below in {"purpose": ["goal", "goal_own"], "facilitation": ["guide"]}.items():
        mine = said[said["code"].isin(below)]
        found = row(voices(project, ELEMENTS), element)
        counted = (mine["respondent"].nunique(), mine["community"].nunique())
        assert (found["n_persons"], found["n_cases"]) == counted
        assert found["n_passages"] == len(mine.drop_duplicates(["document", "start"]))
