"""Reading the codes: how often, where, together with what, and how many more there may be."""
