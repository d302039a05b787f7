"""All instruments of the library come back, without a mapping, from exports of forms that were made from them."""

import csv
import io
import json

import numpy as np
import pytest

from lcresearch import instruments

IDS = list(instruments.catalogue()["id"])


def answers_of(item, scale, language):
    """An answer as a code and as it is shown, for each kind of item; an open answer is left empty."""
    if scale is None:
        return (item.minimum or 1, str(item.minimum or 1)) if item.type == "number" else (None, "iets")
    code = scale.codes[len(item.text_in(language)) % len(scale.codes)]
    return code, scale.labels_in(language).get(code, str(code))


def as_table(rows):
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def qualtrics(fields):
    """Three header rows; one column of each question with several answers, behind which its answer stands."""
    columns = [
        ("StartDate", "Begindatum", "startDate", "2026-03-01 10:00:00"),
        ("ResponseId", "Id", "_recordId", "R_1"),
    ]
    for n, (_, text, label, several) in enumerate(fields, start=1):
        plain = (f"Q{n}", text, f"QID{n}", label)
        columns.append((f"Q{n}_4", f"{text} - {label}", f"QID{n}_4", "1") if several else plain)
    names, texts, ids, cells = zip(*columns, strict=True)
    return [names, texts, [json.dumps({"ImportId": import_id}) for import_id in ids], cells]


def kobo_by_name(fields):
    names = ["_id", "_uuid", *(f"deel/{name}" for name, *_ in fields)]
    return [names, ["1", "a", *(label for _, _, label, _ in fields)]]


def kobo_by_label(fields):
    names = ["_id", "_uuid", *(f"Deel/{text}" for _, text, *_ in fields)]
    return [names, ["1", "a", *(label for _, _, label, _ in fields)]]


def microsoft(fields):
    names = ["ID", "Begintijd", "Tijd van voltooien", "E-mail", "Naam", *(text for _, text, *_ in fields)]
    cells = [f"{label};" if options else label for _, _, label, options in fields]
    return [names, ["1", "3/14/26 10:00:00", "3/14/26 10:05:00", "anonymous", "", *cells]]


def google(fields):
    names = ["Tijdstempel", *(f"Stellingen [{text}]" for _, text, *_ in fields)]
    return [names, ["2026-03-01 10:00:00", *(label for _, _, label, _ in fields)]]


@pytest.mark.parametrize("platform", [qualtrics, kobo_by_name, kobo_by_label, microsoft, google])
@pytest.mark.parametrize("name", IDS)
def test_every_question_is_found(write, quiet, platform, name):
    instrument = instruments.load(name)
    language = instrument.languages[IDS.index(name) % len(instrument.languages)]
    fields, expected = [], {}
    for item in instrument.items:
        several = item.type == "multiple"
        code, label = answers_of(item, instrument.response_scale_of(item.id), language)
        fields.append((item.id, item.text_in(language), label, several))
        if code is not None:
            expected[f"{item.id}_{code}" if several else item.id] = 1 if several else code
    data = quiet(write(as_table(platform(fields))), instrument)
    found = data.frame[list(expected)].iloc[0]
    np.testing.assert_array_equal(found.to_numpy(), list(expected.values()))
    not_asked = {problem.where.item.rpartition("_")[0] for problem in data.problems if problem.code == "R043"}
    assert not_asked <= {name for name, _, _, several in fields if several}
    assert not [problem for problem in data.problems if problem.code != "R043"]
