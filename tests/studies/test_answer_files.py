"""How a file with answers is understood, told column by column, also when it cannot be used."""

import pytest
from tests.app.small_study import ITEMS, export, write_study

from lcresearch import studies
from lcresearch.studies.answer_files import read_answer_file
from lcresearch.studies.editing import edit_study


def read(folder):
    study = studies.load(folder)
    return read_answer_file(study, study.file.responses[0])


def by_name(found):
    return {one.column.name: one for one in found.columns}


def test_every_column_is_told_with_its_fate_and_the_kind_of_its_values(tmp_path):
    found = read(write_study(tmp_path))
    columns = by_name(found)
    assert found.usable
    assert (found.platform, found.n_used, dict(found.waves)) == ("limesurvey", 24, {"t0": 24})
    assert columns["id"].fate == "role"
    assert columns["seed"].fate == "platform"
    assert [columns[f"PS[{item}]"].column.target for item in ITEMS] == ITEMS
    assert columns["PS[ps01]"].column.values == "few_numbers"
    assert columns["submitdate"].column.values == "moments"
    assert not found.missing


def test_columns_that_were_renamed_stand_with_their_nearest_questions(tmp_path):
    folder = write_study(tmp_path)
    (folder / "answers-t0.csv").write_text(export({"PS[ps03]": "ps-3", "PS[ps07]": "Other"}), encoding="utf-8")
    found = read(folder)
    columns = by_name(found)
    assert set(found.missing) == {"ps03", "ps07"}
    assert columns["ps-3"].fate == columns["Other"].fate == "unused"
    assert columns["ps-3"].column.guesses[0] == "ps03"


def test_a_file_that_cannot_be_used_still_tells_its_columns(tmp_path):
    folder = write_study(tmp_path)
    text = export({"team": "Which team?", **{f"PS[{item}]": f"Q{n}" for n, item in enumerate(ITEMS)}})
    (folder / "answers-t0.csv").write_text(text, encoding="utf-8")
    found = read(folder)
    assert not found.usable
    assert {one.code for one in found.problems} == {"R025"}
    assert len(found.columns) == 14
    mapping = {"Which team?": "team", **{f"Q{n}": item for n, item in enumerate(ITEMS)}}
    edit_study(folder, {("responses", 0): {"file": "answers-t0.csv", "wave": "t0", "mapping": mapping}})
    assert read(folder).usable


def test_columns_with_one_name_are_told_apart_by_number(tmp_path):
    folder = write_study(tmp_path)
    names = {"PS[ps03]": "same", "PS[ps07]": "same", "PS[ps05]": "x" * 400}
    (folder / "answers-t0.csv").write_text(export(names), encoding="utf-8")
    keys = [one.column.key for one in read(folder).columns if one.fate == "unused"]
    assert keys == ["#9", "#11", "#13"]


def test_nothing_that_a_person_wrote_is_in_it(tmp_path):
    folder = write_study(tmp_path)
    text = export(answers={"ps01": "4"}).replace('"team 1","4"', '"team 1","Jan de Vries said no"', 1)
    (folder / "answers-t0.csv").write_text(text, encoding="utf-8")
    found = read(folder)
    assert found.usable
    assert by_name(found)["PS[ps01]"].n_set_missing == 1
    told = found.log.to_string() + repr([(one.column, one.why) for one in found.columns])
    assert "Vries" not in told


def test_a_row_a_person_shows_the_wave_of_each_column(tmp_path):
    folder = write_study(tmp_path)
    head = ["id", "team", *(f"{item}_{wave}" for wave in ("t0", "t1") for item in ITEMS)]
    rows = [[str(n), "a" if n < 7 else "b", *["3", "4"] * 8] for n in range(14)]
    text = "".join(",".join(line) + "\n" for line in [head, *rows])
    (folder / "wide.csv").write_text(text, encoding="utf-8")
    edit_study(folder, {("responses",): [{"file": "wide.csv", "wide": True}]})
    found = read(folder)
    columns = by_name(found)
    assert dict(found.waves) == {"t0": 14, "t1": 14}
    assert columns["ps02_t1"].column.target == "ps02"
    assert columns["ps02_t1"].column.waves == ("t1",)
    assert columns["team"].column.waves == ("t0", "t1")


def test_words_in_dutch_are_read(tmp_path):
    folder = write_study(tmp_path)
    instrument = studies.load(folder).instruments[0]
    labels = instrument.response_scale_of("ps01").labels
    dutch = dict.fromkeys(ITEMS, labels[4]["nl"])
    (folder / "answers-t0.csv").write_text(export(answers=dutch), encoding="utf-8")
    found = read(folder)
    assert found.usable
    assert by_name(found)["PS[ps01]"].column.values == "few_words"
    assert sum(one.n_set_missing for one in found.columns) == 0


@pytest.mark.parametrize("key", ["Mag het?", "#5"])
def test_a_mapping_may_name_the_column_with_consent(tmp_path, key):
    folder = write_study(tmp_path)
    text = export({"seed": "Mag het?"}, n=24).replace('"nl","1","team 2"', '"nl","0","team 2"')
    (folder / "answers-t0.csv").write_text(text, encoding="utf-8")
    use = {"file": "answers-t0.csv", "wave": "t0", "mapping": {key: "agree"}}
    edit_study(folder, {("consent",): {"column": "agree"}, ("responses", 0): use})
    data = studies.load(folder).read()
    assert set(data.frame["team"]) == {"team 1"}
    assert "R127" in set(data.log["code"])


def test_who_withdraws_is_found_by_a_code_that_a_mapping_named(tmp_path):
    folder = write_study(tmp_path)
    text = (folder / "study.yaml").read_text(encoding="utf-8")
    text = text.replace("respondent: id", "linking: {code: code, within: team}")
    text = text.replace("wave: t0}", 'wave: t0, mapping: {"Your code": code}}')
    (folder / "study.yaml").write_text(text, encoding="utf-8")
    (folder / "answers-t0.csv").write_text(export({"id": "Your code"}), encoding="utf-8")
    assert len(studies.load(folder).read().frame) == 24
    studies.withdraw(folder, "105")
    assert len(studies.load(folder).read().frame) == 23
    assert '"105"' not in (folder / "answers-t0.csv").read_text(encoding="utf-8")
