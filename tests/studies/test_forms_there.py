"""Forms that were made before, and whether they still are what would be made now."""

from __future__ import annotations

import shutil

from lcresearch import shipped, studies
from lcresearch.studies.forms_there import forms_there


def test_a_form_that_differs_from_the_settings_says_so(tmp_path):
    folder = shutil.copytree(shipped.folder("analyses") / "short-cycle-example", tmp_path / "study")
    studies.load(folder).export_forms(platforms=["limesurvey", "codebook", "surveyjs", "xlsform"])
    assert not any(one.differs for one in forms_there(studies.load(folder)))
    text = (folder / "study.yaml").read_text(encoding="utf-8")
    (folder / "study.yaml").write_text(text.replace("De Vries", "De Vries bv"), encoding="utf-8")
    assert {one.platform for one in forms_there(studies.load(folder)) if one.differs} == {
        "limesurvey", "codebook", "surveyjs", "xlsform"
    }  # fmt: skip
