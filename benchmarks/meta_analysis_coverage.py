"""How often 95% intervals of few studies hold the truth. Run: python benchmarks/meta_analysis_coverage.py."""

import numpy as np

from lcresearch.synthesis.random_effects.fitting import fit_at
from lcresearch.synthesis.random_effects.heterogeneity import Studies, estimate_tau2

KIND = "simulation"

TAU2, TIMES = 0.05, 2000


def main():
    rng = np.random.default_rng(2026)
    print(f"true mean 0.3, tau2 {TAU2}, sampling variances 0.01 to 0.15, {TIMES} times; errors of shares below 0.008")
    for k in (3, 5, 10, 20):
        held = {"normal": 0, "knapp-hartung": 0, "adhoc": 0, "new study": 0}
        for _ in range(TIMES):
            v = rng.uniform(0.01, 0.15, k)
            studies = Studies(rng.normal(0.3, np.sqrt(TAU2 + v)), v, np.ones((k, 1)))
            tau2, error = estimate_tau2(studies, "REML")
            new = rng.normal(0.3, np.sqrt(TAU2))
            for test in ("normal", "knapp-hartung", "adhoc"):
                fit = fit_at(studies, tau2, error, "REML", test)
                spread, critical = fit.covariance[0, 0], fit.critical(0.95)
                held[test] += abs(fit.coefficients[0] - 0.3) <= critical * np.sqrt(spread)
                if test == "knapp-hartung":
                    held["new study"] += abs(fit.coefficients[0] - new) <= critical * np.sqrt(tau2 + spread)
        print(f"k = {k}: " + ", ".join(f"{name} {count / TIMES:.3f}" for name, count in held.items()))


if __name__ == "__main__":
    main()
