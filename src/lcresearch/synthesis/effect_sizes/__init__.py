"""Effect sizes of studies with their sampling variances, one file a family of measures."""
