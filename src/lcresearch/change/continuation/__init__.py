"""Who goes on and who stops: communities followed over occasions, of which some end."""

from lcresearch.change.continuation.followed import continuation
from lcresearch.change.continuation.result import Continuation

__all__ = ["Continuation", "continuation"]
