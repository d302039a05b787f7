"""How far a programme is: what its criteria ask, who takes part, and what is behind, for its steering group."""

from lcresearch.synthesis.progress_table.earlier import read_progress
from lcresearch.synthesis.progress_table.making import progress
from lcresearch.synthesis.progress_table.result import ProgressTable

__all__ = ["ProgressTable", "progress", "read_progress"]
