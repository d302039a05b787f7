"""Working elements: from estimates to verdicts, by rules that stand in YAML."""

from lcresearch.synthesis.elements.certainty_rules import CertaintyRules, certainty_rules
from lcresearch.synthesis.elements.estimate import ElementEstimate, SectorTest, TwoStage
from lcresearch.synthesis.elements.intervals import NewConsortium, new_consortium
from lcresearch.synthesis.elements.judging import elements_table, judge_elements
from lcresearch.synthesis.elements.unmeasured_confounding import e_value, e_value_of_interval, robustness_value
from lcresearch.synthesis.elements.verdict_rules import VerdictRules, verdict_rules
from lcresearch.synthesis.elements.wording import Reason
from lcresearch.synthesis.elements.working_elements import WorkingElements

__all__ = [
    "CertaintyRules",
    "ElementEstimate",
    "NewConsortium",
    "Reason",
    "SectorTest",
    "TwoStage",
    "VerdictRules",
    "WorkingElements",
    "certainty_rules",
    "e_value",
    "e_value_of_interval",
    "elements_table",
    "judge_elements",
    "new_consortium",
    "robustness_value",
    "verdict_rules",
]
