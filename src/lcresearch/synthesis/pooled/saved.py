"""A synthesis as a file, and what changed since: packages come one by one, and the result is looked at again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from lcresearch.errors import Place, Problem, SynthesisError
from lcresearch.files import write_whole
from lcresearch.results import plain, restored
from lcresearch.synthesis.elements import WorkingElements

if TYPE_CHECKING:
    from lcresearch.synthesis.pooled.result import Synthesis

FORMAT, VERSION = "lcresearch synthesis", 1
_LARGEST_FILE = 50_000_000
_JUDGED, _PROBLEMS = "working_elements", "problems"
_SIZES = ("n_consortia", "n_sectors", "n_communities", "n_persons")
_KEYS = ["element", "outcome", "model", "adjustment"]
_COMPARED = ["estimate", "conf_low", "conf_high", "tau", "verdict", "certainty"]


@dataclass(frozen=True)
class SavedSynthesis:
    """What of an earlier synthesis is needed to tell what changed.

    Attributes
    ----------
    programme, programme_digest : str
    elements : DataFrame
        ``element, outcome, model, adjustment, estimate, conf_low, conf_high, tau, verdict, certainty``.
    packages : DataFrame
        ``consortium, release``.
    working_elements : WorkingElements or None
        Verdicts with their reasons in either language; None in a file of before these were kept.
    left_out : DataFrame
        What packages held back, and models that are in no package: columns of ``Synthesis.left_out``.
    sizes : mapping of str to int
        ``n_consortia, n_sectors, n_communities, n_persons``.
    problems : tuple of Problem
        What the reader must know.
    """

    programme: str
    programme_digest: str
    elements: pd.DataFrame
    packages: pd.DataFrame
    working_elements: WorkingElements | None = None
    left_out: pd.DataFrame = field(default_factory=pd.DataFrame)
    sizes: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def save(synthesis: Synthesis, path: Path) -> Path:
    """Write ``synthesis.json``, whole or not at all; into a folder under that name."""
    path = path / "synthesis.json" if path.is_dir() else path
    head = {"format": FORMAT, "version": VERSION, "programme_digest": synthesis.programme_digest}
    values = synthesis.to_dict() | {_JUDGED: synthesis.working_elements.to_dict(), _PROBLEMS: plain(synthesis.problems)}
    write_whole(path, json.dumps(head | values, ensure_ascii=False, allow_nan=False, indent=1))
    return path


def read_synthesis(path: str | Path) -> SavedSynthesis:
    """Read what is needed of a saved synthesis to compare with.

    Parameters
    ----------
    path : str or Path
        A file ``synthesis.json``.

    Returns
    -------
    SavedSynthesis

    Raises
    ------
    SynthesisError
        Y191: no file of a synthesis, or of another version.

    See also
    --------
    synthesize : Makes what is saved.
    """
    path = Path(path)
    path = path / "synthesis.json" if path.is_dir() else path
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise ValueError
        values: Any = json.loads(path.read_text(encoding="utf-8"))
        if values["format"] != FORMAT or values["version"] != VERSION:
            raise ValueError
        elements = pd.DataFrame(values["elements"])[[*_KEYS, *_COMPARED]]
        numbers = {name: elements[name].astype("float64") for name in _COMPARED[:4]}
        packages = pd.DataFrame(values["packages"])[["consortium", "release"]].astype({"release": "int64"})
        digest, programme = str(values["programme_digest"]), str(values["programme"][0]["id"])
        judged = WorkingElements.from_dict(values[_JUDGED]) if _JUDGED in values else None
        problems = tuple(one for one in restored(values.get(_PROBLEMS, [])) if isinstance(one, Problem))
        left_out = pd.DataFrame(values["left_out"])
        sizes = {name: int(values["glance"][0][name]) for name in _SIZES}
    except (OSError, ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError) as error:
        raise SynthesisError("Y191", where=Place(file=path.name)) from error
    return SavedSynthesis(programme, digest, elements.assign(**numbers), packages, judged, left_out, sizes, problems)


def kept_of(synthesis: Synthesis) -> SavedSynthesis:
    """The same of a synthesis that was not saved."""
    packages = synthesis.packages[["consortium", "release"]]
    glance = synthesis.glance().iloc[0]
    return SavedSynthesis(
        synthesis.programme.id,
        synthesis.programme_digest,
        synthesis.elements[[*_KEYS, *_COMPARED]],
        packages,
        synthesis.working_elements,
        synthesis.left_out,
        {name: int(glance[name]) for name in _SIZES},
        synthesis.problems,
    )


def changes(now: SavedSynthesis, earlier: SavedSynthesis) -> pd.DataFrame:
    """What changed, an element a row.

    Returns
    -------
    DataFrame
        ``element, outcome, model, adjustment``; ``verdict_before, verdict_after, verdict_changed``; estimate, interval,
        tau and certainty before and after; ``moved``: the new estimate less the old one; ``new_packages,
        later_releases, gone``: consortia.

    Raises
    ------
    SynthesisError
        Y192: the programmes differ.
    """
    if now.programme_digest != earlier.programme_digest:
        raise SynthesisError("Y192", now=now.programme, earlier=earlier.programme)
    both = earlier.elements.merge(now.elements, on=_KEYS, how="outer", suffixes=("_before", "_after"), sort=False)
    order = pd.MultiIndex.from_frame(now.elements[_KEYS])
    places = order.get_indexer(pd.MultiIndex.from_frame(both[_KEYS]))
    both = both.iloc[np.argsort(np.where(places < 0, len(order), places), kind="stable")].reset_index(drop=True)
    before, after = (one.packages.set_index("consortium")["release"] for one in (earlier, now))
    shared = [name for name in after.index if name in before.index]
    news = {
        "new_packages": [name for name in after.index if name not in before.index],
        "later_releases": [name for name in shared if after[name] != before[name]],
        "gone": [name for name in before.index if name not in after.index],
    }
    verdict = both["verdict_before"].astype("str") != both["verdict_after"].astype("str")
    both = both.assign(verdict_changed=verdict, moved=both["estimate_after"] - both["estimate_before"])
    both = both.assign(**{name: ", ".join(map(str, found)) for name, found in news.items()})
    pairs = [
        f"{name}_{when}"
        for name in ("verdict", "estimate", "conf_low", "conf_high", "tau", "certainty")
        for when in ("before", "after")
    ]
    return both[[*_KEYS, *pairs[:2], "verdict_changed", *pairs[2:], "moved", *news]]
