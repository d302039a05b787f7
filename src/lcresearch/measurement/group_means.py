"""Means of groups with intervals that know that people of one cluster resemble each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

Array = npt.NDArray[np.float64]
Codes = npt.NDArray[np.intp]


def group_means(
    frame: pd.DataFrame,
    value: str,
    groups: Sequence[str],
    *,
    cluster: Sequence[str] | None = None,
    conf_level: float = 0.95,
) -> pd.DataFrame:
    """Mean, standard deviation and interval of ``value`` in each group.

    With ``cluster`` (the level inside the group, for instance communities inside a consortium) the standard error is
    the bias-reduced cluster-robust one (CR2) with Satterthwaite degrees of freedom; it is exact for clusters of equal
    size. A group that holds a single cluster, or none, gets the ordinary interval over its persons.

    Parameters
    ----------
    frame : DataFrame
        A row a person; rows without a value or without a group are left out.
    value : str
        Column with the numbers.
    groups : sequence of str
        Columns that together name the group; an empty list gives one row over all.
    cluster : sequence of str, optional
        Columns that, within the group, name the cluster. Rows without a cluster are each a cluster of their own.
    conf_level : float
        Coverage of the interval.

    Returns
    -------
    DataFrame
        The group columns, then ``n, mean, sd, std_error, df, n_clusters, conf_low, conf_high``. A group of one has
        a mean only.

    References
    ----------
    Bell & McCaffrey (2002), Survey Methodology 28, 169-181; Pustejovsky & Tipton (2018), Journal of Business &
    Economic Statistics 36, 672-683; here with independence as the working model and an intercept only, for which
    the sums below are closed forms.

    Examples
    --------
    >>> frame = pd.DataFrame({"firm": list("aaabbb"), "score": [1.0, 2.0, 3.0, 2.0, 4.0, 3.0]})
    >>> group_means(frame, "score", ["firm"])[["firm", "n", "mean"]]
      firm  n  mean
    0    a  3   2.0
    1    b  3   3.0
    """
    groups = list(groups)
    rows = frame.dropna(subset=[value, *groups])
    keys = rows.groupby(groups, sort=True, observed=True) if groups else None
    group: Codes = np.zeros(len(rows), dtype=np.intp)
    if keys is not None:
        group = np.asarray(keys.ngroup(), dtype=np.intp)
    names = rows[groups].iloc[np.unique(group, return_index=True)[1]].reset_index(drop=True)
    if not groups:
        names = pd.DataFrame(index=range(min(len(rows), 1)))
    inner: Codes = _cluster_codes(rows, groups, list(cluster)) if cluster else np.arange(len(rows), dtype=np.intp)
    numbers = clustered_means(rows[value].to_numpy(dtype=float), group, inner)
    reach = stats.t.ppf(0.5 + conf_level / 2, numbers["df"]) * numbers["std_error"]
    numbers = numbers.assign(conf_low=numbers["mean"] - reach, conf_high=numbers["mean"] + reach)
    return pd.concat([names, numbers], axis=1)


def _cluster_codes(rows: pd.DataFrame, groups: list[str], cluster: list[str]) -> Codes:
    codes = rows.groupby([*groups, *cluster], sort=False, observed=True, dropna=False).ngroup().to_numpy().copy()
    alone = rows[cluster].isna().any(axis=1).to_numpy()
    codes[alone] = codes.max(initial=-1) + 1 + np.arange(alone.sum())
    found: Codes = np.unique(codes, return_inverse=True)[1]
    return found


def clustered_means(values: Array, group: Codes, cluster: Codes) -> pd.DataFrame:
    """The numbers of :func:`group_means` on arrays of equal length ``(persons,)``.

    ``group`` and ``cluster`` hold codes from 0; a cluster lies in one group. Writing ``p`` for the share of a
    cluster in its group and ``r`` for its sum of residuals, the variance of the mean is the sum over clusters of
    ``r**2 / (1 - p)`` divided by ``n**2``, and with ``a = p**2 / (1 - p)`` its degrees of freedom are
    ``1 / (sum(p**2) + sum(a)**2 - sum(a**2))``.
    """
    n_groups = int(group.max(initial=-1)) + 1
    n = np.bincount(group, minlength=n_groups).astype(float)
    mean = np.bincount(group, values, n_groups) / n
    residual = values - mean[group]
    sum_of_squares = np.bincount(group, residual**2, n_groups)
    of_cluster, first = np.unique(cluster, return_index=True)
    n_clusters = np.bincount(group[first], minlength=n_groups)
    alone = n_clusters[group] < 2
    cluster = np.where(alone, len(of_cluster) + np.arange(len(values)), cluster)
    _, first, cluster = np.unique(cluster, return_index=True, return_inverse=True)
    home = group[first]
    share = np.bincount(cluster) / n[home]
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.bincount(home, np.bincount(cluster, residual) ** 2 / (1 - share), n_groups) / n**2
        weight = share**2 / (1 - share)
        total = np.bincount(home, weight, n_groups)
        df = 1 / (np.bincount(home, share**2, n_groups) + total**2 - np.bincount(home, weight**2, n_groups))
        columns = {
            "n": n.astype(int),
            "mean": mean,
            "sd": np.where(n > 1, np.sqrt(sum_of_squares / (n - 1)), np.nan),
            "std_error": np.where(n > 1, np.sqrt(variance), np.nan),
            "df": np.where(n > 1, df, np.nan),
            "n_clusters": n_clusters,
        }
    return pd.DataFrame(columns)
