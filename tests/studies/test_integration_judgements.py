"""Judgements that somebody filled in are never lost by making the form anew."""

import pandas as pd
import pytest

from lcresearch import integration
from lcresearch.errors import IntegrationError
from lcresearch.studies.integration_private import keep_filled_forms


@pytest.fixture
def agreement():
    effects = pd.DataFrame({"element": ["coaching"], "estimate": [0.3], "conf_low": [0.2], "conf_high": [0.4],
                            "smallest_worthwhile": [0.1]})  # fmt: skip
    said = pd.DataFrame({"element": ["coaching"], "n_persons": [12], "of_persons": [30], "n_cases": [4],
                         "of_cases": [6], "n_persons_helping": [10], "n_persons_lacking": [4],
                         "n_persons_valuing": [10], "n_persons_hindering": [0]})  # fmt: skip
    return integration.convergence(effects, said)


def form_of(agreement, folder, **filled):
    """A form as integration leaves it, filled in."""
    (folder / "private").mkdir(parents=True)
    form = integration.judgement_form(agreement, folder / "private" / "judgements.xlsx", language="en")
    from openpyxl import load_workbook

    book = load_workbook(form)
    sheet = book["judgements"]
    heads = [cell.value for cell in sheet[1]]
    for name, value in filled.items():
        sheet.cell(row=2, column=heads.index(name) + 1, value=value)
    book.save(form)
    return form


FILLED = {"judgement": "divergent", "by": "An de Vries", "date": "2026-01-02", "because": "They mean something else."}


@pytest.mark.parametrize("filled", [FILLED, {"judgement": "divergent"}])
def test_a_form_with_judgements_that_nothing_else_holds_is_not_replaced(agreement, tmp_path, filled):
    form = form_of(agreement, tmp_path / "integration", **filled)
    for named in (None, form):
        with pytest.raises(IntegrationError, match="Q168"):
            keep_filled_forms(tmp_path / "integration", named)


def test_an_empty_form_and_one_whose_judgements_are_kept_may_be_made_anew(agreement, tmp_path):
    keep_filled_forms(tmp_path / "nothing yet", None)
    form_of(agreement, tmp_path / "empty")
    keep_filled_forms(tmp_path / "empty", None)
    form = form_of(agreement, tmp_path / "filled", **FILLED)
    kept = integration.write_judgements(integration.read_judgements(form), tmp_path / "judgements.yaml")
    keep_filled_forms(tmp_path / "filled", kept)
