"""Convergence: whether numbers and interviews agree on an element, and what a researcher made of it."""

from lcresearch.integration.converging.converging import convergence
from lcresearch.integration.converging.judgements import Judgement, read_judgements, write_judgements
from lcresearch.integration.converging.judging import judge, judgement_form
from lcresearch.integration.converging.result import Convergence
from lcresearch.integration.converging.rules import ConvergenceRules, convergence_rules

__all__ = [
    "Convergence",
    "ConvergenceRules",
    "Judgement",
    "convergence",
    "convergence_rules",
    "judge",
    "judgement_form",
    "read_judgements",
    "write_judgements",
]
