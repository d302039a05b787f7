"""Codes suggested for text that nobody has coded yet; a person decides."""
