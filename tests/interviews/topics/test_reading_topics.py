"""What a researcher does with topics: read, compare groups, make codes, and share what may be shared."""

import dataclasses

import pandas as pd
import pytest

from lcresearch.disclosure import Policy
from lcresearch.errors import InterviewError
from lcresearch.interviews import check_pointer, write_codebook


def test_representative_segments_lie_in_the_middle_and_come_from_different_persons(factored):
    read = factored.representative(n=4)
    assert read.groupby("topic").size().eq(4).all()
    persons = factored.segments.set_index("pointer")["person"]
    assert read.assign(person=read["pointer"].map(persons)).groupby("topic")["person"].nunique().eq(4).all()
    best = factored.segments.groupby("topic")["score"].max()
    assert read.groupby("topic")["score"].first().equals(best[best.index >= 0].rename_axis("topic"))
    assert set(factored.representative(1)["topic"]) == {1}


def test_pointer_leads_to_the_words(factored, corpus, project):
    whole = dataclasses.replace(project, corpus=corpus)
    assert all(check_pointer(whole, pointer) for pointer in factored.representative(n=1)["pointer"])


def test_topics_by_group_add_up(factored):
    table = factored.by("community")
    said = factored.segments[factored.segments["kind"] != "short"]
    assert table["n_segments"].sum() == len(said)
    assert table.groupby("group")["share"].sum().to_list() == pytest.approx([1, 1])
    assert table.groupby("group")["n_group"].first().to_dict() == {"Noord": 20, "Zuid": 5}
    assert factored.by("document")["group"].nunique() == 25
    with pytest.raises(InterviewError, match="V101"):
        factored.by("wave")


def rare(factored):
    """Three persons of one community speak of topic 0, and all but one of topic 1."""
    table = factored.segments.copy()
    people = sorted(table["person"].unique())
    table.loc[(table["topic"] == 0) & ~table["person"].isin(people[:2]), ["topic", "kind"]] = [-1, "outlier"]
    return dataclasses.replace(factored, segments=table)


def test_small_numbers_are_withheld_on_both_sides(factored):
    result = rare(factored)
    shown, withheld = result.shareable()
    assert 0 not in set(shown["topic"])
    assert withheld.set_index("topic")["reason"][0] == "few"
    n = result.segments[result.segments["topic"] >= 0].groupby("topic")["person"].nunique()
    for row in shown.itertuples():
        assert row.n_persons == n[row.topic] >= 3
        assert row.n_group - row.n_persons >= 3


def test_groups_of_few_persons_are_withheld_whole(factored):
    shown, withheld = factored.shareable("organisation")
    assert shown.empty
    assert withheld["reason"].eq("few").all()
    assert withheld["topic"].isna().all()
    _, held = factored.shareable("community", Policy(minimum_cell=6))
    assert held.loc[held["group"] == "Zuid", "topic"].isna().all()


def test_hidden_group_does_not_follow_from_the_others(factored):
    table = factored.segments.copy()
    table["document"] = [f"x{number % 40}" for number in range(len(table))]
    table["person"] = table["document"]
    attributes = pd.DataFrame(
        {"region": [f"r{number % 4}" for number in range(40)]}, index=[f"x{n}" for n in range(40)]
    )
    alone = (table["topic"] == 0) & table["document"].map(attributes["region"]).eq("r0") & (table["person"] != "x0")
    table.loc[alone, ["topic", "kind"]] = [-1, "outlier"]
    result = dataclasses.replace(factored, segments=table, attributes=attributes)
    shown, withheld = result.shareable("region")
    assert shown.groupby("topic")["group"].size().isin([2, 1, 4]).all()
    assert {"few", "others"} <= set(withheld.loc[withheld["topic"] == 0, "reason"])


def test_words_that_few_used_are_not_shared(factored):
    words = factored.words.copy()
    secret = words["word"].iloc[0]
    words.loc[words["word"] == secret, "n_persons"] = 2
    shown, _ = dataclasses.replace(factored, words=words).shareable()
    assert secret not in ", ".join(shown["words"]).split(", ")


def test_a_person_in_two_groups_counts_once(factored):
    table = factored.segments.assign(person="one and the same")
    shown, withheld = dataclasses.replace(factored, segments=table).shareable("community")
    assert shown.empty
    assert set(withheld["reason"]) == {"few"}


def test_candidate_codes_hold_pointers_and_no_quotes(factored, tmp_path):
    book = factored.candidate_codes()
    heading, *codes = list(book)
    assert not heading.codable
    assert [code.name for code in codes] == factored.tidy()["name"].tolist()
    assert all(code.parent == heading.id and code.definition.startswith("[Definitie") for code in codes)
    assert all(pointer in codes[0].use_when for pointer in factored.representative(0, 3)["pointer"])
    written = write_codebook(book, tmp_path / "codes.qdc").path.read_text(encoding="utf-8")
    assert not any(text in written for text in factored.segments["text"] if len(text) > 20)
    assert book == factored.candidate_codes()


def test_candidate_codes_say_which_topics_are_weak(factored):
    topics = factored.by_topic.assign(verdict=["unstable", *factored.by_topic["verdict"][1:]])
    codes = list(dataclasses.replace(factored, by_topic=topics).candidate_codes())[1:]
    assert "kwam dit onderwerp niet terug" in codes[0].not_when
    assert codes[1].not_when == ""


@pytest.mark.parametrize(("language", "word"), [("nl", "Fragmenten"), ("en", "Segments")])
def test_figure_has_a_bar_a_topic_and_one_for_outliers(factored, monkeypatch, language, word):
    monkeypatch.setenv("LCRESEARCH_LANGUAGE", language)
    axes = factored.plot().axes[0]
    assert len(axes.patches) == factored.n_topics + 1
    assert axes.get_xlabel() == word
    assert axes.get_yticklabels()[0].get_text().split(", ")[0] == factored.words["word"].iloc[0]


def test_tables_have_the_usual_shape(factored):
    assert list(factored.tidy().columns) == [
        "topic", "name", "n_segments", "share", "n_persons", "largest_person", "coherence", "stability", "verdict",
        "words",
    ]  # fmt: skip
    assert len(factored.glance()) == 1
    assert factored.tidy()["share"].le(1).all()
    assert isinstance(factored.to_latex(), str)
    pd.testing.assert_frame_equal(factored.tables()["words"], factored.words)
