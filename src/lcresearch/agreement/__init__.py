"""Agreement of raters and coders: kappas, AC1, Krippendorff's alpha; arrays in, numbers out."""

from lcresearch.agreement.rating import rater_agreement
from lcresearch.agreement.ratings import Ratings, from_counts, from_table, from_units
from lcresearch.agreement.result import RaterAgreement
from lcresearch.agreement.weights import agreement_weights

__all__ = [
    "RaterAgreement",
    "Ratings",
    "agreement_weights",
    "from_counts",
    "from_table",
    "from_units",
    "rater_agreement",
]
