"""Codes with their definitions, in a tree."""
