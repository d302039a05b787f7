"""Two bundles of one study, side by side: a repository keeps every version."""

from lcresearch import studies

LATE = 6
"""More than the five of a report, fewer than the ten that anyone may read of."""


def shown(made):
    """How many persons stand behind each score of the first scale: of all together, and of firms."""
    scale = made.published.content.scales[0]
    return [int(n) for n in [*scale.overall["n"].dropna(), *scale.scores["n"].dropna()]]


def test_late_answers_of_a_few_cannot_be_computed_from_two_bundles(study):
    """Six colleagues answer after the first bundle: the second must not give their mean away."""
    first = studies.publish(study)
    answers = study / "answers.csv"
    late = "".join(
        f"late{n:03d},Kraanvogel Metaal,,{1 + n % 5},{5 - n % 4},{1 + n % 3},2,{1 + n % 4},3\n" for n in range(LATE)
    )
    answers.write_text(answers.read_text(encoding="utf-8") + late, encoding="utf-8")
    studies.load(study).run(force=True)
    second = studies.publish(study, force=True)
    assert {43, 12, 14} <= set(shown(first))
    assert not {43 + LATE, 12 + LATE} & set(shown(second))


def test_the_same_bundle_twice_shows_the_same(study):
    first = studies.publish(study)
    assert studies.publish(study, force=True).files == first.files


def test_a_preview_is_no_bundle(study):
    (study / "private/publications.json").unlink(missing_ok=True)
    studies.publish(study, preview=True)
    assert not (study / "private/publications.json").exists()
