"""What the documentation site adds to Sphinx; ``extension`` ties it together, the rest needs no Sphinx to be read."""
