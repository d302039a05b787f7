"""Quotes that may leave: who would be recognised, which words point to a person, and what was released."""
