"""Working elements with both kinds of evidence: effects, what people said, and combinations."""

from lcresearch.integration.elements.result import ElementsOfBothKinds

__all__ = ["ElementsOfBothKinds"]
