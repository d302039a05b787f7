"""What a report shows of interviews: released counts of persons, and quotes that were released one by one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from lcresearch.errors import Problem

Text = Mapping[str, str]


@dataclass(frozen=True)
class CodeName:
    """What a code is called, and the theme at the top of the tree that it belongs to (its own name when it is one)."""

    name: Text
    theme: Text


@dataclass(frozen=True)
class ReleasedQuote:
    """Words of a person that may be shown, with what may be said about who spoke."""

    text: str
    speaker: Text


@dataclass(frozen=True)
class InterviewContent:
    """Interviews in a report. Frames have codes by id, in the order of the codebook.

    Attributes
    ----------
    n_interviews, n_persons, n_coders, n_passages : int
    by : str
        Attribute by which interviews are compared; empty when they are not.
    codes : mapping of str to CodeName
        All codes that text can have, by id.
    groups : DataFrame
        ``group, n_persons``: groups that are shown.
    totals : DataFrame
        ``code, n_with, n_persons, share, conf_low, conf_high``: in how many persons' interviews a code stands.
    shares : DataFrame
        The same with ``group`` behind ``code``: the cells that are shown.
    tests : DataFrame
        ``code, p_value, p_adjusted`` (exact or by permutation; Holm), of codes shown for every group.
    together : DataFrame
        ``code_1, code_2, n_both, n_cases, jaccard, lift``: pairs of at least three persons.
    curve : DataFrame
        ``n_persons, expected``: mean over orders in whole codes, at a few numbers of persons; empty with too few. In
        the confidential page as of :class:`~lcresearch.interviews.Saturation`.
    saturation : mapping of str to number
        ``n_codes``, ``estimated_codes`` and ``n_after`` (codes found after the stopping point) where these may be
        shown; in the confidential page the whole glance.
    coverage : DataFrame
        ``role, n_persons, share``: how much of what each role says is coded.
    agreement : DataFrame
        ``code, n_given, percent_agreement, krippendorff_alpha, alpha_low, alpha_high, gwet_ac1``: of coders, before
        they talked it over; the code is empty for all codes together. Without rows when there is one coder.
    topics : DataFrame
        ``words, n_persons, n_group, share``: topics that came back in resamples, when the study asks for them.
    quotes : tuple of ReleasedQuote
    n_hidden_groups, n_hidden_codes, n_hidden_cells : int
        What was withheld: groups, codes, and codes within groups that are shown.
    reason : str
        Why nothing is shown (``few``, ``earlier``), or empty.
    confidential : bool
        True for the page in the researcher's own folder, where nothing is withheld.
    problems : tuple of Problem
    """

    n_interviews: int
    n_persons: int
    n_coders: int
    n_passages: int
    by: str
    codes: Mapping[str, CodeName]
    groups: pd.DataFrame
    totals: pd.DataFrame
    shares: pd.DataFrame
    tests: pd.DataFrame
    together: pd.DataFrame
    curve: pd.DataFrame
    saturation: Mapping[str, float | None] = field(default_factory=dict)
    coverage: pd.DataFrame = field(default_factory=pd.DataFrame)
    agreement: pd.DataFrame = field(default_factory=pd.DataFrame)
    topics: pd.DataFrame = field(default_factory=pd.DataFrame)
    quotes: tuple[ReleasedQuote, ...] = ()
    n_hidden_groups: int = 0
    n_hidden_codes: int = 0
    n_hidden_cells: int = 0
    reason: str = ""
    confidential: bool = False
    problems: tuple[Problem, ...] = ()
