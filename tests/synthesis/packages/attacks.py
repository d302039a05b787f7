"""What attackers on packages have in common: the rows that they know and the sums that they would take."""

import datetime
from dataclasses import replace

from lcresearch.multilevel import crossproducts
from lcresearch.synthesis import prepare_packages
from lcresearch.synthesis.programme import example_programme, plan_of, rows_of

PROGRAMME = example_programme()
GROWTH = plan_of(PROGRAMME, "growth")
DAYS = [datetime.date(2026, month, 1) for month in range(1, 13)]


def with_frame(evidence, change):
    return replace(evidence, frame=change(evidence.frame.copy()).reset_index(drop=True))


def persons_of(evidence, community):
    frame = evidence.frame
    return frame.loc[frame["community"].str.endswith(f" {community}"), "respondent"].unique()


def without(evidence, persons, wave=None):
    def change(frame):
        gone = frame["respondent"].isin(persons)
        return frame[~(gone if wave is None else gone & (frame["wave"] == wave))]

    return with_frame(evidence, change)


def unprotected(evidence):
    """Sums of products as anyone would make them, by community."""
    rows = rows_of(GROWTH, PROGRAMME, evidence.frame).dropna()
    return crossproducts(GROWTH.formula, rows, shift={})


def total(cross, community):
    """Number of persons and sum of the outcome of a community."""
    here = cross.cells["community"].astype(str).str.endswith(f" {community}").to_numpy()
    return cross.sums[0, 0, here].sum(), cross.sums[0, -1, here].sum()


def communities(package):
    return {name.rsplit(" ", 1)[1] for name in package.let_through["growth"]["community"]}


def packed(evidence, programme=PROGRAMME, date=DAYS[0]):
    return prepare_packages(evidence, programme, date=date)[0]


def change_of(evidence, person):
    own = evidence.frame[evidence.frame["respondent"] == person].set_index("wave")["learning_culture"]
    return own["t1"] - own["t0"]


def of_answers():
    """The programme with a model of all answers, of persons who answered once as well."""
    model = PROGRAMME.models["growth"].model_copy(update={"rows": "waves", "covariates": ()})
    return PROGRAMME.model_copy(update={"models": {"growth": model}})
