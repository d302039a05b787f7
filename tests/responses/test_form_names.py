"""Questions that a study asked itself come back under the names that it gave them."""

import pandas as pd
import pytest

from lcresearch import instruments
from lcresearch.responses.form_names import OwnQuestion, with_form_names
from lcresearch.responses.persons.consent import Consent
from lcresearch.responses.platforms import open_export
from lcresearch.responses.reading import read_with_ids

FIRM = OwnQuestion("bedrijf", ("Bij welke organisatie werkt u?",))
ASKED = (FIRM, OwnQuestion("toestemming", ("Doet u mee?", "Will you take part?")), OwnQuestion("code", ("Uw code?",)))


def read(folder, table: dict[str, list[str]]) -> pd.DataFrame:
    file = folder / "answers.csv"
    pd.DataFrame(table).to_csv(file, index=False)
    voice = instruments.load("psychological-safety")
    data, _ = read_with_ids(
        file,
        voice.model_copy(update={"items": voice.items[:1]}),
        levels={"organisation": "bedrijf"},
        keep={"code": "linking"},
        consent=Consent("toestemming"),
        own=ASKED,
    )
    return data.frame.assign(code=data.kept["code"])


@pytest.mark.parametrize(
    "names", [("bedrijf", "toestemming", "code"), ("Bij welke organisatie werkt u?", "Doet u mee?", "Uw code?")]
)
def test_by_name_or_by_the_text_of_the_question(tmp_path, names):
    firm, consent, code = names
    item = instruments.load("psychological-safety").items[0].id
    frame = read(
        tmp_path,
        {firm: ["Smit", "Bakker bv"], consent: ["Ja, ik doe mee", "Nee"], code: ["AN07", "x"], item: ["1", "2"]},
    )
    assert frame[["organisation", "code", item]].to_numpy().tolist() == [["Smit", "AN07", 1.0]]


def test_a_name_that_the_platform_writes_otherwise_is_known_unless_two_can_be_meant(tmp_path):
    file = tmp_path / "answers.csv"
    file.write_text("myitem,other1,plain\n1,2,3\n", encoding="utf-8")
    names = ["my_item", "other_1", "oth_er1", "plain"]
    opened = with_form_names(open_export(file), names, codes=lambda name: (name.replace("_", ""),))
    assert [column.names for column in opened.columns] == [("my_item",), (), ()]
