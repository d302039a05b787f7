"""Every figure: those of a report, and ``plot`` for a single result."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from matplotlib.figure import Figure

from lcresearch.agreement import RaterAgreement
from lcresearch.change import (
    BeforeAfter,
    ControlChart,
    ImportantDifference,
    Imputed,
    PartialPooling,
    RandomisationTest,
    ReleasedChange,
    ReliableChange,
    RunChart,
    SensitivityLine,
    SingleCase,
)
from lcresearch.errors import ReportingError
from lcresearch.integration import QCA, BesideRegression, Calibrated, QcaClusters, QcaRobustness, TruthTable
from lcresearch.integration.cases.code_effects_result import CodeEffects
from lcresearch.integration.cases.matrix import CaseMatrix
from lcresearch.integration.cases.quantitised import Quantitised
from lcresearch.integration.cases.releasing import ReleasedCases
from lcresearch.integration.converging.result import Convergence
from lcresearch.integration.elements.result import ElementsOfBothKinds
from lcresearch.integration.logic_models.result import LogicModel
from lcresearch.integration.value import CommunityValue
from lcresearch.interviews import CodeComparison, LearningCurve, Saturation, SuggestionQuality, Topics
from lcresearch.measurement import (
    Agreement,
    Alignment,
    CommonMethod,
    DifferentialItemFunctioning,
    FactorAnalysis,
    FactorModel,
    GradedResponse,
    Invariance,
    Isomorphism,
    ItemAnalysis,
    ParallelAnalysis,
    Reliability,
    ShortForm,
    TwoLevelFactorModel,
    WithinBetween,
)
from lcresearch.messages import spoken
from lcresearch.multilevel import (
    GeneralisedLinearMixedModel,
    Growth,
    LinearMixedModel,
    MediationResult,
    PooledFits,
    PowerResult,
)
from lcresearch.reporting.bayesian_figures import posterior_figure, shrinkage_figure
from lcresearch.reporting.before_after_figure import before_after_figure, partial_pooling_figure
from lcresearch.reporting.both_kinds_figure import both_kinds_figure
from lcresearch.reporting.bubble_figure import bubble_figure
from lcresearch.reporting.canvas import Drawing
from lcresearch.reporting.case_matrix_figure import case_matrix_figure
from lcresearch.reporting.change_figure import change_figure
from lcresearch.reporting.chart_figures import control_chart_figure, run_chart_figure
from lcresearch.reporting.code_effects_figure import code_effects_figure, quantitised_figure
from lcresearch.reporting.code_plots import comparison_plot, saturation_plot
from lcresearch.reporting.common_method_figure import common_method_figure
from lcresearch.reporting.content import ReportContent
from lcresearch.reporting.convergence_figure import convergence_figure
from lcresearch.reporting.drapery_figure import drapery_figure
from lcresearch.reporting.estimates_figure import estimates_figure
from lcresearch.reporting.evidence_map_figure import evidence_map_figure
from lcresearch.reporting.exploratory_figures import loadings_figure, scree_figure
from lcresearch.reporting.forest_figure import cumulative_figure, forest_figure, leave_one_out_figure, subgroups_figure
from lcresearch.reporting.funnel_figure import funnel_figure, funnel_of_analysis_figure
from lcresearch.reporting.important_difference_figure import important_difference_figure
from lcresearch.reporting.imputation_figures import imputation_figure, sensitivity_figure
from lcresearch.reporting.interview_section import interview_figures
from lcresearch.reporting.invariance_figures import (
    alignment_figure,
    alignment_means_figure,
    effect_sizes_figure,
    steps_figure,
)
from lcresearch.reporting.item_response_figures import (
    category_figure,
    information_figure,
    item_curves_figure,
    short_form_figure,
)
from lcresearch.reporting.likert import answers_figure
from lcresearch.reporting.logic_model_figure import logic_model_figure
from lcresearch.reporting.multilevel_diagnostics import quantiles_figure, residuals_figure
from lcresearch.reporting.multilevel_figures import caterpillar_figure, growth_figure, power_figure
from lcresearch.reporting.overview_figure import overview_figure, overview_groups
from lcresearch.reporting.pooled_figures import consortia_figure, elements_figure
from lcresearch.reporting.prisma_figure import prisma_figure
from lcresearch.reporting.qca_calibration_figure import calibration_figure
from lcresearch.reporting.qca_figures import beside_figure, clusters_figure, robustness_figure
from lcresearch.reporting.qca_xy_figure import xy_figure
from lcresearch.reporting.rater_agreement_figure import rater_agreement_figure
from lcresearch.reporting.reliable_change_figures import released_change_figure, reliable_change_figure
from lcresearch.reporting.report_languages import check_languages
from lcresearch.reporting.result_figures import (
    agreement_figure,
    item_analysis_figure,
    reliability_figure,
    within_between_figure,
)
from lcresearch.reporting.scores_figure import scores_figures
from lcresearch.reporting.several_levels_figure import several_levels_figure
from lcresearch.reporting.single_case_figures import randomisation_figure, single_case_figure
from lcresearch.reporting.single_study_figures import baujat_figure, influence_figure
from lcresearch.reporting.suggestion_figures import learning_curve_figure, quality_figure
from lcresearch.reporting.topics_figure import topics_figure
from lcresearch.reporting.two_level_figures import level_loadings_figure
from lcresearch.reporting.value_figures import net_figure, timeline_figure, tornado_figure
from lcresearch.reporting.wording import Wording
from lcresearch.results import Result
from lcresearch.synthesis import (
    BayesianMetaAnalysis,
    EvidenceMap,
    Funnel,
    LiteratureSynthesis,
    MetaAnalysis,
    MultilevelMetaAnalysis,
    PrismaFlow,
    Subgroups,
    Synthesis,
    TrimAndFill,
)

__all__ = ["plot", "report_figures"]


def report_figures(content: ReportContent, language: str) -> list[Drawing]:
    """All figures of a report with their titles in them, in the order of the page.

    Parameters
    ----------
    content : ReportContent
    language : {"nl", "en"}

    Returns
    -------
    list of Drawing

    Raises
    ------
    ReportingError
        P002: there are no texts in this language.

    See also
    --------
    save_figures : Writes them.
    """
    check_languages([language])
    say = Wording(content.head, language)
    side_by_side = (overview_figure(scales, say, titled=True) for scales in overview_groups(content.scales))
    drawings: list[Drawing] = [drawing for drawing in side_by_side if drawing]
    changed = change_figure(content.change, say, titled=True) if content.change is not None else None
    drawings += [changed] if changed is not None else []
    for scale in content.scales:
        answers = answers_figure(scale, say, titled=True)
        drawings += [answers] if answers else []
        for level in dict.fromkeys(scale.scores["level"]):
            drawings += scores_figures(scale, level, say, titled=True)
    if content.interviews is not None:
        drawings += interview_figures(content.interviews, say, titled=True)
    return drawings


def plot(result: Result, kind: str | None = None, *, language: str | None = None, **options: Any) -> Figure:
    """A figure of one result.

    Parameters
    ----------
    result : Result
        ItemAnalysis, Reliability, Agreement, WithinBetween, ParallelAnalysis, FactorAnalysis, GradedResponse,
        DifferentialItemFunctioning, ShortForm, Invariance, Alignment, CommonMethod, LinearMixedModel,
        GeneralisedLinearMixedModel (random effects), Growth or PowerResult; estimates with intervals of a FactorModel
        (loadings), MediationResult or PooledFits; loadings at both levels of a TwoLevelFactorModel or Isomorphism;
        alpha by code of a RaterAgreement or CoderAgreement; the curve of a Saturation; groups of a CodeComparison;
        segments by topic of Topics; posteriors of a BayesianMetaAnalysis; precision and recall of a SuggestionQuality,
        and the curve of a LearningCurve; a Funnel or TrimAndFill; MetaAnalysis, Subgroups and
        MultilevelMetaAnalysis (forests); a PrismaFlow; an EvidenceMap or
        LiteratureSynthesis; elements of a Synthesis or ElementsOfBothKinds; the matrix of a Convergence; costs and
        benefits of a CommunityValue.
        Of a LogicModel its boxes and arrows. Of a Calibrated set its
        memberships; XY plots of a QCA or TruthTable; what stays of a QcaRobustness; groups of QcaClusters; cases of a
        BesideRegression.
        Means and changes of a BeforeAfter; scores of a PartialPooling.
        A RunChart or ControlChart; phases of a SingleCase, and what chance could draw of a RandomisationTest; persons
        of a ReliableChange (confidential), bars of a ReleasedChange; an ImportantDifference; rounds of an Imputed, and
        a SensitivityLine.
        A map of a CaseMatrix or ReleasedCases, alpha by code of Quantitised, effects of CodeEffects.
    kind : str, optional
        Of a LinearMixedModel ``"random_effects"`` (unless given), ``"quantiles"`` (are random effects and residuals
        normal?) or ``"residuals"`` (against predictions, at each level). Of a GradedResponse
        ``"information"`` (unless given) or ``"categories"``. Of an Invariance ``"steps"`` (unless given) or
        ``"effect_sizes"``; of an Alignment ``"deviations"`` (unless given) or ``"means"``; of a
        BayesianMetaAnalysis ``"densities"`` (unless given) or ``"shrinkage"``; of a LiteratureSynthesis ``"map"``
        (unless given) or ``"prisma"``; of a Synthesis ``"elements"`` (unless given) or ``"consortia"``. Of a
        CommunityValue ``"tornado"`` (unless given: what matters most), ``"net"`` (each party) or ``"timeline"``. Of a
        MetaAnalysis ``"forest"`` (unless given), ``"funnel"`` (with contours of significance), ``"baujat"`` (what each
        study adds to heterogeneity and moves), ``"bubble"`` (a meta-regression), ``"drapery"`` (p value functions),
        ``"leave_one_out"``, ``"cumulative"`` or ``"influence"``.
        Others have one figure.
    language : {"nl", "en"}, optional
        Language of the texts and numbers; by default that of the terminal.
    **options
        Of a tornado ``most`` (rows), of a tornado or timeline ``party``.
        Of a forest of a MetaAnalysis: ``subgroups`` (column or array: a heading and a diamond each), ``shown_as``
        (``"ratio"`` of logarithms, ``"correlation"`` of Fisher's z, ``"share"`` of logits), ``smallest_worthwhile``
        (effects between minus and plus this are shaded) and ``conf_level``. Of Subgroups ``shown_as`` and
        ``smallest_worthwhile``, of a MultilevelMetaAnalysis ``conf_level`` too; of leave_one_out ``shown_as``, and of
        cumulative ``order`` (column or array) too. Of a bubble plot ``moderator`` (its name), ``prediction`` (True:
        also the band of new studies), ``shown_as`` and ``conf_level``. Of consortia of a Synthesis ``element`` and
        ``outcome``. Of a Convergence ``titles`` (element or outcome -> as readers know it).
        Of a Calibrated set ``names`` (``"confidential"``: names of cases, ``"opaque"``: codes, or ``"none"``),
        as of a QCA and a BesideRegression. Of a QCA ``term`` (an expression of conditions), or ``solution``, ``model``
        (from 1) and ``negated``, and ``relation`` (``"sufficiency"`` or ``"necessity"``).
        Of a CaseMatrix or ReleasedCases ``columns`` (names). Of a RunChart or ControlChart ``label`` (what it is
        about).

    Returns
    -------
    matplotlib.figure.Figure
        With ordinary axes, to change or save: ``plot(result).savefig("agreement.svg")``.

    Raises
    ------
    ReportingError
        P001: no figure exists for this kind of result; P002: there are no texts in this language; P003: it holds
        nothing to draw; L092: no such kind; Y081: no such option.

    Examples
    --------
    >>> import pandas as pd
    >>> from lcresearch import measurement
    >>> frame = pd.DataFrame({"a": [1, 2, 3, 4, 5], "b": [2, 2, 3, 5, 4], "c": [1, 3, 3, 4, 5]})
    >>> plot(measurement.item_analysis(frame, ["a", "b", "c"])).axes[0].get_xlabel()
    'Item-rest correlation with 95% interval'
    """
    if language is not None:
        check_languages([language])
    for known, draw in _FIGURES.items():
        if isinstance(result, known):
            kinds = _KINDS.get(known, {})
            if kind is not None and kind not in kinds:
                raise ReportingError("L092", what="kind", found=str(kind), known=list(kinds) or "–")
            chosen = draw if kind is None else kinds[kind]
            _check_options(chosen, options)
            with spoken(language):
                return chosen(result, **options)
    raise ReportingError("P001", kind=type(result).__name__, known=[known.__name__ for known in _FIGURES])


def _check_options(draw: Callable[..., Figure], options: Mapping[str, Any]) -> None:
    known = list(inspect.signature(draw).parameters)[1:]
    unknown = [name for name in options if name not in known]
    if unknown:
        raise ReportingError("Y081", found=unknown[0], known=known or "–")


_FIGURES: dict[type[Result], Callable[..., Figure]] = {
    ItemAnalysis: item_analysis_figure,
    Reliability: reliability_figure,
    Agreement: agreement_figure,
    WithinBetween: within_between_figure,
    ParallelAnalysis: scree_figure,
    FactorAnalysis: loadings_figure,
    GradedResponse: information_figure,
    DifferentialItemFunctioning: item_curves_figure,
    ShortForm: short_form_figure,
    Invariance: steps_figure,
    Alignment: alignment_figure,
    CommonMethod: common_method_figure,
    LinearMixedModel: caterpillar_figure,
    GeneralisedLinearMixedModel: caterpillar_figure,
    Growth: growth_figure,
    PowerResult: power_figure,
    FactorModel: estimates_figure,
    TwoLevelFactorModel: level_loadings_figure,
    Isomorphism: level_loadings_figure,
    MediationResult: estimates_figure,
    PooledFits: estimates_figure,
    RaterAgreement: rater_agreement_figure,
    Saturation: saturation_plot,
    CodeComparison: comparison_plot,
    Topics: topics_figure,
    BayesianMetaAnalysis: posterior_figure,
    SuggestionQuality: quality_figure,
    LearningCurve: learning_curve_figure,
    MetaAnalysis: forest_figure,
    Subgroups: subgroups_figure,
    MultilevelMetaAnalysis: several_levels_figure,
    Funnel: funnel_figure,
    TrimAndFill: lambda result: funnel_figure(result.funnel()),
    PrismaFlow: prisma_figure,
    EvidenceMap: evidence_map_figure,
    LiteratureSynthesis: lambda result: evidence_map_figure(result.map),
    Synthesis: elements_figure,
    ElementsOfBothKinds: both_kinds_figure,
    CaseMatrix: case_matrix_figure,
    ReleasedCases: case_matrix_figure,
    Quantitised: quantitised_figure,
    CodeEffects: code_effects_figure,
    LogicModel: logic_model_figure,
    Convergence: convergence_figure,
    CommunityValue: tornado_figure,
    Calibrated: calibration_figure,
    QCA: xy_figure,
    TruthTable: xy_figure,
    QcaRobustness: robustness_figure,
    QcaClusters: clusters_figure,
    BesideRegression: beside_figure,
    BeforeAfter: before_after_figure,
    PartialPooling: partial_pooling_figure,
    RunChart: run_chart_figure,
    ControlChart: control_chart_figure,
    SingleCase: single_case_figure,
    RandomisationTest: randomisation_figure,
    ReliableChange: reliable_change_figure,
    ReleasedChange: released_change_figure,
    ImportantDifference: important_difference_figure,
    Imputed: imputation_figure,
    SensitivityLine: sensitivity_figure,
}

_KINDS: dict[type[Result], dict[str, Callable[..., Figure]]] = {
    Alignment: {"deviations": alignment_figure, "means": alignment_means_figure},
    BayesianMetaAnalysis: {"densities": posterior_figure, "shrinkage": shrinkage_figure},
    Invariance: {"steps": steps_figure, "effect_sizes": effect_sizes_figure},
    LiteratureSynthesis: {
        "map": lambda result: evidence_map_figure(result.map),
        "prisma": lambda result: prisma_figure(result.flow),
    },
    CommunityValue: {"tornado": tornado_figure, "net": net_figure, "timeline": timeline_figure},
    Synthesis: {"elements": elements_figure, "consortia": consortia_figure},
    GradedResponse: {"information": information_figure, "categories": category_figure},
    LinearMixedModel: {
        "random_effects": caterpillar_figure,
        "quantiles": quantiles_figure,
        "residuals": residuals_figure,
    },
    MetaAnalysis: {
        "forest": forest_figure,
        "funnel": funnel_of_analysis_figure,
        "baujat": baujat_figure,
        "bubble": bubble_figure,
        "drapery": drapery_figure,
        "leave_one_out": leave_one_out_figure,
        "cumulative": cumulative_figure,
        "influence": influence_figure,
    },
}
