"""A codebook: what each column of the answers is, as JSON after DDI-Codebook and as a workbook."""

from lcresearch.instruments.forms.codebook.writing import write

__all__ = ["write"]
