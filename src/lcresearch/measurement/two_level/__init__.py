"""Factor models of two levels, persons within communities: likelihood, fit, reliability at each level, isomorphism."""
