"""One module a file format: each opens a file as raw columns of text and knows nothing of instruments."""

from lcresearch.responses.formats.opening import open_file

__all__ = ["open_file"]
