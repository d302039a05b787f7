"""Tables of codes against masks, cross tables and words of numpy, pandas, scipy and Python; the project is invented."""

import collections
import itertools
import math
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import scipy.spatial

from lcresearch import interviews
from lcresearch.interviews import Corpus

CODES = ["mistakes", "together", "time", "money"]


@pytest.fixture(scope="module")
def spans(project):
    """Eighty codings anywhere in what the five respondents say, many of them over each other."""
    rng = np.random.default_rng(12)
    turn = np.array([(19, 51), (68, 88)])[rng.integers(0, 2, 80)]
    start = rng.integers(turn[:, 0], turn[:, 1])
    made = {"document": rng.choice([f"d{k}" for k in range(1, 6)], 80), "start": start}
    made |= {"end": rng.integers(start + 1, turn[:, 1] + 1), "code": rng.choice(CODES, 80)}
    return of_rows(project, pd.DataFrame(made).assign(coder=rng.choice(["An", "Bo"], 80)))


@pytest.fixture(scope="module")
def turns(project):
    """Whole turns of which some have several codes, each once."""
    rng = np.random.default_rng(4)
    every = itertools.product([f"d{k}" for k in range(1, 6)], [(19, 51), (68, 89)], CODES)
    rows = [(document, *turn, code, "An") for document, turn, code in every if rng.random() < 0.45]
    return of_rows(project, pd.DataFrame(rows, columns=["document", "start", "end", "code", "coder"]))


def of_rows(project, rows):
    codings = rows.assign(coding=[f"c{n}" for n in range(len(rows))], selection="", created=pd.NaT)
    return replace(project, codings=codings[list(project.codings)].astype({"start": "int64", "end": "int64"}))


def masks(table):
    """Characters that are coded, by document and code."""
    found = collections.defaultdict(lambda: np.zeros(88, dtype=int))
    for row in table.itertuples():
        found[row.document, row.code][row.start : row.end] += 1
    return dict(found)


def test_passages_cover_what_is_coded_once_and_coverage_counts_it(spans):
    coded, passages = masks(spans.codings), masks(interviews.passages(spans))
    assert passages.keys() == coded.keys()
    for key, mask in passages.items():
        np.testing.assert_array_equal(mask, coded[key] > 0)
    table = interviews.coverage(spans).set_index(["role", "code"])["n_coded"]
    for code, name in zip(CODES, ["leren > van fouten", "leren > samen", "tijd", "geld"], strict=True):
        assert table["", name] == sum((mask > 0).sum() for (_, of), mask in coded.items() if of == code)
    together = collections.defaultdict(lambda: np.zeros(88, dtype=int))
    for (document, _), mask in coded.items():
        together[document] += mask
    assert table["", "(any)"] == sum((mask > 0).sum() for mask in together.values())
    assert table["interviewer", "(any)"] == 0


def test_coverage_does_not_depend_on_the_order_of_codings_or_on_who_coded_it_too(spans):
    expected = interviews.coverage(spans).drop(columns="n_codings", errors="ignore")
    again = spans.codings.assign(coder="Bo", coding=[f"again {n}" for n in range(len(spans.codings))])
    twice = replace(spans, codings=pd.concat([spans.codings[::-1], again], ignore_index=True))
    pd.testing.assert_frame_equal(interviews.coverage(twice).drop(columns="n_codings", errors="ignore"), expected)


def test_a_matrix_of_codes_is_the_cross_table_of_pandas_and_groups_are_sums_of_documents(turns):
    table = interviews.code_matrix(turns)
    counted = pd.crosstab(turns.codings["document"], turns.codings["code"]).reindex(columns=CODES, fill_value=0)
    assert table.drop(columns="n_documents").to_numpy().tolist() == counted.to_numpy().tolist()
    shuffled = replace(turns, codings=turns.codings[::-1])
    pd.testing.assert_frame_equal(interviews.code_matrix(shuffled), table)
    with pytest.warns(UserWarning, match="V109"):
        groups = interviews.code_matrix(turns, "community")
    assert groups.loc["Noord"].tolist() == table.iloc[:2].sum().tolist()
    assert groups.loc["Zuid"].tolist() == table.iloc[2:4].sum().tolist()


def test_codes_that_go_together_have_the_overlap_of_scipy(turns):
    held = pd.crosstab([turns.codings["document"], turns.codings["start"]], turns.codings["code"])[CODES].to_numpy() > 0
    found = interviews.co_occurrence(turns, "turn")
    names = dict(zip(["leren > van fouten", "leren > samen", "tijd", "geld"], held.T, strict=True))
    together = [pair for pair in itertools.combinations(names, 2) if (names[pair[0]] & names[pair[1]]).any()]
    assert {frozenset(pair) for pair in together} == {frozenset((row.code_1, row.code_2)) for row in found.itertuples()}
    assert len(found) == len(together) >= 3
    for row in found.itertuples():
        one, other = names[row.code_1], names[row.code_2]
        assert (row.n_1, row.n_2, row.n_both) == (one.sum(), other.sum(), (one & other).sum())
        assert row.jaccard == pytest.approx(1 - scipy.spatial.distance.jaccard(one, other))
        assert row.lift == pytest.approx(row.n_both * row.n_parts / (row.n_1 * row.n_2))


def test_words_are_those_of_a_regular_expression(project):
    text = " ".join(each.text for each in project.corpus)
    counted = collections.Counter(re.findall(r"(?<![\w])\w+(?!:)\b", text.lower()))
    found = interviews.word_frequencies(project.corpus, lemmas=False, stop_words=True, without_roles=())["all"]
    assert found.to_dict() == counted
    places = [(each.id, *match.span()) for each in project.corpus for match in re.finditer(r"\b[Ss]amen\b", each.text)]
    lines = interviews.keyword_in_context(project.corpus, "samen", width=6)
    assert list(zip(lines["document"], lines["start"], lines["end"], strict=True)) == places
    texts = {each.id: each.text for each in project.corpus}
    for row, (document, start, end) in zip(lines.itertuples(), places, strict=True):
        around = texts[document][start - len(row.before) : end + len(row.after)]
        assert row.before + row.keyword + row.after == around.replace("\n", " ")
        assert min(len(row.before), len(row.after)) <= 6


def test_the_curve_of_saturation_is_that_of_drawing_interviews_whatever_their_order(turns):
    """How many codes a draw of k of n interviews holds: a code in t of them is missed in comb(n - t, k) draws."""
    times = turns.codings.groupby("code")["document"].nunique()
    expected = [sum(1 - math.comb(5 - t, k) / math.comb(5, k) for t in times) for k in range(1, 6)]
    turned = replace(turns, corpus=Corpus(tuple(turns.corpus)[::-1]))
    for each in (turns, turned):
        found = interviews.saturation(each, n_orders=50)
        np.testing.assert_allclose(found.curve["expected"], expected, rtol=1e-12)
        assert found.n_codes == len(times)


def test_a_comparison_does_not_depend_on_names_of_groups_or_the_order_of_documents(project):
    corpus = [
        replace(project.corpus["d1"], id=f"e{k}", name=f"e{k}", attributes={"sector": "ab"[k % 2]}) for k in range(16)
    ]
    rows = [(f"e{k}", 19, 30, "time", "An") for k in range(16) if k % 2 or k < 4]
    codings = of_rows(project, pd.DataFrame(rows, columns=["document", "start", "end", "code", "coder"])).codings
    one = replace(project, corpus=Corpus(tuple(corpus)), codings=codings)
    names = {"a": "zorg", "b": "bouw"}
    other = [replace(each, attributes={"sector": names[each.attributes["sector"]]}) for each in corpus[::-1]]
    first, second = (
        interviews.compare_codes(each, "sector") for each in (one, replace(one, corpus=Corpus(tuple(other))))
    )
    same = ["code", "p_value"]
    pd.testing.assert_frame_equal(first.tests[same], second.tests[same])
    assert first.tests.set_index("code").loc["tijd", "p_value"] < 0.05
    shares = (found.tidy().query("code == 'tijd'").set_index("group")["share"] for found in (first, second))
    left, right = (each.to_dict() for each in shares)
    assert {names[group]: share for group, share in left.items()} == right
