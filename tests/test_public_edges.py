"""Words, files and tables that all parts share, at their edges and by another way."""

import io
import sys
from importlib.metadata import PackageNotFoundError

import numpy as np
import pandas as pd
import pytest
import yaml

from lcresearch import reporting, shipped
from lcresearch.errors import LcresearchError, explanation
from lcresearch.messages import problem_entry

TABLE = pd.DataFrame({"term": ["a", "b"], "n": [3, 12], "estimate": [0.25, -1.5]})


def test_a_code_that_is_not_there_is_refused():
    with pytest.raises(LcresearchError) as refused:
        explanation("Z999")
    assert refused.value.problems[0].code == "G003"
    assert problem_entry("G003")["level"] == "error"


def test_a_p_value_is_rounded_as_python_rounds_and_none_is_shown_as_such():
    for hundredths in range(1, 100):
        value = hundredths / 100
        assert reporting.apa_p_value(value) == f"p = {value:.3f}".replace("0.", ".")
    assert reporting.apa_p_value(0.0) == "p < .001"


def test_a_table_of_text_is_read_back_by_pandas_and_an_empty_one_has_its_head_only():
    text = reporting.text_table(TABLE)
    pd.testing.assert_frame_equal(pd.read_csv(io.StringIO(text), sep=r"\s+"), TABLE, check_dtype=False)
    assert reporting.text_table(TABLE.iloc[:0]).split() == ["term", "n", "estimate"]


def test_software_has_the_versions_that_stand_beside_its_code_and_in_the_citation_file():
    said = reporting.software_citation("numpy", "pandas", "PyYAML")
    stated = yaml.safe_load(shipped.citation_file().read_text(encoding="utf-8"))
    expected = f"{stated['title'].split(':')[0]} {stated['version']}, Python {sys.version.split()[0]}"
    expected += f", NumPy {np.__version__}, pandas {pd.__version__}, PyYAML {yaml.__version__}"
    assert said == expected


def test_software_is_named_in_the_order_asked_and_as_part_by_part():
    head, usual = reporting.software_citation("numpy").rsplit(", ", 1)[0], ("numpy", "scipy", "pandas")
    each = [reporting.software_citation(name).removeprefix(f"{head}, ") for name in usual]
    assert reporting.software_citation(*usual) == ", ".join([head, *each]) == reporting.software_citation()
    assert reporting.software_citation(*usual[::-1]) == ", ".join([head, *each[::-1]])


def test_software_that_is_not_installed_has_no_version():
    with pytest.raises(PackageNotFoundError):
        reporting.software_citation("numpy", "no-such-software")


def test_shipped_folders_are_there_and_are_the_same_each_time():
    for name in ("instruments", "analyses"):
        assert shipped.folder(name).is_dir()
        assert shipped.folder(name) == shipped.folder(name)


def test_a_shipped_folder_that_is_none_is_not_there():
    assert not shipped.folder("nothing").exists()
