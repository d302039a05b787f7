"""How many persons have a row at each wave, where that tells nothing of a few of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lcresearch.synthesis.packages.letting_through import Draft, rows_inside
from lcresearch.synthesis.packages.member_rows import ModelRows, Prepared
from lcresearch.synthesis.programme.plan import TIME, WAVE


def numbers_at_waves(rows: Prepared, draft: Draft, waves: Sequence[str], minimum: int) -> dict[str, int]:
    """Persons of the package with a row at each wave; without the waves at which few more or fewer stand elsewhere.

    A number that is a few less than that of all persons says how many of them did not respond, and one that is a few
    more than that of the sums at this wave how many gave an incomplete answer.

    Parameters
    ----------
    rows : Prepared
    draft : Draft
        Who is let through.
    waves : sequence of str
    minimum : int
        Fewest persons that a difference may tell of.
    """
    inside = draft.in_a_model()
    present = rows.frame_of(inside)[WAVE].astype("str").value_counts()
    found = {wave: int(present.get(wave, 0)) for wave in waves}
    elsewhere: dict[str, set[int]] = {wave: {0, int(inside.sum())} for wave in waves}
    for name, model in rows.models.items():
        for wave, n in _in_sums(model, draft, f"models/{name}"):
            elsewhere[wave].add(n)
    for about, scale in rows.scales.items():
        if scale.wave in elsewhere:
            elsewhere[scale.wave].add(int((draft.cell[f"moments/{about}"] >= 0).sum()))
    return {
        wave: n
        for wave, n in found.items()
        if all(n == other or abs(n - other) >= minimum for other in elsewhere[wave])
    }


def _in_sums(model: ModelRows, draft: Draft, member: str) -> Iterator[tuple[str, int]]:
    """Waves of a model, and the rows in its sums at each."""
    inside = rows_inside(model, draft.cell[member])
    if model.plan.persons is None:
        yield from ((wave, int(inside.sum())) for wave in model.plan.waves)
        return
    last = model.rows[TIME].to_numpy(dtype=float) == 1
    yield model.plan.waves[0], int((inside & ~last).sum())
    yield model.plan.waves[-1], int((inside & last).sum())
