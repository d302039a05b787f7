"""Topics: what people speak of, found from the texts, to look at and to make codes of."""
