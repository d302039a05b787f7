"""What persons are known by in the ledger of what was released."""

from __future__ import annotations

import pandas as pd

from lcresearch.responses import Responses
from lcresearch.responses.persons.pseudonyms import KeyFile


def ledger_names(responses: Responses, key: KeyFile | None) -> pd.Series[str]:
    """What persons are known by in the ledger: the id, or the answers themselves where the file has no ids."""
    if not (responses.log["code"] == "R063").any():
        ids = responses.frame["respondent"]
        return ids if key is None else key.originals(ids)
    content = responses.frame.drop(columns="respondent")
    print_of = pd.util.hash_pandas_object(content, index=False).astype(str)
    return print_of + "-" + print_of.groupby(print_of).cumcount().astype(str)
