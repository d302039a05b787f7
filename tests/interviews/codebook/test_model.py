"""A tree of codes."""

from lcresearch.interviews import Code, Codebook

BOOK = Codebook(
    (
        Code("1", "leren"),
        Code("2", "van fouten", parent="1", definition="Een fout wordt besproken."),
        Code("3", "samen", parent="2"),
        Code("4", "van fouten"),
    )
)


def test_paths_tell_codes_with_one_name_apart():
    assert [BOOK.path(code.id) for code in BOOK] == [
        "leren",
        "leren > van fouten",
        "leren > van fouten > samen",
        "van fouten",
    ]
    assert BOOK.frame["path"].is_unique
    assert BOOK.frame.loc[1, "definition"] == "Een fout wordt besproken."


def test_a_code_stands_for_all_below_it():
    assert BOOK.below("1") == ["1", "2", "3"]
    assert [code.id for code in BOOK.children("1")] == ["2"]
    assert [code.id for code in BOOK.children()] == ["1", "4"]
    assert [code.id for code in BOOK.ancestors("3")] == ["1", "2"]
