"""Cases: numbers and interviews of one community in one row, and where each cell comes from."""
