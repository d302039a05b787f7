"""Meta-analysis with one effect a study: estimators, tests, intervals and what single studies do to them."""
