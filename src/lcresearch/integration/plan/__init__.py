"""How numbers and interviews are brought together: ``integration.yaml``, written before the two are compared."""

from lcresearch.integration.plan.model import Calibration, Condition, ElementCodes, IntegrationFile, QcaPlan
from lcresearch.integration.plan.reading import example_plan, read_plan
from lcresearch.integration.plan.starting import new_plan

__all__ = [
    "Calibration",
    "Condition",
    "ElementCodes",
    "IntegrationFile",
    "QcaPlan",
    "example_plan",
    "new_plan",
    "read_plan",
]
