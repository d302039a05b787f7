"""No value of another program is forgotten, and the page says what the tests compare."""

import ast
from fnmatch import fnmatchcase

import numpy as np
import pytest
import yaml
from tests.accuracy import page, provenance, quantity, table
from tests.accuracy.provenance import Looked, ReferenceNumber, with_places
from tests.accuracy.recording import Recorder

RENEW = "compare it, or say in not_compared.yaml why not; then run python tests/accuracy/renew.py"
ROWS = table.read(table.CSV.read_text(encoding="utf-8"))
FILES = quantity.files()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_value_of_a_file_stands_in_the_table(path):
    counted: dict[str, int] = {}
    for value in quantity.values_of(path):
        if value.quantity:
            counted[value.quantity] = counted.get(value.quantity, 0) + 1
    file = path.relative_to(quantity.REFERENCE).as_posix()
    assert {row.quantity: row.values for row in ROWS if row.file == file} == counted, RENEW


def test_the_table_has_no_files_that_are_gone():
    there = {value.file for path in FILES for value in quantity.values_of(path) if value.quantity}
    assert {row.file for row in ROWS if row.folder != table.PRINTED} == there


def test_every_test_of_printed_values_stands_in_the_table():
    tests = quantity.REFERENCE.parent
    texts = {path: path.read_text(encoding="utf-8") for path in tests.rglob("test_*.py")}
    marked = {
        f"tests/{path.relative_to(tests).as_posix()}::{test.name}"
        for path, text in texts.items()
        if "mark.published(" in text
        for test in ast.walk(ast.parse(text))
        if isinstance(test, ast.FunctionDef)
        and any("mark.published(" in ast.unparse(one) for one in test.decorator_list)
    }
    assert len(marked) > 15
    assert marked == {row.test for row in ROWS if row.folder == table.PRINTED}


def test_what_is_not_compared_has_a_reason():
    for row in ROWS:
        assert (row.compared < row.values) == bool(row.not_compared), row
        assert "?" not in row.not_compared.split("; "), f"{row.file}, {row.quantity}: {RENEW}"


def test_every_reason_names_something():
    keys = {value.key for path in FILES for value in quantity.values_of(path) if value.quantity}
    for reason in quantity.reasons():
        assert reason.why
        for pattern in reason.where:
            assert any(fnmatchcase(key, pattern) for key in keys), pattern


def test_no_deviation_is_larger_than_its_test_allows():
    for row in ROWS:
        if row.largest:
            assert row.largest <= row.allowed * 1.01, row  # both are kept with two digits


def test_every_larger_deviation_has_a_cause():
    for row in page.far_apart(ROWS):
        assert page.cause(row), f"{row.file}, {row.quantity}: relative deviation {row.relative}; see causes.yaml"


def test_every_cause_is_of_a_larger_deviation():
    names = [f"{row.file.removesuffix('.json')}:{row.quantity}" for row in page.far_apart(ROWS)]
    content = yaml.safe_load((quantity.HERE / "causes.yaml").read_text(encoding="utf-8"))
    for patterns in content.values():
        for pattern in patterns:
            assert any(fnmatchcase(name, pattern) for name in names), pattern


def test_the_page_is_that_of_the_table():
    assert page.PAGE.read_text(encoding="utf-8") == page.page(ROWS)


def test_a_table_is_read_as_it_is_written():
    assert table.read(table.write(ROWS)) == ROWS


def test_a_number_knows_its_place_and_sums_with_it_say_so():
    content = with_places({"fit": {"cfi": 0.91, "n": 301, "ok": True, "name": "a"}, "rows": [1.5, None]}, "f.json")
    number = content["fit"]["cfi"]
    assert number.place == ("f.json", ("fit", "cfi"))
    assert not number.derived
    assert (2 * number).derived
    assert (1 - number).place == number.place
    assert content["rows"][0].place == ("f.json", ("rows", 0))
    assert content["fit"]["n"] == 301
    assert content["fit"]["ok"] is True


def test_a_number_in_an_array_is_found_by_its_value_where_the_test_looked():
    looked = Looked()
    looked.learn("f.json", {"a": {"x": 0.123456789, "n": 3}, "b": {"y": 0.123456789, "n": 3}})
    assert looked.places(0.123456789) == []
    looked.look(("f.json", ("b",)))
    assert looked.places(0.123456789) == [("f.json", ("b", "y"))]
    looked.look(("f.json", ("a",)))
    assert len(looked.places(0.123456789)) == 2
    assert looked.places(3.0) == [("f.json", ("a", "n"))]  # equal by chance: only where it looked last
    looked.begin()
    looked.look(("f.json", ("b",)))
    assert looked.places(0.123456789) == [("f.json", ("b", "y"))]


def test_the_recorder_notes_both_sides_and_the_tolerance():
    recorder, theirs = Recorder(), ReferenceNumber(2.0, ("f.json", ("x",)))
    recorder.note(np.float64(2.1), theirs, 0.0, 0.2)
    recorder.note(theirs, 1.9, 0.1, 0.0)
    noted = [(round(one.apart, 12), one.expected, round(one.allowed, 12)) for one in recorder._noted]
    assert noted == [(0.1, 2.0, 0.2), (0.1, 2.0, 0.2)]
    recorder.note(5.0, 5.5, 0.0, 1.0)  # no number of a reference file
    assert len(recorder._noted) == 2
    assert provenance.on_equal == []  # nothing is watched unless asked
