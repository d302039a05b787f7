"""What changed between codebooks, and one made of two."""

from hypothesis import given
from hypothesis import strategies as st

from lcresearch.interviews import Code, Codebook, read_codebook
from lcresearch.interviews.codebook.comparison import compare_codebooks, merge_codebooks

OLD = Codebook(
    (Code("1", "leren", definition="x"), Code("2", "fouten", parent="1"), Code("3", "tijd"), Code("4", "geld"))
)
NEW = Codebook(
    (
        Code("1", "leren", definition="y"),
        Code("3", "tijd", parent="1"),
        Code("2", "van fouten", parent="1"),
        Code("9", "Geld", definition="Kosten."),
        Code("5", "steun"),
    )
)


def test_changes_are_named():
    found = compare_codebooks(OLD, NEW)[["code", "change"]].apply(tuple, axis=1).tolist()
    assert found == [
        ("1", "changed"),
        ("3", "moved"),
        ("2", "renamed"),
        ("9", "renamed"),
        ("9", "changed"),
        ("5", "added"),
    ]
    assert compare_codebooks(OLD, OLD).empty
    back = compare_codebooks(NEW, OLD)
    assert back.loc[back["change"] == "removed", "path"].tolist() == ["steun"]


def test_two_coders_codebooks_become_one():
    merged = merge_codebooks(OLD, NEW)
    names = [code.name for code in merged.codebook]
    assert names == ["leren", "fouten", "tijd", "geld", "steun"]
    assert merged.same == {"1": "1", "3": "3", "2": "2", "9": "4", "5": "5"}
    assert merged.codebook["4"].definition == "Kosten."
    assert merged.codebook["1"].definition == "x"
    assert [problem.code for problem in merged.problems] == ["V092"] * 4
    moved = merged.problems[1]
    assert (moved.values["path"], moved.values["parts"]["nl"]) == ("tijd", "plaats in de boom")


names = st.lists(st.sampled_from("abcdef"), min_size=1, max_size=6, unique=True)


@given(names, names)
def test_merging_keeps_every_code_once_and_twice_is_once(first, second):
    one = Codebook(tuple(Code(f"1{name}", name) for name in first))
    other = Codebook(tuple(Code(f"2{name}", name) for name in second))
    merged = merge_codebooks(one, other)
    assert {code.name for code in merged.codebook} == {*first, *second}
    assert len(merged.codebook) == len({*first, *second})
    assert merge_codebooks(merged.codebook, other).codebook == merged.codebook
    assert set(merged.same.values()) <= set(merged.codebook.by_id)


def test_what_the_first_leaves_empty_comes_from_the_second():
    mine = Codebook((Code("1", "leren"), Code("2", "tijd", codable=False)))
    links = {"element": "time_to_learn"}
    theirs = Codebook(
        (
            Code("1", "leren", color="#112233", key="learning", links=links, translations={"en": {"name": "learning"}}),
            Code("2", "tijd"),
        )
    )
    merged = merge_codebooks(mine, theirs)
    found = merged.codebook["1"]
    assert (found.color, found.key, found.links) == ("#112233", "learning", links)
    assert found.translations["en"]["name"] == "learning"
    assert [problem.values["parts"]["en"] for problem in merged.problems] == ["whether text can be coded with it"]


def test_one_codebook_in_two_languages_is_one():
    book = read_codebook("learning-communities")
    english = book.in_language("en")
    assert merge_codebooks(book, english).problems == ()
    assert merge_codebooks(book, english).codebook.codes == book.codes
    assert compare_codebooks(book, english).empty
