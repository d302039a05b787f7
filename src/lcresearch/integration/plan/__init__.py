"""How numbers and interviews are brought together: ``integration.yaml``, written before the two are compared."""

from lcresearch.integration.plan.model import Calibration, Condition, ElementCodes, IntegrationFile, QcaPlan

__all__ = ["Calibration", "Condition", "ElementCodes", "IntegrationFile", "QcaPlan"]
