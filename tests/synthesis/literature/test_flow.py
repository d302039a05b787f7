"""The PRISMA flow: sums that do not add up are named, and the log and the file say the same."""

import copy

import pandas as pd
import pytest

from lcresearch.errors import SynthesisError
from lcresearch.synthesis import PrismaFlow, deduplicate, extraction_of, prisma_flow, records_of, screening_log

# Counts of the shape of PRISMA 2020, invented.
FULL = {
    "previous": {"studies": 7, "reports": 9},
    "databases": {
        "identified": {"Scopus": 300, "ERIC": 120},
        "registers": {"OSF": 12},
        "removed": {"duplicates": 90, "automation": 12, "other": 0},
        "screened": 330,
        "excluded": 250,
        "sought": 80,
        "not_retrieved": 5,
        "assessed": 75,
        "excluded_reports": {"other population": 35, "no outcome": 20},
    },
    "other": {
        "identified": {"website": 3, "citation": 7},
        "sought": 9,
        "not_retrieved": 1,
        "assessed": 8,
        "excluded_reports": {"no outcome": 5},
    },
    "included": {"studies": 18, "reports": 23},
    "total": {"studies": 25, "reports": 32},
}


def changed(path, value):
    counts = copy.deepcopy(FULL)
    part = counts
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = value
    return counts


def codes(error):
    return [problem.code for problem in error.value.problems]


def test_a_full_flow_adds_up_and_round_trips():
    flow = prisma_flow(FULL)
    assert flow.final
    assert flow.glance().iloc[0].tolist() == [442, 330, 23, 18, True]
    assert PrismaFlow.from_dict(flow.to_dict()).tidy().equals(flow.tidy())


def test_what_follows_from_other_counts_need_not_be_given():
    counts = copy.deepcopy(FULL)
    for part, names in (("databases", ("screened", "sought", "assessed")), ("other", ("assessed",))):
        for name in names:
            del counts[part][name]
    del counts["total"], counts["included"]["reports"]
    pd.testing.assert_frame_equal(prisma_flow(counts).tidy(), prisma_flow(FULL).tidy())


@pytest.mark.parametrize(
    ("path", "value", "box"),
    [
        (("databases", "screened"), 331, "Gescreende records"),
        (("databases", "removed", "duplicates"), 91, "Gescreende records"),
        (("databases", "excluded"), 251, "Opgevraagde publicaties"),
        (("databases", "not_retrieved"), 6, "Publicaties beoordeeld op geschiktheid"),
        (("other", "assessed"), 9, "Publicaties beoordeeld op geschiktheid (andere methoden)"),
        (
            ("databases", "excluded_reports"),
            {"other population": 36, "no outcome": 20},
            "Publicaties over opgenomen studies",
        ),
        (("included", "studies"), 0, "Studies opgenomen in de review"),
        (("total", "reports"), 33, "Publicaties over alle opgenomen studies"),
    ],
)
def test_a_sum_that_does_not_add_up_is_named(path, value, box):
    with pytest.raises(SynthesisError) as caught:
        prisma_flow(changed(path, value))
    assert set(codes(caught)) == {"Y104"}
    assert any(problem.message("nl").startswith(f"{box}: ") for problem in caught.value.problems)


def test_all_sums_of_a_file_are_told_together_with_their_lines(tmp_path):
    path = tmp_path / "prisma.yaml"
    path.write_text(
        "databases:\n  identified: {Scopus: 10}\n  screened: 9\n  excluded: 2\n  sought: 8\nincluded:\n  studies: 0\n"
    )
    with pytest.raises(SynthesisError) as caught:
        prisma_flow(path)
    assert [(problem.code, problem.where.line) for problem in caught.value.problems] == [
        ("Y104", 3),
        ("Y104", 5),
        ("Y104", 7),
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("databases: {identified: {Scopus: -1}}", "G044"),
        ("databases: {identified: {Scopus: many}}", "G043"),
        ("databases: {screend: 3}", "G040"),
        ("- 1", "G045"),
        ("a: &x [1]\nb: *x", "G026"),
        ("databases: {identified: {Scopus: 1.5}}", "G043"),
    ],
)
def test_a_file_of_another_shape_is_refused(tmp_path, text, code):
    path = tmp_path / "prisma.yaml"
    path.write_text(text)
    with pytest.raises(SynthesisError) as caught:
        prisma_flow(path)
    assert code in codes(caught)


@pytest.fixture
def steps():
    records = records_of(
        pd.DataFrame(
            {
                "title": [f"A long enough title, number {n}" for n in (1, 2, 3, 4, 5, 5)],
                "authors": "Bedacht, A.",
                "year": 2020,
                "doi": ["", "", "", "", "10.5555/5", "10.5555/5"],
                "database": ["Scopus"] * 3 + ["a friend", "Scopus", "ERIC"],
                "found_by": ["database"] * 3 + ["citation"] + ["database"] * 2,
            }
        )
    )
    found = deduplicate(records)
    ids = found.records.frame["record"].tolist()
    rows = []
    for screener in ("an", "bo"):
        for record, first, second, reason in zip(
            ids,
            ["include", "exclude", "include", "include", "include"],
            ["include", "", "exclude", "include", "not_retrieved"],
            ["", "", "no data", "", ""],
            strict=True,
        ):
            rows.append(("title_abstract", screener, record, first, ""))
            rows.append(("full_text", screener, record, second, reason))
    decisions = pd.DataFrame(rows, columns=["stage", "screener", "record", "decision", "reason"])
    log = screening_log(found.records, decisions[decisions["decision"] != ""])
    extraction = extraction_of(
        pd.DataFrame(
            {
                "record": [ids[0], ids[3]],
                "study": ["One study"] * 2,
                "theme": "trust",
                "sector": "care",
                "direction": "null",
            }
        )
    )
    return found, log, extraction


def test_the_flow_follows_from_the_log(steps):
    found, log, extraction = steps
    flow = prisma_flow(deduplication=found, screening=log, extraction=extraction)
    databases = flow.counts["databases"]
    assert databases["identified"] == {"Scopus": 4, "ERIC": 1}
    assert databases["removed"]["duplicates"] == 1
    assert [databases[name] for name in ("screened", "excluded", "sought", "not_retrieved", "assessed")] == [
        4,
        1,
        3,
        1,
        2,
    ]
    assert databases["excluded_reports"] == {"no data": 1}
    assert flow.counts["other"]["identified"] == {"citation": 1}
    assert flow.counts["included"] == {"reports": 2, "studies": 1}
    assert flow.final


def test_a_file_adds_what_the_log_does_not_know(steps):
    found, log, extraction = steps
    counts = {
        "previous": {"studies": 3},
        "databases": {"identified": {"Scopus": 14}, "removed": {"automation": 10}},
    }
    flow = prisma_flow(counts, deduplication=found, screening=log, extraction=extraction)
    assert flow.counts["total"] == {"studies": 4, "reports": 5}
    with pytest.raises(SynthesisError) as caught:
        prisma_flow({"databases": {"screened": 5}}, deduplication=found, screening=log)
    assert "Y105" in codes(caught)
    with pytest.raises(SynthesisError) as caught:
        prisma_flow({"databases": {"identified": {"Scopus": 14}}}, deduplication=found, screening=log)
    assert codes(caught) == ["Y104"]


def test_a_flow_with_open_records_is_not_final(steps):
    found, log, _ = steps
    half = log.decisions[(log.decisions["stage"] == "title_abstract") & (log.decisions["record"] != "r0001")]
    flow = prisma_flow(deduplication=found, screening=screening_log(found.records, half))
    assert not flow.final
    assert sum(flow.still_open.values()) == 4
    assert "4" in flow.cautions()[0]


def test_one_report_may_tell_of_several_studies():
    counts = {"databases": {"identified": {"Scopus": 30}, "excluded": 10}, "included": {"studies": 26}}
    flow = prisma_flow(counts)
    assert flow.counts["included"] == {"reports": 20, "studies": 26}
