"""How many units two coders must both code before kappa is known well enough."""

from __future__ import annotations

import math

import numpy as np
from scipy import stats

from lcresearch.agreement.two_raters import kappa_of_table
from lcresearch.errors import AgreementError


def units_for_kappa(prevalence: float, *, kappa: float = 0.7, half_width: float = 0.1, conf_level: float = 0.95) -> int:
    """Units that two coders must both code for an interval of Cohen's kappa that is no wider than asked.

    n = (z s / h)^2 with h half the width of the interval and s / sqrt(n) the large-sample standard error of kappa
    (Fleiss, Cohen & Everitt, 1969) for a code that both coders give to the same share of units. Units of one text are
    alike, so that more are needed than this: count it as the least.

    Parameters
    ----------
    prevalence : float
        Share of units that get the code, between 0 and 1: the rarer a code, the more units.
    kappa : float
        The value that is expected, between 0 and 1.
    half_width : float
        How far the limits may lie from the estimate, between 0 and 1.
    conf_level : float

    Returns
    -------
    int

    Raises
    ------
    AgreementError
        A030: a number outside its range.

    References
    ----------
    Fleiss, Cohen & Everitt (1969), Psychological Bulletin 72, 323-327, equation 13; planning by the width of the
    interval as in Donner & Rotondi (2010), International Journal of Biostatistics 6(1), article 31.

    Examples
    --------
    >>> units_for_kappa(0.1), units_for_kappa(0.3), units_for_kappa(0.1, half_width=0.2)
    (569, 236, 143)
    """
    limits = {"prevalence": prevalence, "kappa": kappa, "half_width": half_width, "conf_level": conf_level}
    for name, value in limits.items():
        if not 0 < value < 1:
            raise AgreementError("A030", name=name, found=str(value))
    both = prevalence**2 + kappa * prevalence * (1 - prevalence)
    one = prevalence - both
    error = kappa_of_table(np.array([[both, one], [one, 1 - both - 2 * one]]), np.eye(2)).std_error
    z = float(stats.norm.ppf(0.5 + conf_level / 2))
    return math.ceil((z * error / half_width) ** 2)
