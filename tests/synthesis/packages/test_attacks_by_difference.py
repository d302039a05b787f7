"""Attacks that take one release from another: two packages, or a report and a package."""

from dataclasses import replace

import pytest
from tests.synthesis.packages.attacks import (
    DAYS,
    PROGRAMME,
    change_of,
    communities,
    of_answers,
    packed,
    persons_of,
    total,
    unprotected,
    with_frame,
    without,
)

from lcresearch.disclosure import Ledger, Policy, protect
from lcresearch.synthesis import pack
from lcresearch.synthesis.packages.invented import invented_evidence

# two packages ----------------------------------------------------------------------------------------------------


def twice(tmp_path, before, after, programme=PROGRAMME, **settings):
    """The package that goes out after another."""
    (tmp_path / "study").mkdir(exist_ok=True)
    ledger = tmp_path / "study"
    pack(replace(before, ledger=Ledger(ledger)), tmp_path / "a.zip", programme, date=DAYS[0])
    later = replace(after, ledger=Ledger(ledger), **settings)
    return pack(later, tmp_path / "b.zip", programme, date=DAYS[1])


def answered_otherwise(evidence, persons):
    def change(frame):
        here = frame["respondent"].isin(persons) & (frame["wave"] == "t1")
        frame.loc[here, "learning_culture"] = 6 - frame.loc[here, "learning_culture"] + 0.25
        return frame

    return with_frame(evidence, change)


@pytest.mark.parametrize("kind", ["came", "left", "changed"])
@pytest.mark.parametrize(("n", "goes_out"), [(0, True), (1, False), (9, False), (10, True)])
def test_two_packages_that_differ_by_few_persons(tmp_path, kind, n, goes_out):
    whole = invented_evidence(n_persons=30)
    some = persons_of(whole, 6)[:n]
    before, after = {
        "came": (without(whole, some), whole),
        "left": (whole, without(whole, some)),
        "changed": (whole, answered_otherwise(whole, some)),
    }[kind]
    if n == 1:
        first, second = (total(unprotected(one), 6) for one in (before, after))
        stolen = second[1] - first[1]
        expected = {
            "came": lambda: change_of(whole, some[0]),
            "left": lambda: -change_of(whole, some[0]),
            "changed": lambda: change_of(after, some[0]) - change_of(before, some[0]),
        }
        assert stolen == pytest.approx(expected[kind]())
    package = twice(tmp_path, before, after)
    assert ("6" in communities(package)) == goes_out
    assert {"1", "8"} <= communities(package)
    if not goes_out:
        assert not set(persons_of(whole, 6)) & set(package.answers["learning_culture"]["respondent"])
        assert "earlier" in set(package.held_back["reason"])


@pytest.mark.parametrize(("n", "goes_out"), [(0, True), (1, False), (9, False), (12, True)])
def test_persons_who_went_from_two_answers_to_one(tmp_path, n, goes_out):
    whole = invented_evidence(n_persons=60)
    here = persons_of(whole, 6)
    before = without(without(whole, here[:6], "t1"), here[6:16], "t0")
    package = twice(tmp_path, before, without(before, here[16 : 16 + n], "t0"), of_answers())
    assert ("6" in communities(package)) == goes_out
    assert {"1", "8"} <= communities(package)


def test_all_scores_counted_otherwise_do_not_hide_one_who_came(tmp_path):
    whole = invented_evidence(n_persons=30)
    before = without(whole, persons_of(whole, 6)[:1])
    after = with_frame(whole, lambda frame: frame.assign(learning_culture=frame["learning_culture"] * 10))
    assert "6" not in communities(twice(tmp_path, before, after))


def test_a_community_by_another_name(tmp_path):
    whole = invented_evidence(n_persons=30)
    before = without(whole, persons_of(whole, 6)[:1])
    after = with_frame(whole, lambda frame: frame.assign(community=frame["community"].str.replace(" 6", " Six")))
    assert "Six" not in communities(twice(tmp_path, before, after))


def test_a_community_that_was_split(tmp_path):
    whole = invented_evidence(n_persons=30)
    before = without(whole, persons_of(whole, 6)[:1])
    half = persons_of(whole, 6)[:15]

    def change(frame):
        return frame.assign(
            community=frame["community"].mask(frame["respondent"].isin(half), "Invented community Half")
        )

    after = with_frame(whole, change)
    assert not {"6", "Half"} <= communities(twice(tmp_path, before, after))


def test_a_person_who_moved_between_communities(tmp_path):
    whole = invented_evidence(n_persons=30)
    person = persons_of(whole, 1)[0]
    target = whole.frame[whole.frame["community"].str.endswith(" 2")].iloc[0]
    columns = ["community", "element_shared_purpose", "element_time_to_learn", "firm_size"]

    def change(frame):
        frame.loc[frame["respondent"] == person, columns] = target[columns].to_numpy()
        return frame

    assert not {"1", "2"} & communities(twice(tmp_path, whole, with_frame(whole, change)))


def test_pseudonyms_that_were_made_anew(tmp_path):
    whole = invented_evidence(n_persons=30)
    before = without(whole, persons_of(whole, 6)[:1])
    names = {name: f"new-{place}" for place, name in enumerate(whole.frame["respondent"].unique())}
    after = with_frame(whole, lambda frame: frame.assign(respondent=frame["respondent"].map(names)))
    known = {new: old for old, new in names.items()}
    assert "6" not in communities(twice(tmp_path, before, after, known_as=known))


def test_a_third_package_is_compared_with_the_first(tmp_path):
    whole = invented_evidence(n_persons=40)
    twice(tmp_path, without(whole, persons_of(whole, 6)[:1]), without(whole, persons_of(whole, 6)[:15]))
    ledger = Ledger(tmp_path / "study")
    third = pack(replace(whole, ledger=ledger), tmp_path / "c.zip", PROGRAMME, date=DAYS[2])
    assert "6" not in communities(third)


# a report and a package ------------------------------------------------------------------------------------------


def reported(evidence, folder, minimum=5):
    """A report to the study's own people went out: means of the scale by community and wave."""
    ledger = Ledger(folder)
    protect(evidence.frame, "learning_culture", ["consortium", "community"], Policy(minimum), ledger=ledger)
    ledger.commit("report", date="2026-01-01")
    return Ledger(folder)


@pytest.mark.parametrize("n", [0, 1, 2, 4, 5])
def test_a_report_less_a_package(tmp_path, n):
    whole = invented_evidence(n_persons=30)
    gone = persons_of(whole, 6)[:n]
    evidence = without(whole, gone, "t1")
    if n == 2:
        # sums of a report are its means times its numbers; less the sum of the package, they leave two persons
        frame = evidence.frame[evidence.frame["community"].str.endswith(" 6")]
        sums = frame.groupby("wave")["learning_culture"].sum()
        stolen = sums["t1"] - sums["t0"] - total(unprotected(evidence), 6)[1]
        first = frame[(frame["wave"] == "t0") & frame["respondent"].isin(gone)]
        assert stolen == pytest.approx(-first["learning_culture"].sum())
    ledger = reported(evidence, tmp_path)
    package = packed(replace(evidence, ledger=ledger))
    assert communities(package) == set("12345678")  # nobody is held back, a few are left out by lot
    apart = persons_apart(evidence, package)
    assert apart["t0", "6"] == 0 if n == 0 else 5 <= apart["t0", "6"] <= 9
    assert apart["t1", "6"] == 0 if n in (0, 5) else apart["t1", "6"] >= 5  # also for the means of the consortium
    assert all(size == 0 for (_, place), size in apart.items() if place != "6")
    ledger = reported(evidence, tmp_path)
    first, second = (
        pack(replace(evidence, ledger=ledger), tmp_path / f"{day.month}.zip", PROGRAMME, date=day) for day in DAYS[:2]
    )
    assert first.manifest.release == second.manifest.release == 1
    assert first.manifest.members == second.manifest.members == package.manifest.members


@pytest.mark.parametrize(("n", "least", "most"), [(0, 30, 30), (2, 21, 25), (4, 21, 25), (5, 25, 25)])
def test_others_leave_so_that_the_difference_is_about_enough(tmp_path, n, least, most):
    """Persons differ elsewhere too; of this community a few leave, for its change and for the means of each wave."""
    whole = invented_evidence(n_persons=30)
    others = [person for place in (1, 2, 3) for person in persons_of(whole, place)[:5]]
    evidence = without(whole, [*persons_of(whole, 6)[:n], *others], "t1")
    package = packed(replace(evidence, ledger=reported(evidence, tmp_path)))
    sizes = package.let_through["growth"]["community"].str[-1].value_counts()
    assert least <= sizes["6"] <= most
    assert sizes.drop("6").to_dict() == dict.fromkeys("123", 25) | dict.fromkeys("4578", 30)


def persons_apart(evidence, package):
    """By wave and community, how many persons are behind the mean in a report and not behind the sums."""
    shown = set(package.let_through["growth"]["respondent"])
    frame = evidence.frame.assign(place=evidence.frame["community"].str.rsplit(" ", n=1).str[1])
    return {key: len(set(own["respondent"]) - shown) for key, own in frame.groupby(["wave", "place"]) if len(own) >= 5}


def test_a_small_community_that_a_report_has_in_its_total(tmp_path):
    whole = invented_evidence(n_persons=30)
    evidence = without(whole, persons_of(whole, 5)[4:])
    package = packed(replace(evidence, ledger=reported(evidence, tmp_path)))
    shown = set(package.let_through["growth"]["respondent"])
    n_apart = evidence.frame["respondent"].nunique() - len(shown)
    assert "5" not in communities(package)
    assert n_apart >= 5


def test_a_community_that_is_too_small_to_leave_anybody_out_is_held_back(tmp_path):
    whole = invented_evidence(n_persons=30)
    small = without(whole, persons_of(whole, 6)[12:])
    evidence = without(small, persons_of(whole, 6)[:1], "t1")
    package = packed(replace(evidence, ledger=reported(evidence, tmp_path)))
    assert "6" not in communities(package)
    assert "earlier" in set(package.held_back["reason"])


@pytest.mark.parametrize("n", [0, 1, 4, 5])
def test_means_of_the_consortium_in_a_report_less_those_in_a_package(tmp_path, n):
    whole = invented_evidence(n_persons=30)
    evidence = without(whole, [persons_of(whole, place)[0] for place in range(1, n + 1)], "t1")
    package = packed(replace(evidence, ledger=reported(evidence, tmp_path)))
    if "scores/growth.json" in package.manifest.members:
        apart = persons_apart(evidence, package)
        by_wave = [sum(size for (wave, _), size in apart.items() if wave == one) for one in ("t0", "t1")]
        assert all(size == 0 or size >= 5 for size in by_wave)
    assert communities(package) == set("12345678")
