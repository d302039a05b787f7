"""Everybody sees the same demonstration, and its keys are refused beside answers of real people."""

import pandas as pd

from lcresearch import studies
from lcresearch.disclosure import Ledger
from lcresearch.responses.persons.pseudonyms import KEY_FILE, KeyFile
from lcresearch.studies.demonstration_keys import write_known_keys


def test_the_same_people_get_the_same_names_and_fall_to_the_same_lot(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write_known_keys(tmp_path / name, ["an", "bo", "cy"])
    one, two = (tmp_path / name for name in ("one", "two"))
    assert (one / KEY_FILE).read_bytes() == (two / KEY_FILE).read_bytes()
    names = KeyFile(one / KEY_FILE).pseudonyms(pd.Series(["an", "bo", "cy"])).tolist()
    tags = [
        Ledger(each).fingerprints("", names, [""] * 3, pd.Series([0, 0, 0]).to_numpy(), None) for each in (one, two)
    ]
    assert (tags[0] == tags[1]).all()


def test_people_who_come_later_and_other_studies_are_named_at_random(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write_known_keys(tmp_path / name, ["an"])
    drawn = {KeyFile(tmp_path / name / KEY_FILE).pseudonyms(pd.Series(["dirk"]))[0] for name in ("one", "two")}
    assert len(drawn) == 2


def test_answers_of_real_people_never_go_with_a_key_that_everybody_has(tmp_path, refused):
    folder = studies.new("programme-demo", tmp_path / "study")
    write_known_keys(folder, ["R00001"])
    studies.load(folder)
    path = folder / "study.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("simulated: true", "simulated: false"), encoding="utf-8")
    assert refused(studies.load, folder) == ["S129"]
