"""The line of a meta-regression over one numeric moderator, with its bands."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from lcresearch.errors import SynthesisError, nearest
from lcresearch.synthesis.effect_sizes.figures import Array
from lcresearch.synthesis.random_effects.fitting import Fit
from lcresearch.synthesis.random_effects.heterogeneity import EQUAL_EFFECTS
from lcresearch.synthesis.random_effects.reading import Input

_POINTS = 101


def numeric_moderator(given: Input, moderator: str | None) -> pd.Series:
    """The values of a moderator in the studies.

    Raises
    ------
    SynthesisError
        Y021: there are no moderators; Y080: none is numeric, or which one is meant is not clear.
    """
    frame = _moderators(given)
    numeric = [str(name) for name in frame.columns if _is_number(frame[name])]
    if moderator is None and len(numeric) == 1:
        moderator = numeric[0]
    if moderator not in numeric:
        near = nearest(str(moderator), numeric) if moderator is not None else None
        raise SynthesisError("Y080", found=moderator or "–", known=numeric or "–", nearest=near or "–")
    return frame[moderator].astype(float)


def regression_line(fit: Fit, given: Input, moderator: str | None, at: Any, conf_level: float) -> pd.DataFrame:
    """Fitted effects at values of a moderator, averaged over what the other moderators are in the studies."""
    values = numeric_moderator(given, moderator)
    places = np.linspace(values.min(), values.max(), _POINTS) if at is None else _places(at)
    x = _design_at(given, str(values.name), places)
    estimate = x @ fit.coefficients
    error = np.sqrt(np.sum((x @ fit.covariance) * x, axis=1))
    critical = fit.critical(conf_level)
    wide = critical * np.sqrt(error**2 + fit.tau2)
    if fit.method in EQUAL_EFFECTS:
        wide = np.full_like(wide, np.nan)
    half = critical * error
    columns = {"at": places, "estimate": estimate, "std_error": error}
    columns |= {"conf_low": estimate - half, "conf_high": estimate + half}
    return pd.DataFrame(columns | {"pred_low": estimate - wide, "pred_high": estimate + wide})


def _design_at(given: Input, moderator: str, places: Array) -> Array:
    """Design at each value of the moderator, shape (n, p): the average over studies."""
    frame = _moderators(given)
    k, n = len(frame), len(places)
    changed = frame.iloc[np.tile(np.arange(k), n)].assign(**{moderator: np.repeat(places, k)})
    design = np.asarray(given.spec.get_model_matrix(changed), dtype=np.float64)
    return np.asarray(design.reshape(n, k, -1).mean(axis=1))


def _moderators(given: Input) -> pd.DataFrame:
    if given.moderators is None:
        raise SynthesisError("Y021")
    return given.moderators


def _places(at: Any) -> Array:
    return np.atleast_1d(np.asarray(at, dtype=np.float64))


def _is_number(column: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
