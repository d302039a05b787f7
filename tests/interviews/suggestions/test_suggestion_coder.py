"""Suggestions that stand in a project under a coder that is no person count nowhere, and a line says so."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from lcresearch.errors import InterviewError, LcresearchWarning
from lcresearch.interviews import (
    co_occurrence,
    code_matrix,
    coder_agreement,
    compare_codes,
    coverage,
    find_disagreements,
    quotes,
    read_project,
    saturation,
    suggest_codes,
    with_suggestions,
    write_project,
)
from lcresearch.interviews.suggestion_coder import NOT_A_PERSON

pytest.importorskip("spacy")
pytest.importorskip("simplemma")


def renamed(project):
    """The same with new ids of coders, as some programs make them."""
    new = {str(id): f"new-{n}" for n, id in enumerate(project.coders.index)}
    codings = project.codings.assign(coder=project.codings["coder"].map(new))
    return replace(project, codings=codings, coders=project.coders.rename(index=new))


@pytest.fixture(scope="module", params=["written", "read back", "new ids"])
def shown(request, coded, tmp_path_factory):
    found = with_suggestions(coded, suggest_codes(coded, "rules"))
    if request.param == "written":
        return found
    back = read_project(write_project(found, tmp_path_factory.mktemp("suggested") / "s.qdpx").path)
    return back if request.param == "read back" else renamed(back)


def codes_of(result):
    return [problem.code for problem in result.problems]


def test_agreement_is_of_people(coded, shown):
    found = coder_agreement(shown)
    assert found.glance()["n_raters"].item() == 2
    pd.testing.assert_frame_equal(found.by_code(), coder_agreement(coded).by_code())
    assert "V266" in codes_of(found)
    assert "V266" not in codes_of(coder_agreement(coded))
    assert len(find_disagreements(shown).tidy()) == len(find_disagreements(coded).tidy())


def test_it_is_refused_by_name_in_agreement(shown):
    machine = next(name for name in shown.coders["name"] if "not a person" in name)
    with pytest.raises(InterviewError) as caught:
        coder_agreement(shown, ["An", machine])
    assert caught.value.problems[0].code == "V267"


@pytest.mark.parametrize("table", [code_matrix, coverage, co_occurrence, lambda project: quotes(project, "tijd")])
def test_tables_of_codes_are_those_of_people_with_a_warning(coded, shown, table):
    with pytest.warns(LcresearchWarning, match="V266") as caught:
        found = table(shown)
    assert len(caught) == 1
    before = table(coded)
    assert len(found) == len(before)
    numbers = list(before.select_dtypes("number").columns)
    np.testing.assert_allclose(found[numbers].astype(float), before[numbers].astype(float))


def test_results_hold_a_line_in_place_of_the_warning(coded, shown, recwarn):
    found = saturation(shown)
    assert (codes_of(found).count("V266"), found.n_codes) == (1, saturation(coded).n_codes)
    assert found.curve.equals(saturation(coded).curve)
    compared = compare_codes(shown, "respondent")
    assert compared.shares["n_with"].tolist() == compare_codes(coded, "respondent").shares["n_with"].tolist()
    assert codes_of(compared).count("V266") == 1
    assert not [one for one in recwarn if "V266" in str(one.message)]


def test_who_asks_for_suggestions_in_a_table_gets_them(coded):
    found = with_suggestions(coded, suggest_codes(coded, "rules"))
    assert code_matrix(found, coders=[NOT_A_PERSON["rules"]])["tijd"].sum() > 0
