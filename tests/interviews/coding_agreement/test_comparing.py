"""Agreement of coders on a project: hand-worked tables, other programs, and what is left out."""

from dataclasses import replace

import krippendorff
import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

from lcresearch import agreement
from lcresearch.errors import InterviewError
from lcresearch.interviews import Document, Turn, coder_agreement, segments
from lcresearch.interviews.coding_agreement.agreed_coder import AGREED

ALL = "(all)"


def turn(document, number, code, coder, n=1):
    return (document, 10 * number, 10 * (number + n) - 1, code, coder)


def rows(result):
    return result.by_code().set_index("code")


def notes(result):
    return {problem.code: problem.values.get("n") for problem in result.problems}


def test_a_table_worked_by_hand(make):
    # Ten turns. tijd: both 3, only An 1, only Bo 2, nobody 4. Percent 7/10. An 4 of 10, Bo 5 of 10:
    # chance .4 x .5 + .6 x .5 = .5, kappa (.7 - .5) / .5 = .4. Alpha: 20 ratings, 9 yes and 11 no;
    # D_o = 3/10, D_e = 2 x 9 x 11 / (20 x 19); positive agreement 2 x 3 / (2 x 3 + 3) = 2/3.
    # AC1: share .45, chance 2 x .45 x .55 = .495, (.7 - .495) / .505.
    given = {"An": [0, 1, 2, 3], "Bo": [0, 1, 2, 4, 5]}
    project = make([turn("d", n, "time", coder) for coder, at in given.items() for n in at], {"d": 10})
    row = rows(coder_agreement(project)).loc["tijd"]
    assert row["percent_agreement"] == pytest.approx(0.7)
    assert row["cohen_kappa"] == pytest.approx(0.4)
    assert row["krippendorff_alpha"] == pytest.approx(1 - 0.3 / (2 * 9 * 11 / (20 * 19)))
    assert row["positive_agreement"] == pytest.approx(2 / 3)
    assert row["gwet_ac1"] == pytest.approx((0.7 - 0.495) / 0.505)
    assert row["n_given"] == 6


def test_chance_that_another_program_multiplies_is_added_here(make):
    # 100 turns: An gives the code to 80, Bo to 20, as if independent: 16 both, 64 An, 4 Bo, 16 nobody. Observed .32,
    # chance .8 x .2 + .2 x .8 = .32, kappa 0. The dialog of QualCoder multiplies the two products, gets .0256 for
    # chance and .30 for kappa.
    an, bo = [*range(80)], [*range(16), *range(80, 84)]
    marked = [turn("d", n, "time", "An") for n in an] + [turn("d", n, "time", "Bo") for n in bo]
    project = make(marked, {"d": 100})
    row = rows(coder_agreement(project)).loc["tijd"]
    assert row["percent_agreement"] == pytest.approx(0.32)
    assert row["cohen_kappa"] == pytest.approx(0, abs=1e-12)
    with_question = make(marked, {"d": 101}, roles={100})
    by_character = rows(coder_agreement(with_question, unit="character", without_roles=["interviewer"])).loc["tijd"]
    assert by_character["cohen_kappa"] == pytest.approx(0, abs=1e-12)
    wrong = 0.8 * 0.2 * 0.2 * 0.8
    assert (0.32 - wrong) / (1 - wrong) == pytest.approx(0.302, abs=5e-4)


def brute_force(project, unit, without_roles=()):
    """A row a coder, a column a turn: codes as sets, by comparing every coding with every turn."""
    parts = segments(project.corpus, unit, without_roles=without_roles)
    coders = list(project.coders.index)
    table = [[set() for _ in range(len(parts))] for _ in coders]
    codings = project.codings[["document", "start", "end", "code", "coder"]]
    for document, start, end, code, coder in codings.itertuples(index=False):
        here = (parts["document"] == document) & (parts["start"] < end) & (parts["end"] > start)
        for place in np.flatnonzero(here):
            table[coders.index(coder)][place].add(code)
    return table


@pytest.mark.parametrize("unit", ["turn", "sentence"])
def test_alpha_equals_another_package_on_the_demonstration(demo, unit):
    result = coder_agreement(demo, segment=unit, without_roles=["interviewer"])
    table = brute_force(demo, unit, ["interviewer"])
    alpha = rows(result)["krippendorff_alpha"]
    compared = 0
    for code in set(demo.codings["code"]):
        values = [[float(code in codes) for codes in row] for row in table]
        expected = krippendorff.alpha(np.array(values), level_of_measurement="nominal", value_domain=[0.0, 1.0])
        assert alpha[demo.codebook.path(code)] == pytest.approx(expected, abs=1e-12)
        compared += 1
    assert compared == 44


def test_what_the_documentation_prints_of_the_demonstration(demo):
    found = rows(coder_agreement(demo, without_roles=["interviewer"], with_parents=True))
    assert found.loc[ALL, "krippendorff_alpha"] == pytest.approx(0.774, abs=5e-4)
    assert found.loc["Werkzame elementen > *", "krippendorff_alpha"] == pytest.approx(0.851, abs=5e-4)
    assert found.loc["Werkzame elementen > Gezamenlijk doel", "n_given"] == 38


def test_characters_and_spans_equal_the_array_functions(demo):
    codings, book = demo.codings, demo.codebook
    spans = agreement.from_spans(
        codings["coder"].map(demo.coders["name"]),
        codings["code"].map(book.path),
        codings["start"],
        codings["end"],
        document=codings["document"],
        lengths={document.id: len(document.text) for document in demo.corpus},
    )
    for unit, expected in [
        ("character", agreement.character_agreement(spans)),
        ("span", agreement.unitised_agreement(spans, overlap="separate")),
    ]:
        mine = coder_agreement(demo, unit=unit).tidy().drop(columns=["kind", "reason"])
        theirs = expected.tidy().drop(columns="reason")
        keys = ["code", "term"]
        pd.testing.assert_frame_equal(
            mine.sort_values(keys, ignore_index=True), theirs.sort_values(keys, ignore_index=True), check_exact=False
        )


def test_segments_equal_the_array_function_with_several_coders_who_read_different_documents(make):
    rng = np.random.default_rng(3)
    who = {"d1": ["An", "Bo"], "d2": ["Bo", "Cor"], "d3": ["An", "Bo", "Cor"], "d4": ["An"]}
    marked = [
        turn(document, int(n), code, coder)
        for document, readers in who.items()
        for coder in readers
        for code in ("time", "money")
        for n in rng.choice(12, 4, replace=False)
    ]
    project = make(marked, dict.fromkeys(who, 12), ("An", "Bo", "Cor"))
    result = coder_agreement(project)
    kept = [row for row in marked if row[0] != "d4"]
    documents = np.repeat(["d1", "d2", "d3"], 12)
    coders = ["An", "Bo", "Cor"]
    expected = agreement.code_agreement(
        [project.codebook.path(row[3]) for row in kept],
        [["d1", "d2", "d3"].index(row[0]) * 12 + row[1] // 10 for row in kept],
        [row[4] for row in kept],
        units=36,
        raters=coders,
        rated=[[coder in who[document] for coder in coders] for document in documents],
        documents=documents,
    )
    numbers = ["estimate", "std_error", "conf_low", "conf_high"]
    keys = ["code", "term"]
    mine, theirs = (each.tidy().sort_values(keys)[numbers].to_numpy() for each in (result, expected))
    np.testing.assert_allclose(mine, theirs)
    assert notes(result)["V144"] == 1
    read = result.documents.set_index("document")
    assert read["n_coders"].tolist() == [2, 2, 3, 1]
    assert read.loc["d2", "read_by"] == "Bo de Codeur, Cor de Codeur"
    assert read["compared"].tolist() == [True, True, True, False]


def test_who_read_what_is_assumed_from_codings_or_said(make):
    project = make([turn("d1", 0, "time", "An"), turn("d1", 0, "time", "Bo"), turn("d2", 1, "time", "An")],
                   {"d1": 4, "d2": 4, "d3": 4})  # fmt: skip
    assumed = coder_agreement(project)
    assert rows(assumed).loc["tijd", "percent_agreement"] == 1
    assert notes(assumed) | {"V143": 1, "V144": 1, "V162": 1} == notes(assumed)
    everything = coder_agreement(project, read="all")
    assert rows(everything).loc["tijd", "percent_agreement"] == pytest.approx(11 / 12)
    assert "V152" in notes(everything)
    assert "every coder read every document" in everything.summary()
    said = coder_agreement(project, read={"Gesprek d1": ["An", "Bo"], "d2": ["An de Codeur", "Bo"]})
    assert rows(said).loc["tijd", "percent_agreement"] == pytest.approx(7 / 8)
    assert not {"V143", "V152"} & set(notes(said))
    with pytest.raises(InterviewError, match="V150"):
        coder_agreement(project, read={"Gesprek d9": ["An"]})
    with pytest.raises(InterviewError, match="V161"):
        coder_agreement(project, read={"d1": ["An", "Bo"], "d2": ["Bo"]})
    with pytest.raises(InterviewError, match="V142"):
        coder_agreement(make([turn("d1", 0, "time", "An"), turn("d2", 0, "time", "Bo")], {"d1": 4, "d2": 4}))


def test_agreement_on_the_code_above_when_coders_choose_another_below_it(make):
    marked = [turn("d", 0, "mistakes", "An"), turn("d", 0, "together", "Bo"), turn("d", 2, "time", "An")]
    result = coder_agreement(make(marked, {"d": 5}), with_parents=True)
    found = rows(result)
    assert found.loc["leren > van fouten", "positive_agreement"] == 0
    assert found.loc["leren > *", "positive_agreement"] == 1
    assert found.loc["leren > *", "kind"] == "parent"
    assert found.loc[ALL, "percent_agreement"] == pytest.approx((4 / 5 + 4 / 5 + 4 / 5) / 3)  # leaves only
    assert found.loc["(all top codes)", "percent_agreement"] == pytest.approx((1 + 4 / 5) / 2)


def test_words_of_the_interviewer_do_not_count_when_left_out(make):
    marked = [turn("d", 0, "time", "An"), turn("d", 1, "time", "An"), turn("d", 1, "time", "Bo")]
    project = make(marked, {"d": 4}, roles={0, 2})
    assert rows(coder_agreement(project)).loc["tijd", "percent_agreement"] == pytest.approx(3 / 4)
    without = coder_agreement(project, without_roles=["interviewer"])
    assert rows(without).loc["tijd", "percent_agreement"] == 1
    assert notes(without)["V146"] == 1
    characters = coder_agreement(project, unit="character", without_roles=["interviewer"])
    assert characters.glance()["n_units"][0] == 18
    assert notes(characters)["V146"] == 1


def test_a_role_that_nobody_has_is_told(make):
    project = make([turn("d", 0, "time", "An"), turn("d", 0, "time", "Bo")], {"d": 4})
    result = coder_agreement(project, without_roles=["interviwer"])
    assert "V160" in notes(result)
    assert "no speaker has the role interviwer" in result.summary()


def test_codings_of_whole_documents_are_counted_and_compared_by_document(make):
    marked = [("d1", -1, -1, "time", "An"), turn("d1", 2, "time", "Bo"), turn("d2", 0, "time", "Bo"),
              turn("d2", 3, "money", "An"), turn("d1", 2, "money", "An")]  # fmt: skip
    project = make(marked, {"d1": 4, "d2": 4})
    assert notes(coder_agreement(project))["V145"] == 1
    by_document = rows(coder_agreement(project, segment="document"))
    assert by_document.loc["tijd", "percent_agreement"] == pytest.approx(1 / 2)
    everywhere = coder_agreement(project, whole_documents="everywhere")
    assert rows(everywhere).loc["tijd", "n_given"] == 5
    assert "V145" not in notes(everywhere)


def test_a_coding_may_have_to_cover_more_than_a_letter(make):
    project = make([("d", 0, 12, "time", "An"), ("d", 0, 9, "time", "Bo")], {"d": 3})
    assert rows(coder_agreement(project)).loc["tijd", "percent_agreement"] == pytest.approx(2 / 3)
    assert rows(coder_agreement(project, least=5)).loc["tijd", "percent_agreement"] == 1


def test_uncoded_text_raises_percentages_only_and_the_summary_says_how_it_counts(make):
    given = {"An": [0, 1, 2, 3], "Bo": [0, 1, 2, 4, 5]}
    marked = [turn("d", n, "time", coder) for coder, at in given.items() for n in at]
    short, long = (coder_agreement(make(marked, {"d": n})) for n in (10, 1000))
    few, many = rows(short).loc["tijd"], rows(long).loc["tijd"]
    assert many["percent_agreement"] > 0.99 > few["percent_agreement"]
    assert many["positive_agreement"] == few["positive_agreement"]
    assert many["krippendorff_alpha"] < many["positive_agreement"]
    assert "994 of 1,000 segments" in long.summary()
    coded = coder_agreement(make(marked, {"d": 1000}), among="coded")
    assert rows(coded).loc["tijd", "n_units"] == 6
    assert notes(coded)["V148"] == 994


def test_what_was_agreed_in_discussion_is_no_coder(make):
    marked = [turn("d", 0, "time", "An"), turn("d", 0, "time", "Bo"), turn("d", 1, "time", AGREED)]
    project = make(marked, {"d": 4}, ("An", "Bo", AGREED))
    result = coder_agreement(project)
    assert rows(result).loc["tijd", "percent_agreement"] == 1
    assert notes(result)["V149"] == 1
    with pytest.raises(InterviewError, match="V157"):
        coder_agreement(project, ["An", AGREED])
    renamed = replace(project, coders=pd.DataFrame({"name": ["An", "Bo", "na overleg"]}, index=["An", "Bo", "x9"]),
                      codings=project.codings.replace({"coder": {AGREED: "x9"}}))  # fmt: skip
    assert notes(coder_agreement(renamed))["V149"] == 1


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"coders": ["An", "Zoë"]}, "V100"),
        ({"coders": ["An"]}, "V140"),
        ({"unit": "word"}, "V141"),
        ({"read": "nobody"}, "V141"),
        ({"whole_documents": "maybe"}, "V141"),
        ({"codes": ["tjid"]}, "V107"),
        ({"segment": "line"}, "V082"),
        ({"unit": "span", "among": "coded"}, "V141"),
    ],
)
def test_a_wrong_choice_is_named(make, options, code):
    project = make([turn("d", 0, "time", "An"), turn("d", 0, "time", "Bo")], {"d": 4})
    with pytest.raises(InterviewError, match=code):
        coder_agreement(project, **options)


def test_two_coders_or_codes_of_one_name_stay_two(make):
    marked = [turn("d", 0, "time", "An"), turn("d", 1, "money", "Bo")]
    project = make(marked, {"d": 4})
    project = replace(
        project,
        coders=project.coders.assign(name="admin"),
        codebook=replace(project.codebook, codes=tuple(replace(c, name="x") for c in project.codebook)),
    )
    result = coder_agreement(project)
    assert set(result.pairs["rater_1"]) | set(result.pairs["rater_2"]) == {"admin (An)", "admin (Bo)"}
    assert set(result.by_code()["code"]) == {ALL, "x (time)", "x (money)"}


def test_texts_without_speakers_and_documents_with_nothing_to_code(make):
    project = make([turn("d", 0, "time", "An"), turn("d", 0, "time", "Bo")], {"d": 4})
    plain = Document("p", "Antwoord", "Eerste alinea.\n\nTweede alinea.", (), {})
    empty = Document("e", "Leeg", "", (Turn(0, 0, "R"),), {})
    corpus = replace(project.corpus, documents=(*project.corpus.documents, plain, empty))
    project = replace(project, corpus=corpus)
    result = coder_agreement(project, read="all")
    assert result.glance()["n_units"][0] == 4 + 2
    assert coder_agreement(project, unit="character", read="all").glance()["n_units"][0] == 40 + 30


def test_results_travel_and_draw(demo):
    result = coder_agreement(demo, with_parents=True, interval="bootstrap", n_draws=200, seed=5)
    again = type(result).from_dict(result.to_dict())
    pd.testing.assert_frame_equal(again.by_code(), result.by_code(), check_dtype=False)
    assert result.kinds["Waarde > *"] == "parent"
    mpl.use("Agg")
    names = [label.get_text() for label in result.plot().axes[0].get_yticklabels()]
    assert names[0] == "all codes together"
    assert "Waarde, with all below it (" in " ".join(names)
    low = result.tidy().query("code == 'Waarde > *' and term == 'krippendorff_alpha'")
    assert low["conf_low"].iloc[0] < low["estimate"].iloc[0] < low["conf_high"].iloc[0]


def test_codings_by_nobody_and_of_codes_that_are_not_in_the_codebook(make):
    marked = [turn("d", 0, "time", "An"), turn("d", 0, "time", "Bo"), turn("d", 1, "lost", "Bo"),
              turn("d", 1, "time", "?")]  # fmt: skip
    result = coder_agreement(make(marked, {"d": 4}))
    assert set(rows(result).index) == {ALL, "tijd", "lost"}
    assert notes(result)["V159"] == 1
    assert notes(result)["V151"] == 3
