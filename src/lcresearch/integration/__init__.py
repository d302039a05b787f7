"""Integration: numbers and interviews side by side, and combinations of elements."""
