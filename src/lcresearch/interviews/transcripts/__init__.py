"""Transcripts as people and programs make them."""
