"""The result of comparing coders: agreement by code, with who read what and what was left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pandas as pd

from lcresearch.agreement import RaterAgreement
from lcresearch.errors import Problem
from lcresearch.messages import Messages

ALL_TOP_CODES = "(all top codes)"
SHOWN = 40
_WIDE = (
    "code",
    "kind",
    "n_given",
    "percent_agreement",
    "krippendorff_alpha",
    "alpha_low",
    "alpha_high",
    "positive_agreement",
    "cohen_kappa",
    "conger_kappa",
    "fleiss_kappa",
    "gwet_ac1",
    "u_alpha",
    "ku_alpha",
    "cu_alpha",
)


@dataclass(frozen=True, repr=False, eq=False)
class CoderAgreement(RaterAgreement):
    """Agreement of the coders of a project; made by :func:`~lcresearch.interviews.coder_agreement`.

    What :class:`~lcresearch.agreement.RaterAgreement` has, with paths of codes for names, and

    Attributes
    ----------
    documents : DataFrame
        One row a document of the project: ``document, name, read_by, n_coders, compared``.
    kinds : dict of str to str
        Name in the table -> ``all`` (all codes together), ``code``, or ``parent``: a code with those below it, whose
        name in the table ends in ``> *``.
    """

    title = "Agreement of coders"
    documents: pd.DataFrame
    kinds: dict[str, str]

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """A row a code and coefficient, with ``kind``; see :meth:`RaterAgreement.tidy` for intervals."""
        table = super().tidy(conf_level)
        table.insert(1, "kind", table["code"].map(self.kinds))
        return table

    def by_code(self, conf_level: float = 0.95) -> pd.DataFrame:
        """A row a code, a column a coefficient, with ``n_given``: segments or characters that anybody gave the code."""
        wide = super().by_code(conf_level)
        wide.insert(1, "kind", wide["code"].map(self.kinds))
        if "n_given" in self.categories:
            wide.insert(2, "n_given", wide["code"].map(self.categories.set_index("code")["n_given"]))
        return wide

    def glance(self) -> pd.DataFrame:
        """One row: what was compared (``turn``, ``character``, ...), and how many of what."""
        return super().glance().assign(unit=self.settings["segment"] or self.unit)

    def shown(self) -> pd.DataFrame:
        """A row a code, with the coefficients that are usually reported."""
        wide = self.by_code()
        wide = wide.iloc[wide["kind"].map(["all", "parent", "code"].index).argsort(kind="stable")]
        if "n_given" in wide:
            wide["n_given"] = [None if np.isnan(n) else int(n) for n in wide["n_given"]]
            wide["n_given"] = wide["n_given"].astype(object)
        return wide[[name for name in _WIDE if name in wide]].head(SHOWN)

    def cautions(self) -> list[str]:
        """What was left out, how text without codes counts, and what limits the numbers."""
        hidden = len(self.by_code()) - SHOWN
        more = [Messages()("coder_agreement.more_codes", n=hidden)] if hidden > 0 else []
        reasons = [Problem(code).message() for code in self.table["reason"].unique() if code]
        return [*more, *reasons, *(problem.message() for problem in self.problems)]


def joined(
    own: RaterAgreement,
    parents: RaterAgreement | None,
    top: RaterAgreement | None,
    *,
    documents: pd.DataFrame,
    settings: dict[str, Any],
    size: dict[str, Any],
    problems: Sequence[Problem],
) -> CoderAgreement:
    """One result of agreement on codes, on the codes above them, and on the top codes together."""
    together = top.table[top.table["code"].isna()].assign(code=ALL_TOP_CODES) if top is not None else None
    above = parents.table[parents.table["code"].notna()] if parents is not None else None
    parts = [(own, own.table), *((p, t) for p, t in ((top, together), (parents, above)) if p is not None)]
    tables, draws, n = [], [], 0
    for result, table in parts:
        assert table is not None
        tables.append(table.assign(draws=np.where(table["draws"] >= 0, table["draws"] + n, -1)))
        if result.draws.size:
            draws.append(result.draws)
            n += len(result.draws)
    kinds = {"(all)": "all", ALL_TOP_CODES: "all"} | {str(name): "code" for name in own.categories["code"]}
    if parents is not None:
        kinds |= {str(name): "parent" for name in parents.categories["code"]}
    categories = [each.categories for each in (own, parents) if each is not None]
    pairs = [each.pairs for each in (own, parents) if each is not None and len(each.pairs)]
    values = {field.name: getattr(own, field.name) for field in fields(own)} | {
        "table": pd.concat(tables, ignore_index=True),
        "categories": pd.concat(categories, ignore_index=True),
        "pairs": pd.concat(pairs, ignore_index=True) if pairs else own.pairs,
        "draws": np.concatenate(draws) if draws else np.empty((0, 0)),
        "settings": {**own.settings, **settings},
        "size": {**own.size, **size},
        "problems": (*own.problems, *problems),
    }
    return CoderAgreement(**values, documents=documents, kinds=kinds)
