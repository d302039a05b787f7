"""Agreement of raters and coders: kappas, AC1, Krippendorff's alpha; arrays in, numbers out."""

from lcresearch.agreement.coding import character_agreement, code_agreement
from lcresearch.agreement.rating import rater_agreement
from lcresearch.agreement.ratings import Ratings, from_counts, from_table, from_units
from lcresearch.agreement.result import RaterAgreement
from lcresearch.agreement.spans import Spans, from_spans
from lcresearch.agreement.unitised_agreement import unitised_agreement
from lcresearch.agreement.units_needed import units_for_kappa
from lcresearch.agreement.weights import agreement_weights

__all__ = [
    "RaterAgreement",
    "Ratings",
    "Spans",
    "agreement_weights",
    "character_agreement",
    "code_agreement",
    "from_counts",
    "from_spans",
    "from_table",
    "from_units",
    "rater_agreement",
    "unitised_agreement",
    "units_for_kappa",
]
