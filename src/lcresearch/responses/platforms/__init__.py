"""Exports of survey platforms: which platform made a file, and what its columns are.

A platform's export is a file of one of the ``formats`` with habits of its own: three header rows, group names before
the question, question texts for names, columns about the answering itself. Each platform has a module here with one
:class:`Platform`: how an export is recognised from its first rows, how many rows its header has, and what each column
stands for. It gives back the same :class:`~lcresearch.responses.tables.OpenFile`, whose columns know more. Matching,
answers and the log are the same for all.
"""

from lcresearch.responses.platforms.platform import Platform
from lcresearch.responses.platforms.recognition import PLATFORMS, open_export

__all__ = ["PLATFORMS", "Platform", "open_export"]
