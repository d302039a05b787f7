"""Pointers: what a paper says, tied to the results, interviews and released quotes that it says it from."""

from lcresearch.integration.pointers.checking import check_claims
from lcresearch.integration.pointers.making import claim, quote_claim
from lcresearch.integration.pointers.model import ClaimEntry
from lcresearch.integration.pointers.reading import read_claims, write_claims
from lcresearch.integration.pointers.result import ClaimsCheck

__all__ = ["ClaimEntry", "ClaimsCheck", "check_claims", "claim", "quote_claim", "read_claims", "write_claims"]
