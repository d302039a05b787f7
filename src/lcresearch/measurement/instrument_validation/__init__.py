"""How well an instrument measures in one set of answers: all parts together, with what may and may not be done."""
