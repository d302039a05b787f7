"""Whatever questions are called, a platform gets names that it takes, no two the same, and known when read back."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lcresearch.instruments.forms.limesurvey.codes import codes_of, question_codes
from lcresearch.instruments.forms.redcap.names import field_names, names_of

IDENTIFIERS = st.from_regex(r"\A[A-Za-z_][A-Za-z0-9_]{0,63}\Z")
PLATFORMS = [
    (question_codes, codes_of, r"[A-Za-z][A-Za-z0-9]{0,19}"),
    (field_names, names_of, r"[a-z](?!.*__)[a-z0-9_]{0,99}"),
]


@pytest.mark.parametrize(("distinct", "candidates", "allowed"), PLATFORMS, ids=["limesurvey", "redcap"])
@given(names=st.lists(IDENTIFIERS, min_size=1, max_size=30, unique_by=str.casefold))
def test_names(distinct, candidates, allowed, names):
    found = distinct(names)
    assert set(found) == set(names)
    assert len({name.casefold() for name in found.values()}) == len(names)
    assert all(re.fullmatch(allowed, code) for code in found.values())
    assert all(code in candidates(name) for name, code in found.items())


@pytest.mark.parametrize(("name", "limesurvey"), [("lc01", "lc01"), ("ps_01", "ps01"), ("_x", "x")])
def test_a_name_that_a_platform_takes_is_kept(name, limesurvey):
    assert question_codes([name]) == {name: limesurvey}
    assert names_of("lc01")[0] == "lc01"


@pytest.mark.parametrize("name", ["token", "Time", "seed", "email"])
def test_a_word_of_limesurvey_itself_is_no_code(name):
    assert question_codes([name])[name].casefold() != name.casefold()


@pytest.mark.parametrize("name", ["record_id", "work_complete"])
def test_a_name_of_redcap_itself_is_no_field(name):
    assert field_names([name])[name] not in ("record_id", "work_complete")
