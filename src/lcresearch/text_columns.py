"""How columns of text are kept in a process that is ours: a command, the page, or a task of it."""

from __future__ import annotations


def keep_as_python_strings() -> None:
    """Keep columns of text as Python's strings in this process, whatever pandas would choose.

    Where pyarrow is installed pandas keeps them as Arrow's arrays. These are good for millions of rows; the many small
    tables of a study are made, cut and joined about a fifth faster without. Both are of dtype ``str``, with the same
    values and the same missing values. In a script of somebody else nothing is set.
    """
    import pandas as pd

    pd.set_option("mode.string_storage", "python")
