"""Meta-analysis of effects within studies within consortia, and errors that are robust to how they go together."""
