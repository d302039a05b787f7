"""Multiple imputation that respects groups: several completed data sets instead of one that looks complete."""

from lcresearch.change.imputation.imputing import impute
from lcresearch.change.imputation.result import Imputed
from lcresearch.change.imputation.sensitivity import SensitivityLine

__all__ = ["Imputed", "SensitivityLine", "impute"]
