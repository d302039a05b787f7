"""What became of each column of the files, in lines for a terminal."""

from __future__ import annotations

import textwrap

import pandas as pd

from lcresearch.responses.tables import shown

_FATES = ("matched", "kept", "ignored")
_NAMED = 40
_WIDTH = 100


def column_lines(log: pd.DataFrame) -> str:
    """The columns of each file under what became of them; of more than 40 with one fate the first 40 are named.

    Parameters
    ----------
    log : DataFrame
        As :attr:`~lcresearch.responses.Responses.log` holds it.

    Examples
    --------
    >>> log = pd.DataFrame({"column": ["note", "time"], "item": None, "row": pd.NA})
    >>> log = log.assign(file="answers.csv", status="ignored", text="not used.")
    >>> print(column_lines(log))
    answers.csv
      not used: note, time
    """
    about = log[log["column"].notna() & log["row"].isna() & log["status"].isin(_FATES)]
    about = about.drop_duplicates(["file", "column", "item", "text"])
    lines: list[str] = []
    for file, of_file in about.groupby("file", sort=False):
        lines.append(str(file))
        for text, columns in of_file.groupby("text", sort=False):
            lines += _lines(str(text), columns)
    return "\n".join(lines)


def _lines(text: str, columns: pd.DataFrame) -> list[str]:
    names = [shown(str(name), 40) for name in columns["column"]]
    items = columns["item"].where(columns["item"].notna() & (columns["item"] != columns["column"]))
    named = [f"{name} → {item}" if isinstance(item, str) else name for name, item in zip(names, items, strict=True)]
    more = [f"… ({len(named)})"] if len(named) > _NAMED else []
    line = f"{text.rstrip('.')}: " + ", ".join(named[:_NAMED] + more)
    return textwrap.wrap(line, _WIDTH, initial_indent="  ", subsequent_indent="      ")
