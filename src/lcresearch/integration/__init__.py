"""Integration: numbers and interviews side by side, and combinations of elements."""

from lcresearch.integration.cases.building import case_matrix
from lcresearch.integration.cases.code_effects import code_effects
from lcresearch.integration.cases.code_effects_result import CodeEffects
from lcresearch.integration.cases.matrix import CaseMatrix
from lcresearch.integration.cases.quantitised import Quantitised
from lcresearch.integration.cases.quantitising import quantitise
from lcresearch.integration.cases.releasing import ReleasedCases
from lcresearch.integration.checklists import (
    ChangeFacts,
    Checklist,
    ComparisonFacts,
    InstrumentFacts,
    IntegrationFacts,
    InterviewFacts,
    ReliabilityFacts,
    StudyFacts,
    WaveFacts,
    checklist_form,
    read_checklists,
    reporting_checklist,
    reporting_checklists,
)
from lcresearch.integration.configurations.analysis import qca
from lcresearch.integration.configurations.beside_regression import BesideRegression, beside_regression
from lcresearch.integration.configurations.calibrated import Calibrated
from lcresearch.integration.configurations.calibration import calibrate
from lcresearch.integration.configurations.clusters import QcaClusters, qca_clusters
from lcresearch.integration.configurations.necessity import Necessity, necessity
from lcresearch.integration.configurations.observed_rows import TruthTable
from lcresearch.integration.configurations.randomisation import QcaRandomisation, qca_randomisation
from lcresearch.integration.configurations.result import QCA, Model, Solution
from lcresearch.integration.configurations.robustness import QcaRobustness, qca_robustness
from lcresearch.integration.configurations.truth_table import truth_table
from lcresearch.integration.converging import (
    Convergence,
    ConvergenceRules,
    Judgement,
    convergence,
    convergence_rules,
    judge,
    judgement_form,
    read_judgements,
    write_judgements,
)
from lcresearch.integration.design_principles import (
    DesignPrinciples,
    PrincipleRules,
    PrinciplesFile,
    design_principles,
    new_principles,
    principle_rules,
    read_principles,
)
from lcresearch.integration.displays.joint import joint_display
from lcresearch.integration.displays.meta_inference import MetaInference
from lcresearch.integration.displays.result import JointDisplay
from lcresearch.integration.elements import (
    AdviceRules,
    ElementsOfBothKinds,
    advice_rules,
    elements_of_both_kinds,
    with_interviews,
)
from lcresearch.integration.listening.codes import codes_of_elements
from lcresearch.integration.listening.listening import voices
from lcresearch.integration.listening.result import Voices
from lcresearch.integration.logic_models import (
    ArrowRules,
    LogicModel,
    LogicModelFile,
    arrow_rules,
    logic_model,
    new_logic_model,
    read_logic_model,
    thinking_model,
)
from lcresearch.integration.pointers import (
    ClaimEntry,
    ClaimsCheck,
    check_claims,
    claim,
    quote_claim,
    read_claims,
    write_claims,
)
from lcresearch.integration.practice_cards import Card, Cards, CardsFile, cards, new_cards, read_cards
from lcresearch.integration.value import CommunityValue, community_value, new_value, read_value

__all__ = [
    "QCA",
    "AdviceRules",
    "ArrowRules",
    "BesideRegression",
    "Calibrated",
    "Card",
    "Cards",
    "CardsFile",
    "CaseMatrix",
    "ChangeFacts",
    "Checklist",
    "ClaimEntry",
    "ClaimsCheck",
    "CodeEffects",
    "CommunityValue",
    "ComparisonFacts",
    "Convergence",
    "ConvergenceRules",
    "DesignPrinciples",
    "ElementsOfBothKinds",
    "InstrumentFacts",
    "IntegrationFacts",
    "InterviewFacts",
    "JointDisplay",
    "Judgement",
    "LogicModel",
    "LogicModelFile",
    "MetaInference",
    "Model",
    "Necessity",
    "PrincipleRules",
    "PrinciplesFile",
    "QcaClusters",
    "QcaRandomisation",
    "QcaRobustness",
    "Quantitised",
    "ReleasedCases",
    "ReliabilityFacts",
    "Solution",
    "StudyFacts",
    "TruthTable",
    "Voices",
    "WaveFacts",
    "advice_rules",
    "arrow_rules",
    "beside_regression",
    "calibrate",
    "cards",
    "case_matrix",
    "check_claims",
    "checklist_form",
    "claim",
    "code_effects",
    "codes_of_elements",
    "community_value",
    "convergence",
    "convergence_rules",
    "design_principles",
    "elements_of_both_kinds",
    "joint_display",
    "judge",
    "judgement_form",
    "logic_model",
    "necessity",
    "new_cards",
    "new_logic_model",
    "new_principles",
    "new_value",
    "principle_rules",
    "qca",
    "qca_clusters",
    "qca_randomisation",
    "qca_robustness",
    "quantitise",
    "quote_claim",
    "read_cards",
    "read_checklists",
    "read_claims",
    "read_judgements",
    "read_logic_model",
    "read_principles",
    "read_value",
    "reporting_checklist",
    "reporting_checklists",
    "thinking_model",
    "truth_table",
    "voices",
    "with_interviews",
    "write_claims",
    "write_judgements",
]
