"""Waves linked by a code that persons made up: what is linked, what is left open, and how often that is right."""

import importlib.util
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lcresearch import responses
from lcresearch.errors import LcresearchWarning, ResponsesError, explanation
from lcresearch.responses.waves.codes import edit_distance, normal_codes
from lcresearch.responses.waves.linking import Linked, link_waves

BENCHMARK = Path(__file__).parents[3] / "benchmarks" / "linking.py"


def frame_of(*waves):
    """Each wave is a text of codes; ``-`` is a missing code, and ``north:abc`` stands in a community."""
    rows = []
    for number, text in enumerate(waves):
        for cell in text.split():
            community, _, code = cell.rpartition(":")
            rows.append((f"t{number}", community or "one", None if code == "-" else code))
    return pd.DataFrame(rows, columns=["wave", "community", "code"])


def quietly(frame, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LcresearchWarning)
        return link_waves(frame, "code", **({"within": "community"} | options))


def linked_codes(result):
    return sorted(zip(result.links["code_1"], result.links["code_2"], result.links["kind"], strict=True))


def codes_of(frame, *args, **options):
    with pytest.raises(ResponsesError) as caught:
        link_waves(frame, *args, **options)
    assert str(caught.value)
    return [problem.code for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("first", "second", "errors"),
    [
        ("mael07", "mael07", 0),
        ("mael07", "maal07", 1),  # another character
        ("mael07", "mal07", 1),  # one left out
        ("mael07", "maeel07", 1),  # one too many
        ("mael07", "meal07", 1),  # two neighbours changed places
        ("mael07", "melo07", 2),
    ],
)
def test_an_error_is_a_substitution_omission_insertion_or_swap(first, second, errors):
    assert edit_distance(np.array([first]), np.array([second])).tolist() == [errors]
    result = quietly(frame_of(f"{first} zzzz99", f"{second} yyyy88"))
    assert len(result.links) == (errors <= 1)
    assert len(quietly(frame_of(f"{first} zzzz99", f"{second} yyyy88"), tolerance=2).links) == 1
    assert len(quietly(frame_of(f"{first} zzzz99", f"{second} yyyy88"), tolerance=0).links) == (errors == 0)


def test_equal_codes_come_first_and_explain_each_other():
    result = quietly(frame_of("mael07 mael08", "mael07 mael09"))
    assert linked_codes(result) == [("mael07", "mael07", "exact"), ("mael08", "mael09", "approximate")]
    assert result.links["distance"].tolist() == [0, 1]
    assert result.frame["respondent"].tolist() == ["p1", "p2", "p1", "p2"]
    assert result.ambiguous.empty
    assert result.unlinked.empty


@pytest.mark.parametrize("waves", [("mael07", "mael08 mael09"), ("mael08 mael09", "mael07")])
def test_a_row_with_two_candidates_is_listed_with_both_and_not_linked(waves):
    result = quietly(frame_of(*waves))
    assert result.links.empty
    assert result.frame["respondent"].nunique() == 3
    assert set(result.ambiguous["reason"]) == {"several_candidates"}
    listed = result.ambiguous.groupby("code")["candidate_code"].agg(list).to_dict()
    assert listed == {"mael07": ["mael08", "mael09"], "mael08": ["mael07"], "mael09": ["mael07"]}


def test_a_nearer_candidate_does_not_win():
    result = quietly(frame_of("mael07", "mael08 mael99"), tolerance=2)
    assert result.links.empty
    assert sorted(result.ambiguous.query("code == 'mael07'")["distance"]) == [1, 2]


def test_a_code_that_two_persons_of_a_wave_share_is_never_linked_and_blocks_what_is_near_it():
    result = quietly(frame_of("mael07 mael07 joap31", "mael07 mael08 joap31"))
    assert linked_codes(result) == [("joap31", "joap31", "exact")]
    assert result.ambiguous.groupby(["wave", "code"])["reason"].first().to_dict() == {
        ("t0", "mael07"): "shared_code",
        ("t1", "mael07"): "shared_code",
        ("t1", "mael08"): "several_candidates",
    }
    assert result.ambiguous.query("row == 0")["candidate_row"].tolist() == [1, 3, 4]
    assert {"R151", "R152"} <= set(result.log["code"])


def test_communities_are_apart_when_asked():
    frame = frame_of("north:mael07 south:joap31", "south:mael07 south:joap3")
    assert linked_codes(quietly(frame)) == [("joap31", "joap3", "approximate")]
    assert len(quietly(frame, within=None).links) == 2
    two = frame.assign(team=["a", "b", "a", "c"])
    assert quietly(two, within=["community", "team"]).links.empty
    assert quietly(frame).links["group"].tolist() == ["south"]


def test_spelling_is_made_equal_and_counted():
    frame = frame_of("Ma-ÉL-07 joap31", "mael07 joap31")
    result = quietly(frame)
    assert result.links["kind"].tolist() == ["exact", "exact"]
    assert result.links["code_1"].tolist() == ["Ma-ÉL-07", "joap31"]
    assert result.log.query("code == 'R146'")["n"].tolist() == [1]
    assert len(quietly(frame, normalise=False).links) == 1
    assert normal_codes(pd.Series([" Ñ-1 ", "ß2", "ﬁ3"])).tolist() == ["n1", "ss2", "fi3"]
    assert normal_codes(pd.Series(["--", None])).isna().all()


def test_missing_and_short_codes():
    result = quietly(frame_of("- ab1 xy12 qq99", "- ab2 xy12 qqq9"))
    assert linked_codes(result) == [("qq99", "qqq9", "approximate"), ("xy12", "xy12", "exact")]
    assert sorted(result.unlinked["reason"]) == ["no_code", "no_code", "short_code", "short_code"]
    assert result.frame["respondent"].nunique() == 6
    counts = dict(zip(result.log["code"], result.log["n"], strict=True))
    assert (counts["R147"], counts["R149"]) == (2, 2)
    short = quietly(frame_of("ab1 zzzz99", "ab1 yyyy88"))
    assert linked_codes(short) == [("ab1", "ab1", "exact")]


NO_CODES = ["weet ik niet", "Onbekend", "geen", "999999", "xxxxxx", "n.v.t.", "-", "I don't know"]


@pytest.mark.parametrize("normalise", [True, False])
def test_what_people_write_without_a_code_is_no_code(normalise):
    waves = [[*NO_CODES, "mael07", "jobe12"], [*NO_CODES, "mael07", "jobe12"]]
    rows = [(f"t{n}", "one", code) for n, codes in enumerate(waves) for code in codes]
    found = quietly(pd.DataFrame(rows, columns=["wave", "community", "code"]), normalise=normalise)
    assert sorted(found.links["code_1"]) == ["jobe12", "mael07"]
    assert found.log.loc[found.log["code"] == "R147", "n"].tolist() == [2 * len(NO_CODES)]


def test_rows_without_a_wave_or_a_community_stay_persons_of_their_own():
    frame = frame_of("mael07 joap31 piut12", "mael07 joap31 piut12")
    frame.loc[0, "wave"] = None
    frame.loc[4, "community"] = None
    result = quietly(frame)
    assert linked_codes(result) == [("piut12", "piut12", "exact")]
    reasons = dict(zip(result.unlinked["row"], result.unlinked["reason"], strict=True))
    assert reasons == {0: "no_wave", 1: "no_candidate", 3: "no_candidate", 4: "no_group"}


def test_three_waves_make_one_person():
    result = quietly(frame_of("mael07 joap31", "joap31", "mael08 joap3"))
    assert result.frame["respondent"].tolist() == ["p1", "p2", "p2", "p1", "p2"]
    assert result.links[["person", "wave_1", "wave_2"]].to_numpy().tolist() == [
        ["p1", "t0", "t2"],
        ["p2", "t0", "t1"],
        ["p2", "t1", "t2"],
    ]
    table = result.tidy().set_index(["wave_1", "wave_2"])[["n_exact", "n_approximate"]]
    assert table.to_numpy().tolist() == [[1, 0], [0, 2], [0, 1]]


def test_two_errors_apart_are_one_person_through_a_third_wave():
    result = quietly(frame_of("mael07", "mael08", "maal07"))
    assert result.frame["respondent"].nunique() == 1
    assert result.links["distance"].tolist() == [1, 2]


def test_one_row_with_two_candidates_leaves_the_other_links_of_a_chain_alone():
    # aaaa11 (t0) is near aaab11 (t1); both aaab11 and abbb11 (t1) are near aabb11 (t2)
    result = quietly(frame_of("aaaa11", "aaab11 abbb11", "aabb11"))
    assert linked_codes(result) == [("aaaa11", "aaab11", "approximate")]
    assert result.ambiguous.query("code == 'aabb11'")["candidate_code"].tolist() == ["aaab11", "abbb11"]


def test_a_chain_that_would_put_two_rows_of_a_wave_in_one_person_is_undone():
    # each is near the next only: t0 - t1 - t2 - t0
    result = quietly(frame_of("aaaaac bbbaac", "baaaac", "bbaaac"))
    assert result.links.empty
    assert result.frame["respondent"].nunique() == 4
    assert set(result.ambiguous["reason"]) == {"conflict"}
    assert result.ambiguous.query("code == 'baaaac'")["candidate_code"].tolist() == ["aaaaac", "bbaaac"]


def test_a_rival_for_a_wave_that_is_filled_by_another_route_undoes_the_links():
    # t1 baaa11 is near t0 aaaa11 and near t2 bbaa11; t0 is also near t2 aaaa12, so its place in t2 is disputed
    result = quietly(frame_of("aaaa11", "baaa11", "bbaa11 aaaa12"))
    assert result.frame["respondent"].nunique() == 4
    assert set(result.ambiguous["reason"]) >= {"conflict"}


def test_respondents_of_a_read_file(write, voice):
    files = [
        write(f"respondent;team;tv_01;tv_02;tv_03\n{row}\n", f"{n}.csv")
        for n, row in enumerate(["mael07;A;1;2;3\njoap31;A;2;2;2", "MAEL07;A;5;4;3\njoap3;A;1;1;1"])
    ]
    parts = [responses.read(file, voice, levels=["team"], wave=f"t{n}") for n, file in enumerate(files)]
    data = responses.combine(parts)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LcresearchWarning)
        result = link_waves(data, within="team")
    again = result.apply_to(data)
    assert again.frame["respondent"].tolist() == ["p1", "p2", "p1", "p2"]
    assert again.frame["tv_01"].tolist() == [1, 2, 5, 1]
    assert again.glance()["n_respondents"].tolist() == [2]
    assert again.log.query("code == 'R146'")["n"].tolist() == [1]
    assert result.links["wave_1"].tolist() == ["t0", "t0"]


def test_a_code_in_a_column_beside_the_answers_does_not_become_an_item(write, voice):
    parts = [
        responses.read(
            write(f"mycode;tv_01;tv_02;tv_03\n{code};1;2;3\n", f"{wave}.csv"),
            voice,
            wave=wave,
            keep={"mycode": "to link waves"},
        )
        for wave, code in (("t0", "mael07"), ("t1", "meal07"))
    ]
    data = responses.combine(parts)
    result = quietly(data.frame.assign(code=data.kept["mycode"]), within=None)
    again = result.apply_to(data)
    assert again.frame["respondent"].tolist() == ["p1", "p1"]
    assert again.items == data.items == ("tv_01", "tv_02", "tv_03")


def test_what_cannot_be_linked_is_refused():
    frame = frame_of("mael07", "mael07")
    assert codes_of(frame, "cod", within="comunity") == ["R140", "R140"]
    assert codes_of(frame, "code", tolerance=3) == ["R141"]
    assert codes_of(frame_of("mael07"), "code") == ["R142"]
    assert codes_of(frame_of("mael07", "-"), "code") == ["R142"]
    assert codes_of(frame, "code", waves=["t0", "t2"]) == ["R144"]


def test_numbers_as_codes_are_text():
    frame = pd.DataFrame({"wave": ["t0", "t1", "t0"], "code": [120307.0, 120307.0, np.nan]})
    result = quietly(frame, within=None)
    assert result.links["code_1"].tolist() == ["120307"]


def test_poor_codes_give_a_warning_and_good_ones_do_not():
    rng = np.random.default_rng(3)
    days = np.array([f"day{n:03d}" for n in range(200)])  # few enough that strangers of two waves have the same one
    poor = frame_of(" ".join(days[rng.integers(0, 200, 60)]), " ".join(days[rng.integers(0, 200, 60)]))
    with pytest.warns(LcresearchWarning, match="R150"):
        result = link_waves(poor, "code", within="community")
    assert [problem.code for problem in result.problems] == ["R150"]
    assert result.cautions()[0].startswith("[R150]")
    assert "{" not in explanation("R150", "nl")
    signs = np.array(list("abcdefghijklmnopqrstuvwxyz0123456789"))
    long = ["".join(row) for row in signs[rng.integers(0, 36, (160, 8))]]
    good = link_waves(frame_of(" ".join(long[:120]), " ".join(long[40:160])), "code", within="community")
    assert good.problems == ()
    assert good.glance()["n_exact"].tolist() == [80]


def test_ids_that_a_system_numbered_are_linked_when_equal_only():
    numbers = [f"{2000 + n}" for n in np.random.default_rng(3).permutation(200)]
    result = quietly(frame_of(" ".join(numbers[:120]), " ".join(numbers[40:160])))
    assert set(result.links["kind"]) == {"exact"}
    assert len(result.links) == 80
    assert result.tidy()["expected_false"].tolist() == [0]
    assert result.problems == ()


def test_nothing_is_linked_over_a_difference_that_strangers_show():
    # twenty pairs of strangers a wave differ in the last digit, so that digit tells no error from another person
    first, second = (
        " ".join(f"{letter}{name}{n}" for letter in "abcdefghij" for name in pair for n in (1, 2))
        for pair in (("xxpp", "xxqq"), ("yyrr", "yyss"))
    )
    result = quietly(frame_of(f"{first} mael07 joap31 piut12", f"{second} mael07 joap3 piut15"))
    assert linked_codes(result) == [("joap31", "joap3", "approximate"), ("mael07", "mael07", "exact")]
    listed = result.ambiguous[["code", "candidate_code", "reason"]].to_numpy().tolist()
    assert listed == [["piut12", "piut15", "common_difference"], ["piut15", "piut12", "common_difference"]]
    assert result.log.query("code == 'R187'")["n"].tolist() == [2]
    few = quietly(frame_of("mael07 joap31 piut12", "mael07 joap3 piut15"))
    assert ("piut12", "piut15", "approximate") in linked_codes(few)


@settings(max_examples=8, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 2),
            st.integers(0, 1),
            st.text("ab", min_size=4, max_size=6).filter(lambda code: len(set(code)) > 1),  # aaaa is no code
        ),
        min_size=2,
        max_size=14,
    )
)
def test_no_person_has_two_rows_in_a_wave_or_rows_in_two_communities(rows):
    frame = pd.DataFrame(rows, columns=["wave", "community", "code"])
    frame = frame.assign(wave="t" + frame["wave"].astype("str"))
    if frame["wave"].nunique() < 2:
        return
    result = quietly(frame)
    assert not result.frame.duplicated(["respondent", "wave"]).any()
    assert (result.frame.groupby("respondent")["community"].nunique() == 1).all()
    every = set(result.links["row_1"]) | set(result.links["row_2"])
    every |= set(result.ambiguous["row"]) | set(result.unlinked["row"])
    assert every == set(range(len(frame)))
    shuffled = quietly(frame.sample(frac=1, random_state=1))
    assert len(shuffled.links) == len(result.links)


def test_result_survives_being_written():
    result = quietly(frame_of("mael07 mael07 joap31 -", "mael07 joap3"))
    again = Linked.from_dict(result.to_dict())
    for name in ("frame", "links", "ambiguous", "unlinked", "pairs", "log"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(result, name))
    assert again.to_dict() == result.to_dict()
    assert "n_approximate" in result.summary()


def test_a_code_of_thousands_of_characters_is_linked_only_when_equal():
    frame = pd.DataFrame(
        {"wave": ["t0", "t1", "t0", "t1"], "code": ["ac" * 2500, "ac" * 2500, "b" * 90 + "c", "b" * 89 + "c"]}
    )
    assert quietly(frame, within=None).links["distance"].tolist() == [0]


def test_a_code_of_a_whole_school_lists_twenty_candidates_a_row():
    frame = frame_of(" ".join(["school"] * 30), " ".join(["school"] * 30))
    result = quietly(frame)
    assert result.links.empty
    assert result.frame["respondent"].nunique() == 60
    assert result.ambiguous.groupby("row").size().tolist() == [20] * 60


def test_codes_too_much_alike_for_the_tolerance_are_refused(monkeypatch):
    monkeypatch.setattr("lcresearch.responses.waves.codes.MAXIMUM_PAIRS", 10)
    numbers = " ".join(f"{n:04d}" for n in range(60))
    assert codes_of(frame_of(numbers, numbers), "code", tolerance=2) == ["R143"]
    monkeypatch.setattr("lcresearch.responses.waves.codes.MAXIMUM_KEYS", 100)
    assert codes_of(frame_of(numbers, numbers), "code", tolerance=2) == ["R143"]


@pytest.fixture(scope="module")
def simulation():
    spec = importlib.util.spec_from_file_location("linking_benchmark", BENCHMARK)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("n_waves", [2, 3])
@pytest.mark.parametrize("kind", ["random 6", "realistic 6", "realistic 8"])
def test_95_percent_of_true_pairs_are_linked_and_under_half_a_percent_of_links_is_wrong(simulation, kind, n_waves):
    found = pd.DataFrame([simulation.replicate(kind, n_waves, "link_waves", seed) for seed in range(2)]).mean()
    assert found["linked"] >= 0.95
    assert found["wrong"] < 0.005
    exact = simulation.replicate(kind, n_waves, "equal codes only", 0)
    assert exact["linked"] < 0.93


def test_expected_false_links_tell_how_many_there_are(simulation):
    rows = [simulation.replicate("realistic 6", 2, "link_waves", seed, leave=0.5) for seed in range(6)]
    found = pd.DataFrame(rows).mean()
    assert found["wrong"] > 0.002
    assert 0.4 * found["wrong"] < found["expected"] < 3 * found["wrong"]
