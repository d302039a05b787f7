"""Mutation testing of the numerical modules and the privacy rules: would a test notice if a line were wrong?

    python3 -m uv run --with mutmut==3.8.1 python benchmarks/mutation.py                     all areas, hours
    python3 -m uv run --with mutmut==3.8.1 python benchmarks/mutation.py --only disclosure   one area
    ... --module change.rank_tests    one module
    ... --sample 60 --seed 11         mutants drawn at random in each module, and the seed of the draw
    ... --again                       those alone that survived last time, after a test was written
    ... --more --minutes 10           go on with a draw, for ten minutes an area
    ... --page                        docs/mutation.md again, from docs/mutation.csv

Writes a row for each mutant to docs/mutation.csv, as it goes, and the page at the end. Whoever has looked at a
survivor writes ``equivalent``, ``harmless`` or ``open`` into its column ``verdict``, and the reason beside it; a later
run keeps both. It needs a system that can fork (Linux, macOS).
"""

from __future__ import annotations

import argparse
import csv
import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from itertools import zip_longest
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mutation_mutants import Mutant

KIND = "part"
ROOT = Path(__file__).parents[1]
TABLE = ROOT / "docs" / "mutation.csv"
COLUMNS = (
    "area", "module", "mutants", "function", "before", "after", "state", "at_first", "killed_by", "tests", "date",
    "verdict", "reason",
)  # fmt: skip


def of(folder: str, names: str) -> tuple[str, ...]:
    """Modules of a folder."""
    return tuple(f"{folder}.{name}" for name in names.split())


Rows = dict[tuple[str, str, str, str], dict[str, str]]

# the modules of each area (a folder ends in a dot) and the tests that should notice
AREAS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "disclosure": (("disclosure.",), ("tests/disclosure",)),
    "change": (
        of("change", "standardised_change rank_tests pooled_groups equivalence regression_to_the_mean ends"),
        ("tests/change/test_before_after.py", "tests/change/test_before_after_reference.py",
         "tests/change/test_all_answers.py", "tests/change/test_arguments.py",
         "tests/change/test_parts_of_before_after.py", "tests/change/test_partial_pooling.py",
         "tests/public_functions"),
    ),
    "synthesis": (
        (*of("synthesis.random_effects", "heterogeneity weighted_fit coefficients influence"),
         *of("synthesis.effect_sizes", "associations changes clusters conversions"),
         *of("synthesis.effect_sizes", "shares_and_rates two_by_two two_means")),
        ("tests/synthesis/test_effect_size.py", "tests/synthesis/test_effect_sizes_at_the_edge.py",
         "tests/synthesis/test_effects_from_rows.py",
         "tests/synthesis/test_figure_values.py", "tests/synthesis/test_meta_analysis.py"),
    ),
    "configurations": (
        of("integration.configurations", "calibration minimisation necessity terms covers necessity_fit"),
        ("tests/integration/configurations/test_calibration.py",
         "tests/integration/configurations/test_minimisation.py",
         "tests/integration/configurations/test_necessity.py", "tests/integration/configurations/test_analysis.py",
         "tests/integration/configurations/test_against_r.py"),
    ),
    "agreement": (
        of("agreement", "alpha coefficients two_raters weights unitised_agreement bootstrap pooling units_needed"),
        ("tests/agreement",),
    ),
    "measurement": (
        of("measurement", "reliability within_group intraclass item_analysis split_half"),
        ("tests/measurement/test_reliability.py", "tests/measurement/test_reliability_reference.py",
         "tests/measurement/test_within_group.py", "tests/measurement/test_intraclass.py",
         "tests/measurement/test_intraclass_reference.py", "tests/measurement/test_item_analysis.py"),
    ),
    "factor_models": (
        of("measurement.factor_models", "implied normal_theory fit_measures wald standardised modification sandwich "
           "robust_scores least_squares second_derivatives"),
        ("tests/measurement/test_cfa_reference.py", "tests/measurement/test_cfa_fit_reference.py",
         "tests/measurement/test_robust_score_tests.py", "tests/measurement/test_second_derivatives.py",
         "tests/measurement/test_cfa_ordinal.py"),
    ),
    "item_response": (
        of("measurement.item_response", "graded_model marginal_likelihood dif_tests item_fit trait_scores"),
        ("tests/measurement/item_response/test_graded_response.py",
         "tests/measurement/item_response/test_differential_item_functioning.py"),
    ),
    "two_level": (
        of("measurement.two_level", "likelihood cluster_moments reliability bounded"),
        ("tests/measurement/two_level/test_two_level_reference.py", "tests/measurement/two_level/test_two_level.py",
         "tests/measurement/two_level/test_bounded.py"),
    ),
    "exploratory": (
        (*of("measurement.exploratory", "extraction rotation parallel schmid_leiman"),
         *of("measurement.comparability", "alignment_criterion effect_sizes")),
        ("tests/measurement/exploratory/test_factor_analysis_reference.py",
         "tests/measurement/exploratory/test_factor_analysis.py",
         "tests/measurement/exploratory/test_parallel.py", "tests/measurement/exploratory/test_schmid_leiman.py",
         "tests/measurement/comparability/test_alignment.py",
         "tests/measurement/comparability/test_invariance_reference.py"),
    ),
    "multilevel": (
        of("multilevel", "crossproducts criterion satterthwaite kenward_roger"),
        ("tests/multilevel/test_crossproducts.py", "tests/multilevel/test_lmm_reference.py",
         "tests/multilevel/test_intervals.py"),
    ),
    "mixed_models": (
        of("multilevel", "optimise conditional_modes profile variance_intervals variance_shares type_three "
           "marginal_means fixed_effects cluster_robust laplace quadrature link_scale families cumulative "
           "generalised_inference mediation_equations monte_carlo influence residuals pooling bootstrap"),
        ("tests/multilevel/test_lmm_reference.py", "tests/multilevel/test_glmm_reference.py",
         "tests/multilevel/test_intervals.py", "tests/multilevel/test_glmm_inference.py",
         "tests/multilevel/test_cluster_robust.py", "tests/multilevel/test_means_and_slopes.py",
         "tests/multilevel/test_mediation.py", "tests/multilevel/test_pooled_tables.py",
         "tests/multilevel/test_terms_and_choices.py", "tests/multilevel/test_growth.py",
         "tests/multilevel/test_robustness.py", "tests/multilevel/test_predictions.py"),
    ),
    "synthesis_models": (
        (*of("synthesis.several_levels", "likelihood nested_likelihood fitting robust structures sampling"),
         *of("synthesis.selection", "step_selection trim_and_fill rank_test weighted_regression egger fail_safe_n"),
         *of("synthesis.bayesian", "heterogeneity_posterior heterogeneity_priors normal_mixtures shortest"),
         *of("synthesis.pooled", "fitting two_stage one_stage")),
        ("tests/synthesis/test_several_levels.py", "tests/synthesis/test_several_outcomes.py",
         "tests/synthesis/test_selection.py",
         "tests/synthesis/test_bayesian.py", "tests/synthesis/pooled/test_against_lme4_and_metafor.py",
         "tests/synthesis/pooled/test_two_stage.py", "tests/synthesis/pooled/test_one_stage.py"),
    ),
}  # fmt: skip


def known_rows() -> Rows:
    """The table as it is."""
    if not TABLE.exists():
        return {}
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {(row["module"], row["function"], row["before"], row["after"]): row for row in csv.DictReader(file)}


def write(rows: Rows) -> None:
    """The table, in the order of areas, modules and lines as they were drawn."""
    order = list(AREAS)
    part = TABLE.with_suffix(".part")
    with part.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(rows.values(), key=lambda row: (order.index(row["area"]), row["module"])))
    part.replace(TABLE)  # whole or not at all, as a run may be stopped at any time


def run_area(area: str, given: argparse.Namespace) -> None:
    """Draw the mutants of an area, run its tests on each, and write what happened."""
    import pytest
    from mutation_mutants import modules_of, mutants_of
    from mutation_running import Runner

    folders, tests = AREAS[area]
    modules = [each for path in folders for each in modules_of(path) if given.module in (None, each)]
    before = known_rows()
    found = {module: mutants_of(module, given.sample, given.seed) for module in modules}
    counts = {module: number for module, (number, _) in found.items()}
    # one of each module in turn, so that a run that is stopped has looked at all modules alike
    turns = zip_longest(*(mutants for _, mutants in found.values()))
    drawn: list[Mutant] = [each for turn in turns for each in turn if each is not None]
    if given.more:
        drawn = [each for each in drawn if each.key not in before]
    if given.again:
        drawn = [
            each for each in drawn if each.key in before and before[each.key]["state"] not in ("killed", "timed out")
        ]
    if not drawn:
        return
    if not (given.again or given.more):
        write({key: row for key, row in before.items() if row["module"] not in modules})
    print(f"{area}: {len(drawn)} mutants of {sum(counts.values())} in {len(modules)} modules", flush=True)

    def tell(mutant: Mutant, state: str, by: str, number: int) -> None:
        if given.again and given.tests and state in ("survived", "not reached"):
            return  # as it was: other tests than those of the area do not tell
        judged = before.get(mutant.key, {}) if state in ("survived", "not reached") else {}
        row = {
            "area": area, "module": mutant.module, "mutants": str(counts[mutant.module]), "function": mutant.function,
            "before": mutant.before, "after": mutant.after, "state": state, "killed_by": by,
            "at_first": before.get(mutant.key, {}).get("at_first", ""),
            "tests": str(number),
            "date": datetime.now(UTC).date().isoformat(), "verdict": judged.get("verdict", ""),
            "reason": judged.get("reason", ""),
        }  # fmt: skip
        if given.again:
            row["at_first"] = before[mutant.key]["at_first"] or before[mutant.key]["state"]
        if state != "killed":
            print(f"  {state}: {mutant.module}:{mutant.line} {mutant.function}\n    - {mutant.before}\n"
                  f"    + {mutant.after}", flush=True)  # fmt: skip
        write(known_rows() | {mutant.key: row})  # read again: another area may be running

    with tempfile.TemporaryDirectory() as place:
        words = ["-q", "-s", "-p", "no:cacheprovider", "--no-header", "-p", "no:randomly", "--hypothesis-seed=0",
                 f"--basetemp={place}/tests", *(given.tests or tests)]  # fmt: skip
        status = pytest.main(words, plugins=[Runner(drawn, given.budget, 60 * given.minutes, tell)])
    if status not in (0, 5):
        raise SystemExit(f"pytest ended with status {status}")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=AREAS, default=list(AREAS), help="these areas only")
    parser.add_argument("--module", help="one module, as change.rank_tests")
    parser.add_argument("--tests", nargs="+", help="other tests than those of the area")
    parser.add_argument("--sample", type=int, default=12, help="mutants of a module (12)")
    parser.add_argument("--seed", type=int, default=11, help="of the draw (11)")
    parser.add_argument("--budget", type=float, default=3, help="processor seconds of tests on a mutant (3)")
    parser.add_argument("--again", action="store_true", help="the survivors of last time alone")
    parser.add_argument("--more", action="store_true", help="only those that the table does not have")
    parser.add_argument("--minutes", type=float, default=inf, help="stop after so many for an area (never)")
    parser.add_argument("--page", action="store_true", help="the page alone")
    given = parser.parse_args()
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    if not given.page:
        areas = _areas(given)
        for area in areas:
            if len(areas) == 1:
                run_area(area, given)
            else:  # a process for each, as pytest collects once in a process
                _run_apart(area)
    from mutation_page import write_page

    write_page()


def _areas(given: argparse.Namespace) -> list[str]:
    """Those asked for, by name or by a module in them."""
    from mutation_mutants import modules_of

    known = [area for area in given.only
             if given.module is None or any(given.module in modules_of(path) for path in AREAS[area][0])]  # fmt: skip
    if not known:
        raise SystemExit(f"{given.module} is in no area of AREAS, in {Path(__file__).name}")
    return known


def _run_apart(area: str) -> None:
    words = sys.argv[1:]
    if "--only" in words:
        words = [each for each in words if each != "--only" and each not in AREAS]
    subprocess.run([sys.executable, __file__, *words, "--only", area], check=True)


if __name__ == "__main__":
    main()
