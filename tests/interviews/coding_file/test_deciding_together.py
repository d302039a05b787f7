"""Two coders, one text that both finished: what they decide becomes the agreed coding, and their own stays."""

from __future__ import annotations

import pandas as pd
import pytest

from lcresearch.errors import InterviewError
from lcresearch.interviews import coder_agreement, find_disagreements, read_project, settle
from lcresearch.interviews.coding_agreement.agreed_coder import AGREED
from lcresearch.interviews.coding_agreement.finished import finished_texts
from lcresearch.interviews.coding_file import CodingFile

PLACES = [("a", 0, 31, "c2"), ("b", 0, 31, "c2"), ("a", 34, 51, "c3"), ("b", 4, 14, "c3")]


@pytest.fixture
def coded(file: CodingFile) -> CodingFile:
    """Both coded d1 and finished it; of d2 only An has."""
    file.assign(["d1", "d2"], ["a", "b"])
    for coder, start, end, code in PLACES:
        file.code("d1", start, end, code, coder=coder)
    file.code("d2", 31, 40, "c3", coder="a")
    for document, coder in (("d1", "a"), ("d1", "b"), ("d2", "a")):
        file.finish(document, coder)
    return file


def differences(file: CodingFile) -> pd.DataFrame:
    texts = finished_texts(file.project(), file.assignments())
    return find_disagreements(texts.project, texts.coders, read=texts.read).table


def answers(rows: dict[str, tuple[str, str, str, str]]) -> pd.DataFrame:
    columns = ["outcome", "agreed_code", "agreed_boundaries", "remark"]
    return pd.DataFrame(list(rows.values()), columns=columns, index=pd.Index(rows, name="id"))


def agreed(file: CodingFile) -> list[list[object]]:
    rows = file.codings(coders=[AGREED])
    return sorted(rows[["document", "start", "end", "code"]].to_numpy().tolist())


def test_only_texts_that_all_finished_are_compared(coded: CodingFile) -> None:
    texts = finished_texts(coded.project(), coded.assignments())
    assert texts.read == {"d1": ("a", "b")}
    assert texts.n_shared == 2
    assert set(texts.project.codings["document"]) == {"d1"}
    assert differences(coded)["start"].tolist() == [4, 34]


def test_the_agreed_coding_comes_when_nothing_of_a_text_is_open(coded: CodingFile) -> None:
    before = coded.codings()
    first, second = differences(coded)["id"]
    coded.decide(answers({first: ("dropped", "", "", "")}), who="An en Bo")
    assert agreed(coded) == []
    coded.decide(answers({second: ("kept", "", "37-49", "zonder 'er'")}), who="An en Bo")
    assert agreed(coded) == [["d1", 0, 31, "c2"], ["d1", 37, 49, "c3"]]
    after = coded.codings()
    pd.testing.assert_frame_equal(after[after["coder"] != AGREED].reset_index(drop=True), before)
    kept = coded.decisions().loc[second]
    assert (kept["who"], kept["remark"], kept["agreed_boundaries"]) == ("An en Bo", "zonder 'er'", "37-49")
    texts = finished_texts(coded.project(), coded.assignments())
    found = find_disagreements(texts.project, texts.coders, read=texts.read)
    of_library = settle(texts.project, found, coded.decisions()).agreed.codings
    assert sorted(of_library[["document", "start", "end", "code"]].to_numpy().tolist()) == agreed(coded)


def test_taking_a_decision_back_takes_the_agreed_coding_back(coded: CodingFile) -> None:
    first, second = differences(coded)["id"]
    coded.decide(answers({first: ("kept", "", "", ""), second: ("replaced", "c2", "", "")}), who="An")
    assert len(agreed(coded)) == 3
    coded.decide(answers({second: ("open", "", "", "")}), who="")
    assert agreed(coded) == []
    assert coded.decisions().index.tolist() == [first]


def test_agreement_is_that_of_before_whatever_was_decided(coded: CodingFile) -> None:
    def alpha() -> list[float]:
        texts = finished_texts(coded.project(), coded.assignments())
        found = coder_agreement(texts.project, texts.coders, read=texts.read, unit="character")
        return found.by_code()["krippendorff_alpha"].tolist()

    before = alpha()
    coded.decide(answers(dict.fromkeys(differences(coded)["id"], ("dropped", "", "", ""))), who="An")
    assert alpha() == before
    assert set(read_project(coded.path).codings["coder"]) == {"a", "b", AGREED}


def test_all_or_nothing_and_never_over_what_somebody_else_decided(coded: CodingFile) -> None:
    first, second = differences(coded)["id"]
    with pytest.raises(InterviewError) as refused:
        coded.decide(answers({first: ("kept", "", "", ""), "v-elsewhere": ("kept", "", "", "")}), who="An")
    assert refused.value.problems[0].code == "V154"
    assert coded.decisions().empty
    coded.decide(answers({first: ("kept", "", "", "")}), who="An", versions={first: 0})
    with pytest.raises(InterviewError) as refused:
        coded.decide(
            answers({first: ("dropped", "", "", ""), second: ("kept", "", "", "")}), who="Bo", versions={first: 0}
        )
    assert refused.value.problems[0].code == "V287"
    assert coded.decisions()["outcome"].tolist() == ["kept"]


def test_keeping_a_settlement_loses_no_coding_made_meanwhile(coded: CodingFile) -> None:
    project = coded.project()
    found = find_disagreements(project)
    settlement = settle(project, found, answers({}))
    new = coded.code("d2", 0, 11, "c2", coder="b")
    coded.keep_agreed(settlement, coder="a")
    assert new in set(coded.codings()["coding"])
    assert agreed(coded) == [["d1", 0, 31, "c2"]]
