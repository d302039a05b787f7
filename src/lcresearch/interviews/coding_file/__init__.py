"""A file in which several people code: texts, codebook and codings in one SQLite database (``.lccoding``)."""

from lcresearch.interviews.coding_file.erasing import Erased
from lcresearch.interviews.coding_file.file import CodingFile, create, open_file

__all__ = ["CodingFile", "Erased", "create", "open_file"]
