"""Who is known by a code of their own withdraws: that person goes and stays away, and nobody else is touched."""

import re
import shutil

import pandas as pd
import pytest
from tests.studies.conftest import everything, no_pages

from lcresearch import studies
from lcresearch.responses.persons.pseudonyms import KEY_FILE, KeyFile
from lcresearch.studies.withdrawal import withdraw

CODES = ("qx7k2m", "b4tz9w", "h8rfy3", "n5jd6c", "v2gp8s", "k9wm4x", "t3zq7b", "f6hy5r")
CODES += ("c8nv2j", "s7db4g", "x5pk9t", "m2wr6z", "y4jf8q", "g9ch3n", "z6st5v", "r3xb7d")


def _text(codes=CODES, start=1):
    lines = ["code,firm,v1,v2,v3"]
    for n, code in enumerate(codes, start=start):
        lines.append(f"{code},{'Aa' if (n - start) < 8 else 'Bb'},{1 + n % 5},{1 + n // 5 % 5},{1 + n * 3 % 5}")
    return "\n".join(lines) + "\n"


@pytest.fixture
def linked(study_texts, small_study):
    """Two waves of sixteen persons with codes that are far apart."""

    def make(first=None, second=None, more=""):
        text = study_texts.study.replace("respondent: person\n", "linking: {code: code, within: organisation}\n")
        text = text.replace("responses: [answers.csv]\n", "")
        text += "waves: {labels: {t0: {nl: eerst, en: first}, t1: {nl: later, en: later}}}\n"
        text += "responses: [{file: first.csv, wave: t0}, {file: second.csv, wave: t1}]\n" + more
        folder = small_study(study=text)
        (folder / "first.csv").write_text(_text() if first is None else first, encoding="utf-8")
        (folder / "second.csv").write_text(_text(start=40) if second is None else second, encoding="utf-8")
        return folder

    return make


def _read(folder):
    return studies.load(folder).read()


def _codes_of(problems):
    return [problem.code for problem in problems]


@pytest.fixture(scope="module")
def with_key(tmp_path_factory):
    """Writes the key of a run and its results without their pages; runs of the same files are copies of one."""
    ran = {}

    def give(folder):
        files = tuple(sorted(everything(folder).items()))
        if files in ran:
            shutil.copytree(ran[files], folder, dirs_exist_ok=True)
        else:
            with no_pages():
                studies.load(folder).run()
            ran[files] = shutil.copytree(folder, tmp_path_factory.mktemp("ran") / "small")
        key = KeyFile(folder / KEY_FILE)
        return {name: key.pseudonym(name) for name in key.ids}

    return give


def _only_one(folder, file):
    """The study has the first wave only."""
    study = (folder / "study.yaml").read_text(encoding="utf-8")
    (folder / "study.yaml").write_text(study.replace(f", {{file: {file}, wave: t1}}", ""), encoding="utf-8")
    return study


def test_only_the_transcript_of_the_person_goes(linked, with_key):
    folder = linked()
    names = with_key(folder)
    interviews = folder / "interviews"
    interviews.mkdir()
    chosen = [names[f"Aa/{code}@t0#0"] for code in CODES[:3]]
    lines = [f"{name},{n}.txt\n" for n, name in enumerate(chosen)]
    (interviews / "list.csv").write_text("respondent,file\n" + "".join(lines), encoding="utf-8")
    for n in range(3):
        (interviews / f"{n}.txt").write_text("A: ...", encoding="utf-8")
    withdraw(folder, chosen[1])
    assert sorted(path.name for path in interviews.iterdir()) == ["0.txt", "2.txt", "list.csv"]
    assert (interviews / "list.csv").read_text(encoding="utf-8") == "respondent,file\n" + lines[0] + lines[2]


def test_results_keep_no_row_of_the_person(linked, with_key):
    folder = linked(more="privacy: {keep: {code: to test}}\n")
    name = with_key(folder)[f"Aa/{CODES[2]}@t0#0"]
    private = sorted((folder / "results" / "private").glob("*.parquet"))
    withdraw(folder, CODES[2])
    for path in private:
        text = pd.read_parquet(path).to_csv()
        assert name not in text, path
        assert CODES[2] not in text, path
    assert len(pd.read_parquet(folder / "results" / "private" / "scores.parquet")) == 30


@pytest.mark.parametrize("files", [["first.csv"], ["second.csv"], ["first.csv", "second.csv"]])
def test_a_fresh_export_of_any_wave_is_read_without_the_person(linked, files):
    folder = linked(second=_text(start=40).replace(CODES[2], CODES[2].upper()))
    before = {file: (folder / file).read_bytes() for file in files}
    withdraw(folder, CODES[2])
    for file, content in before.items():
        (folder / file).write_bytes(content)
    data = _read(folder)
    assert data.frame.groupby("wave")["respondent"].nunique().tolist() == [15, 15]
    assert data.log.loc[data.log["code"] == "R128", "file"].tolist() == files
    withdraw(folder, CODES[2])  # also takes the person out of the fresh file
    assert CODES[2] not in "".join((folder / file).read_text(encoding="utf-8").lower() for file in before)


@pytest.mark.parametrize(
    ("typed", "warned"), [("h8rfy3", []), ("h8rfy", ["S040"]), ("h8rfy33", ["S040"]), ("h8ryf3", ["S040"])]
)
def test_the_person_stays_out_of_a_later_wave_whatever_one_error_makes_of_the_code(linked, typed, warned):
    folder = linked(second=_text(start=40).replace("h8rfy3", typed))
    both = _only_one(folder, "second.csv")
    withdraw(folder, "h8rfy3")
    (folder / "study.yaml").write_text(both, encoding="utf-8")
    data = _read(folder)
    assert data.frame.groupby("wave")["respondent"].nunique().tolist() == [15, 15]
    assert data.frame["respondent"].nunique() == 15
    assert _codes_of(data.problems) == warned


def test_a_code_with_two_errors_is_somebody_else(linked):
    folder = linked(second=_text(start=40).replace("h8rfy3", "h9rfy4"))
    both = _only_one(folder, "second.csv")
    withdraw(folder, "h8rfy3")
    (folder / "study.yaml").write_text(both, encoding="utf-8")
    assert (_read(folder).frame["wave"] == "t1").sum() == 16


def test_who_stays_with_a_code_that_is_near_stays(linked):
    near = tuple(code if code != "n5jd6c" else "h8rfy4" for code in CODES)
    folder = linked(_text(near), _text(near, start=40))
    later = (folder / "second.csv").read_bytes()
    both = _only_one(folder, "second.csv")
    withdraw(folder, "h8rfy3")
    (folder / "study.yaml").write_text(both, encoding="utf-8")
    data = _read(folder)
    assert len(data.frame) == 30
    assert data.problems == ()
    typo = later.replace(b"h8rfy3", b"h8rfy5")  # one error from the one who left and from the one who stays
    (folder / "second.csv").write_bytes(typo)
    data = _read(folder)
    assert len(data.frame) == 31
    assert [(one.code, one.values["rows"]) for one in data.problems] == [("S041", "4")]


def test_two_rows_of_one_wave_with_the_code_are_named(linked):
    folder = linked()
    fresh = (folder / "first.csv").read_text(encoding="utf-8")
    withdraw(folder, "h8rfy3")
    (folder / "first.csv").write_text(fresh + "h8rfy3,Aa,1,1,2\n", encoding="utf-8")
    data = _read(folder)
    assert [(one.code, one.values["rows"]) for one in data.problems] == [("S040", "4, 18")]
    assert len(data.frame) == 30


@pytest.fixture
def shared(linked):
    """Two persons of one group made up one code, at both waves."""
    codes = tuple(code if code != "n5jd6c" else "h8rfy3" for code in CODES)
    return linked(_text(codes), _text(codes, start=40))


def _of_code(folder):
    key = KeyFile(folder / KEY_FILE)
    return {key.pseudonym(name) for name in key.ids if "h8rfy3" in name}


def test_of_two_persons_with_one_code_the_other_stays(shared, with_key):
    assert "S048" in _codes_of(_read(shared).problems)
    with_key(shared)
    before = _of_code(shared)
    fresh = {file: (shared / file).read_bytes() for file in ("first.csv", "second.csv")}
    key = KeyFile(shared / KEY_FILE)
    chosen = sorted(name for name in key.ids if "h8rfy3@t0" in name)[0]
    found = withdraw(shared, key.pseudonym(chosen))
    assert "shared_code" in found.notes
    checked = found.tidy().query("action == 'to_check' and file == 'second.csv'")
    assert checked["rows"].tolist() == ["4, 5"]
    for again in (False, True):
        if again:
            for file, content in fresh.items():
                (shared / file).write_bytes(content)
        data = _read(shared)
        assert data.frame.groupby("wave")["respondent"].size().tolist() == [15, 16]
        assert set(data.frame["respondent"]) >= before - {key.pseudonym(chosen)}
        assert "S041" not in _codes_of(data.problems)


def test_pseudonyms_stay_with_their_rows_when_a_file_is_sorted(shared, with_key):
    with_key(shared)
    before = _read(shared).frame
    lines = (shared / "first.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (shared / "first.csv").write_text("".join([lines[0], *reversed(lines[1:])]), encoding="utf-8")
    after = _read(shared).frame
    columns = before.columns.tolist()
    pd.testing.assert_frame_equal(
        before.sort_values(columns, ignore_index=True), after.sort_values(columns, ignore_index=True)
    )


def test_a_row_that_is_new_with_a_shared_code_is_kept_and_named(shared, with_key):
    with_key(shared)
    key = KeyFile(shared / KEY_FILE)
    withdraw(shared, key.pseudonym(min(name for name in key.ids if "h8rfy3@t0" in name)))
    with (shared / "second.csv").open("a", encoding="utf-8") as text:
        text.write("h8rfy3,Aa,1,1,1\n")
    (named,) = [one for one in _read(shared).problems if one.code == "S041"]
    assert named.values["rows"] == "18"


def test_of_rows_that_are_quite_alike_as_many_stay_as_there_are_persons(linked, with_key):
    twins = _text() + "w5kq8n,Bb,1,2,3\nw5kq8n,Bb,1,2,3\n"
    folder = linked(twins)
    with_key(folder)
    key = KeyFile(folder / KEY_FILE)
    withdraw(folder, key.pseudonym(max(name for name in key.ids if "w5kq8n" in name)))
    assert (_read(folder).frame["wave"] == "t0").sum() == 17
    (folder / "first.csv").write_text(twins, encoding="utf-8")
    assert (_read(folder).frame["wave"] == "t0").sum() == 17


def test_rows_that_consent_kept_out_are_named(linked):
    answers = _text().replace("code,firm", "code,ok,firm")
    answers = re.sub(r"^(\w{6}),", r"\1,ja,", answers, flags=re.MULTILINE)
    later = answers.replace("h8rfy3,ja", "h8rfy3,nee")
    folder = linked(answers, later, more="consent: {column: ok}\n")
    found = withdraw(folder, "h8rfy3").tidy()
    assert found.query("file == 'second.csv'")[["action", "rows"]].to_numpy().tolist() == [["to_check", "4"]]


def test_rows_deleted_by_hand_are_remembered_by_the_key(linked, with_key):
    folder = linked()
    fresh = (folder / "second.csv").read_bytes()
    with_key(folder)
    for file in ("first.csv", "second.csv"):
        text = (folder / file).read_text(encoding="utf-8")
        (folder / file).write_text(re.sub("h8rfy3.*\n", "", text), encoding="utf-8")
    found = withdraw(folder, "h8rfy3")
    assert "no_answers" in found.notes
    (folder / "second.csv").write_bytes(fresh)
    assert len(_read(folder).frame) == 30


@pytest.mark.parametrize("waves_in", [1, 2])
def test_code_is_found_under_the_names_that_limesurvey_gave_and_before_all_waves_are_in(tmp_path, waves_in):
    folder = tmp_path / "study"
    studies.new("short-cycle-example", folder)
    if waves_in == 1:
        (folder / "antwoorden-t1.csv").unlink()
    before = len(_read(folder).frame)
    gone = withdraw(folder, "TO-17-en")
    assert gone.actions.loc[gone.actions["action"] == "rows_removed", "n"].tolist() == [1] * waves_in
    assert len(_read(folder).frame) == before - waves_in
