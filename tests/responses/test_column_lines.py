"""What became of each column, for the terminal."""

from lcresearch.responses.column_lines import column_lines


def test_each_column_stands_under_what_became_of_it(write, voice, quiet):
    path = write("Team,mail,Q1,tv_02,tv_03,note\nA,an@firm.nl,1,2,3,x\nB,bo@firm.nl,2,2,2,y\n")
    lines = column_lines(quiet(path, voice, levels={"team": "Team"}, mapping={"Q1": "tv_01"}).log).splitlines()
    assert lines[0] == "answers.csv"
    assert "  column is 'team': Team" in lines
    assert "  column matched to the item (by mapping): Q1 → tv_01" in lines
    assert "  column matched to the item (by id): tv_02, tv_03" in lines
    assert "  looks like personal data (e-mail address) and was left out: mail" in lines
    assert next(line for line in lines if line.startswith("  column not used")).endswith(": note")


def test_thousands_of_columns_stay_readable(write, voice, quiet):
    names = ",".join(f"q{n}" for n in range(3_000))
    data = quiet(write(f"{names},tv_01,tv_02,tv_03\n{',' * 3_000}1,2,3\n"), voice)
    text = column_lines(data.log)
    assert "… (3000)" in text
    assert len(text.splitlines()) < 20
    assert max(map(len, text.splitlines())) <= 100
