"""Licences under which a wording may travel."""

OPEN_LICENCES = ("CC0-1.0", "CC-BY-4.0", "CC-BY-3.0", "CC-BY-2.0", "PDDL-1.0")
"""Licences that let anyone use and change the wording, with credit at most."""
