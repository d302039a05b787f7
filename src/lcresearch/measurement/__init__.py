"""Does it measure: items, reliability, agreement within groups, and whether averaging to a group is warranted."""

from lcresearch.measurement.verdict import Verdict

__all__ = ["Verdict"]
