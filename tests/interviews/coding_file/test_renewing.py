"""Texts without names in the place of those with names, what is known of texts, and another code than was suggested."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lcresearch.errors import InterviewError
from lcresearch.interviews import Corpus, Document, coding_file, deidentify, suggest_codes

NAMED = "R: Mijn baas, Marleen de Wit, leert van fouten. 🐝 Er is geen tijd."


@pytest.fixture
def named(tmp_path, file):
    project = file.project()
    return coding_file.create(
        tmp_path / "named.lccoding",
        replace(project, corpus=Corpus((Document("d1", "R1", NAMED), project.corpus["d2"]))),
    )


def quotes(file):
    return file.project().quotes["quote"].tolist()


def test_texts_without_names_leave_no_name_in_the_file(named):
    an = named.coders().loc[0, "coder"]
    start = NAMED.index("Marleen")
    named.code("d1", start, start + len("Marleen de Wit"), "c3", coder=an, memo="Marleen de Wit dus.")
    named.code("d1", NAMED.index("tijd"), NAMED.index("tijd") + 4, "c3", coder=an)
    gone = named.code("d1", 0, 30, "c2", coder=an, memo="weg: Marleen de Wit")
    named.uncode(gone, coder=an)
    revision = named.revision
    found = deidentify(named.project(), layers=["pattern", "corpus", "speech"])
    named.renew_texts(found.project, revision=revision)
    assert quotes(named) == ["Persoon 1", "tijd"]
    assert named.codings()["memo"].tolist() == ["Persoon 1 dus.", ""]
    assert named.undo(an) is None
    for path in named.path.parent.glob("named.lccoding*"):
        assert b"Marleen" not in path.read_bytes()
    assert named.project().corpus["d2"].roles == {"Interviewer": "interviewer"}


def test_what_changed_meanwhile_is_not_written_over(named):
    revision, project = named.revision, named.project()
    named.add_coder("Cees")
    with pytest.raises(InterviewError) as error:
        named.renew_texts(project, revision=revision)
    assert error.value.problems[0].code == "V287"


def test_settled_differences_stay_with_their_words(named):
    an = named.coders().loc[0, "coder"]
    named.settle("x", "kept", document="d1", start=0, end=4, code="c3", coder=an)
    with pytest.raises(InterviewError) as error:
        named.renew_texts(named.project(), revision=named.revision)
    assert error.value.problems[0].code == "V132"


def test_what_is_known_of_texts_can_be_corrected(file):
    old = file.document("d2")
    file.describe([replace(old, roles={"Bo": "interviewer"}, attributes={"community": "north"}, text="other")])
    new = file.document("d2")
    assert (new.roles, dict(new.attributes), new.text) == ({"Bo": "interviewer"}, {"community": "north"}, old.text)
    with pytest.raises(InterviewError) as error:
        file.describe([replace(old, id="nowhere")])
    assert error.value.problems[0].code == "V289"


def test_another_code_than_was_suggested_is_one_step_that_can_be_undone(file):
    an = file.coders().loc[0, "coder"]
    file.keep_suggestions(suggest_codes(file.project(), method="rules"))
    id = file.suggestions().open["suggestion"][0]
    file.accept_other(id, "c3", coder=an, language="en")
    assert file.codings()["code"].tolist() == ["c3"]
    assert "A computer suggested 'leren > van fouten' here" in file.codings()["memo"][0]
    assert len(file.suggestions().open) == 0
    assert file.undo(an) == "accept_other"
    assert len(file.codings()) == 0
    assert file.suggestions().open["suggestion"].tolist() == [id]
