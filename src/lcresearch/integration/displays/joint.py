"""Make a joint display of any kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from lcresearch.disclosure import Ledger, Policy
from lcresearch.errors import IntegrationError, Problem
from lcresearch.integration.converging import ConvergenceRules, Judgement
from lcresearch.integration.displays.cases_by_score import cases_by_score
from lcresearch.integration.displays.cells import Sheet
from lcresearch.integration.displays.convergence_matrix import convergence_matrix
from lcresearch.integration.displays.effects_and_voices import effects_and_voices
from lcresearch.integration.displays.meta_inference import MetaInference
from lcresearch.integration.displays.options import Options
from lcresearch.integration.displays.result import JointDisplay
from lcresearch.integration.displays.statistics import name_of
from lcresearch.integration.displays.statistics_by_themes import statistics_by_themes
from lcresearch.integration.listening.codes import codes_of_elements
from lcresearch.integration.listening.listening import voices as listen
from lcresearch.integration.listening.result import Voices
from lcresearch.integration.plan.model import ElementCodes
from lcresearch.interviews.code_tables.passages import grouped
from lcresearch.interviews.project import Project
from lcresearch.interviews.quote_release.record import QuoteRelease

Kind = Literal["statistics_by_themes", "cases_by_score", "effects_and_voices", "convergence"]
MAKERS: dict[str, Callable[[Options], Sheet]] = {
    "statistics_by_themes": statistics_by_themes,
    "cases_by_score": cases_by_score,
    "effects_and_voices": effects_and_voices,
    "convergence": convergence_matrix,
}


def joint_display(
    result: Any,
    project: Project,
    *,
    kind: Kind = "effects_and_voices",
    elements: Mapping[str, ElementCodes] | None = None,
    voices: Voices | None = None,
    by: str = "community",
    value: str | None = None,
    groups: Mapping[str, str] | None = None,
    titles: Mapping[str, Mapping[str, str]] | None = None,
    persons: pd.Series[str] | None = None,
    mechanisms: Sequence[str] = (),
    policy: Policy | None = None,
    ledger: Ledger | None = None,
    releases: Sequence[QuoteRelease] = (),
    meta_inferences: Iterable[MetaInference] = (),
    rules: ConvergenceRules | str | Path | None = None,
    judgements: Sequence[Judgement] | str | Path | None = None,
    source: str | None = None,
    simulated: bool = False,
) -> JointDisplay:
    """Statistics and what people said, side by side; nothing is typed over and no cell is blank.

    Parameters
    ----------
    result : result or DataFrame
        ``statistics_by_themes``: statistics by group, a row each, with the group in the column ``by`` or ``group``
        (``all`` or nothing for everybody), the statistic in ``estimate`` or ``mean``, and where there ``term`` (or
        ``scale``), ``conf_low, conf_high, n_persons``; or a fitted model, with ``groups`` to say which term is about
        which group. ``cases_by_score``: a :class:`~lcresearch.integration.CaseMatrix`, or a table with a row a case.
        ``effects_and_voices``: a synthesis, its table of elements, or a fitted model with elements as terms.
        ``convergence``: a :class:`~lcresearch.integration.Convergence`, or what it is made of.
    project : Project
        Interviews, with the codings that count.
    kind : {"statistics_by_themes", "cases_by_score", "effects_and_voices", "convergence"}
        What stands beside what.
    elements : mapping of str to ElementCodes, optional
        Themes or elements and their codes; by default those that the codebook links to elements.
    voices : Voices, optional
        What people say of them, when it is there already; it must be by the same ``by`` and policy.
    by : str
        Attribute of the interviews that tells groups or cases apart: ``sector``, ``role``, ``wave``, ``community``.
    value : str, optional
        Column of the statistic or score.
    groups : mapping of str to str, optional
        Term of a model -> the group that it is about.
    titles : mapping, optional
        Title by language of elements, scales and groups.
    persons, mechanisms, ledger
        As for :func:`~lcresearch.integration.voices`.
    policy : Policy, optional
        What may be shown. Without it the display is the researcher's own: confidential, and written under a folder
        ``private`` only. With it a statistic of a group is shown from ``minimum_cell`` persons, so the table must say
        how many there are; give statistics that were released before.
    releases : sequence of QuoteRelease
        No other quote is shown. Beside a single case a quote is shown to others only when the description that was
        released names that case.
    meta_inferences : iterable of MetaInference
        What researchers conclude; rows without are shown as open.
    rules, judgements
        Of a convergence that is made here, as for :func:`~lcresearch.integration.convergence`.
    source : str, optional
        What the statistics are called in the source of each cell; by default the kind of result.
    simulated : bool
        Whether the data are invented; the display then says so.

    Returns
    -------
    JointDisplay

    Raises
    ------
    IntegrationError
        Q090, Q091: codes or elements that are not there; Q095, Q096, Q098: statistics that cannot be used; Q099:
        another kind; Q100, Q101: meta-inferences; Q103: voices of another version.
    InterviewError
        V101: ``by`` is no attribute.

    References
    ----------
    Guetterman, T. C., Fetters, M. D. & Creswell, J. W. (2015). Integrating quantitative and qualitative results in
    health science mixed methods research through joint displays. Annals of Family Medicine.

    Examples
    --------
    >>> from lcresearch import interviews, shipped
    >>> folder = shipped.folder("analyses") / "programme-demo" / "interviews"
    >>> corpus = interviews.read_transcripts(folder, attributes=folder / "kenmerken.csv")
    >>> book = interviews.read_codebook("learning-communities")
    >>> project = interviews.read_codings(folder / "codings" / "codings.csv", corpus, book)
    >>> effects = pd.DataFrame({"element": ["facilitation"], "estimate": [0.2], "conf_low": [0.1], "conf_high": [0.3]})
    >>> shown = joint_display(effects, project, elements={"facilitation": ElementCodes(mentions=("facilitation",))})
    >>> shown.in_words("en")[["Effect", "Mentioned by"]].to_numpy().tolist()
    [['0.20 [0.10 – 0.30]', '39 of 40 persons; helps: 5; 10 of 10 learning communities']]
    """
    if kind not in MAKERS:
        raise IntegrationError("Q099", found=str(kind), known=list(MAKERS))
    interviewed, _ = grouped(project, by)
    if elements is None:
        linked = dict.fromkeys(code.links["element"] for code in project.codebook if "element" in code.links)
        elements = codes_of_elements(project.codebook, linked)
    heard = voices or listen(
        project, elements, by=by, persons=persons, mechanisms=mechanisms, policy=policy, ledger=ledger,
        releases=releases,
    )  # fmt: skip
    if heard.by != by or heard.confidential != (policy is None):
        raise IntegrationError("Q103", by=by, other=heard.by)
    options = Options(
        result, source or name_of(result), project, heard, by, interviewed, titles or {}, value, groups or {},
        policy, ledger, releases, rules, judgements,
    )  # fmt: skip
    sheet = MAKERS[kind](options)
    rows, columns, cells = sheet.frames()
    display = JointDisplay(
        kind, rows, columns, cells, by, policy is None, (), heard.n_hidden, simulated, _told(heard, kind)
    )
    return display.with_meta_inferences(meta_inferences)


def _told(heard: Voices, kind: str) -> tuple[Problem, ...]:
    beside_effects = kind in ("effects_and_voices", "convergence")
    return (*heard.problems, Problem("Q104")) if beside_effects else heard.problems
