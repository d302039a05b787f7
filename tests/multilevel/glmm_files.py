"""What R gives for generalised models: the reference files, with terms by our names."""

import json
import re
from pathlib import Path

import pandas as pd

FILES = Path(__file__).parents[1] / "reference" / "glmm"
CONTENT = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FILES.glob("*.json"))}
VALUES = {name: content["values"] for name, content in CONTENT.items()}
ALL = [name for name, values in VALUES.items() if "coefficients" in values]
MIXED = [name for name in ALL if name != "wine_clm"]
LME4 = [name for name in ALL if "fixef" in VALUES[name]]
PROBIT = "contraception_probit"
BY_DIFFERENTIATION = (PROBIT, "grouseticks_rows")


def ours(term):
    """R's name of a term as it is here: ``urbanY`` is ``urban[T.Y]``."""
    if term == "(Intercept)":
        return "Intercept"
    if term == "I(age^2)":
        return "I(age ** 2)"
    return re.sub(r"^(period|urban|livch|YEAR|temp|contact)(.+)", r"\1[T.\2]", term)


def coefficients(name):
    """Estimates and standard errors of R, by our names."""
    values = VALUES[name]
    if name in BY_DIFFERENTIATION:
        other = values["glmmTMB"]
        return pd.DataFrame({"estimate": other["fixef"], "se": other["se"]}).rename(index=ours)
    table = pd.DataFrame(values["coefficients"]).rename(columns={"Estimate": "estimate", "Std. Error": "se"})
    return table.set_index(table["term"].map(ours))[["estimate", "se"]]


def log_likelihood(name):
    values = VALUES[name]
    if name == PROBIT:
        return values["glmmTMB"]["logLik"]
    return (
        values["logLik_marginal_exact"] if "_agq" in name and name != "cbpp_agq1" and name in LME4 else values["logLik"]
    )
