"""The programme that a study takes part in, and whether the two fit together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from lcresearch.declared_files import Finding
from lcresearch.errors import Place, Problem, StudyError, nearest
from lcresearch.instruments import Instrument
from lcresearch.studies.model import StudyFile
from lcresearch.synthesis.programme import ProgrammeFile, read_programme
from lcresearch.yaml_lines import read_yaml


def read_study_programme(
    path: Path, file: StudyFile, instruments: Sequence[Instrument], waves: Sequence[str]
) -> ProgrammeFile | None:
    """The programme that study.yaml names; None when it names none.

    Parameters
    ----------
    path : Path
        study.yaml.
    file : StudyFile
        Its content.
    instruments : sequence of Instrument
    waves : sequence of str

    Raises
    ------
    SynthesisError
        What is wrong with programme.yaml.
    StudyError
        S101 to S106: what the study lacks of what the programme asks, all together, with their lines.
    """
    if file.programme is None:
        return None
    programme = read_programme(path.parent / file.programme)
    lines = read_yaml(path)
    problems = [
        Problem(code, Place(file=path.name, line=lines.line(place)), values)
        for part in (_groups(file, programme), _scales(instruments, programme), _waves(waves, programme))
        for code, place, values in part
    ]
    if problems:
        raise StudyError(problems)
    return programme


def _groups(file: StudyFile, programme: ProgrammeFile) -> Iterator[Finding]:
    if "community" not in file.levels:
        yield "S101", ("levels",), {}
    for name, own in (("consortium", file.consortium), ("sector", file.sector)):
        if name not in file.levels and own is None:
            yield "S102", ("programme",), {"level": name}
    known = list(programme.sectors)
    if "sector" not in file.levels and file.sector is not None and file.sector not in known:
        values = {"sector": file.sector, "known": known, "nearest": nearest(file.sector, known) or "–"}
        yield "S103", ("sector",), values


def _scales(instruments: Sequence[Instrument], programme: ProgrammeFile) -> Iterator[Finding]:
    """Outcomes must be scores of the study, instruments of the versions that the programme takes."""
    scales = {name: one.id for one in instruments for name in one.scales}
    asked = {outcome.score for outcome in programme.outcomes.values()}
    asked |= {one.scale for one in programme.comparability}
    for scale in sorted(asked - scales.keys()):
        yield "S104", ("programme",), {"scale": scale, "nearest": nearest(scale, scales) or "–"}
    versions = {use.id: use.versions for use in programme.instruments}
    for n, one in enumerate(instruments):
        if one.id in versions and one.version not in versions[one.id]:
            values = {"instrument": one.id, "version": one.version, "known": list(versions[one.id])}
            yield "S105", ("instruments", n), values


def _waves(waves: Sequence[str], programme: ProgrammeFile) -> Iterator[Finding]:
    asked = [wave for model in programme.models.values() for wave in model.waves]
    asked += [one.wave for one in programme.comparability]
    for wave in dict.fromkeys(asked):
        if wave not in waves:
            yield "S106", ("waves",), {"wave": wave, "known": list(waves)}
