"""Counts of persons by code for a script: all of them for the researcher, those that may be shown with a policy."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from lcresearch.disclosure import Policy
from lcresearch.errors import InterviewError
from lcresearch.interviews import Code, Codebook, Corpus, Document, Project, persons_by_code


def invented(given, n=12, sectors=2):
    """Documents of n persons in sectors; ``given``: code -> the numbers of the persons who speak of it."""
    texts = [
        Document(
            f"d{k}", f"R{k}", "We learn. It rains.", attributes={"respondent": f"p{k}", "sector": f"s{k % sectors}"}
        )
        for k in range(n)
    ]
    rows = [(f"{code}{k}", f"d{k}", 0, 9, code, "An") for code, who in given.items() for k in who]
    codings = pd.DataFrame(rows, columns=["coding", "document", "start", "end", "code", "coder"])
    book = Codebook(tuple(Code(code, f"about {code}") for code in given))
    return Project("invented", Corpus(tuple(texts)), book, codings, pd.DataFrame({"name": ["An"]}, index=["An"]))


def test_the_researcher_sees_all_and_readers_what_singles_nobody_out():
    project = invented({"many": range(7), "few": [0, 1], "nearly": range(11), "nobody": []})
    everything = persons_by_code(project)
    assert everything.totals.set_index("code")["n_with"].to_dict() == {
        "about nearly": 11, "about many": 7, "about few": 2, "about nobody": 0,
    }  # fmt: skip
    assert everything.cautions() == []
    shown = persons_by_code(project, policy=Policy(minimum_cell=5))
    # what nobody speaks of is hidden beside what a few speak of, so that it stays open which is which
    assert shown.totals["code"].tolist() == ["about many"]
    assert shown.n_hidden_codes == 3
    assert len(shown.cautions()) == 1
    nobody = persons_by_code(invented({"many": range(7), "nobody": []}), policy=Policy(minimum_cell=5))
    assert nobody.totals["n_with"].tolist() == [7, 0]


def test_groups_are_shown_where_each_is_large_enough_and_differences_tell_nothing():
    project = invented({"even": range(0, 12, 2), "half": range(6)})
    shown = persons_by_code(project, "sector", policy=Policy(minimum_cell=5))
    counts = shown.shares.set_index(["code", "group"])["n_with"].to_dict()
    assert counts == {("about half", "s0"): 3, ("about half", "s1"): 3}
    assert set(shown.tidy()["group"]) == {"", "s0", "s1"}
    assert shown.glance()["n_hidden_cells"].item() == 2


def test_a_person_with_two_interviews_counts_once():
    project = invented({"many": range(7)})
    again = [replace(one, attributes={**one.attributes, "respondent": "p0"}) for one in project.corpus]
    same = replace(project, corpus=Corpus(tuple(again)))
    assert persons_by_code(same).totals[["n_with", "n_persons"]].values.tolist() == [[1, 1]]


def test_too_few_persons_show_nothing_and_say_so():
    shown = persons_by_code(invented({"many": range(3)}, n=4), policy=Policy(minimum_cell=5))
    assert (len(shown.totals), shown.reason) == (0, "few")
    assert "5" in shown.cautions()[0]


def test_only_these_coders_count_and_others_are_not_known():
    project = invented({"many": range(7)})
    assert persons_by_code(project, coders=["An"]).totals["n_with"].item() == 7
    with pytest.raises(InterviewError, match="V100"):
        persons_by_code(project, coders=["Bo"])
    with pytest.raises(InterviewError, match="V101"):
        persons_by_code(project, "sectors")


def test_the_result_goes_to_plain_values_and_back():
    shown = persons_by_code(invented({"many": range(7)}), "sector", policy=Policy(minimum_cell=5))
    pd.testing.assert_frame_equal(type(shown).from_dict(shown.to_dict()).totals, shown.totals)


def test_counts_are_those_of_pandas():
    rng = np.random.default_rng(8)
    given = {code: sorted({int(k) for k in rng.integers(0, 30, 25)}) for code in ("many", "more", "most")}
    project = invented(given, n=30, sectors=3)
    said = project.codings.merge(project.corpus.attributes, left_on="document", right_index=True)
    totals = persons_by_code(project).totals.set_index("code")
    counted = said.groupby("code")["respondent"].nunique()
    assert {f"about {code}": n for code, n in counted.items()} == totals["n_with"].to_dict()
    assert (totals["n_persons"] == 30).all()
