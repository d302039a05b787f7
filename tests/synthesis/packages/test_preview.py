"""A package in plain words, before anything leaves the house."""

from dataclasses import replace

import pandas as pd
import pytest

from lcresearch.synthesis import prepare_packages
from lcresearch.synthesis.packages.invented import invented_evidence
from lcresearch.synthesis.packages.preview import preview_of
from lcresearch.synthesis.programme import example_programme


@pytest.fixture(scope="module")
def package():
    evidence = invented_evidence()
    first = evidence.frame["community"] == "Invented community 1"
    few = evidence.frame.loc[first, "respondent"].unique()[4:]
    frame = evidence.frame[~evidence.frame["respondent"].isin(few)].reset_index(drop=True)
    quotes = pd.DataFrame({"code": ["trust"], "text": ["We take time."]})
    codes = pd.DataFrame({"code": ["trust"], "name": ["Trust"], "n_informants": [12]})
    (found,) = prepare_packages(replace(evidence, frame=frame, quotes=quotes, codes=codes), example_programme())
    return found


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_member_is_named_with_its_numbers(package, language):
    text = package.preview(language)
    assert all(name in text for name in package.manifest.members)
    assert "140" in text
    assert "{" not in text
    assert max(map(len, text.splitlines())) <= 96


def test_what_was_held_back_stands_there_without_small_numbers(package):
    english = " ".join(package.preview("en").split())
    assert "models/growth: 1 group, <10 persons: the group is too small" in english
    assert "4 persons" not in english
    assert "1 quotes" not in english


def test_dutch_reads_as_dutch(package):
    dutch = package.preview("nl")
    assert "Wat zit er niet in?" in dutch
    assert "Gedeeld doel" in dutch


def test_the_lines_of_a_page_are_those_of_the_text(package):
    found = preview_of(package, "nl")
    assert [part.key for part in found.parts] == ["inside", "outside", "held", "can", "cannot"]
    text = " ".join(package.preview("nl").split())
    for line in (line for part in found.parts for line in part.lines):
        assert line.text() in text
    assert {line.about for line in found.parts[0].lines} == set(package.manifest.members)
