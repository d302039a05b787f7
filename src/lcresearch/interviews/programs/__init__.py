"""Projects of free programs that have a database of their own: Taguette and QualCoder."""
