"""The response among those invited: from a table that study.yaml names to the report."""

import pytest

from lcresearch import studies
from lcresearch.errors import LcresearchError

NUMBERS = "firm;invited\nAa;10\nBb;16\n"
PERSONS = "naam;e-mail;firm\n" + "".join(
    f"Jan de {n};p{n}@example.org;{'AB'[n > 9] * 2}\n".replace("AA", "Aa").replace("BB", "Bb") for n in range(26)
)


@pytest.fixture
def invited_study(study_texts, small_study):
    def make(table):
        folder = small_study(study=study_texts.study + "invited: invited.csv\n")
        if table is not None:
            (folder / "invited.csv").write_text(table, encoding="utf-8")
        return folder

    return make


@pytest.mark.usefixtures("without_tables")
@pytest.mark.parametrize("table", [NUMBERS, PERSONS], ids=["numbers", "a row a person"])
def test_response_by_group(invited_study, tmp_path, table):
    results = studies.load(invited_study(table)).run(tmp_path / "out")
    shown = results.content.participation.invited.set_index("group")
    assert shown["n_invited"].to_dict() == {"": 26, "Aa": 10, "Bb": 16}
    assert shown["share"].round(3).to_dict() == {"": 0.615, "Aa": 0.8, "Bb": 0.5}
    pages = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "out").glob("*.html"))
    assert "example.org" not in pages
    assert "62%" in pages


def test_a_table_that_is_not_there_is_named_before_anything_runs(invited_study):
    with pytest.raises(LcresearchError) as refused:
        studies.load(invited_study(None))
    assert [problem.code for problem in refused.value.problems] == ["G001"]


def test_numbers_that_are_none_are_refused(invited_study):
    study = studies.load(invited_study(NUMBERS.replace("16", "veel")))
    with pytest.raises(LcresearchError) as refused:
        study.run()
    assert [problem.code for problem in refused.value.problems] == ["R168"]
