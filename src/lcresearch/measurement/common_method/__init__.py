"""Common-method checks: a single factor, a marker variable, and factor models with the marker as method."""
