"""study.yaml names integration.yaml: a file in its folder, with the programme whose elements it is about."""

import pytest
import yaml

from lcresearch import shipped, studies
from lcresearch.errors import LcresearchError


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"integration": "../integration.yaml"}, "S125"),
        ({"integration": "integration.yaml"}, "G001"),
        ({"integration": "study.yaml", "programme": None}, "S124"),
    ],
)
def test_the_plan_lies_in_the_folder_of_a_study_with_a_programme(tmp_path, changes, code):
    folder = studies.new("programme-demo", tmp_path / "study")
    (folder / "integration.yaml").unlink(missing_ok=True)
    content = yaml.safe_load((shipped.folder("analyses") / "programme-demo/study.yaml").read_text(encoding="utf-8"))
    content = {name: value for name, value in (content | changes).items() if value is not None}
    (folder / "study.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
    with pytest.raises(LcresearchError) as refused:
        studies.load(folder)
    assert [problem.code for problem in refused.value.problems] == [code]
