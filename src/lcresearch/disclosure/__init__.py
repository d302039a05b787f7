"""What may be shown: minimum cells, complements, distributions, and the ledger of what was released."""

from lcresearch.disclosure.categories import Distributions, merge_categories
from lcresearch.disclosure.ledger import Ledger
from lcresearch.disclosure.neutralise import neutralise, neutralise_frame
from lcresearch.disclosure.policy import PACKAGE, REPORT, Policy
from lcresearch.disclosure.protect import COUNT_ONLY, EVERYBODY, protect
from lcresearch.disclosure.statistics_over_groups import GroupChoice, groups_for_statistics
from lcresearch.disclosure.unordered import Shares, count_options, merge_unordered

__all__ = [
    "COUNT_ONLY",
    "EVERYBODY",
    "PACKAGE",
    "REPORT",
    "Distributions",
    "GroupChoice",
    "Ledger",
    "Policy",
    "Shares",
    "count_options",
    "groups_for_statistics",
    "merge_categories",
    "merge_unordered",
    "neutralise",
    "neutralise_frame",
    "protect",
]
