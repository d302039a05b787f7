"""How much memory a benchmark took."""

import sys

KIND = "part"


def peak_mebibytes() -> float:
    """Peak memory of this process, where the system tells it."""
    if sys.platform == "win32":
        return float("nan")
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10
