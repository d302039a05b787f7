"""Means of now beside all earlier reports at once: three reports may tell together what no two of them do."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lcresearch.disclosure.drafts import EARLIER, Draft
from lcresearch.disclosure.joint_sums import rows_that_tell
from lcresearch.disclosure.known_sums import Answered, Entries, earlier_sums, together
from lcresearch.disclosure.ledger import Ledger, Prints, persons_of
from lcresearch.disclosure.trees import Ints


@dataclass(frozen=True)
class JointReleases:
    """The answers of now, and the sums of earlier reports and packages.

    Attributes
    ----------
    now : Answered
    earlier : list of Entries
        See :func:`lcresearch.disclosure.known_sums.earlier_sums`.
    """

    now: Answered
    earlier: list[Entries]

    @classmethod
    def of(cls, ledger: Ledger, name: str, prints: Prints, waves: npt.NDArray[np.object_]) -> JointReleases | None:
        """None where there are fewer than two earlier reports of a wave: two reports are compared as such."""
        reports = [one.wave for one in ledger.earlier(name) if one.wave is not None]
        if len(reports) == len(set(reports)) and not any(one for one in ledger.packages(name)):
            return None
        now = Answered(persons_of(prints), waves, prints)
        return cls(now, list(earlier_sums(ledger, name, now)))

    def settle(self, draft: Draft, leaf: Ints, minimum: int) -> bool:
        """Hide one more cell if it and earlier reports together tell of too few persons."""
        block = draft.tree.blocks(draft.released)[leaf]
        n_now = int(block.max(initial=-1)) + 1
        if not n_now:
            return False
        known = together(self.now, [self.now.in_sums(block), *self.earlier], np.arange(len(self.now.person)))
        for rows in rows_that_tell(known.sums, np.arange(known.n_rows) < n_now, minimum):
            if draft.hide(draft.nearest_to(rows[rows < n_now]), EARLIER):
                return True
        return False
