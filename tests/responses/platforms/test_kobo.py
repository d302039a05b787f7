"""Exports of KoboToolbox, Ona and ODK: real ones (see tests/reference/exports), and invented ones for the rest."""

from pathlib import Path

import numpy as np
import pytest

from lcresearch import instruments, responses
from lcresearch.responses.platforms import open_export

SAMPLES = Path(__file__).parents[2] / "reference" / "exports" / "kobo"
SHARED = Path(__file__).parents[4] / "shared" / "formats" / "xlsform_kobo"
NAN = float("nan")


def both(text):
    return {"nl": text, "en": text}


@pytest.mark.parametrize(
    ("name", "n_columns", "n_rows"),
    [
        ("likert_data.xlsx", 18, 120),
        ("transportation_export.csv", 31, 1),
        ("transportation_export_labels.csv", 31, 1),
    ],
)
def test_samples_are_recognised(name, n_columns, n_rows):
    opened = open_export(SAMPLES / name)
    assert (opened.platform, len(opened.columns)) == ("kobo", n_columns)
    assert len(opened.load(frozenset({1})).row_numbers) == n_rows


def test_likert_sample(asked):
    labels = {1: both("unlikely"), 2: both("neutral"), 3: both("likely")}
    names = ["return_ven", "movement_increse", "moredestination", "org_capacity"]
    data = responses.read(SAMPLES / "likert_data.xlsx", asked([{"id": name} for name in names], labels))
    assert len(data.frame) == 120
    assert data.frame[names].head(3).to_numpy().tolist() == [[1, 3, 3, 1], [2, 2, 2, 2], [3, 2, 3, 1]]
    matched = data.log.query("code == 'R060'")["column"].tolist()
    assert matched == [
        *("group_pm0cj55.return_ven", "group_pm0cj55.movement_increse", "group_pm0cj55.moredestination"),
        "group_ei8jz33.org_capacity",
    ]


TRANSPORT = ("ambulance", "bicycle", "boat/canoe", "bus", "donkey/mule/cart")
QUESTION = "available_transportation_types_to_referral_facility"


def test_transportation_samples_with_names_and_with_labels(asked, quiet):
    labels = {n: both(name) for n, name in enumerate(TRANSPORT, start=1)}
    names = {
        1: both("ambulance"),
        2: both("bicycle"),
        3: both("boat_canoe"),
        4: both("bus"),
        5: both("donkey_mule_cart"),
    }
    item = {"id": "vervoer", "type": "multiple", "text": both(QUESTION)}
    for file, answers in (("transportation_export_labels.csv", labels), ("transportation_export.csv", names)):
        data = quiet(SAMPLES / file, asked([item], answers))
        assert data.frame.iloc[:, 2:].to_numpy().tolist() == [[0] * 5]
        assert data.log.query("code == 'R129'")["column"].tolist() == ["_submitted_by"]
        assert {(p.code, p.where.item) for p in data.problems} == {("R095", "vervoer")}
        loop = data.log[data.log["column"].str.contains("frequency|daily or weekly", na=False)]
        assert set(loop["code"]) == {"R061"}
        assert len(loop) == 9
    with_other = quiet(
        SAMPLES / "transportation_export_labels.csv", asked([item], labels | {6: both("Other")}), mapping={}
    )
    assert with_other.frame.iloc[0, 2:].tolist() == [0] * 6


@pytest.mark.skipif(not SHARED.exists(), reason="the sample files of other programs are not here")
class TestSamplesThatMayNotBePassedOn:
    def test_repeat(self, asked, quiet, refused):
        sex = {1: both("Male"), 2: both("Female")}
        items = [
            {"id": "M2", "text": both("Sex of the household head")},
            {"id": "kind", "text": both("Sex of child")},
        ]
        number = {"id": "M3", "type": "number", "text": both("Total family members in the household")}
        made = asked([*items, number | {"response_scale": None}], sex)
        data = quiet(SHARED / "repeat_export.xlsx", made)
        assert data.frame[["M2", "M3"]].head(4).to_numpy().tolist() == [[1, 5], [1, 6], [1, 5], [2, 4]]
        assert len(data.frame) == 7
        (problem,) = data.problems
        assert (problem.code, problem.where.item) == ("R043", "kind")
        assert "'CR'" in problem.values["similar"]["en"]
        assert refused(f"{SHARED / 'repeat_export.xlsx'}#CR", made) == ["R113"]

    @pytest.mark.parametrize("name", ["all_types_form", "likert_form", "repeat_form", "xlsform_spec_test"])
    def test_forms_are_refused(self, name, voice, refused):
        assert refused(SHARED / f"{name}.xlsx", voice) == ["R111"]


@pytest.mark.parametrize("name", ["or_other.xlsx", "transportation_form.xlsx"])
def test_forms_are_refused(name, voice, refused):
    assert refused(SAMPLES / name, voice) == ["R111"]


def test_invented_repeat_is_refused_and_its_questions_are_pointed_out(tmp_path, voice, quiet, refused, workbook):
    sheets = {
        "Huishouden": [["tv_01", "tv_02", "_index", "_uuid"], [1, 2, 1, "a"], [4, 5, 2, "b"]],
        "kinderen": [["tv_03", "_index", "_parent_index"], [1, 1, 1], [2, 2, 1]],
    }
    path = workbook(tmp_path / "export.xlsx", sheets)
    data = quiet(path, voice)
    assert data.frame[["tv_01", "tv_02"]].to_numpy().tolist() == [[1, 2], [4, 5]]
    assert [(p.code, p.where.item, "'kinderen'" in p.values["similar"]["nl"]) for p in data.problems] == [
        ("R043", "tv_03", True)
    ]
    assert data.log.query("code == 'R114'")["text"].str.contains("kinderen").tolist() == [True]
    assert refused(f"{path}#kinderen", voice) == ["R113"]
    assert responses.read(f"{path}#kinderen", voice.model_copy(update={"items": voice.items[2:]}), platform="table")


@pytest.mark.parametrize("sign", ["/", ".", "-"])
@pytest.mark.parametrize("delimiter", [";", ","])
def test_groups_before_the_name_of_a_question(write, voice, sign, delimiter):
    names = ["start", "end", *(sign.join(("teams", "stem", name)) for name in ("tv_01", "tv_02", "tv_03"))]
    names += ["_id", "_uuid", "_submission_time", "_validation_status", "_submitted_by", "deviceid"]
    cells = ["2026-03-01T10:00:00.000+01:00", "2026-03-01T10:03:20.000+01:00", "4", "n/a", "eens"]
    cells += ["7", "uuid", "2026-03-01T09:04:00", "", "jan", "collect:1"]
    rows = (names, cells, [*cells[:2], "1", "2", "eens", "8", "other", *cells[7:]])
    text = "\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows) + "\n"
    data = responses.read(write(text, encoding="utf-8-sig"), voice)
    np.testing.assert_equal(data.frame.iloc[:, 2:].to_numpy(), [[4, NAN, 4], [1, 2, 4]])
    assert data.paradata["seconds"].tolist() == [200, 200]
    assert data.paradata["completed"].tolist() == [True, True]
    assert data.log.query("code == 'R129'")["column"].tolist() == ["_submitted_by", "deviceid"]


SECTORS = {
    1: {"nl": "bouw", "en": "construction"},
    2: {"nl": "zorg en welzijn", "en": "health and care"},
    3: {"nl": "vrije tijd", "en": "leisure"},
}
ASKED = {"id": "ba01", "type": "multiple", "text": both("In welke sectoren werkt u?")}


@pytest.mark.parametrize(
    "table",
    [
        "_id;_uuid;g/ba01\n1;a;1 3\n2;b;2\n3;c;\n",
        "_id;_uuid;g/ba01\n1;a;bouw vrije_tijd\n2;b;zorg_en_welzijn\n3;c;n/a\n",
        "_id;_uuid;g/ba01\n1;a;bouw vrije tijd\n2;b;zorg en welzijn\n3;c;n/a\n",
        "_id;_uuid;g/ba01/1;g/ba01/2;g/ba01/3\n1;a;1;0;1\n2;b;0;1;0\n3;c;;;\n",
        "_id;_uuid;g.ba01.1;g.ba01.2;g.ba01.3\n1;a;1;0;1\n2;b;0;1;0\n3;c;;;\n",
        "_id;_uuid;g-ba01-1;g-ba01-2;g-ba01-3\n1;a;1;0;1\n2;b;0;1;0\n3;c;;;\n",
        "_id;_uuid;g.ba01;g.ba01.1;g.ba01.2;g.ba01.3\n1;a;1 3;1;0;1\n2;b;2;0;1;0\n3;c;;;;\n",
        "_id;_uuid;g/ba01;g/ba01/1;g/ba01/2;g/ba01/3\n1;a;1 3;True;False;True\n"
        "2;b;2;False;True;False\n3;c;n/a;n/a;n/a;n/a\n",
        "_id;_uuid;g/ba01/bouw;g/ba01/zorg_en_welzijn;g/ba01/vrije_tijd\n1;a;1;0;1\n2;b;0;1;0\n3;c;;;\n",
        "_id;_uuid;In welke sectoren werkt u?;In welke sectoren werkt u?/bouw;"
        "In welke sectoren werkt u?/zorg en welzijn;In welke sectoren werkt u?/vrije tijd\n"
        "1;a;x;1;0;1\n2;b;x;0;1;0\n3;c;;;;\n",
        "_id;_uuid;Werk/In welke sectoren werkt u?/bouw;Werk/In welke sectoren werkt u?/zorg en welzijn;"
        "Werk/In welke sectoren werkt u?/vrije tijd\n1;a;1;0;1\n2;b;0;1;0\n3;c;;;\n",
    ],
)
def test_several_answers_joined_or_with_a_column_each(write, asked, table):
    data = responses.read(write(table), asked([ASKED], SECTORS))
    np.testing.assert_equal(data.frame.iloc[:, 2:].to_numpy(), [[1, 0, 1], [0, 1, 0], [NAN] * 3])


@pytest.mark.parametrize("cells", [("1 14", "2 1 14", "14"), ("bouw kerk", "zorg_en_welzijn bouw kerk", "kerk")])
def test_of_several_answers_the_known_ones_count(write, asked, quiet, cells):
    rows = "".join(f"{n};a{n};{cell};2026-05-0{n + 1}\n" for n, cell in enumerate(cells))
    data = quiet(write("_id;_uuid;g/ba01;_submission_time\n" + rows), asked([ASKED], SECTORS))
    np.testing.assert_equal(data.frame.iloc[:, 2:].to_numpy(), [[1, 0, 0], [1, 1, 0], [NAN] * 3])
    assert [(p.code, p.values["n"]) for p in data.problems] == [("R041", 1), ("R055", 2)]


def test_a_column_of_an_answer_that_the_instrument_does_not_have(write, asked, quiet):
    table = "_id;_uuid;g/ba01/1;g/ba01/2;g/ba01/3;g/ba01/14\n1;a;1;0;1;1\n2;b;0;1;0;0\n"
    data = quiet(write(table), asked([ASKED], SECTORS))
    assert [(p.code, p.where.item, p.where.column) for p in data.problems] == [("R095", "ba01", "g/ba01/14")]


def test_a_slash_in_a_label_is_not_a_group(write, asked):
    labels = {1: both("boot/kano"), 2: both("bus"), 3: both("fiets")}
    item = {"id": "ve01", "type": "multiple", "text": both("Waarmee komt u?")}
    table = "_id;_uuid;Waarmee komt u?/boot/kano;Waarmee komt u?/bus;Waarmee komt u?/fiets\n1;a;1;0;0\n"
    data = responses.read(write(table), asked([item], labels))
    assert data.frame.iloc[0, 2:].tolist() == [1, 0, 0]


def test_the_text_of_another_answer_is_not_taken_for_the_item(write, asked, quiet):
    table = "_id;_uuid;g/rol;g/rol_other\n1;a;1;bouw\n2;b;n/a;iets\n"
    data = responses.read(write(table), asked([{"id": "rol"}], SECTORS))
    np.testing.assert_equal(data.frame["rol"].to_numpy(), [1, NAN])
    assert data.log.query("column == 'g/rol_other'")["code"].tolist() == ["R061"]


def test_a_repeat_in_the_columns_of_one_table_is_not_read(write, voice, quiet):
    table = "_id;_uuid;g/tv_01;g/tv_02;g/r[1]/tv_03;g/r[2]/tv_03\n1;a;1;2;3;4\n"
    data = quiet(write(table), voice)
    assert data.items == ("tv_01", "tv_02")
    assert [(p.code, p.where.item) for p in data.problems] == [("R043", "tv_03")]


def test_not_approved_is_named_and_a_group_that_was_not_filled_in_is_empty(write, voice, quiet):
    table = "_id,_uuid,_validation_status,g/team,g/tv_01,g/tv_02,g/tv_03\n"
    table += "1,a,validation_status_approved,A,1,2,3\n2,b,validation_status_not_approved,n/a,4,5,5\n"
    data = quiet(write(table), voice, levels={"team": "g/team"})
    assert data.frame["team"].isna().tolist() == [False, True]
    assert [(p.code, p.where.row) for p in data.problems] == [("R117", 3), ("R044", 3)]


def test_odk_central(write, voice, quiet, refused):
    table = "SubmissionDate,start,end,stem-tv_01,stem-tv_02,stem-tv_03,meta-instanceID,KEY,SubmitterID,SubmitterName,"
    table += "AttachmentsPresent,AttachmentsExpected,Status,ReviewState,DeviceID,Edits,FormVersion\n"
    table += (
        "2026-03-01T10:05:00.000Z,2026-03-01T10:00:00.000+00:00,2026-03-01T10:02:00.000+00:00,1,2,3,uuid:1,uuid:1,5,"
    )
    table += "Jan,0,0,,rejected,collect:1,0,1\n"
    path = write(table)
    assert open_export(path).platform == "kobo"
    data = quiet(path, voice)
    assert data.frame.iloc[0, 2:].tolist() == [1, 2, 3]
    assert data.paradata["seconds"].tolist() == [120]
    assert data.log.query("code == 'R129'")["column"].tolist() == ["SubmitterName", "DeviceID"]
    assert [problem.code for problem in data.problems] == ["R117"]
    assert refused(write("tv_01,tv_02,tv_03,PARENT_KEY,KEY\n1,2,3,uuid:1,uuid:1/r[1]\n"), voice) == ["R113"]


def test_our_own_instruments_come_back_by_their_ids(write):
    culture = instruments.load("learning-culture")
    items = [item for item in culture.items if item.response_scale]
    codes = [str(culture.response_scale_of(item.id).codes[n % 5]) for n, item in enumerate(items)]
    table = (
        ";".join(["_id", "_uuid", *(f"lc/{item.id}" for item in items)]) + "\n" + ";".join(["1", "a", *codes]) + "\n"
    )
    data = responses.read(write(table), culture.model_copy(update={"items": tuple(items)}))
    assert data.frame.iloc[0, 2:].tolist() == [float(code) for code in codes]


def test_an_answer_that_reads_as_an_item_is_not_taken_for_it(write, voice, quiet):
    table = "_id;_uuid;tv_02;tv_03;Wat past bij u?;Wat past bij u?/Ik zeg wat ik denk.;Wat past bij u?/iets anders\n"
    data = quiet(write(table + "1;a;1;2;x;1;0\n2;b;1;2;x;0;1\n"), voice)
    assert data.items == ("tv_02", "tv_03")


def test_a_name_made_to_take_forever_does_not(write, voice, quiet):
    data = quiet(write(f"_id;_uuid;{'a.' * 5_000}!;{'/' * 5_000};tv_01\n1;a;1;1;2\n"), voice)
    assert data.items == ("tv_01",)
