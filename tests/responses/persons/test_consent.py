"""Only what says yes is consent; everything else is counted and left out."""

import numpy as np
import pytest

from lcresearch.responses.persons.consent import consented, is_consent
from lcresearch.responses.tables import Coded, Column


def coded(*cells):
    values = list(dict.fromkeys(cell for cell in cells if cell))
    codes = np.array([values.index(cell) if cell else -1 for cell in cells])
    return Coded(codes, np.array(values, dtype=object))


@pytest.mark.parametrize(
    "answer",
    [
        "ja",
        "JA.",
        " Yes ",
        "akkoord",
        "Ik ga akkoord",
        "1",
        "y",
        "x",
        "TRUE",
        "Ja, ik doe mee",
        "Yes, I agree to take part",
        "Ja, ik ga akkoord met de voorwaarden en kan zonder reden stoppen",
        "Ja, ik geef toestemming.",
        "Ja - ik heb de informatie gelezen en ik doe mee",
        "Ik heb de informatie gelezen en ga akkoord",
        "Ich bin einverstanden",
        "Ja, ich nehme teil",
        "Ja, natürlich",
        "1.0",
        "1,0",
        "☑",
    ],
)
def test_consent(answer):
    assert is_consent(answer)


@pytest.mark.parametrize(
    "answer",
    [
        "nee",
        "no",
        "0",
        "2",
        "",
        "?",
        "weet niet",
        "niet akkoord",
        "I do not agree",
        "Ja, maar niet met mijn naam",
        "ja mits anoniem",
        "Yes, unless my boss sees it",
        "ja/nee",
        "Ja, onder voorwaarde dat het anoniem blijft",
        "ja, deels",
        "ja zolang mijn baas het niet ziet",
        "Yes (conditionally)",
        "jaap",
        "yesterday",
        "ja " + "x" * 1_000_000,
        "Ja, ik trek mij terug",
        "yes, withdraw",
        "Ja ik wil stoppen",
        "Ja, onder voorbehoud",
        "Ja, zonder mijn naam",
        "Ja, indien anoniem",
        "Ja, als het anoniem is",
        "Ja, behoudens e-mail",
        "Ja?",
        "Ja, ik ga akkoord als het anoniem is",
        "Ik heb de informatie gelezen",
        "ik doe mee " * 40 + "niet",
        "10",
        "1.5",
        "-1",
    ],
)
def test_no_consent(answer):
    assert not is_consent(answer)


def test_rows_are_counted_by_answer():
    found = consented(coded("Ja", "Nee", "", "Ja", "weet niet", "nee"), Column(1, "toestemming"))
    assert found.mask.tolist() == [True, False, False, True, False, False]
    assert found.refused == {"": 1, "Nee": 1, "weet niet": 1, "nee": 1}
    assert found.accepted == {"Ja": 2}
    assert found.n_refused == sum(found.refused.values()) == 4


def test_the_study_says_what_counts():
    found = consented(coded("meedoen", "ja", "1"), Column(1, "t"), accept=["Meedoen.", "1"])
    assert found.mask.tolist() == [True, False, True]


def test_a_code_that_a_program_wrote_as_a_broken_number():
    column = Column(1, "consent", labels={"1": "nee", "2": "ja"})
    assert consented(coded("1.0", "2.0"), column).mask.tolist() == [False, True]
    assert consented(coded("1.0", "2.0"), Column(1, "t"), accept=["1"]).mask.tolist() == [True, False]


def test_labels_of_the_file_decide_over_its_codes():
    column = Column(1, "consent", labels={"1": "nee", "2": "ja"})
    assert consented(coded("1", "2"), column).mask.tolist() == [False, True]
    assert consented(coded("1", "2"), column, accept=["2"]).mask.tolist() == [False, True]


def test_codes_with_one_label_are_counted_together():
    column = Column(1, "consent", labels={"1": "ja", "2": "ja"})
    assert consented(coded("1", "2", "2"), column).accepted == {"ja": 3}


def test_an_empty_column_is_no_consent():
    found = consented(coded("", ""), Column(1, "t"))
    assert not found.mask.any()
    assert found.refused == {"": 2}
