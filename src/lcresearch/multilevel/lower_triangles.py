"""Symmetric matrices of which only the lower triangle is kept, row by row: what is above the diagonal is not read.

Large matrices are passed over as little as can be: half of their numbers are neither made nor copied.
"""

from __future__ import annotations

import numpy as np
import scipy.linalg

from lcresearch.multilevel.small_matrices import Array


def filled(lower: Array) -> Array:
    """The whole symmetric matrix."""
    found = np.tril(lower, -1)
    found += found.T
    found[np.diag_indices_from(found)] = np.diagonal(lower)
    return found


def times(lower: Array, right: Array) -> Array:
    """The symmetric matrix (n, n) times a matrix (n, k) or a vector (n,)."""
    if np.iscomplexobj(lower) or np.iscomplexobj(right) or not right.size:
        return np.asarray(filled(lower) @ right)
    columns = right.reshape(len(right), -1)
    found = scipy.linalg.blas.dsymm(1.0, lower.T, np.asfortranarray(columns), lower=0)
    return np.asarray(found).reshape(right.shape)


def log_det_and_inverse(lower: Array) -> tuple[float, Array]:
    """log det and the lower triangle of the inverse of a positive definite matrix, which is overwritten."""
    factor, failed = scipy.linalg.lapack.dpotrf(lower.T, lower=0, overwrite_a=1, clean=0)
    if failed:
        return np.nan, np.full_like(lower, np.nan)
    log_det = 2 * float(np.log(np.diagonal(factor)).sum())
    inverse, _ = scipy.linalg.lapack.dpotri(factor, lower=0, overwrite_c=1)
    return log_det, inverse.T
