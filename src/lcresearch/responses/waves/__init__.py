"""Waves: persons recognised over them, tables with waves beside each other, membership of groups, and response."""
