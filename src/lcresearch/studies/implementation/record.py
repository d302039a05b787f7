"""What groups did with an element: fidelity by part and by group, dose, and adaptations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
import pandas as pd
import scipy.stats

from lcresearch.messages import Messages
from lcresearch.results import Result
from lcresearch.studies.implementation.model import KINDS, SHARE, ImplementationFile
from lcresearch.studies.implementation.reading import read_implementation

FEWEST_GROUPS = 5
"""Fewest groups of which the record is compared with what people say."""


@dataclass(frozen=True, repr=False, eq=False)
class Implementation(Result):
    """What groups did with an element. It tells of groups and not of persons; reasons stay in ``adaptations``.

    Attributes
    ----------
    content : ImplementationFile
    groups : DataFrame
        A row a group and wave: ``group, wave, fidelity, fidelity_core, n_known, dose_planned, dose_delivered, dose,
        n_adaptations, n_keeping_core``. Fidelity is the mean over parts that are known: 1 fully, 0.5 partly, 0 not;
        ``dose`` is delivered by planned.
    parts : DataFrame
        A row a part, of the last record of each group: ``part, core, n, n_fully, n_partly, n_not, fidelity``.
    adaptations : DataFrame
        ``group, wave, part, core, kind, why, planned, keeps_core``: for the house.
    """

    title: ClassVar[str] = "Implementation of an element"

    content: ImplementationFile
    groups: pd.DataFrame
    parts: pd.DataFrame
    adaptations: pd.DataFrame

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """One row a group and wave; see :attr:`groups`."""
        return self.groups

    def glance(self) -> pd.DataFrame:
        """One row: groups, mean fidelity and dose of their last record, adaptations."""
        last = last_records(self.groups)
        row = {
            "element": self.content.element,
            "n_groups": len(last),
            "fidelity": float(last["fidelity"].mean()),
            "fidelity_core": float(last["fidelity_core"].mean()),
            "dose": float(last["dose"].mean()),
            "n_adaptations": len(self.adaptations),
        }
        return pd.DataFrame([row])

    def kinds(self) -> pd.DataFrame:
        """Adaptations by kind: ``kind, n, n_planned, n_keeping_core, n_losing_core, n_unknown``; no reasons."""
        table = self.adaptations
        keeps = table["keeps_core"]
        counted = pd.DataFrame(
            {
                "kind": table["kind"],
                "n": 1,
                "n_planned": table["planned"].astype("int64"),
                "n_keeping_core": keeps.map(lambda one: int(one is True)).astype("int64"),
                "n_losing_core": keeps.map(lambda one: int(one is False)).astype("int64"),
                "n_unknown": keeps.map(lambda one: int(one is None)).astype("int64"),
            }
        )
        found = counted.groupby("kind").sum().reindex([kind for kind in KINDS if kind in set(table["kind"])])
        return found.astype("int64").rename_axis("kind").reset_index()

    def beside(self, scores: pd.DataFrame, scales: list[str], *, group: str = "group") -> pd.DataFrame:
        """The record beside what people in each group say, over groups: rank correlation with its interval.

        Parameters
        ----------
        scores : DataFrame
            A row a person, with the group and a column a scale, such as ``fidelity`` and ``feasibility``.
        scales : list of str
        group : str
            Column of the group.

        Returns
        -------
        DataFrame
            ``record, scale, n_groups, estimate, conf_low, conf_high``: Spearman's rank correlation of fidelity or dose
            with the mean of a scale, missing below five groups. Its interval is Fisher's, with the variance of Bonett
            and Wright (2000).
        """
        last = last_records(self.groups).set_index("group")
        means = scores.groupby(group)[scales].mean()
        rows = []
        for record in ("fidelity", "dose"):
            for scale in scales:
                both = pd.concat([last[record], means[scale]], axis=1, join="inner").dropna()
                rows.append({"record": record, "scale": scale, "n_groups": len(both)} | _rank(both))
        return pd.DataFrame(rows)

    def cautions(self) -> list[str]:
        """That a record is what somebody noted."""
        return [Messages()("monitoring.implementation.noted")]


def implementation(content: ImplementationFile | str | Path, waves: Sequence[str] = ()) -> Implementation:
    """What groups did with an element.

    Parameters
    ----------
    content : ImplementationFile or path
        ``implementation.yaml``, or the folder that holds it.
    waves : sequence of str
        Waves of the study in order: by them a record is the last of its group. Without them by the order of the file.

    Raises
    ------
    StudyError
        As :func:`lcresearch.studies.implementation.reading.read_implementation`.

    Examples
    --------
    >>> from importlib import resources
    >>> example = resources.files("lcresearch.studies.implementation") / "template" / "implementation.yaml"
    >>> found = implementation(str(example))
    >>> found.groups[["fidelity", "fidelity_core", "dose"]].round(2).to_numpy().tolist()
    [[0.5, 0.75, 0.62], [0.83, 1.0, 1.0]]
    """
    file = content if isinstance(content, ImplementationFile) else read_implementation(content)
    place = {wave: number for number, wave in enumerate(waves)}
    in_time = sorted(file.records, key=lambda record: place.get(record.wave or "", -1))
    file = file.model_copy(update={"records": tuple(in_time)})
    core = {name: part.core for name, part in file.parts.items()}
    long = pd.DataFrame(
        [
            (record.group, record.wave, name, core[name], SHARE[how])
            for record in file.records
            for name, how in record.delivered.items()
        ],
        columns=["group", "wave", "part", "core", "share"],
    )
    adaptations = pd.DataFrame(
        [
            (record.group, record.wave, one.part, core[one.part], one.kind, one.why, one.planned, one.keeps_core)
            for record in file.records
            for one in record.adaptations
        ],
        columns=["group", "wave", "part", "core", "kind", "why", "planned", "keeps_core"],
    ).astype({"keeps_core": object})
    groups = _groups(file, long)
    return Implementation(file, groups, _parts(file, long, groups), adaptations)


def _groups(file: ImplementationFile, long: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for record in file.records:
        own = long[
            (long["group"] == record.group)
            & (long["wave"].isna() if record.wave is None else long["wave"] == record.wave)
        ]
        planned, given = (record.dose.planned, record.dose.delivered) if record.dose else (np.nan, np.nan)
        rows.append(
            {
                "group": record.group,
                "wave": record.wave,
                "fidelity": own["share"].mean(),
                "fidelity_core": own.loc[own["core"].astype(bool), "share"].mean(),
                "n_known": len(own),
                "dose_planned": planned,
                "dose_delivered": given,
                "dose": given / planned,
                "n_adaptations": len(record.adaptations),
                "n_keeping_core": sum(one.keeps_core is True for one in record.adaptations),
            }
        )
    columns = ["group", "wave", "fidelity", "fidelity_core", "n_known", "dose_planned", "dose_delivered", "dose"]
    return pd.DataFrame(rows, columns=[*columns, "n_adaptations", "n_keeping_core"])


def last_records(groups: pd.DataFrame) -> pd.DataFrame:
    """The last record of each group."""
    return groups.drop_duplicates("group", keep="last").reset_index(drop=True)


def _parts(file: ImplementationFile, long: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    last = last_records(groups)[["group", "wave"]]
    now = long.merge(last, on=["group", "wave"])
    rows = []
    for name, part in file.parts.items():
        share = now.loc[now["part"] == name, "share"]
        counts = {f"n_{how}": int((share == value).sum()) for how, value in SHARE.items()}
        rows.append({"part": name, "core": part.core, "n": len(share)} | counts | {"fidelity": share.mean()})
    return pd.DataFrame(rows)


def _rank(both: pd.DataFrame) -> dict[str, float]:
    nothing = {"estimate": np.nan, "conf_low": np.nan, "conf_high": np.nan}
    if len(both) < FEWEST_GROUPS or both.nunique().min() < 2:
        return nothing
    rho = float(scipy.stats.spearmanr(both.iloc[:, 0], both.iloc[:, 1]).statistic)
    if abs(rho) >= 1:
        return nothing | {"estimate": rho}
    reach = scipy.stats.norm.ppf(0.975) * np.sqrt((1 + rho**2 / 2) / (len(both) - 3))
    low, high = np.tanh(np.arctanh(rho) - reach), np.tanh(np.arctanh(rho) + reach)
    return {"estimate": rho, "conf_low": float(low), "conf_high": float(high)}
