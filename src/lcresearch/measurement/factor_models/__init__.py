"""Confirmatory factor models and what is built on them."""
