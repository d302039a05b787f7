"""A study that takes part in a programme: where elements come from, and what is said when they are not as declared."""

import pandas as pd
import pytest

from lcresearch import studies

PROGRAMME = """\
schema: 1
id: example
title: {nl: Voorbeeld, en: Example}
description: {nl: Verzonnen., en: Invented.}
declared: 2026-03-01
sectors: {energy: {nl: Energie, en: Energy}, water: {nl: Water, en: Water}}
instruments: [{id: voice, versions: 1.0.0}]
outcomes: {voice: {title: {nl: Inspraak, en: Voice}, score: voice}}
elements:
  purpose: {title: {nl: Doel, en: Purpose}, column: element_purpose, minimum: 1, maximum: 5}
covariates:
  size:
    {title: {nl: Maat, en: Size}, column: size, level: community, levels: {big: {nl: G, en: B}, small: {nl: K, en: S}}}
  role:
    {title: {nl: R, en: R}, column: role, level: respondent, levels: {employee: {nl: M, en: E}, boss: {nl: B, en: B}}}
models: {after: {outcome: voice, rows: last_wave, waves: [t0], covariates: [size, role]}}
estimands: [{model: after, smallest_worthwhile: 0.1}]
"""
KEYS = """\
programme: programme.yaml
communities: communities.csv
consortium: Vliet
sector: energy
"""
COMMUNITIES = """\
community,element_purpose,size,status,reason,remark
Aa,4,big,active,,not read
Bb,2,small,actief,,
Cc,3,small,gestopt,no time for it,
"""


@pytest.fixture
def in_programme(small_study, study_texts):
    """The small study as part of an invented programme; texts given by name replace its files."""

    def write(*, programme=PROGRAMME, communities=COMMUNITIES, keys=KEYS, answers=None, change=lambda study: study):
        study = study_texts.study.replace("{organisation: firm}", "{community: firm}") + keys
        lines = (answers or study_texts.answers).splitlines()
        roles = ["role", *(["employee", "boss", "employee"] * 9)]
        rows = [f"{line},{role}" for line, role in zip(lines, roles, strict=False)]
        instrument = study_texts.instrument.replace("level: organisation", "level: community")
        folder = small_study(study=change(study), answers="\n".join(rows) + "\n", instrument=instrument)
        (folder / "programme.yaml").write_text(programme, encoding="utf-8")
        (folder / "communities.csv").write_text(communities, encoding="utf-8")
        return folder

    return write


def codes(folder):
    return [problem.code for problem in studies.load(folder).check()]


def test_elements_of_a_table_and_roles_of_the_answers_reach_the_evidence(in_programme):
    (found,) = studies.load(in_programme()).evidence()
    assert (found.consortium, found.sector, found.study) == ("Vliet", "energy", "small")
    by_community = found.frame.groupby("community")[["element_purpose", "size"]].first()
    assert by_community.loc["Aa"].tolist() == [4.0, "big"]
    assert by_community.loc["Bb"].tolist() == [2.0, "small"]
    assert set(found.frame["role"]) == {"employee", "boss"}
    assert "p01" not in set(found.frame["respondent"])
    assert [found.known_as[one] for one in found.frame["respondent"].head(2)] == ["p01", "p02"]  # for the ledger
    assert found.items == {"voice": ("v1", "v2", "v3")}
    assert found.frame.loc[0, ["v1", "v2", "v3", "voice"]].tolist() == [4, 4, 4, 4]  # v2 was asked the other way round
    assert [(one.id, one.version) for one in found.instruments] == [("voice", "1.0.0")]


def test_nothing_is_wrong_and_nothing_else_is_kept(in_programme):
    study = studies.load(in_programme())
    assert not [problem for problem in study.check() if problem.code.startswith("S1")]
    assert list(study.read().kept.columns) == []
    assert "remark" not in study.evidence()[0].frame


def test_communities_that_stopped_are_records_too(in_programme):
    (found,) = studies.load(in_programme()).evidence()
    assert found.stopped.to_dict("records") == [
        {"community": "Cc", "reason": "no time for it", "element_purpose": 3, "size": "small"}
    ]


def test_elements_may_stand_in_the_answers(in_programme, study_texts):
    lines = study_texts.answers.splitlines()
    more = ["element_purpose,size", *(["4,big"] * 8), *(["2,small"] * 8)]
    answers = "\n".join(f"{line},{part}" for line, part in zip(lines, more, strict=True))
    folder = in_programme(answers=answers, keys=KEYS.replace("communities: communities.csv\n", ""))
    frame = studies.load(folder).evidence()[0].frame
    assert frame.groupby("community")["element_purpose"].first().to_dict() == {"Aa": 4.0, "Bb": 2.0}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"communities": COMMUNITIES.replace("Aa,4", "Aa,6")}, "S119"),
        ({"communities": COMMUNITIES.replace("Aa,4,big", "Aa,4,huge")}, "S119"),
        ({"communities": COMMUNITIES.replace("Aa,4", "Aa,four")}, "S119"),
        ({"communities": COMMUNITIES.replace("gestopt", "paused")}, "S113"),
        ({"communities": COMMUNITIES.replace("Bb,2", "Aa,2")}, "S112"),
        ({"communities": COMMUNITIES.replace("Bb,2", ",2")}, "S111"),
        ({"communities": COMMUNITIES.replace("community,", "name,")}, "S110"),
        ({"communities": COMMUNITIES.replace("Aa,4,big", "Aa,4,jan@firma.nl")}, "S114"),
        ({"communities": COMMUNITIES.replace("element_purpose", "purpose")}, "S117"),
        ({"keys": KEYS.replace("communities: communities.csv\n", "")}, "S117"),
        ({"programme": PROGRAMME.replace("column: role", "column: person_role")}, "S117"),
    ],
)
def test_what_packing_would_refuse_is_named_by_check(in_programme, change, code):
    assert code in codes(in_programme(**change))


@pytest.mark.parametrize(
    ("change", "code", "line"),
    [
        ({"keys": KEYS.replace("programme.yaml", "../programme.yaml")}, "S100", 10),
        ({"keys": KEYS.replace("programme: programme.yaml", "programme: plan.yaml")}, "G001", 10),
        ({"keys": KEYS.replace("communities.csv", "nowhere.csv")}, "G001", 11),
        ({"keys": KEYS.replace("programme: programme.yaml\n", "")}, "S107", 10),
        ({"keys": KEYS.replace("energy", "enrgy")}, "S103", 13),
        ({"keys": KEYS.replace("consortium: Vliet\n", "")}, "S102", 10),
        ({"change": lambda study: study.replace("{community: firm}", "{organisation: firm}")}, "S101", 6),
        ({"programme": PROGRAMME.replace("score: voice", "score: voices")}, "S104", 10),
        ({"programme": PROGRAMME.replace("versions: 1.0.0", "versions: 2.0.0")}, "S105", 8),
        ({"programme": PROGRAMME.replace("waves: [t0]", "waves: [t5]")}, "S106", None),
        ({"programme": PROGRAMME.replace("declared: 2026-03-01", "declared: soon")}, "G047", 5),
    ],
)
def test_what_does_not_fit_is_named_with_its_line(in_programme, refused, change, code, line):
    from lcresearch.errors import LcresearchError

    folder = in_programme(**change)
    with pytest.raises(LcresearchError) as caught:
        studies.load(folder)
    found = {problem.code: problem.where.line for problem in caught.value.problems}
    assert code in found
    assert line is None or found[code] == line


def test_a_wrong_value_is_named_with_its_row(in_programme):
    problems = studies.load(in_programme(communities=COMMUNITIES.replace("Bb,2", "Bb,7"))).check()
    (wrong,) = [problem for problem in problems if problem.code == "S119"]
    assert (wrong.where.file, wrong.where.row, wrong.where.column) == ("communities.csv", 3, "element_purpose")
    assert "'7'" in wrong.message("en")
    assert "1 – 5" in wrong.message("nl")


def test_names_that_do_not_match_are_named_with_the_nearest(in_programme):
    problems = studies.load(in_programme(communities=COMMUNITIES.replace("Aa,", "Aaa,"))).check()
    told = {problem.code: problem for problem in problems if problem.code in ("S115", "S116")}
    assert told["S115"].values == {"community": "Aaa", "nearest": "Aa"}
    assert told["S116"].values == {"community": "Aa", "nearest": "Aaa"}
    assert {problem.level for problem in told.values()} == {"warning"}


def test_an_element_differs_within_a_community(in_programme, study_texts):
    lines = study_texts.answers.splitlines()
    more = ["element_purpose,size", *(["4,big"] * 7), *(["2,small"] * 9)]
    answers = "\n".join(f"{line},{part}" for line, part in zip(lines, more, strict=True))
    folder = in_programme(answers=answers, keys=KEYS.replace("communities: communities.csv\n", ""))
    problems = [problem for problem in studies.load(folder).check() if problem.code == "S120"]
    assert [problem.where.column for problem in problems] == ["element_purpose", "size"]
    assert problems[0].values["groups"] == "Aa"


def test_personal_data_are_refused_under_any_name(in_programme, study_texts):
    lines = study_texts.answers.splitlines()
    more = ["size", *(f"jan{n}@firma.nl" for n in range(16))]
    answers = "\n".join(f"{line},{part}" for line, part in zip(lines, more, strict=True))
    folder = in_programme(answers=answers, communities=COMMUNITIES.replace(",size,", ",n,"))
    problems = studies.load(folder).check()
    assert "S118" in [problem.code for problem in problems]
    assert not any("jan" in problem.text() for problem in problems)


def test_without_a_programme_there_is_nothing_to_pack(small_study, refused):
    assert refused(studies.load(small_study()).evidence) == ["S122"]


def test_a_consortium_in_two_sectors_and_one_that_is_unknown(in_programme, study_texts):
    lines = study_texts.answers.splitlines()
    more = ["branche,cons", *(["energy,One"] * 7), "water,One", *(["wood,Two"] * 8)]
    answers = "\n".join(f"{line},{part}" for line, part in zip(lines, more, strict=True))
    keys = KEYS.replace("consortium: Vliet\nsector: energy\n", "")
    folder = in_programme(
        answers=answers,
        keys=keys,
        change=lambda study: study.replace("{community: firm}", "{sector: branche, consortium: cons, community: firm}"),
    )
    assert {"S121", "S123"} <= set(codes(folder))


def test_each_consortium_of_a_study_gets_its_own_evidence(in_programme, study_texts):
    lines = study_texts.answers.splitlines()
    answers = "\n".join(
        f"{line},{part}" for line, part in zip(lines, ["cons", *(["One"] * 8), *(["Two"] * 8)], strict=True)
    )
    folder = in_programme(
        answers=answers,
        keys=KEYS.replace("consortium: Vliet\n", ""),
        change=lambda study: study.replace("{community: firm}", "{consortium: cons, community: firm}"),
    )
    found = studies.load(folder).evidence()
    assert [(one.consortium, one.frame["community"].unique().tolist()) for one in found] == [
        ("One", ["Aa"]),
        ("Two", ["Bb"]),
    ]
    assert all(isinstance(one.frame, pd.DataFrame) and len(one.frame) == 8 for one in found)
