"""The table as a result: columns, both languages, and the same after a trip through JSON."""

import json

import pytest

from lcresearch.errors import SynthesisError
from lcresearch.synthesis.elements import WorkingElements, elements_table, judge_elements

FIXED = {
    *("element", "n_consortia", "n_communities", "estimate", "std_error", "conf_low", "conf_high", "pred_low"),
    *("pred_high", "tau", "p_positive_new", "sector_p", "verdict", "certainty", "reason", "planned"),
}


@pytest.fixture
def found(element, sectors):
    three = sectors({"energy": 0.3, "water": 0.25, "care": 0.35})
    split = sectors({"energy": 0.4, "water": 0.0, "care": 0.02})
    return judge_elements(
        [
            element("coaching", sectors=three, sector_p=0.4),
            element("shared purpose", sectors=split, sector_p=0.0001, estimate=0.14),
            element("no replacement", estimate=-0.3, how_measured="self-report"),
            element("newsletter", estimate=0.01, std_error=0.03, planned=False),
            element("coaching", outcome="innovation", estimate=0.12, std_error=0.08),
        ]
    )


def test_columns_that_others_rely_on(found):
    table = found.frame("en")
    assert set(table.columns) >= FIXED
    assert table["verdict"].tolist() == [
        "generic",
        "sector-specific",
        "generic",
        "no worthwhile effect",
        "not enough evidence",
    ]


def test_reasons_in_both_languages(found):
    english, dutch = found.reason_in("en"), found.reason_in("nl")
    assert english[0] == (
        "In all three sectors the effect is above 0.10 sd; "
        "the chance that this also holds in a new consortium is more than 99%."
    )
    assert dutch[0] == (
        "In alle drie de sectoren is het effect groter dan 0,10 sd; "
        "de kans dat dit ook geldt in een nieuw consortium is meer dan 99%."
    )
    assert english[2] == (
        "The chance is more than 99% that the effect is negative, below -0.10 sd, in a new consortium."
    )
    assert dutch[3] == (
        "Het effect ligt tussen -0,05 en 0,07 sd (95%-interval); dat is te klein, want pas vanaf 0,10 sd is het de "
        "moeite waard."
    )
    assert not any("{" in text for text in [*english, *dutch])


def test_explanation_of_one_element_over_its_outcomes(found):
    text = found.explain("coaching", "nl")
    assert text.startswith("coaching (learning): generiek\nIn alle drie de sectoren")
    assert "coaching (innovation): te weinig bewijs" in text
    assert "Zekerheid: matig." in text
    with pytest.raises(SynthesisError, match="Did you mean 'coaching'"):
        found.explain("coachin")


def test_language_of_the_table(element):
    assert elements_table([element()], language="nl")["reason"][0].startswith("De kans is meer dan 99%")


def test_same_after_json(found):
    again = WorkingElements.from_dict(json.loads(json.dumps(found.to_dict())))
    assert again.reason_in("nl").tolist() == found.reason_in("nl").tolist()
    assert again.unmeasured_in("en").tolist() == found.unmeasured_in("en").tolist()
    assert again.tidy().round(12).equals(found.tidy().round(12))


def test_tidy_glance_and_print(found):
    tidy = found.tidy(0.90)
    assert tidy["conf_low"][0] > found.table["conf_low"][0]
    assert (tidy["p_value"] < 0.05).tolist() == [True, True, True, False, False]
    assert found.glance().loc[0, "n_generic"] == 2
    text = str(found)
    assert "1 element is exploratory" in text
    assert "not assigned to communities by lot" in text
    assert "shared purpose" in found.to_latex()
