"""The result of a literature synthesis: everything that was done, from records to a map."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd

from lcresearch.results import FittedModel
from lcresearch.synthesis.literature.duplicates import Deduplication
from lcresearch.synthesis.literature.evidence_map import KNOWN_FROM, EvidenceMap, evidence_map
from lcresearch.synthesis.literature.extraction import Extraction
from lcresearch.synthesis.literature.flow import PrismaFlow, prisma_flow
from lcresearch.synthesis.literature.records import shown_texts
from lcresearch.synthesis.literature.screening import ScreeningLog
from lcresearch.synthesis.random_effects.meta_analysis import meta_analysis
from lcresearch.synthesis.random_effects.result import MetaAnalysis


@dataclass(frozen=True, repr=False, eq=False)
class LiteratureSynthesis(FittedModel):
    """A literature synthesis (:func:`lcresearch.synthesis.literature_synthesis`).

    Attributes
    ----------
    deduplication : Deduplication
    screening : ScreeningLog
    extraction : Extraction
    flow : PrismaFlow
    map : EvidenceMap
    """

    title: ClassVar[str] = "Literature synthesis"

    deduplication: Deduplication
    screening: ScreeningLog
    extraction: Extraction
    flow: PrismaFlow
    map: EvidenceMap

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """The table of included studies, a study a row."""
        return self.extraction.studies()

    def glance(self) -> pd.DataFrame:
        """The flow in numbers, with null and stopped studies and missing cells of the map."""
        flow, studies = self.flow.glance(), self.extraction.glance()
        return flow.assign(
            n_effects=studies["n_effects"],
            n_null=studies["n_null"],
            n_stopped=studies["n_stopped"],
            n_missing_cells=self.map.glance()["missing"],
        )

    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table: studies, flow, map, effects, agreement, duplicates, and each line of the screening log."""
        found = {
            "studies": self.extraction.studies(),
            "extraction": self.extraction.frame,
            "effects": self.extraction.effects(),
            "without_effect": self.extraction.without_effect(),
            "map": self.map.tidy(),
            "flow": self.flow.tidy(),
            "agreement": self.screening.agreement_table(),
            "screening": self.screening.outcome,
            "decisions": self.screening.lines(),
            "duplicates": self.deduplication.merged,
            "doubtful_pairs": self.deduplication.doubtful,
        }
        return super().tables() | found

    def meta_analysis(self, measure: str, *, theme: str | None = None, **options: Any) -> MetaAnalysis:
        """Pool the effects of one measure, over all themes or in one: :func:`lcresearch.synthesis.meta_analysis`.

        Outcomes of one study are not independent: for studies with several use
        :func:`lcresearch.synthesis.multilevel_meta_analysis` on ``extraction.effects(measure)``.

        Raises
        ------
        SynthesisError
            Y015: fewer than two effects; and others of ``meta_analysis``.
        """
        effects = self.extraction.effects(measure)
        if theme is not None:
            effects = effects[effects["theme"].str.split("; ").map(lambda found: theme in found)].reset_index(drop=True)
        return meta_analysis("yi", "vi", data=effects, labels="study", **options)

    def shown(self) -> pd.DataFrame:
        """The included studies, their texts cut to fit."""
        return shown_texts(self.tidy().drop(columns=["n_records", "n_outcomes"]))

    def cautions(self) -> list[str]:
        """Those of each step."""
        parts = (self.deduplication, self.screening, self.extraction, self.flow, self.map)
        return [caution for part in parts for caution in part.cautions()]


def literature_synthesis(
    deduplication: Deduplication,
    screening: ScreeningLog,
    extraction: Extraction,
    *,
    counts: str | Path | Mapping[str, Any] | None = None,
    known_from: int = KNOWN_FROM,
) -> LiteratureSynthesis:
    """Bring the steps of a literature synthesis together: flow, included studies and map.

    Parameters
    ----------
    deduplication : Deduplication
        Of :func:`lcresearch.synthesis.deduplicate`.
    screening : ScreeningLog
        Of :func:`lcresearch.synthesis.screening_log`.
    extraction : Extraction
        Of :func:`lcresearch.synthesis.read_extraction`.
    counts : path or mapping, optional
        What the log does not know, for :func:`lcresearch.synthesis.prisma_flow`.
    known_from : int
        Studies from which a cell of the map is no longer thin.

    Returns
    -------
    LiteratureSynthesis

    Raises
    ------
    SynthesisError
        Y104, Y105: counts that do not add up.
    """
    flow = prisma_flow(counts, deduplication=deduplication, screening=screening, extraction=extraction)
    return LiteratureSynthesis(
        deduplication, screening, extraction, flow, evidence_map(extraction, known_from=known_from)
    )
