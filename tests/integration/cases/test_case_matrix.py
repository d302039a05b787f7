"""One row a case: values, gaps with reasons, names, and where every cell comes from."""

import json

import numpy as np
import pandas as pd
import pytest

from lcresearch import instruments, integration, measurement
from lcresearch.errors import IntegrationError, LcresearchError

ALL = ["presence", "respondents", "share", "intensity", "weighted"]
ANSWERS = {"without_roles": ["interviewer"]}


@pytest.fixture
def matrix(people, has, talks):
    return integration.case_matrix(
        scores=people, scales=["trust"], wave="t0", elements=has, project=talks, measures=ALL, **ANSWERS
    )


def test_a_mean_has_its_size_deviation_and_interval(matrix, people):
    mine = people[(people["wave"] == "t0") & (people["community"] == "B")]["trust"]
    found = matrix.estimates.set_index("case").loc["B"]
    assert matrix.frame.loc["B", "trust"] == mine.mean()
    assert (found["n"], found["sd"]) == (4, pytest.approx(mine.std()))
    half = 3.182446 * mine.std() / 2  # t of 3 degrees of freedom
    assert found["conf_low"] == pytest.approx(mine.mean() - half)
    wide = matrix.with_intervals()
    assert wide.loc["B", "trust_n"] == 4
    assert wide.loc["B", "trust_low"] == pytest.approx(mine.mean() - half)


def test_change_is_a_mean_over_those_who_answered_both(people):
    found = integration.case_matrix(scores=people, scales=["trust"], change=("t0", "t1"))
    assert found.frame["trust_change"].to_dict() == pytest.approx({"A": 0.5, "B": 0.25, "C": np.nan}, nan_ok=True)
    assert found.gaps.to_dict("records") == [{"case": "C", "column": "trust_change", "reason": "nobody_twice"}]


def test_a_wave_must_be_chosen_and_must_exist(people):
    with pytest.raises(IntegrationError, match="Q062"):
        integration.case_matrix(scores=people, scales=["trust"])
    with pytest.raises(IntegrationError, match="Q063"):
        integration.case_matrix(scores=people, scales=["trust"], wave="T1")


def test_each_measure_of_a_code_is_what_its_definition_says(matrix):
    row = matrix.frame.loc["A"]
    # A1: four answers of 6, 6, 6 and 5 words, of which An gave two the code and Bo one; A2: two answers, An alone
    assert row["code_facilitator_presence"] == 1
    assert row["code_facilitator_respondents"] == 2
    assert row["code_facilitator_share"] == pytest.approx((1.5 + 1) / 6)
    assert row["code_facilitator_intensity"] == pytest.approx(3 / 34 * 1000)
    assert row["code_facilitator_weighted"] == pytest.approx((1 + 0.5) / 23 * 1000)
    assert matrix.frame.loc["D", "code_no_time_presence"] == 0  # was asked, and did not speak of it


def test_a_gap_is_not_a_zero_and_says_why(matrix):
    gaps = matrix.gaps.set_index(["case", "column"])["reason"]
    assert gaps["C", "code_facilitator_presence"] == "no_interviews"
    assert gaps["D", "trust"] == "no_answers"
    assert gaps["D", "facilitation"] == "no_row"
    assert gaps["B", "code_facilitator_weighted"] == "one_coder"
    assert matrix.frame.isna().sum().sum() == len(gaps)
    assert len(matrix.provenance) + len(gaps) == matrix.frame.size
    assert "(no interviews)" in matrix.summary()


def test_an_interview_that_nobody_coded_is_not_silence(make_project, make_document):
    texts = [make_document("A1", ["f"], "A"), make_document("B1", ["", ""], "B")]
    found = integration.case_matrix(project=make_project(texts))
    assert found.gaps["reason"].unique().tolist() == ["not_coded"]
    assert "Q069" in [problem.code for problem in found.problems]
    everything = integration.case_matrix(project=make_project(texts), read="all")
    assert everything.frame.loc["B"].tolist() == [0, 0]


def test_names_that_nearly_match_are_told_and_not_taken_as_one(people, make_project, make_document):
    scores = people.replace({"community": {"A": "community 3", "B": "community 4", "C": "community 5"}})
    talks = make_project([make_document("x", ["f"], "Community 03"), make_document("y", ["n"], "community 4")])
    found = integration.case_matrix(scores=scores, scales=["trust"], wave="t0", project=talks)
    near = found.unmatched.set_index("name")["nearest"]
    assert near["Community 03"] == "community 3"
    assert near["community 5"] == ""
    assert list(found.frame.index) == ["Community 03", "community 3", "community 4", "community 5"]
    assert {"Q067", "Q068"} <= {problem.code for problem in found.problems}
    decided = integration.case_matrix(
        scores=scores, scales=["trust"], wave="t0", project=talks, same_as={"Community 03": "community 3"}
    )
    assert decided.frame.loc["community 3"].notna().all()


def test_an_element_that_differs_within_a_case_is_named_and_stays_empty(people, has):
    twice = pd.concat([has, pd.DataFrame({"community": ["A"], "facilitation": [0]})])
    found = integration.case_matrix(scores=people, scales=["trust"], wave="t0", elements=twice)
    assert np.isnan(found.frame.loc["A", "facilitation"])
    problem = next(one for one in found.problems if one.code == "Q066")
    assert problem.values["cases"] == ["A"]
    assert found.gaps["reason"].tolist() == ["differs"]


def test_elements_are_degrees_and_characteristics_may_be_texts(has):
    with pytest.raises(IntegrationError, match="Q065"):
        integration.case_matrix(elements=has.astype({"facilitation": object}).replace({"facilitation": {0: "none"}}))
    sector = pd.DataFrame({"community": ["A", "B"], "sector": ["care", "energy"], "size": [12, 30]})
    found = integration.case_matrix(elements=has, characteristics=sector)
    assert found.frame.loc["A", ["facilitation", "sector", "size"]].tolist() == [1, "care", 12]
    assert found.gaps[["case", "column"]].to_numpy().tolist() == [["C", "sector"], ["C", "size"]]
    both = pd.DataFrame({"community": ["A"], "facilitation": [1]})
    with pytest.raises(IntegrationError, match="Q064"):
        integration.case_matrix(elements=has, characteristics=both)


def test_a_case_at_a_wave_has_a_row_and_undated_sources_stand_in_each(people, has, talks):
    found = integration.case_matrix(scores=people, scales=["trust"], by_wave=True, elements=has, project=talks)
    assert list(found.frame.index) == ["A, t0", "A, t1", "B, t0", "B, t1", "C, t0", "C, t1", "D"]
    assert found.frame.loc[["A, t0", "A, t1"], "code_facilitator"].tolist() == [1, 1]
    assert found.gaps.set_index(["case", "column"])["reason"]["C, t1", "trust"] == "no_answers"
    assert "Q072" in [problem.code for problem in found.problems]
    assert found.check(talks, people).empty


def test_means_that_averaging_does_not_warrant_are_marked_or_left_out(people):
    rng = np.random.default_rng(1)
    first = people[people["wave"] == "t0"]
    split = pd.DataFrame(rng.choice([1, 5], (11, 2)), columns=["i1", "i2"], index=first.index)
    verdict = measurement.agreement(first.assign(**split), ["i1", "i2"], "community", response_range=(1, 5)).verdict
    assert verdict.warranted == "no"
    asked = {"scores": first, "scales": ["trust"], "agreements": {"trust": verdict}}
    assert set(integration.case_matrix(**asked).estimates["marked"]) == {"not_warranted"}
    strict = integration.case_matrix(**asked, only_warranted=True)
    assert strict.frame["trust"].isna().all()
    assert set(strict.gaps["reason"]) == {"not_warranted"}


def test_cases_that_cannot_be_compared_and_small_ones_are_gaps(people):
    found = integration.case_matrix(
        scores=people, scales=["trust"], wave="t0", fewest=4, not_comparable={"trust": ["A"]}
    )
    assert dict(zip(found.gaps["case"], found.gaps["reason"], strict=True)) == {"A": "not_comparable", "C": "few"}


def test_a_cell_shows_what_it_rests_on(people, talks):
    safety = instruments.load("psychological-safety")
    scores = people.rename(columns={"trust": "psychological_safety"})
    found = integration.case_matrix(scores=scores, wave="t0", instruments=[safety], project=talks)
    cell = found.cell("A", "psychological_safety")
    assert cell["source"] == f"psychological-safety {safety.version} ({safety.hash[:12]})"
    assert (cell["wave"], cell["n_persons"]) == ("t0", 4)
    code = found.cell("A", "code_facilitator")
    assert code["coders"] == "An, Bo"
    assert [one.partition(":")[0] for one in code["pointers"]] == ["id-A1#23-53", "id-A1#57-87", "id-A2#23-53"]
    assert found.cell("D", "psychological_safety")["reason"] == "no_answers"
    with pytest.raises(IntegrationError, match="Q075"):
        found.cell("E", "code_facilitator")


def test_check_names_the_cells_that_do_not_hold_any_more(people, talks, make_project, make_document):
    asked = {"scales": ["trust"], "wave": "t0", "measures": ALL}
    found = integration.case_matrix(scores=people, project=talks, **asked)
    assert found.check(talks, people).empty
    other = people.copy()
    other.loc[(other["community"] == "B") & (other["wave"] == "t0"), "trust"] += [0, 0, 0, 1]
    assert found.check(scores=other).to_numpy().tolist() == [["B", "trust", "answers_changed"]]
    fewer = make_project(
        [
            make_document("A1", ["f", "f", "n", ""], "A"),
            make_document("A2", ["f", ""], "A"),
            make_document("B1", ["n", "", ""], "B"),
            make_document("B2", ["n", ""], "B"),
            make_document("D1", ["n"], "D"),
        ],
        ("An", "Bo"),
        {("Bo", "A1"): {1}},
        second=("A1",),
    )
    changed = found.check(fewer).set_index(["case", "column"])["reason"]
    assert changed["B", "code_no_time_presence"] == "words_changed"
    assert changed["D", "code_facilitator_presence"] == "words_changed"
    assert changed["D", "code_no_time_presence"] == "coding_changed"
    assert "A" not in changed.index.get_level_values("case")


def test_the_matrix_travels_as_json(matrix, talks, people):
    again = integration.CaseMatrix.from_dict(json.loads(json.dumps(matrix.to_dict())))
    pd.testing.assert_frame_equal(again.frame, matrix.frame)
    assert again.cell("A", "code_facilitator_share") == matrix.cell("A", "code_facilitator_share")
    assert again.check(talks, people).empty
    assert again.released().glance().equals(matrix.released().glance())


def test_it_is_saved_in_a_private_folder_only(matrix, tmp_path):
    with pytest.raises(IntegrationError, match="Q074"):
        matrix.save(tmp_path / "matrix.xlsx")
    with pytest.raises(IntegrationError, match="Q074"):
        matrix.to_docx(tmp_path / "matrix.docx")
    path = matrix.save(tmp_path / "private" / "matrix.xlsx")
    assert matrix.to_docx(tmp_path / "private" / "matrix.docx").exists()
    sheets = pd.read_excel(path, sheet_name=None)
    assert list(sheets)[1:] == ["matrix", "columns", "provenance", "passages", "gaps", "unmatched"]
    assert sheets["matrix"]["trust"].tolist()[:3] == matrix.frame["trust"].tolist()[:3]
    assert len(sheets["passages"]) > 5
    with pytest.raises(LcresearchError, match="G002"):
        matrix.save(path)
    path.write_bytes(b"earlier")
    assert matrix.save(path, force=True) == path
    assert path.read_bytes()[:2] == b"PK"
    with pytest.raises(LcresearchError):
        matrix.save(path.parent, force=True)  # a folder is no file to replace


def test_bad_questions_are_refused(people, has):
    with pytest.raises(IntegrationError, match="Q060"):
        integration.case_matrix()
    with pytest.raises(IntegrationError, match="Q061") as missing:
        integration.case_matrix(scores=people, scales=["trusst", "voice"], wave="t0")
    assert len(missing.value.problems) == 2
    with pytest.raises(IntegrationError, match="Q073"):
        integration.case_matrix(elements=has, measures="presense")


def test_a_gap_that_would_be_filled_now_is_told(people, talks, make_project, make_document):
    found = integration.case_matrix(scores=people, scales=["trust"], wave="t0", project=talks)
    more = make_project([*[make_document(name, [mark], case) for name, mark, case in [("C1", "f", "C")]]])
    told = found.check(more).set_index(["case", "column"])["reason"]
    assert told["C", "code_facilitator"] == "filled"
    assert told["B", "code_facilitator"] == "gone"


def test_elements_may_be_columns_of_the_scores_and_names_may_be_numbers(people):
    numbered = people.assign(community=people["community"].map({"A": 3.0, "B": 10.0, "C": np.nan}), hours=4.0)
    found = integration.case_matrix(scores=numbered, elements=["hours"])
    assert list(found.frame.index) == ["3", "10"]
    assert found.frame["hours"].tolist() == [4, 4]


def test_several_versions_of_an_instrument_are_all_named_and_a_change_is_found(people):
    safety = instruments.load("psychological-safety")
    scores = people.rename(columns={"trust": "psychological_safety"})
    older = safety.model_copy(update={"version": "0.9.0", "languages": ("nl",)})
    found = integration.case_matrix(scores=scores, wave="t0", instruments=[older, safety])
    assert found.cell("A", "psychological_safety")["source"].count("psychological-safety") == 2
    assert set(found.check(scores=scores, instruments=[safety])["reason"]) == {"instrument_changed"}
    assert found.check(scores=scores, instruments=[safety, older]).empty


@pytest.mark.parametrize("measure", ALL)
@pytest.mark.parametrize("read", ["coded", "all"])
def test_a_project_without_codings_and_a_code_that_nobody_gave(make_project, make_document, measure, read):
    texts = [make_document("A1", [""], "A"), make_document("B1", ["n"], "B")]
    nothing = make_project(texts[:1])
    empty = integration.case_matrix(project=nothing, measures=measure, read=read, **ANSWERS)
    assert empty.frame.isna().all(axis=None)
    assert set(empty.gaps["reason"]) == {"not_coded"}
    assert integration.quantitise(nothing, measure=measure, read=read).values.empty
    never = integration.case_matrix(project=make_project(texts), codes=["facilitator"], measures=measure, read=read)
    known = never.frame.loc["B", "code_facilitator"]
    assert np.isnan(known) if measure == "weighted" else known == 0


def test_scores_that_are_text_are_refused_and_rows_without_a_respondent_are_persons(people):
    with pytest.raises(IntegrationError, match="Q065"):
        integration.case_matrix(scores=people.assign(trust="high"), scales=["trust"], wave="t0")
    nobody = people.assign(respondent=None)
    found = integration.case_matrix(scores=nobody, scales=["trust"], wave="t0")
    assert found.estimates["n"].tolist() == [4, 4, 3]


def test_scores_without_end_are_no_numbers():
    people = pd.DataFrame({"community": ["A", "A"], "respondent": [1, 2], "trust": [3.0, float("inf")]})
    with pytest.raises(IntegrationError) as error:
        integration.case_matrix(scores=people, scales=["trust"])
    assert [problem.code for problem in error.value.problems] == ["Q065"]


@pytest.mark.parametrize("given", [{}, {"scales": ["trust"], "none": True}])
def test_a_matrix_without_cases_or_columns_is_refused(given):
    people = pd.DataFrame({"community": ["A", "A"], "respondent": [1, 2], "trust": [3.0, 4.0]})
    people = people.assign(community=None) if given.pop("none", False) else people
    with pytest.raises(IntegrationError) as error:
        integration.case_matrix(scores=people, **given)
    assert [problem.code for problem in error.value.problems] == ["Q285"]
