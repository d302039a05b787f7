"""The steps of recipes on data of which other programs know the outcome."""

import warnings

import krippendorff
import pandas as pd
import pytest

from lcresearch import interviews, shipped


def test_agreement_by_code_is_that_of_the_package_krippendorff():
    """interview_coding: alpha over turns of informants, of all codes that both coders gave."""
    folder = shipped.folder("analyses") / "programme-demo" / "interviews"
    corpus = interviews.read_transcripts(folder, attributes=folder / "kenmerken.csv")
    book = interviews.read_codebook("learning-communities", language="en")
    project = interviews.read_codings(folder / "codings" / "codings.csv", corpus, book)
    ours = interviews.coder_agreement(project, without_roles=["interviewer"]).by_code().set_index("code")
    turns = pd.DataFrame(
        [
            (document.id, turn.start, turn.end)
            for document in corpus
            for turn in document.turns
            if document.roles.get(turn.speaker) != "interviewer"
        ],
        columns=["document", "first", "last"],
    )
    touched = turns.reset_index(names="turn").merge(project.codings, on="document")
    touched = touched[(touched["start"] < touched["last"]) & (touched["end"] > touched["first"])]
    n_compared = 0
    for code, given in touched.groupby("code"):
        marks = [
            turns.index.isin(given.loc[given["coder"] == coder, "turn"]).astype(int) for coder in project.coders.index
        ]
        if not all(mark.any() for mark in marks):
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs = krippendorff.alpha(reliability_data=marks, level_of_measurement="nominal")
        assert ours.loc[book.path(code), "krippendorff_alpha"] == pytest.approx(theirs, abs=1e-10)
        n_compared += 1
    assert n_compared > 35
