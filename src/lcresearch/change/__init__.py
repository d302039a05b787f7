"""Change over waves for few people: before and after, persons, single cases, pulses and run charts."""

__all__: list[str] = []
