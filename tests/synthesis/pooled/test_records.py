"""Where elements are, several outcomes together, comparability as on rows, and choices of the analysis."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from lcresearch.errors import SynthesisError
from lcresearch.measurement import invariance
from lcresearch.synthesis import Synthesis, multilevel_meta_analysis, synthesize
from lcresearch.synthesis.packages.contents import EvidencePackage
from lcresearch.synthesis.programme import ProgrammeFile

Makes = Callable[..., list[EvidencePackage]]
Programmes = Callable[..., ProgrammeFile]
Frames = Callable[..., pd.DataFrame]


def test_presence_counts_those_above_the_lowest_value(found: Synthesis, frame: pd.DataFrame) -> None:
    presence = found.presence.set_index(["element", "sector"])
    first = frame.drop_duplicates("community")
    own = first[first["sector"] == "sector 2"]["element_leadership"]
    row = presence.loc[("leadership", "sector 2")]
    assert (row["n_communities"], row["of_communities"]) == ((own > 1).sum(), len(own))
    assert row["of_consortia"] == 4
    assert row["mean"] == pytest.approx(own.mean())


def test_effects_on_several_outcomes_go_together(
    make_programme: Programmes, make_packages: Makes, make_frame: Frames
) -> None:
    frame = make_frame(6, 9, 20, seed=9)
    rng = np.random.default_rng(3)
    frame = frame.assign(voice=frame["culture"] + rng.normal(0, 0.5, len(frame)))
    words = {"nl": "Stem", "en": "Voice"}
    base = make_programme()
    model = {"elements": ["shared_purpose"], "covariates": ["size"]}
    programme = make_programme(
        outcomes={"culture": base.outcomes["culture"].model_dump(), "voice": {"title": words, "score": "voice"}},
        models={"growth": {"outcome": "culture", **model}, "voice": {"outcome": "voice", **model}},
        estimands=[{"model": name, "smallest_worthwhile": 0.08} for name in ("growth", "voice")],
        moderators=[],
        interactions=[],
    )
    found = synthesize(make_packages(programme, frame), programme)
    assert found.elements["outcome"].tolist() == ["culture", "voice"]
    row = found.across_outcomes.iloc[0]
    assert (row["outcomes"], row["n_consortia"], row["n_effects"]) == ("culture, voice", 6, 12)
    own = found.consortia.assign(vi=found.consortia["own_std_error"] ** 2)
    fit = multilevel_meta_analysis(
        "own_estimate", "vi", ["consortium", "outcome"], data=own, sampling_correlation=row["sampling_correlation"]
    )
    expected = fit.robust().tidy().iloc[0]
    assert row["estimate"] == pytest.approx(expected["estimate"])
    assert row["std_error"] == pytest.approx(expected["std_error"])


def test_invariance_from_moments_is_that_of_the_rows(
    make_programme: Programmes, make_packages: Makes, frame: pd.DataFrame
) -> None:
    items = ["lc01", "lc02", "lc03", "lc04"]
    asked = {"scale": "culture", "instrument": "learning-culture", "items": items}
    programme = make_programme(comparability=[asked], moderators=[], interactions=[])
    packages = [
        replace(package, moments={"culture": package.moments["learning_culture"]})
        for package in make_packages(programme, frame)
    ]
    compared = synthesize(packages, programme).compared[0]
    rows = frame[frame["wave"] == "t0"].astype(dict.fromkeys(items, float))
    expected = invariance("culture =~ " + " + ".join(items), rows, "sector")
    assert compared.invariance is not None
    own = compared.invariance.steps
    assert (abs(own["chi_square"] - expected.steps["chi_square"]) < 1e-6).all()
    assert own["verdict"].tolist() == expected.steps["verdict"].tolist()


def test_kenward_and_roger(packages: list[EvidencePackage], programme: ProgrammeFile) -> None:
    found = synthesize(packages, programme, ddf="kenward-roger")
    own = found.evidence[0].fit
    assert own is not None
    expected = own.fit.tidy(ddf="kenward-roger").set_index("term").loc["shared_purpose"]
    row = found.estimates.set_index("element").loc["shared_purpose"]
    assert row["df"] == pytest.approx(expected["df"])
    assert row["std_error"] == pytest.approx(expected["std_error"] / own.pooled.unit)
    with pytest.raises(SynthesisError) as error:
        synthesize(packages, programme, ddf="residual")
    assert error.value.problems[0].code == "Y007"


def test_what_two_waves_cannot_tell_is_said(
    make_programme: Programmes, make_packages: Makes, make_frame: Frames
) -> None:
    model = {"outcome": "culture", "rows": "waves", "covariates": ["age"], "elements": ["shared_purpose"]}
    programme = make_programme(models={"growth": model}, moderators=[])
    found = synthesize(make_packages(programme, make_frame(6, 5, 15)), programme)
    assert found.interactions["estimate"].isna().all()
    assert any(problem.code == "Y206" for problem in found.problems)


def test_rules_stand_beside_the_programme(
    found: Synthesis, programme: ProgrammeFile, make_packages: Makes, frame: pd.DataFrame, tmp_path: Path
) -> None:
    from importlib import resources

    shipped = resources.files("lcresearch.synthesis.elements").joinpath("verdict_rules.yaml").read_text("utf-8")
    (tmp_path / "strict.yaml").write_text(shipped.replace("probability: 0.8", "probability: 0.9999"), "utf-8")
    content = programme.model_dump(mode="json", by_alias=True)
    content |= {"rules": {"verdicts": "strict.yaml"}, "moderators": [], "interactions": []}
    path = tmp_path / "programme.yaml"
    path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    strict = ProgrammeFile.model_validate(content)
    assert "generic" not in synthesize(make_packages(strict, frame), path).elements["verdict"].tolist()
    assert "generic" in found.elements["verdict"].tolist()
