"""Value that people tell of in interviews, by the links of codes to value cycles."""

import pandas as pd
import pytest

from lcresearch.integration import community_value
from lcresearch.integration.value import example_value, stories_of
from lcresearch.interviews import Code, Codebook, Corpus, Document, Project, Turn

TEXT = "R: Ik durf hulp te vragen."
BOOK = Codebook(
    (
        Code("top", "waarde", codable=False),
        Code("ask", "hulp vragen", parent="top", key="asking", links={"value_cycle": "immediate_value"},
             translations={"en": {"name": "asking for help"}}),
        Code("use", "gebruikt het", parent="top", links={"value_cycle": "applied_value"}),
        Code("pay", "levert op", parent="top", links={"value_cycle": "return_on_participation"}),
    )
)  # fmt: skip


@pytest.fixture
def project():
    documents = tuple(Document(f"d{n}", f"Gesprek {n}", TEXT, (Turn(3, len(TEXT), "R"),), {}, {}) for n in range(6))
    marked = [(f"d{n}", "ask") for n in range(6)] + [("d0", "pay")]
    codings = pd.DataFrame(marked, columns=["document", "code"]).assign(start=3, end=len(TEXT), coder="An")
    codings = codings.assign(coding=[f"c{n}" for n in range(len(codings))], selection="", created=pd.NaT)
    coders = pd.DataFrame({"name": ["An de Coder"]}, index=["An"])
    return Project(name="Invented", corpus=Corpus(documents), codebook=BOOK, codings=codings, coders=coders)


def test_codes_of_a_cycle_become_stories_with_their_number_of_persons(project):
    told = stories_of(project, {f"d{n}": f"r{n // 2}" for n in range(6)})
    assert {name: (item.cycle, item.persons, item.code) for name, item in told.items()} == {
        "told_asking": ("immediate", 3, "asking")
    }
    assert told["told_asking"].title == {"nl": "hulp vragen", "en": "asking for help"}


def test_stories_stand_beside_the_money(project):
    value = community_value(example_value(), stories=stories_of(project), n_draws=100, seed=1)
    row = value.cycles("en").set_index("item").loc["told_asking"]
    assert (row["title"], row["persons"], row["shown"]) == ("asking for help", 6, True)
    few = community_value(example_value(), stories=stories_of(project, {f"d{n}": "r" for n in range(6)}), n_draws=100)
    assert not few.cycles("en").set_index("item").loc["told_asking", "shown"]
