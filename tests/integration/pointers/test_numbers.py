"""Numbers of a paper: still there, made anew, changed, gone, or pointing where nobody should look."""

import json

import pandas as pd
import pytest
import yaml

from lcresearch.errors import IntegrationError
from lcresearch.integration import check_claims, claim, read_claims, write_claims
from lcresearch.reporting.spreadsheets import csv_bytes

ELEMENTS = pd.DataFrame(
    {"element": ["coaching", "time", "=1"], "outcome": ["learning", "learning", "trust"],
     "estimate": [0.3149, -0.2, None], "n_consortia": [12, 11, 2], "verdict": ["generic", "conditional", None],
     "planned": [True, False, True]}
)  # fmt: skip


@pytest.fixture
def study(tmp_path):
    folder = tmp_path / "study"
    (folder / "results" / "tables").mkdir(parents=True)
    (folder / "results" / "tables" / "elements.csv").write_bytes(csv_bytes(ELEMENTS))
    return folder


def written(study, *claims, document=None, language="en"):
    return write_claims(claims, study / "claims.yaml", document=document, language=language)


def make(study, column="estimate", element="coaching", **options):
    return claim(study / "results", "elements", {"element": element}, column, **options)


def results(study, frame):
    (study / "results" / "tables" / "elements.csv").write_bytes(csv_bytes(frame))


def states(found):
    return found.table.set_index("claim")["state"].to_dict()


def codes(found):
    return [problem.code for problem in found.problems]


@pytest.mark.parametrize("column", ["estimate", "n_consortia", "verdict", "planned"])
@pytest.mark.parametrize("element", ["coaching", "=1"])
def test_what_did_not_change_stands(study, column, element):
    found = check_claims(written(study, make(study, column, element, name="a")), study)
    assert (states(found), found.status, found.problems) == ({"a": "same"}, 0, ())
    assert found.require() is found


def test_a_claim_is_made_of_the_cell_and_comes_back_from_the_file(study):
    made = make(study)
    assert (made.id, made.number.value, made.number.file) == (
        "estimate_coaching",
        0.3149,
        "results/tables/elements.csv",
    )
    (again,) = read_claims(written(study, made)).file.claims
    assert again == made


@pytest.mark.parametrize(
    ("column", "value", "was", "now"),
    [("estimate", 0.32, "0.31", "0.32"), ("estimate", None, "0.31", "–"), ("verdict", "conditional", "generic",
     "conditional"), ("n_consortia", 13, "12", "13"), ("planned", False, "True", "False")],
)  # fmt: skip
def test_a_number_that_changed_fails_the_build_with_both_values(study, column, value, was, now):
    file = written(study, make(study, column))
    changed = ELEMENTS.astype(object)
    changed.loc[0, column] = value
    results(study, changed)
    found = check_claims(file, study)
    assert (codes(found), found.status) == (["Q142"], 1)
    assert found.table[["was", "now", "state"]].values.tolist() == [[was, now, "changed"]]
    assert found.problems[0].where.line == 6
    with pytest.raises(IntegrationError, match="Q142"):
        found.require()


def test_a_change_beyond_the_decimals_of_the_text_is_a_note(study):
    two, four = make(study, name="two"), make(study, name="four", digits=4)
    results(study, ELEMENTS.assign(estimate=[0.3131, -0.2, None]))
    found = check_claims(written(study, two, four), study)
    assert states(found) == {"two": "renewed", "four": "changed"}
    assert codes(found) == ["Q148", "Q142"]
    assert check_claims(written(study, two), study).status == 0


def test_noise_of_another_computer_is_no_change_even_where_rounding_turns(study):
    results(study, ELEMENTS.assign(estimate=[0.315, -0.2, None]))
    one = make(study, name="a")
    results(study, ELEMENTS.assign(estimate=[0.31499999999999995, -0.2, None]))
    assert states(check_claims(written(study, one), study)) == {"a": "renewed"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda frame: frame.drop(columns="estimate"), "Q141"),
        (lambda frame: frame[frame["element"] != "coaching"], "Q141"),
        (lambda frame: pd.concat([frame, frame]), "Q141"),
        (lambda frame: frame.iloc[:0], "Q141"),
    ],
)
def test_a_cell_that_is_gone_is_named(study, change, code):
    file = written(study, make(study, name="a"))
    results(study, change(ELEMENTS))
    found = check_claims(file, study)
    assert (codes(found), states(found)) == ([code], {"a": "gone"})


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00", b"{", b"[" * 100_000])
def test_a_file_that_is_gone_or_broken_is_named(study, content):
    table = study / "results" / "values.json"
    table.write_text(json.dumps({"elements": ELEMENTS.to_dict("records")}, default=str).replace("NaN", "null"))
    one = claim(table, "elements", {"element": "coaching"}, "estimate", study_folder=study, name="a")
    file = written(study, one)
    assert check_claims(file, study).status == 0
    table.unlink()
    if content is not None:
        table.write_bytes(content)
    assert codes(check_claims(file, study)) == ["Q140"]


def test_tables_in_json_are_found_by_name_as_results_write_them(study):
    folder = study / "other"
    folder.mkdir()
    frame = {"frame": {"element": ["coaching"], "estimate": [0.3]}, "index": [0]}
    (folder / "result.json").write_text(json.dumps({"result": "X", "rows": frame, "list": [1], "text": "a"}))
    made = claim(folder, "rows", {"element": "coaching"}, "estimate")
    assert (made.number.file, made.number.table, made.number.value) == ("other/result.json", "rows", 0.3)
    assert check_claims(written(study, made), study).status == 0
    with pytest.raises(IntegrationError, match="Q141"):
        claim(folder, "list", {"element": "coaching"}, "estimate")


@pytest.mark.parametrize(
    "file", ["../secret.csv", "/etc/passwd", "results/private/rows.csv", "results/link.csv", "a\0b"]
)
def test_nothing_outside_or_private_is_opened(study, file):
    (study.parent / "secret.csv").write_bytes(csv_bytes(ELEMENTS))
    (study / "results" / "private").mkdir()
    (study / "results" / "private" / "rows.csv").write_bytes(csv_bytes(ELEMENTS))
    (study / "results" / "link.csv").symlink_to(study.parent / "secret.csv")
    entry = {"id": "a", "number": {"file": file, "row": {"element": "coaching"}, "column": "estimate", "value": 1.5}}
    path = study / "claims.yaml"
    path.write_text(json.dumps({"claims": [entry]}), encoding="utf-8")
    found = check_claims(path, study)
    assert codes(found) == ["Q145"]
    assert found.table["now"].tolist() == [""]


def test_a_claim_on_what_is_private_is_not_made(study):
    (study / "private").mkdir()
    (study / "private" / "elements.csv").write_bytes(csv_bytes(ELEMENTS))
    for folder, options in ((study / "private", {}), (study / "results", {"study_folder": study / "private"})):
        with pytest.raises(IntegrationError, match="Q145"):
            claim(folder, "elements", {"element": "coaching"}, "estimate", **options)


@pytest.mark.parametrize(
    ("keys", "column", "table", "code"),
    [
        ({"element": "nobody"}, "estimate", "elements", "Q141"),
        ({"planned": True}, "estimate", "elements", "Q141"),
        ({"element": "coaching"}, "estimat", "elements", "Q141"),
        ({"element": "coaching"}, "estimate", "others", "Q141"),
    ],
)
def test_a_claim_needs_one_cell(study, keys, column, table, code):
    with pytest.raises(IntegrationError, match=code):
        claim(study / "results", table, keys, column)


PAPER = {
    "md": "We found an effect\nof {} sd.",
    "html": "<html><style>p {{}}</style><p>We found an effect&nbsp;of <b>{}</b> sd.</p></html>",
}


@pytest.mark.parametrize("kind", ["md", "html", "docx"])
@pytest.mark.parametrize(("language", "value"), [("nl", "−0,20"), ("en", "-0.20")])
def test_the_document_must_say_what_the_claim_says(study, kind, language, value):
    one = make(study, element="time", name="a", text="an effect of {value} sd")
    file = written(study, one, document=f"paper.{kind}", language=language)
    for said, status in ((value, 0), ("0.50", 1)):
        paper = study / f"paper.{kind}"
        if kind == "docx":
            import docx

            document = docx.Document()
            document.add_table(1, 1).cell(0, 0).text = f"We found an effect of {said} sd."
            document.save(str(paper))
        else:
            paper.write_text(PAPER[kind].format(said), encoding="utf-8")
        found = check_claims(file, study)
        assert (found.status, codes(found)) == (status, ["Q146"] * status)


def test_a_document_that_is_gone_is_a_problem_of_its_own(study):
    found = check_claims(written(study, make(study), document="paper.md"), study)
    assert codes(found) == ["Q140"]
    (study / "paper.docx").write_bytes(b"no document")
    assert codes(check_claims(written(study, make(study), document="paper.docx"), study)) == ["Q140"]


def test_all_problems_come_together_and_are_counted(study):
    claims = [make(study, name="a"), make(study, "verdict", name="b"), make(study, element="time", name="c")]
    results(study, ELEMENTS.assign(estimate=[0.5, -0.2, None], verdict="generic").drop(columns="verdict"))
    found = check_claims(written(study, *claims), study)
    assert states(found) == {"a": "changed", "b": "gone", "c": "renewed"}
    row = found.glance().iloc[0]
    assert (row["n_claims"], row["n_standing"], row["n_changed"], row["n_gone"]) == (3, 1, 1, 1)
    assert "1 of 3" in found.summary()


def entry(**changes):
    number = {"file": "x.csv", "row": {"a": 1}, "column": "b", "value": 1}
    return {"id": "a", "number": number} | changes


@pytest.mark.parametrize(
    ("entries", "code"),
    [
        ([entry(), entry()], "Q139"),
        ([entry(number=None)], "Q139"),
        ([{"id": "a"}], "Q139"),
        ([entry(quote={"pointer": "d#0-1:0123456789ab", "words_sha256": "0" * 64})], "Q139"),
        ([entry(text="{value} and {0.__class__}")], "Q139"),
        ([entry(id="1 a")], "G047"),
        ([entry(number={"file": "x.csv", "row": {}, "column": "b", "value": 1})], "G044"),
        ([entry(extra=1)], "G040"),
        ("x", "G043"),
    ],
)
def test_a_wrong_file_is_refused_with_its_lines(study, entries, code):
    path = study / "claims.yaml"
    path.write_text(yaml.safe_dump({"claims": entries}), encoding="utf-8")
    with pytest.raises(IntegrationError) as caught:
        check_claims(path, study)
    assert code in [problem.code for problem in caught.value.problems]
    assert all(problem.where.line for problem in caught.value.problems)


@pytest.mark.parametrize("text", ["", "[]", "claims: &a [*a]", "claims: !!python/name:os.system []", "\x00"])
def test_a_file_that_is_something_else_is_refused(study, text):
    path = study / "claims.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(IntegrationError):
        check_claims(path, study)
    with pytest.raises(IntegrationError, match="G001"):
        check_claims(study / "none.yaml", study)


def test_a_file_without_claims_stands(study):
    assert check_claims(written(study), study).status == 0


def test_numbers_and_files_are_those_of_pandas_and_pyyaml(study):
    table = pd.read_csv(study / "results" / "tables" / "elements.csv").set_index("element")
    made = [make(study, "estimate", "coaching", name="a"), make(study, "n_consortia", "time", name="b")]
    assert [one.number.value for one in made] == [table.loc["coaching", "estimate"], table.loc["time", "n_consortia"]]
    path = written(study, *made)
    stored = yaml.safe_load(path.read_text(encoding="utf-8"))["claims"]
    assert [(one["id"], one["number"]["column"], one["number"]["value"]) for one in stored] == [
        ("a", "estimate", 0.3149),
        ("b", "n_consortia", 11),
    ]
    path.write_text(yaml.safe_dump({"claims": stored[::-1]}), encoding="utf-8")
    assert list(read_claims(path).file.claims) == made[::-1]
    table.to_csv(study / "results" / "tables" / "elements.csv")
    assert states(check_claims(path, study)) == {"a": "same", "b": "same"}
    table.loc["time", "n_consortia"] += 1
    table.to_csv(study / "results" / "tables" / "elements.csv")
    assert states(check_claims(path, study)) == {"a": "renewed", "b": "changed"}  # another file, the same number
