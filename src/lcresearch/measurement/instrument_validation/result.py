"""The result of a validation: what was found of each scale, as tables, text, a report and evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import pandas as pd

from lcresearch.errors import Problem
from lcresearch.measurement.factor_models.factor_model import FactorModel
from lcresearch.measurement.instrument_validation import evidence as evidences
from lcresearch.measurement.instrument_validation import result_tables
from lcresearch.measurement.instrument_validation.scale_parts import ScaleParts
from lcresearch.measurement.instrument_validation.uses import Use
from lcresearch.messages import Messages
from lcresearch.results import FittedModel

if TYPE_CHECKING:
    from lcresearch.instruments import Instrument


@dataclass(frozen=True)
class ScaleValidation:
    """One scale: what was computed, and what may be done with it.

    Attributes
    ----------
    parts : ScaleParts
    uses : tuple of Use
    """

    parts: ScaleParts
    uses: tuple[Use, ...]


@dataclass(frozen=True, repr=False, eq=False)
class Validation(FittedModel):
    """How well an instrument measures in one set of answers; made by :func:`~lcresearch.measurement.validation`.

    All tables hold only what may be shown: groups of at least the minimum cell, of which nothing follows for others.

    Attributes
    ----------
    instrument : Instrument
    scales : dict of str to ScaleValidation
    all_scales : FactorModel or None
        The model of all scales together, one factor each.
    n : int
        Persons with any answer at the wave that is looked at.
    groups : tuple of str
        Columns of groups, the innermost or most important first.
    wave : str
    waves, languages : tuple of str
    minimum_cell : int
    account : DataFrame
        ``reason, n``: from the rows that were read to those that were used.
    sources : dict of str to str
        File -> SHA-256.
    seed : int or None
    simulated : bool
        The answers were made up by a computer.
    problems : tuple of Problem
        What concerns the whole.
    """

    title: ClassVar[str] = "Validation of an instrument"

    instrument: Instrument
    scales: Mapping[str, ScaleValidation]
    all_scales: FactorModel | None
    n: int
    groups: tuple[str, ...]
    wave: str
    waves: tuple[str, ...]
    languages: tuple[str, ...]
    minimum_cell: int
    account: pd.DataFrame
    sources: Mapping[str, str] = field(default_factory=dict)
    seed: int | None = None
    simulated: bool = False
    problems: tuple[Problem, ...] = ()

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """One row a figure: ``scale, part, term, by, estimate, std_error, conf_low, conf_high, n``."""
        return result_tables.figures(self, conf_level)

    def glance(self) -> pd.DataFrame:
        """One row: ``instrument, version, n, n_scales, n_groups, minimum_cell``."""
        counts = {f"n_{name}": self._n_groups(name) for name in self.groups}
        row: dict[str, Any] = {"instrument": self.instrument.id, "version": self.instrument.version, "n": self.n}
        row |= {"n_scales": len(self.scales)} | counts | {"minimum_cell": self.minimum_cell}
        return pd.DataFrame([row])

    def _n_groups(self, name: str) -> int:
        sizes = [int(one.parts.answers.frame[name].nunique()) for one in self.scales.values()]
        return max(sizes, default=0)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table by name, empty ones left out: what the files of the report hold."""
        return {name: table.copy() for name, table in self._made.items()}

    @cached_property
    def _made(self) -> dict[str, pd.DataFrame]:
        return result_tables.tables(self)

    def uses(self, language: str | None = None) -> pd.DataFrame:
        """What may be done with each scale, in words: ``scale, use, by, answer, reasons``."""
        return result_tables.uses_in_words(self, Messages(language))

    def shown(self) -> pd.DataFrame:
        """Uses and answers, without reasons."""
        say = Messages()
        table = self.uses()[["scale", "use", "by", "answer"]]
        return table.assign(answer=[say(f"validate.answer.{answer}") for answer in table["answer"]])

    def summary(self) -> str:
        """What may be done with each scale, with the reasons, in the language of the terminal."""
        say = Messages()
        head = f"{self.title}: {self.instrument.id} {self.instrument.version}"
        lines = [head, "", say("validate.page.persons", n=self.n), ""]
        for name, rows in self.uses().groupby("scale", sort=False):
            lines.append(str(name))
            for row in rows.to_dict("records"):
                lines.append(f"  {row['use']}: {say('validate.answer.' + row['answer'])}")
                lines += [f"    - {reason}" for reason in row["reasons"]]
            lines.append("")
        lines += [f"Note: {caution}" for caution in self.cautions()]
        return "\n".join(lines).rstrip() + "\n"

    def cautions(self) -> list[str]:
        """What concerns the whole, in the language of the terminal."""
        return [problem.message() for problem in self.problems]

    def to_dict(self) -> dict[str, Any]:
        """Tables as plain values that JSON can hold, a list of rows each, with the uses, versions, seed and hashes."""
        return super().to_dict() | result_tables.record(self)

    def evidence(self, *, reference: str | None = None) -> dict[str, Any]:
        """The block that can stand under ``evidence:`` of the instrument's file, as plain values.

        Parameters
        ----------
        reference : str, optional
            Citation, or where the study can be found; by default the name of this package and the version.
        """
        return evidences.evidence(self, reference)

    def evidence_yaml(self, *, reference: str | None = None) -> str:
        """The same as text, to be pasted into the file of the instrument."""
        return evidences.evidence_yaml(self, reference)

    def report(
        self,
        folder: str | Path,
        *,
        languages: Sequence[str] = ("nl", "en"),
        force: bool = False,
        reference: str | None = None,
        group_titles: Mapping[str, Mapping[str, str]] | None = None,
        keep: Iterable[Path] = (),
    ) -> Path:
        """Write the report, its tables, ``validation.json``, ``evidence.yaml`` and ``run.json`` in a folder.

        Parameters
        ----------
        folder : path
            It appears whole or not at all.
        languages : sequence of "nl" and "en"
            The first is ``report.html``.
        force : bool
            Replace an earlier validation in this folder.
        reference : str, optional
            As for :meth:`evidence`.
        group_titles : mapping, optional
            What a group of each column is called, by language: ``{"team": {"nl": "team", "en": "team"}}``.
        keep : iterable of Path
            Files that must stay, such as the answers: a folder around one of them is never replaced.

        Returns
        -------
        Path
            The report in the first language.

        Raises
        ------
        StudyError
            G002, S010, S014: the folder cannot take the output; nothing is written then.
        ReportingError
            P002: there are no texts in this language.
        """
        from lcresearch.reporting.validation_files import save_validation

        return save_validation(
            self, Path(folder), languages=languages, force=force, reference=reference,
            group_titles=group_titles or {}, keep=keep,
        )  # fmt: skip
