"""Who can be recognised, counted by hand, and against a count of every combination."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from lcresearch.errors import DisclosureError, InterviewError
from lcresearch.interviews import Codebook, Corpus, Document, Project, pointing_words, recognisability
from lcresearch.interviews.project import no_codings

ATTRIBUTES = ["role", "firm_size", "community"]


def project_of(people):
    documents = tuple(
        Document(f"d{n}", f"Gesprek {n}", "Wij leren.", attributes={"respondent": f"R{n}"} | attributes)
        for n, attributes in enumerate(people)
    )
    coders = pd.DataFrame({"name": pd.Series(dtype="str")})
    return Project("invented", Corpus(documents), Codebook(), no_codings(), coders)


def kinds(*rows):
    return [dict(zip(ATTRIBUTES, row, strict=True)) for row, n in rows for _ in range(n)]


PEOPLE = kinds(
    (("employee", 18, "Noord"), 4),
    (("employee", 30, "Noord"), 3),
    (("employee", 400, "Zuid"), 5),
    (("manager", 18, "Noord"), 1),
)


def test_the_smallest_sets_and_the_safest_description_by_hand():
    found = recognisability(project_of(PEOPLE), ATTRIBUTES, language="nl")
    rows = found.tidy().drop_duplicates("recognised_by").set_index("respondent")
    # 18 people: 4 employees and a manager, so five persons share firm_size 18; with the role there are four.
    assert rows.loc["R0", "recognised_by"] == "role + firm_size"
    assert rows.loc["R0", "n_alike"] == 4
    assert rows.loc["R0", "described_as"] == "een medewerker van een klein bedrijf in learning community Noord"
    assert rows.loc["R0", "n_described"] == 7
    assert rows.loc["R4", "recognised_by"] == "firm_size"
    assert "R7" not in rows.index or rows.loc["R7", "recognised_by"] == ""
    assert rows.loc["R12", "recognised_by"] == "role"
    assert rows.loc["R12", "described_as"] == "een deelnemer van een klein bedrijf in learning community Noord"
    assert found.glance().iloc[0].tolist() == [13, 8, 0, 5, "interviewed"]
    assert found.tidy().set_index("respondent").loc["R7", ["n_alike", "recognisable"]].tolist() == [5, False]


def test_sets_equal_a_count_of_every_combination():
    rng = np.random.default_rng(11)
    people = [
        {"role": rng.choice(["employee", "manager"]), "firm_size": int(rng.choice([5, 18, 300])),
         "community": rng.choice(["Noord", "Zuid", "West"])}
        for _ in range(60)
    ]  # fmt: skip
    found = recognisability(project_of(people), ATTRIBUTES, minimum_cell=7)
    for row, person in zip(found.tidy().to_dict("records"), people, strict=True):
        unsafe = [
            names
            for size in (1, 2, 3)
            for names in combinations(ATTRIBUTES, size)
            if sum(all(other[name] == person[name] for name in names) for other in people) < 7
        ]
        smallest = [names for names in unsafe if not any(set(other) < set(names) for other in unsafe)]
        assert row["recognised_by"] == "; ".join(" + ".join(names) for names in smallest)
        assert found.n_with(found.descriptions[row["respondent"]]) == row["n_described"] >= 7


def test_a_population_allows_more_and_warns_about_those_who_know_who_spoke():
    population = pd.DataFrame(
        {"role": ["employee", "manager"], "firm_size": [18, 18], "community": "Noord", "n": [9, 6]}
    )
    found = recognisability(project_of(PEOPLE), ATTRIBUTES, population=population)
    table = found.tidy().set_index("respondent")
    assert not table.loc["R12", "recognisable"]
    assert table.loc["R12", "n_alike"] == 6
    assert table.loc["R7", "n_alike"] == 0  # nobody like this in the table of the population
    assert [problem.code for problem in found.problems] == ["V169"]
    with pytest.raises(InterviewError, match="V164"):
        recognisability(project_of(PEOPLE), ATTRIBUTES, population=population.drop(columns="role"))
    with pytest.raises(InterviewError, match="V164"):
        recognisability(project_of(PEOPLE), ATTRIBUTES, population=population.assign(n="veel"))


def test_persons_are_counted_and_not_interviews():
    people = [{"respondent": "R1", "role": "manager", "wave": f"t{n}"} for n in range(6)]
    found = recognisability(project_of(people), ["role", "wave"])
    assert len(found.table) == 1
    assert found.table["recognisable"][0]
    assert found.descriptions == {}
    assert found.table["described_as"][0] == ""


def test_what_is_not_known_of_somebody_is_not_said():
    people = [*kinds((("employee", 18, "Noord"), 6)), {"role": "employee", "firm_size": None, "community": "Noord"}]
    found = recognisability(project_of(people), ATTRIBUTES)
    assert "firm_size" not in found.descriptions["R6"]
    assert found.table.set_index("respondent").loc["R6", "n_alike"] == 7


def test_steps_of_a_study_and_wrong_choices():
    people = [{"role": role} for role in ["welder"] * 2 + ["joiner"] * 3 + ["planner"]]
    steps = {"role": [{"welder": "employee", "joiner": "employee"}]}
    found = recognisability(project_of(people), ["role"], coarser=steps, language="en")
    described = found.tidy()["described_as"].tolist()
    assert described[0] == "an employee"
    assert described[-1] == "a participant"
    with pytest.raises(InterviewError, match="V101"):
        recognisability(project_of(people), ["rloe"])
    with pytest.raises(InterviewError, match="V101"):
        found.n_with({"shoe_size": "45"})
    with pytest.raises(DisclosureError, match="D001"):
        recognisability(project_of(people), ["role"], minimum_cell=2)
    many = {f"a{n}": str(n) for n in range(13)}
    with pytest.raises(InterviewError, match="V164"):
        recognisability(project_of([many] * 6), list(many))


@pytest.mark.parametrize(
    ("quote", "words"),
    [
        ("Wij zijn met eenentwintig man, in Uden.", [("eenentwintig", "number"), ("Uden", "name")]),
        ("Bel me op 06-12345678 of mail jan@bedrijf.nl", [("06-12345678", "contact"), ("jan@bedrijf.nl", "contact")]),
        ("Dat was op 12 maart 2026 en in 1998.", [("12 maart 2026", "date"), ("1998", "date")]),
        ("de  KORST bakt brood", [("de  KORST", "listed")]),
        ("Samen gaat het goed. Er is tijd.", []),
        ("De zwengelpomper doet dat.", [("zwengelpomper", "rare")]),
        ("It takes twenty-four people.", [("twenty-four", "number")]),
    ],
)
def test_words_that_may_point_to_a_person(quote, words):
    found = pointing_words(quote, names=["De Korst"], language="en" if quote.startswith("It") else "nl")
    assert [tuple(row) for row in found[["word", "kind"]].to_numpy()] == words
    assert [quote[a:b] for a, b in zip(found["start"], found["end"], strict=True)] == [word for word, _ in words]


def test_words_of_one_interview_and_values_of_its_case():
    documents = (
        Document("1", "R1", "De brander van Rooij lekt.", attributes={"organisation": "rooij", "n": 4}),
        Document("2", "R2", "Geen zwengelpomper hier."),
    )
    corpus = Corpus(documents)
    found = pointing_words("de zwengelpomper van Rooij", corpus=corpus, document="1")
    assert found[["word", "kind"]].to_numpy().tolist() == [["zwengelpomper", "rare"], ["Rooij", "listed"]]
    found = pointing_words("geen zwengelpomper", corpus=corpus, document="2")
    assert found["kind"].tolist() == ["only_here"]
