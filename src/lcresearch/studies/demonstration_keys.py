"""Keys of the demonstration: everybody has the same, so that everybody sees the same, and no other study may use them.

What a package leaves out by lot hangs on the key of the ledger and on the pseudonyms, as nobody may foresee the lot.
In a real study both are drawn at random. The people of the demonstration are made up, so there is nobody to protect.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from lcresearch.disclosure.ledger import KEY_FILE as RELEASE_KEY
from lcresearch.errors import Place, StudyError
from lcresearch.files import private_folder, write_whole
from lcresearch.responses.persons.pseudonyms import KEY_FILE as RESPONDENT_KEY
from lcresearch.responses.persons.pseudonyms import KeyFile

_KNOWN = hashlib.sha256(b"the demonstration of lcresearch: invented people only").hexdigest()
_SEED = 20260112


def write_known_keys(folder: Path, persons: Iterable[str]) -> None:
    """Write both keys of a folder with simulated data, before anything runs in it.

    Parameters
    ----------
    folder : Path
    persons : iterable of str
        Ids of the people who were made up, in their order in the file.
    """
    private_folder((folder / RELEASE_KEY).parent)
    write_whole(folder / RELEASE_KEY, _KNOWN + "\n")
    key = KeyFile(folder / RESPONDENT_KEY, source=np.random.default_rng(_SEED).bytes)
    key.pseudonyms(pd.Series(list(persons), dtype="str"))
    key.commit()


def refuse_known_keys(folder: Path, *, simulated: bool) -> None:
    """Refuse the keys of the demonstration beside answers of real people.

    Raises
    ------
    StudyError
        S129.
    """
    path = folder / RELEASE_KEY
    if simulated or not path.is_file():
        return
    if path.read_bytes().strip().lower() == _KNOWN.encode("ascii"):
        raise StudyError("S129", where=Place(file=RELEASE_KEY.as_posix()))
