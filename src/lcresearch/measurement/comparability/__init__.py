"""Can groups or waves be compared on a scale: invariance step by step, and alignment for many groups."""
