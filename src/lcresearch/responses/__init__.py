"""Answers as they come from survey platforms and statistics programs: read, matched to items, linked, and logged."""

from lcresearch.responses.combining import combine
from lcresearch.responses.persons.consent import Consent
from lcresearch.responses.persons.pseudonyms import KeyFile
from lcresearch.responses.reading import read
from lcresearch.responses.result import Responses, Source
from lcresearch.responses.screening import Screening, screen
from lcresearch.responses.waves.linking import Linked, link_waves
from lcresearch.responses.waves.membership import Membership, membership
from lcresearch.responses.waves.response_rates import ResponseRates, response_rates
from lcresearch.responses.waves.wide import wide

__all__ = [
    "Consent",
    "KeyFile",
    "Linked",
    "Membership",
    "ResponseRates",
    "Responses",
    "Screening",
    "Source",
    "combine",
    "link_waves",
    "membership",
    "read",
    "response_rates",
    "screen",
    "wide",
]
