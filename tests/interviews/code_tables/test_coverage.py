"""How much of what each role says is coded."""

from dataclasses import replace

import pytest

from lcresearch import interviews
from lcresearch.interviews import Corpus


def test_shares_by_hand(project):
    table = interviews.coverage(project).set_index(["role", "code"])
    # every text: interviewer 12 + 9 characters, respondent 32 + 20; d5 is coded as a whole
    assert table.loc[("interviewer", "(any)"), ["n_documents", "n_characters", "n_coded"]].tolist() == [5, 105, 21]
    respondent = table.loc[("", "(any)")]
    assert respondent["n_characters"] == 5 * 52
    # d1: 11 + 17 + 20, d2: 32, d3: 11, d4: 20, d5: 52
    assert respondent["n_coded"] == 48 + 32 + 11 + 20 + 52
    assert respondent["share"] == pytest.approx(163 / 260)
    assert table.loc[("", "tijd"), "n_coded"] == 17 + 17
    assert ("interviewer", "tijd") not in table.index
    assert ("", "geld") not in table.index


def test_two_codes_on_the_same_words_count_once_together_and_coders_can_be_chosen(project):
    only = interviews.coverage(project, coders=["Bo de Coder"]).set_index(["role", "code"])
    assert only.loc[("", "(any)"), "n_coded"] == 6 + 17 + 20
    above = interviews.coverage(project, with_parents=True).set_index(["role", "code"])
    assert above.loc[("", "leren"), "n_coded"] == 11 + 20 + 32 + 11 + 20 + 52


def test_a_speaker_without_a_role_has_that_of_the_case(project):
    documents = [replace(each, attributes={"role": "manager", "respondent": "r1"}) for each in project.corpus]
    table = interviews.coverage(replace(project, corpus=Corpus(tuple(documents))), by="respondent")
    assert set(table["role"]) == {"interviewer", "manager"}
    assert set(table["n_documents"]) == {1}
