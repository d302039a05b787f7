"""Item response models: the graded response model, items that work otherwise in a group, and short forms."""
