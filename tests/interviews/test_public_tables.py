"""What holds of tables of codes and words, and of their files, whatever the project; the project is invented."""

import zipfile
from dataclasses import replace

import openpyxl
import pandas as pd
import pytest
from lxml import etree

from lcresearch import interviews
from lcresearch.errors import InterviewError
from lcresearch.interviews import Code, Codebook, Corpus, Document
from lcresearch.interviews.guids import guid_of
from lcresearch.interviews.project import no_codings

NOTHING = Codebook(())
TEXTS = Codebook((Code(guid_of("a"), "leren", definition="Wat & hoe <b>."), Code(guid_of("b"), "tijd", guid_of("a"))))


def without_codings(project):
    return replace(project, codings=no_codings())


def test_two_codes_go_together_as_often_as_the_other_way_round_and_whatever_the_order_of_codings(project):
    pair = ["code_1", "code_2"]
    found = interviews.co_occurrence(project, "turn")
    turned = interviews.co_occurrence(replace(project, codings=project.codings[::-1]), "turn")
    pd.testing.assert_frame_equal(
        found.sort_values(pair, ignore_index=True), turned.sort_values(pair, ignore_index=True)
    )
    assert not found[pair].apply(frozenset, axis=1).duplicated().any()


def test_a_codebook_compared_with_itself_has_no_change_and_all_of_it_is_new_beside_an_empty_one():
    assert interviews.compare_codebooks(TEXTS, TEXTS).empty
    assert interviews.compare_codebooks(NOTHING, NOTHING).empty
    there, back = interviews.compare_codebooks(NOTHING, TEXTS), interviews.compare_codebooks(TEXTS, NOTHING)
    assert set(there["code"]) == set(back["code"]) == {code.id for code in TEXTS.codes}


def test_a_description_is_words_of_its_values_in_any_order_and_of_nothing_it_is_somebody():
    known = {"role": "employee", "firm_size": "small"}
    for language in ("nl", "en"):
        said = interviews.describe(known, language)
        assert said == interviews.describe(dict(reversed(known.items())), language)
        nobody = interviews.describe({}, language)
        parts = [interviews.describe({name: value}, language) for name, value in known.items()]
        assert len({said, nobody, *parts}) == 4
        assert all(word in said for word in parts[0].split())
    with pytest.raises(ValueError, match="language is one of"):
        interviews.describe(known, "fr")


@pytest.mark.parametrize("ending", [".qdpx", ".lccoding", ".qdc", ".csv", ".xlsx"])
def test_a_project_goes_out_by_its_ending_and_is_not_replaced(project, tmp_path, ending):
    texts = Corpus(tuple(Document(each.id, each.name, each.text) for each in project.corpus))
    made = interviews.Project("Invented", texts, TEXTS, no_codings(), project.coders.iloc[:0])
    written = interviews.export_project(made, tmp_path / f"out{ending}")
    assert written.path.is_file()
    if ending in (".qdpx", ".lccoding"):
        back = interviews.read_project(written.path)
        assert [each.text for each in back.corpus] == [each.text for each in made.corpus]
    if ending in (".qdpx", ".qdc"):  # as another program reads them
        whole = written.path.read_bytes()
        if ending == ".qdpx":
            with zipfile.ZipFile(written.path) as archive:
                whole = archive.read("project.qde")
        assert {code.get("name") for code in etree.fromstring(whole).iterfind(".//{*}Code")} == {"leren", "tijd"}
    if ending == ".qdc":
        assert {code.name for code in interviews.read_codebook(written.path).codes} == {"leren", "tijd"}
    with pytest.raises(InterviewError) as refused:
        interviews.export_project(made, written.path)
    assert refused.value.problems[0].code == "G002"


def test_an_ending_that_no_program_has_is_refused(project, tmp_path):
    with pytest.raises(InterviewError) as refused:
        interviews.export_project(project, tmp_path / "out.docx")
    assert refused.value.problems[0].code == "V035"


def test_keyness_turns_its_sign_with_the_group_and_keeps_its_size():
    table = pd.DataFrame({"zorg": [30, 10, 0], "bouw": [10, 30, 7]}, index=["praten", "bouwen", "hijsen"])
    one, other = interviews.keyness(table, "zorg"), interviews.keyness(table, "bouw").reindex(table.index)
    one = one.reindex(table.index)
    pd.testing.assert_series_equal(one["g2"], other["g2"])
    pd.testing.assert_series_equal(one["log_ratio"], -other["log_ratio"])


def test_every_place_of_a_word_is_where_the_text_has_it(project):
    found = interviews.keyword_in_context(project.corpus, "fouten")
    assert len(found) == sum(each.text.count("fouten") for each in project.corpus)
    for row in found.itertuples():
        assert project.corpus[row.document].text[row.start : row.end] == row.keyword == "fouten"
    assert interviews.keyword_in_context(Corpus(()), "fouten").empty


def test_frequencies_of_groups_add_up_to_those_of_all(project):
    corpus = Corpus(tuple(project.corpus)[:4])
    whole = interviews.word_frequencies(corpus, lemmas=False, stop_words=True)
    table = interviews.word_frequencies(corpus, "community", lemmas=False, stop_words=True)
    pd.testing.assert_series_equal(
        table.sum(axis=1).sort_index(), whole.sum(axis=1).sort_index(), check_names=False, check_dtype=False
    )


def test_saturation_does_not_depend_on_the_order_of_documents(project):
    turned = replace(project, corpus=Corpus(tuple(project.corpus)[::-1]))
    one, other = (interviews.saturation(each, n_orders=50).glance() for each in (project, turned))
    same = ["n_documents", "n_codes"]
    pd.testing.assert_frame_equal(one[same], other[same])


def test_without_codings_there_is_no_passage_and_no_code_counts_for_another(project):
    assert interviews.passages(without_codings(project)).empty
    assert interviews.shared_codes(NOTHING, TEXTS).empty


def test_words_that_point_to_somebody_stand_in_the_quote_whatever_the_order_of_names():
    quote = "Met achttien man zitten we, zegt Ton, bij Bakkerij De Korst."
    names = ["De Korst", "Ton"]
    found = interviews.pointing_words(quote, names=names)
    pd.testing.assert_frame_equal(found, interviews.pointing_words(quote, names=names[::-1]))
    assert all(word in quote for word in found["word"])
    assert interviews.pointing_words("", names=names).empty


def test_shipped_codebooks_are_files_by_their_id_and_another_id_is_refused():
    for name, path in interviews.shipped_codebooks().items():
        assert interviews.read_codebook(name).codes == interviews.read_codebook(path).codes
    with pytest.raises(InterviewError):
        interviews.read_codebook("learning-comunities")


def test_files_that_are_not_there(tmp_path):
    assert interviews.read_quote_releases(tmp_path / "releases.yaml") == ()
    with pytest.raises(InterviewError) as refused:
        interviews.read_key(tmp_path)
    assert refused.value.problems[0].code == "G001"


def test_a_codebook_that_was_written_is_xml_of_the_standard(tmp_path):
    written = interviews.write_codebook(TEXTS, tmp_path / "book.qdc")
    tree = etree.parse(written.path)
    space = {"q": "urn:QDA-XML:codebook:1.0"}
    names = [each.get("name") for each in tree.iterfind(".//q:Code", space)]
    assert names == ["leren", "tijd"]
    assert "<b>" in tree.find(".//q:Description", space).text


def test_a_workbook_of_codings_is_read_by_another_program(project, tmp_path):
    path = interviews.write_codings(project, tmp_path / "codings.xlsx")
    head, *rows = openpyxl.load_workbook(path).active.values
    names = {document.id: document.name for document in project.corpus}
    expected = project.codings.assign(document=project.codings["document"].map(names))
    places = [head.index(name) for name in ("document", "start", "end")]
    found = [[row[place] for place in places] for row in rows]
    assert found == expected[["document", "start", "end"]].values.tolist()
    quotes = [row[head.index("quote")] for row in rows]
    whole = project.quotes["quote"].tolist()
    assert quotes == whole
