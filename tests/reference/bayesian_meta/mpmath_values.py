"""Posteriors of the normal-normal model by adaptive quadrature with 30 digits. Run: python mpmath_values.py (mpmath).

Everything is integrated over tau itself (tanh-sinh, between points a factor of two apart), and quantiles are roots of
the integrated distribution function. Nothing of lcresearch is used.
"""

import itertools
import json
from pathlib import Path

import mpmath as mp

mp.mp.dps = 30
TOY = {"yi": ["0.10", "0.55", "0.32"], "vi": ["0.0225", "0.0484", "0.09"]}
CASES = {
    "toy3_half_normal": TOY | {"tau_prior": ["half-normal", "0.5"]},
    "toy3_half_t": TOY | {"tau_prior": ["half-t", "0.5", "3"]},
    "toy3_exponential": TOY | {"tau_prior": ["exponential", "0.3"]},
    "toy3_flat": TOY | {"tau_prior": ["flat"]},
    "toy3_normal_mean": TOY | {"tau_prior": ["half-cauchy", "0.5"], "mean_prior": ["0.1", "0.5"]},
    "one_study": {"yi": ["0.4"], "vi": ["0.04"], "tau_prior": ["half-normal", "0.5"]},
    "two_tiny_variances": {"yi": ["0", "1"], "vi": ["1e-10", "1e-10"], "tau_prior": ["half-normal", "0.5"]},
    "two_tiny_uniform": {"yi": ["0", "1"], "vi": ["1e-10", "1e-10"], "tau_prior": ["uniform", "4"]},
    "two_huge_variances": {"yi": ["-100", "300"], "vi": ["1e6", "4e6"], "tau_prior": ["half-cauchy", "0.5"]},
    "tiny_and_huge": {"yi": ["0.3", "50"], "vi": ["1e-8", "1e4"], "tau_prior": ["half-normal", "0.5"]},
    "ties": {"yi": ["0.2"] * 4, "vi": ["0.04"] * 4, "tau_prior": ["half-normal", "0.5"]},
    "ties_tiny": {"yi": ["0.2"] * 3, "vi": ["1e-12"] * 3, "tau_prior": ["half-cauchy", "0.5"]},
    "far_from_the_prior": {"yi": ["0", "0", "1000"], "vi": ["0.01"] * 3, "tau_prior": ["half-normal", "0.5"]},
    "far_from_zero": {"yi": ["1000000", "1000000.5", "1000001"], "vi": ["0.25"] * 3, "tau_prior": ["flat"]},
    "near_equal_effects": {"yi": ["0.1", "0.5"], "vi": ["0.04", "0.01"], "tau_prior": ["half-normal", "1e-8"]},
}
PROBABILITIES = ("0.025", "0.5", "0.975")


def log_prior(name, *numbers):
    a = [mp.mpf(x) for x in numbers]
    if name == "half-normal":
        return lambda t: mp.log(2) - mp.log(a[0]) - mp.log(2 * mp.pi) / 2 - (t / a[0]) ** 2 / 2
    if name == "exponential":
        return lambda t: -mp.log(a[0]) - t / a[0]
    if name == "uniform":
        return lambda t: -mp.log(a[0])
    if name == "flat":
        return lambda t: mp.mpf(0)
    df = a[1] if name == "half-t" else mp.mpf(1)
    c = mp.log(2) + mp.loggamma((df + 1) / 2) - mp.loggamma(df / 2) - mp.log(df * mp.pi) / 2 - mp.log(a[0])
    return lambda t: c - (df + 1) / 2 * mp.log(1 + (t / a[0]) ** 2 / df)


def root(function, low, high):
    """Regula falsi with the Illinois rule, to about 18 digits."""
    at_low, at_high = function(low), function(high)
    while at_high != at_low:
        x = high - at_high * (high - low) / (at_high - at_low)
        found = function(x)
        if abs(found) < mp.mpf(10) ** -19 or abs(high - low) < mp.mpf(10) ** -18 * abs(high):
            return x
        if (found > 0) != (at_high > 0):
            low, at_low = high, at_high
        else:
            at_low /= 2
        high, at_high = x, found
    return high


class Posterior:
    def __init__(self, yi, vi, tau_prior, mean_prior=None):
        self.y, self.v = [mp.mpf(x) for x in yi], [mp.mpf(x) for x in vi]
        self.prior = log_prior(*tau_prior)
        self.mean = [mp.mpf(x) for x in mean_prior] if mean_prior else None
        scale = mp.mpf(tau_prior[1]) if len(tau_prior) > 1 else mp.mpf(1)
        low = min([scale, *(mp.sqrt(x) for x in self.v)]) / 128
        high = max([scale, max(self.y) - min(self.y), *(mp.sqrt(x) for x in self.v)]) * 8
        if tau_prior[0] == "uniform":
            high = scale
        self.points = [mp.mpf(0)]
        while low < high:
            self.points.append(low)
            low *= 2
        self.points += [high] if tau_prior[0] == "uniform" else [high, mp.inf]
        self.top = max(self.log_density(t) for t in self.points[1:] if t < mp.inf)
        self.kept = {}
        self.total = self.integral(lambda m, s, t: 1)

    def given(self, t):
        w = [1 / (v + t * t) for v in self.v]
        p = mp.fsum(w)
        a = mp.fsum(wi * y for wi, y in zip(w, self.y, strict=True))
        if self.mean:
            p, a = p + self.mean[1] ** -2, a + self.mean[0] / self.mean[1] ** 2
        m = a / p
        q = mp.fsum(wi * (y - m) ** 2 for wi, y in zip(w, self.y, strict=True))
        n = len(self.y) - 1
        if self.mean:
            q += ((m - self.mean[0]) / self.mean[1]) ** 2
            n += 1
        ll = (mp.fsum(mp.log(wi) for wi in w) - mp.log(p) - q - n * mp.log(2 * mp.pi)) / 2
        return m, mp.sqrt(1 / p), ll - (mp.log(self.mean[1]) if self.mean else 0)

    def log_density(self, t):
        return self.given(t)[2] + self.prior(t)

    def at(self, t):
        if t not in self.kept:
            m, s, ll = self.given(t)
            self.kept[t] = m, s, mp.exp(ll + self.prior(t) - self.top)
        return self.kept[t]

    def integral(self, function, points=None):
        def integrand(t):
            m, s, density = self.at(t)
            return function(m, s, t) * density if density else mp.mpf(0)

        return mp.fsum(mp.quad(integrand, list(ends)) for ends in itertools.pairwise(points or self.points))

    def below(self, of, x):
        def normal(m, s, t):
            if of == "new":
                s = mp.sqrt(s * s + t * t)
            elif of != "mean":
                y, v = self.y[of], self.v[of]
                b = v / (v + t * t)
                m, s = (1 - b) * y + b * m, mp.sqrt(v * (1 - b) + (b * s) ** 2)
            return mp.ncdf((x - m) / s)

        if of == "tau":
            points = [p for p in self.points if p < x]
            return self.integral(lambda m, s, t: 1, [*points, x]) / self.total
        return self.integral(normal) / self.total

    def quantile(self, of, p):
        p = mp.mpf(p)
        if of == "tau":
            low, high = mp.mpf(0), next(x for x in self.points[1:] if x == mp.inf or self.below(of, x) > p)
            low = max(x for x in self.points if x < high)
            high = 4 * low if high == mp.inf else high
        else:
            step = max(mp.sqrt(v) for v in self.v) + max(self.y) - min(self.y)
            low = high = mp.fsum(self.y) / len(self.y)
            while self.below(of, low) > p:
                low, step = low - step, 2 * step
            while self.below(of, high) < p:
                high, step = high + step, 2 * step
        return root(lambda x: self.below(of, x) - p, low, high)


def values(case):
    found = Posterior(case["yi"], case["vi"], case["tau_prior"], case.get("mean_prior"))
    out = {"log_total": found.top + mp.log(found.total)}
    for of in ("mean", "tau", "new", 0):
        out["first" if of == 0 else of] = [found.quantile(of, p) for p in PROBABILITIES]
    out["p_mean_above_0.25"] = 1 - found.below("mean", mp.mpf("0.25"))
    out["p_new_above_0.25"] = 1 - found.below("new", mp.mpf("0.25"))
    return {k: [mp.nstr(x, 17) for x in v] if isinstance(v, list) else mp.nstr(v, 17) for k, v in out.items()}


if __name__ == "__main__":
    found = {}
    file = Path(__file__).with_name("mpmath_values.json")
    if file.exists():
        found = json.loads(file.read_text())["cases"]
    for name, case in CASES.items():
        if found.get(name, {}).get("case") == case:
            continue
        found[name] = {"case": case, "values": values(case)}
        print(name, flush=True)
        file.write_text(
            json.dumps({"software": f"mpmath {mp.__version__}", "digits": mp.mp.dps, "cases": found}, indent=1) + "\n"
        )
