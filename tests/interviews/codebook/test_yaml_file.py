"""Codebooks as people write them, alone and on top of a shared one."""

from dataclasses import replace

import pytest

from lcresearch.errors import InterviewError
from lcresearch.instruments import load
from lcresearch.interviews import Code, Codebook, merge_codebooks, read_codebook, write_codebook
from lcresearch.interviews.codebook.comparison import shared_codes
from lcresearch.interviews.codebook.yaml_file import check_codebook, read_yaml_codebook, shipped_codebooks
from lcresearch.interviews.guids import guid_of

LOCAL = """
id: installatie-oost
version: 0.2.0
title: {nl: Codeboek Installatie Oost}
languages: [nl]
extends: learning-communities
codes:
  - id: bus_stil
    parent: barrier_time_and_people
    name: {nl: De bus staat stil}
    definition: {nl: Leren kost een dag zonder klussen.}
    codes:
      - id: bus_stil_winter
        name: {nl: In de winter}
        definition: {nl: Vooral als de verwarming uitvalt.}
  - id: kenniskoffie
    maps_to: reflecting_together
    name: {nl: Kenniskoffie}
    definition: {nl: Het vaste gesprek op vrijdag.}
  - id: eigen_thema
    name: {nl: Eigen thema}
    definition: {nl: Iets dat alleen hier speelt.}
"""


@pytest.fixture
def write(tmp_path):
    def write(text, name="installatie-oost.yaml"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize("name", list(shipped_codebooks()))
def test_shipped_codebooks_are_whole_in_both_languages(name):
    assert check_codebook(name) == []
    dutch = read_yaml_codebook(name)
    english = read_yaml_codebook(name, language="en")
    assert [code.id for code in dutch] == [code.id for code in english]
    assert english.in_language("nl") == dutch
    for code in (*dutch, *english):
        assert code.name
        if code.codable:
            assert code.definition.endswith(".")
            assert code.example
            assert code.use_when.endswith(".")
            assert code.not_when.endswith(".")
    same = [code.name for code in dutch if code.name == english[code.id].name]
    assert same == []


def test_elements_barriers_and_value_are_those_of_the_questionnaires():
    book = read_yaml_codebook("learning-communities")
    kinds = ("element", "barrier", "value_cycle")
    links = {kind: {code.links[kind] for code in book if kind in code.links} for kind in kinds}
    assert set(load("working-elements").scales) <= links["element"]
    assert links["barrier"] == set(load("barriers").scales) - {"barriers"}
    assert links["value_cycle"] == set(load("value-creation").scales)


def test_a_local_codebook_stands_on_the_shared_one(write):
    book = read_yaml_codebook(write(LOCAL))
    shared = read_yaml_codebook("learning-communities")
    ids = {code.key: code.id for code in book}
    assert len(book) == len(shared) + 4
    assert book.path(ids["bus_stil_winter"]).endswith("Te weinig tijd en mensen > De bus staat stil > In de winter")
    counts = shared_codes(book, read_yaml_codebook("learning-communities"))
    assert counts[ids["kenniskoffie"]] == ids["reflecting_together"]
    assert counts[ids["eigen_thema"]] == ids["eigen_thema"]
    assert counts[ids["shared_purpose"]] == ids["shared_purpose"]
    assert book == read_yaml_codebook(write(LOCAL))
    renamed = read_yaml_codebook(write(LOCAL.replace("Kenniskoffie", "Vrijdagkoffie")))
    assert {code.id for code in renamed} == {code.id for code in book}


def test_codes_below_a_shared_one_count_for_it(write):
    book = read_yaml_codebook(write(LOCAL))
    ids = {code.key: code.id for code in book}
    counts = shared_codes(book, read_yaml_codebook("learning-communities"))
    assert counts[ids["bus_stil"]] == counts[ids["bus_stil_winter"]] == ids["barrier_time_and_people"]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("extends: learning-communities", "extends: iets-anders", "V083"),
        ("extends: learning-communities", "extends: installatie-oost.yaml", "V084"),
        ("id: kenniskoffie", "id: bus_stil", "V085"),
        ("id: kenniskoffie", "id: trust", "V085"),
        ("languages: [nl]", "languages: [nl, en]", "V086"),
        ("parent: barrier_time_and_people", "parent: barrier_time", "V090"),
        ("maps_to: reflecting_together", "maps_to: bus_stil", "V090"),
        ("    definition: {nl: Iets dat alleen hier speelt.}\n", "    definitie: {nl: Iets.}\n", "G040"),
        ("      - id: bus_stil_winter", "      - id: bus_stil_winter\n        parent: trust", "V089"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(write, old, new, code):
    path = write(LOCAL.replace(old, new))
    found = {problem.code: problem for problem in check_codebook(path)}
    assert code in found
    assert found[code].where.line
    with pytest.raises(InterviewError, match=code):
        read_yaml_codebook(path)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("{nl: Eigen thema}", "{nl: Kenniskoffie}", "V087"),
        ("    definition: {nl: Iets dat alleen hier speelt.}\n", "", "V088"),
    ],
)
def test_what_is_weak_is_said_but_read(write, old, new, code):
    path = write(LOCAL.replace(old, new))
    assert [problem.code for problem in check_codebook(path)] == [code]
    assert len(read_yaml_codebook(path)) > 4


def test_hostile_yaml_is_refused(write):
    assert check_codebook(write("a: &x [1]\nb: *x"))
    assert check_codebook(write("[]"))[0].code == "G045"
    assert check_codebook("no-such-file.yaml")[0].code == "G001"


def test_one_function_reads_all_kinds_of_codebooks(write):
    assert read_codebook("learning-communities", language="en").language == "en"
    assert read_codebook(write(LOCAL)) == read_yaml_codebook(write(LOCAL))


def test_one_guid_for_two_codes_is_refused(write):
    guid = "00000000-0000-4000-8000-000000000001"
    codes = "".join(f"  - {{id: {id}, name: {{nl: {id}}}, definition: {{nl: x}}, guid: {guid}}}\n" for id in "ab")
    path = write(f"id: eigen\nversion: 1.0.0\ntitle: {{nl: Eigen}}\ncodes:\n{codes}")
    assert [problem.code for problem in check_codebook(path)] == ["V085"]


def test_warnings_stay_with_a_codebook_that_was_read(write):
    path = write("id: eigen\nversion: 1.0.0\ntitle: {nl: Eigen}\ncodes:\n  - {id: a, name: {nl: A}}\n")
    assert [problem.code for problem in read_codebook(path).problems] == ["V088"]


def test_a_codebook_goes_to_yaml_with_all_it_says(write, tmp_path):
    local = read_codebook(write(LOCAL))
    merged = merge_codebooks(local, Codebook((Code(guid_of("new"), 'Nog één: "nieuw" # thema', use_when="- x: y"),)))
    written = write_codebook(merged.codebook, tmp_path / "samen.yaml")
    again = read_codebook(written.path)
    ours = [replace(code, key="") for code in merged.codebook]
    assert sorted((replace(code, key="") for code in again), key=lambda code: code.id) == sorted(
        ours, key=lambda code: code.id
    )
    assert [again.path(code.id) for code in again] == sorted(
        (again.path(code.id) for code in merged.codebook), key=[again.path(code.id) for code in again].index
    )
    assert again.version == local.version
    with pytest.raises(InterviewError, match="G002"):
        write_codebook(local, written.path)


def test_the_standard_has_no_place_for_short_names_and_says_so(tmp_path):
    written = write_codebook(read_codebook("learning-communities"), tmp_path / "book.qdc")
    told = {problem.code: problem for problem in written.problems}["V045"]
    assert "korte namen (53)" in told.message("nl")
    assert "search phrases (" in told.message("en")
