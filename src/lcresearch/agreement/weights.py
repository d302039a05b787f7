"""Weights for agreement between categories: 1 for the same category, less the further two categories are apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from lcresearch.agreement.ratings import Array, Ratings
from lcresearch.errors import AgreementError


def agreement_weights(weights: str | npt.ArrayLike | None, ratings: Ratings) -> Array:
    """Weights of shape (q, q), symmetric, with ones on the diagonal.

    Parameters
    ----------
    weights : str, array_like or None
        None or ``identity`` (only the same category agrees), ``linear``, ``quadratic``, ``radical``, ``ordinal``,
        ``ratio``, ``circular`` or ``bipolar`` (Gwet, 2014, chapter 3), with x the categories as numbers (their
        order 1, 2, ... when they are texts) and d their range:

        - linear: 1 - abs(x_k - x_l) / d; quadratic: 1 - ((x_k - x_l) / d)^2; radical: 1 - sqrt(abs(x_k - x_l) / d);
        - ordinal: 1 - M_kl / max(M), with M_kl the number of pairs of categories from k to l;
        - ratio: 1 - ((x_k - x_l) / (x_k + x_l))^2 over its largest value;
        - circular: 1 - sin(pi (x_k - x_l) / (d + 1))^2 over its largest value;
        - bipolar: 1 - (x_k - x_l)^2 / ((x_k + x_l - 2 min)(2 max - x_k - x_l)) over its largest value.

        A matrix of shape (q, q) holds weights of agreement when its diagonal is all ones, and of disagreement, as in
        Cohen (1968), when its diagonal is all zeros; the latter become 1 - v / max(v), which leaves kappa the same.
    ratings : Ratings
        For the categories.

    Returns
    -------
    array, shape (q, q)

    Raises
    ------
    AgreementError
        A007 an unknown name, A008 a matrix that is no matrix of weights, A009 texts whose order was not given.

    See also
    --------
    rater_agreement : Takes the same ``weights``.
    """
    if weights is None or (isinstance(weights, str) and weights == "identity"):
        return np.eye(ratings.q)
    if isinstance(weights, str):
        if weights not in NAMED:
            raise AgreementError("A007", found=weights, known=", ".join(["identity", *NAMED]))
        found = 1 - np.ones((ratings.q, ratings.q)) if ratings.q < 2 else NAMED[weights](places(ratings))
        worst = found.max(initial=0.0)
        return np.asarray(1 - found / worst if worst > 0 else np.ones_like(found), dtype=np.float64)
    return _given(np.asarray(weights, dtype=np.float64), ratings.q)


def places(ratings: Ratings) -> Array:
    """The categories as numbers, shape (q,): their values, or 1 to q for texts."""
    values = ratings.values
    return values if values is not None else np.arange(1, ratings.q + 1, dtype=np.float64)


def _given(matrix: Array, q: int) -> Array:
    diagonal = np.diag(matrix) if matrix.shape == (q, q) else np.array([np.nan])
    symmetric = matrix.shape == (q, q) and np.isfinite(matrix).all() and np.allclose(matrix, matrix.T)
    if symmetric and (diagonal == 1).all() and matrix.max() <= 1:
        return matrix
    if symmetric and (diagonal == 0).all() and matrix.min() >= 0 and matrix.max() > 0:
        return np.asarray(1 - matrix / matrix.max(), dtype=np.float64)
    raise AgreementError("A008", q=q, shape=str(tuple(matrix.shape)))


def _apart(x: Array) -> Array:
    return np.asarray(np.abs(x[:, None] - x[None, :]), dtype=np.float64)


def _ordinal(x: Array) -> Array:
    steps = _apart(np.arange(len(x), dtype=np.float64))
    return np.asarray((steps + 1) * steps / 2, dtype=np.float64)


def _ratio(x: Array) -> Array:
    total = x[:, None] + x[None, :]
    share = np.divide(x[:, None] - x[None, :], total, out=np.zeros_like(total), where=total != 0)
    return np.asarray(share**2, dtype=np.float64)


def _circular(x: Array) -> Array:
    return np.asarray(np.sin(np.pi * _apart(x) / (x.max() - x.min() + 1)) ** 2, dtype=np.float64)


def _bipolar(x: Array) -> Array:
    total = x[:, None] + x[None, :]
    scale = (total - 2 * x.min()) * (2 * x.max() - total)
    apart = np.divide(_apart(x) ** 2, scale, out=np.zeros_like(total), where=(scale != 0) & (_apart(x) > 0))
    return np.asarray(apart, dtype=np.float64)


NAMED: dict[str, Callable[[Array], Array]] = {
    "linear": _apart,
    "quadratic": lambda x: _apart(x) ** 2,
    "radical": lambda x: np.sqrt(_apart(x)),
    "ordinal": _ordinal,
    "ratio": _ratio,
    "circular": _circular,
    "bipolar": _bipolar,
}


def ordered(ratings: Ratings, given: Any, purpose: str) -> None:
    """Refuse a scale with an order for texts whose order was not given (A009)."""
    if given is None and ratings.values is None:
        raise AgreementError("A009", purpose=purpose, found=", ".join(map(str, ratings.categories)))
