"""Studies: a folder with study.yaml, run from answers to report."""
