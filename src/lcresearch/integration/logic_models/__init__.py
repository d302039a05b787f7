"""The thinking model of a programme: constructs and arrows, and what tested each arrow."""

from lcresearch.integration.logic_models.logic_model import logic_model
from lcresearch.integration.logic_models.model import Arrow, Construct, LogicModelFile, TestedBy
from lcresearch.integration.logic_models.reading import new_logic_model, read_logic_model, thinking_model
from lcresearch.integration.logic_models.result import LogicModel
from lcresearch.integration.logic_models.rules import ArrowRules, arrow_rules

__all__ = [
    "Arrow",
    "ArrowRules",
    "Construct",
    "LogicModel",
    "LogicModelFile",
    "TestedBy",
    "arrow_rules",
    "logic_model",
    "new_logic_model",
    "read_logic_model",
    "thinking_model",
]
