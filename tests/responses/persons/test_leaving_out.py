"""Columns about persons: named in the log, left out, kept only for a reason."""

import pytest

FILE = (
    "Naam;E-mail;team;tv_01;tv_02;tv_03;Telefoon\n"
    "Jan de Vries;jan@example.org;A;4;2;5;06-12345678\n"
    "Fatma Yilmaz;fatma@example.org;A;3;3;4;0612345679\n"
    "Piet van Dam;piet@example.org;B;4;1;5;06 1234 5670\n"
)


def test_columns_about_persons_are_named_and_left_out(write, voice, quiet):
    data = quiet(write(FILE), voice, levels=["team"])
    left_out = data.log[data.log["code"] == "R129"]
    assert left_out["column"].tolist() == ["Naam", "E-mail", "Telefoon"]
    assert left_out["status"].unique().tolist() == ["ignored"]
    shown = data.frame.to_csv() + data.log.to_csv() + data.kept.to_csv()
    assert not any(text in shown for text in ("Jan de Vries", "jan@example.org", "06-12345678"))


def test_a_column_with_a_reason_is_kept_beside_the_answers(write, voice, quiet):
    data = quiet(write(FILE), voice, levels=["team"], keep={"e-mail": "loten van een prijs"})
    assert data.kept["e-mail"].tolist()[0] == "jan@example.org"
    kept = data.log[data.log["code"] == "R130"]
    assert kept["column"].tolist() == ["E-mail"]
    assert "loten van een prijs" in kept["text"].item()


def test_a_level_named_by_personal_data_is_refused(write, voice, refused):
    file = FILE.replace(";A;", ";12-03-1971;").replace(";B;", ";01-11-1983;").replace("team", "geboortedatum")
    assert refused(write(file), voice, levels={"team": "geboortedatum"}) == ["R132"]


@pytest.mark.parametrize("header", ["Naam", "Teamleider", "Schoolcoach", "Communitymanager", "Team lead", "V7"])
def test_a_level_named_by_persons_is_refused_unless_the_study_says_why(write, voice, quiet, refused, header):
    file = FILE.replace("Naam", header)
    assert refused(write(file), voice, levels={"organisation": header}) == ["R132"]
    kept = quiet(write(file), voice, levels={"organisation": header}, keep={header: "eenmanszaken"})
    assert "R199" in {problem.code for problem in kept.problems}
    assert kept.frame["organisation"].tolist() == ["Jan de Vries", "Fatma Yilmaz", "Piet van Dam"]


@pytest.mark.parametrize("header", ["Bedrijf", "Naam van uw organisatie", "OrganisatieNaam", "team"])
def test_a_column_that_says_it_names_groups_is_warned_of(write, voice, quiet, header):
    file = FILE.replace("team", "groep").replace("Naam", header)
    data = quiet(write(file), voice, levels={"organisation": header})
    assert "R199" in {problem.code for problem in data.problems}


def test_an_item_with_fixed_answers_stays_whatever_its_question_says(write, instrument_of, quiet):
    item = {"id": "tv_09", "text": {"nl": "Ik ken de e-mailadressen van mijn team.", "en": "I know their addresses."}}
    data = quiet(write("Ik ken de e-mailadressen van mijn team.\n4\n2\n"), instrument_of([item]))
    assert data.frame["tv_09"].tolist() == [4, 2]


def test_a_number_that_is_a_place_is_left_out(write, instrument_of, quiet):
    item = {"id": "lat", "type": "number", "text": {"nl": "Breedtegraad", "en": "Latitude"}}
    voice = {"id": "tv_01", "text": {"nl": "Ik zeg wat ik denk.", "en": "I say what I think."}}
    file = "tv_01,latitude,longitude\n4,52.0907374,5.1214201\n2,51.9244201,4.4777325\n3,52.3675734,4.9041389\n"
    data = quiet(write(file), instrument_of([voice, item]), mapping={"latitude": "lat"})
    assert "lat" not in data.frame.columns
    assert data.log.loc[data.log["code"] == "R129", "column"].tolist() == ["latitude", "longitude"]


def test_kept_columns_survive_being_put_together_and_written_down(write, voice, quiet):
    from lcresearch import responses

    parts = [quiet(write(FILE, f"{n}.csv"), voice, levels=["team"], keep={"Naam": "x"}) for n in (1, 2)]
    both = responses.combine(parts)
    assert both.kept["Naam"].tolist() == ["Jan de Vries", "Fatma Yilmaz", "Piet van Dam"] * 2
    again = responses.Responses.from_dict(both.to_dict())
    assert again.kept.equals(both.kept)
    assert again.paradata.equals(both.paradata)
