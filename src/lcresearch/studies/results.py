"""What running a study gives back to a script."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import pandas as pd

from lcresearch.disclosure import Ledger
from lcresearch.errors import Problem
from lcresearch.reporting import report_names
from lcresearch.reporting.company_content import CompanyReports
from lcresearch.reporting.content import ReportContent
from lcresearch.responses import Responses
from lcresearch.results import Result
from lcresearch.studies.analysis import ScaleResults, at_wave
from lcresearch.studies.change import StudyChange
from lcresearch.studies.evidence import Material, evidence_of
from lcresearch.studies.packing import PackedEvidence
from lcresearch.synthesis.packages import ConsortiumEvidence
from lcresearch.synthesis.programme import ProgrammeFile

if TYPE_CHECKING:
    from lcresearch.studies.study import Study


@dataclass(frozen=True, repr=False, eq=False)
class StudyResults(Result):
    """Everything that was computed, and where the report is.

    Attributes
    ----------
    study : Study
    responses : Responses
        The answers, with the log of reading.
    scores : DataFrame
        Rows of persons: respondent, wave, levels and a column a scale. Not to be shared.
    scales : tuple of ScaleResults
        Item analysis, reliability and agreement of each scale, by wave.
    content : ReportContent
        What may be shown; everything outside ``private/`` is made from this.
    folder : Path
        The output folder.
    material : Material or None
        What evidence is made of, when the study takes part in a programme.
    packed : PackedEvidence or None
        The evidence packages in the output folder.
    change : StudyChange or None
        What changed between waves, when study.yaml asks for it and two waves have answers. Not to be shared: what may
        be shown of it is ``content.change``.
    companies : CompanyReports or None
        The reports to companies, where the study asks for them.
    """

    title: ClassVar[str] = "Results of a study"

    study: Study
    responses: Responses
    scores: pd.DataFrame
    scales: tuple[ScaleResults, ...]
    content: ReportContent
    folder: Path
    material: Material | None = None
    packed: PackedEvidence | None = None
    change: StudyChange | None = None
    companies: CompanyReports | None = None

    def evidence(self, programme: ProgrammeFile | None = None) -> list[ConsortiumEvidence]:
        """What the study delivers of each consortium; see :meth:`lcresearch.studies.study.Study.evidence`.

        Parameters
        ----------
        programme : ProgrammeFile, optional
            By default that of study.yaml. By another one the files are read again.
        """
        if self.material is None or programme not in (None, self.material.programme):
            return self.study.evidence(programme)
        return evidence_of(self.material, Ledger(self.study.folder))

    @property
    def reports(self) -> dict[str, Path]:
        """The report in each language."""
        names = report_names(self.study.file.languages)
        return {language: self.folder / name for language, name in names.items()}

    @property
    def notices(self) -> list[Problem]:
        """What the researcher must know before sharing the report: waves of which an earlier report hides results."""
        hidden, waves = self.content.withheld, self.content.head.waves
        there = set(hidden.loc[hidden["reason"] == "earlier", "wave"].astype(str))
        return [Problem("D012", values={"at": at_wave(waves, wave)}) for wave in waves if wave in there]

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """A row a scale and wave: ``term, wave, n, estimate, conf_low, conf_high`` and the main checks of the scale."""
        return pd.DataFrame(
            [self._row(one, wave) for one in self.scales for wave in self.study.waves if one.shown(wave)]
        )

    def _row(self, one: ScaleResults, wave: str) -> dict[str, Any]:
        shown = next(scale for scale in self.content.scales if scale.name == one.use.name)
        overall = _first(shown.overall[shown.overall["wave"] == wave])
        row: dict[str, Any] = {"term": one.use.name, "wave": wave, "n": int(overall["n"]), "estimate": overall["mean"]}
        row |= {name: overall[name] for name in ("conf_low", "conf_high")}
        if wave in one.reliability:
            reliability = _first(one.reliability[wave].glance())
            row |= {name: reliability[name] for name in ("cronbach_alpha", "omega_total")}
        if wave in one.agreement:
            agreement = _first(one.agreement[wave].glance())
            row |= {name: agreement[name] for name in ("icc_1", "icc_2", "r_wg_median")}
            row["averaging"] = one.agreement[wave].verdict.warranted
        return row

    def glance(self) -> pd.DataFrame:
        """One row: the study, persons, rows, scales and groups withheld."""
        overview = self.content.response
        row = {"study": self.study.file.id, "n_persons": overview.n_persons, "n_rows": overview.n_rows_used}
        row |= {"n_scales": len(self.scales), "n_withheld": int(self.content.withheld["n_groups"].sum())}
        return pd.DataFrame([row])

    def to_dict(self) -> dict[str, Any]:
        """The tables of :meth:`tidy` and :meth:`glance` as plain values; rows of persons are not in it."""
        parts = {"tidy": self.tidy(), "glance": self.glance()}
        return {"result": type(self).__name__} | {name: part.to_dict("records") for name, part in parts.items()}


def _first(frame: pd.DataFrame) -> dict[str, Any]:
    return {str(name): value for name, value in frame.iloc[0].items()}
