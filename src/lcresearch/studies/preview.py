"""What would leave the house, in plain words: for the person who is to say that it may."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lcresearch.errors import Problem, SynthesisError
from lcresearch.messages import Messages
from lcresearch.studies.packing import NOTHING_LEFT
from lcresearch.synthesis.packages import ConsortiumEvidence, PackedPackage, prepare_packages
from lcresearch.synthesis.programme import ProgrammeFile


@dataclass(frozen=True, repr=False, eq=False)
class Prepared:
    """What packing would write of one consortium.

    Attributes
    ----------
    consortium : str
    package : PackedPackage or None
        None when nothing of it may leave.
    problems : tuple of Problem
        Why nothing may leave; empty otherwise.
    """

    consortium: str
    package: PackedPackage | None
    problems: tuple[Problem, ...] = ()

    def text(self, language: str | None = None) -> str:
        """In plain words."""
        if self.package is None:
            return "\n".join(one.text(language) for one in self.problems)
        return self.package.preview(Messages(language).language)

    def __repr__(self) -> str:
        return f"<Prepared of {self.consortium}>"


def prepared_evidence(evidence: Sequence[ConsortiumEvidence], programme: ProgrammeFile) -> list[Prepared]:
    """What packing would write of each consortium; nothing is written or recorded.

    Raises
    ------
    SynthesisError
        As :func:`lcresearch.synthesis.pack`, save that a consortium of which nothing may leave is told of.

    Examples
    --------
    >>> from lcresearch.synthesis.packages.invented import invented_evidence
    >>> from lcresearch.synthesis.programme import example_programme
    >>> (found,) = prepared_evidence([invented_evidence()], example_programme())
    >>> found.package.manifest.n.respondents
    160
    """
    return [_of(one, programme) for one in evidence]


def preview(evidence: Sequence[ConsortiumEvidence], programme: ProgrammeFile, language: str | None = None) -> str:
    """The same as text.

    Parameters
    ----------
    evidence : sequence of ConsortiumEvidence
    programme : ProgrammeFile
    language : {"nl", "en"}, optional

    Raises
    ------
    SynthesisError
        As :func:`prepared_evidence`.

    Examples
    --------
    >>> from lcresearch.synthesis.packages.invented import invented_evidence
    >>> from lcresearch.synthesis.programme import example_programme
    >>> print(preview([invented_evidence()], example_programme(), "en").splitlines()[0])
    Evidence package of Invented (Energy): what leaves the house?
    """
    return "\n\n".join(one.text(language) for one in prepared_evidence(evidence, programme))


def _of(evidence: ConsortiumEvidence, programme: ProgrammeFile) -> Prepared:
    try:
        return Prepared(evidence.consortium, prepare_packages(evidence, programme)[0])
    except SynthesisError as error:
        if {problem.code for problem in error.problems} != {NOTHING_LEFT}:
            raise
        return Prepared(evidence.consortium, None, error.problems)
