"""What of interviews goes into evidence: counts from enough informants, and quotes that were released."""

import pandas as pd
import pytest

from lcresearch import interviews
from lcresearch.disclosure import Policy
from lcresearch.studies.evidence_interviews import interview_evidence
from lcresearch.studies.interview_reading import read_interviews
from lcresearch.studies.interview_settings import InterviewsUse

BOOK = """\
id: small-book
version: 1.0.0
title: {nl: Klein codeboek, en: Small codebook}
languages: [nl, en]
licence: CC-BY-4.0
text: {nl: Verzonnen., en: Invented.}
codes:
  - {id: time, name: {nl: Tijd, en: Time}, definition: {nl: Tijd., en: Time.}, use_when: {nl: Tijd., en: Time.}}
  - {id: money, name: {nl: Geld, en: Money}, definition: {nl: Geld., en: Money.}, use_when: {nl: Geld., en: Money.}}
  - {id: secret, name: {nl: Geheim, en: Secret}, definition: {nl: X., en: X.}, use_when: {nl: X., en: X.}}
"""
SAID = {"time": "Er is te weinig tijd.", "money": "Het kost veel geld.", "secret": "Dat mag niemand weten."}
POLICY = Policy(10, 3)


def said(number):
    """Of each fifteen twelve speak of time, five of money and one of a secret."""
    place = number % 15
    return [code for code, says in (("time", place < 12), ("money", place > 9), ("secret", place == 4)) if says]


@pytest.fixture
def talks(tmp_path):
    """Invented interviews: fifteen in each of two consortia, each in one community, unless told otherwise."""

    def write(n=30, community=lambda number: f"c{number // 15}"):
        folder = tmp_path / "talks"
        folder.mkdir()
        people, codings = ["file,respondent,community"], ["document,coder,quote,code"]
        for number in range(n):
            name = f"talk-{number:02}.txt"
            lines = [f"R: {SAID[code]}" for code in said(number)] or ["R: Het gaat wel."]
            (folder / name).write_text("I: Hoe gaat het?\n" + "\n".join(lines) + "\n", encoding="utf-8")
            people.append(f"{name},p{number:02},{community(number)}")
            codings += [f"{name},A,{SAID[code]},{code}" for code in said(number)]
        for name, lines in {"people.csv": people, "codings.csv": codings}.items():
            (tmp_path / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
        (tmp_path / "book.yaml").write_text(BOOK, encoding="utf-8")
        use = InterviewsUse(
            transcripts=("talks",), attributes="people.csv", codings=("codings.csv",), codebook="book.yaml"
        )
        return read_interviews(use, tmp_path)

    return write


FRAME = pd.DataFrame({"consortium": ["One", "Two"], "community": ["c0", "c1"]})


def test_codes_of_enough_informants_are_counted_by_consortium(talks, tmp_path):
    found = interview_evidence(talks(), tmp_path, FRAME, POLICY, None)
    assert sorted(found) == ["One", "Two"]
    for one in found.values():
        (row,) = one.codes.to_dict("records")
        assert row["name"] == "Tijd"
        assert (row["n_segments"], row["n_interviews"], row["n_informants"]) == (12, 12, 12)
        assert one.quotes is None


def test_presence_is_told_of_communities_with_enough_informants(talks, tmp_path):
    read = talks()
    (row,) = interview_evidence(read, tmp_path, FRAME, POLICY, None)["One"].presence.to_dict("records")
    assert read.project.codebook[row["code"]].name == "Tijd"
    assert (row["community"], row["present"]) == ("c0", True)


def test_of_few_informants_nothing_leaves(talks, tmp_path):
    read = talks(n=9, community=lambda number: "c0")
    found = interview_evidence(read, tmp_path, FRAME, POLICY, None)
    assert all(one.codes is None and one.presence is None for one in found.values())


def test_communities_of_few_informants_have_no_presence(talks, tmp_path):
    read = talks(community=lambda number: f"c{number // 15}" if number % 15 < 5 else f"d{number // 15}")
    frame = pd.DataFrame({"consortium": ["One", "One", "Two", "Two"], "community": ["c0", "d0", "c1", "d1"]})
    found = interview_evidence(read, tmp_path, frame, POLICY, None)
    shown = [one.presence["community"].tolist() for one in found.values() if one.presence is not None]
    assert not {"c0", "c1"} & {name for names in shown for name in names}


def test_released_quotes_go_along_with_their_codes(talks, tmp_path):
    read = talks()
    table = interviews.quotes(read.project, "Tijd")
    interviews.release_quote(
        read.project,
        table["pointer"].iloc[0],
        tmp_path,
        interviews.recognisability(read.project, ["community"]),
        released_by="researcher",
        consent_on="2026-03-01",
        consent_to="recognisable",
        words_checked=True,
    )
    found = interview_evidence(read, tmp_path, FRAME, POLICY, None)
    (of_one,) = [one.quotes for one in found.values() if one.quotes is not None]
    (quote,) = of_one.to_dict("records")
    assert SAID["time"] in quote["text"]
    assert read.project.codebook[quote["code"]].name == "Tijd"


def test_a_study_without_interviews_has_none():
    assert interview_evidence(None, None, FRAME, POLICY, None) == {}
