"""Names of groups in answers to a form: platforms may write the place in the list instead of the name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lcresearch.errors import Place, Problem
from lcresearch.responses import Responses
from lcresearch.responses.tables import shown
from lcresearch.responses.wording import plain

_NAMED = 5


def with_group_names(data: Responses, groups: Mapping[str, Sequence[str]]) -> Responses:
    """The answers with the names of groups as the form lists them, whatever the platform made of these.

    Parameters
    ----------
    data : Responses
        Of one file.
    groups : mapping of str to sequence of str
        Level -> names in the order of the form.

    Returns
    -------
    Responses
        With a warning (S133) for values that are neither a name nor a place in the list; these stay as they are.
    """
    frame, problems = data.frame, list(data.problems)
    for level, names in groups.items():
        if level not in frame.columns:
            continue
        meant = {plain(name): name for name in names} | {str(n): name for n, name in enumerate(names, start=1)}
        values = frame[level].dropna().unique().tolist()
        found = {value: meant.get(plain(value), value) for value in values}
        unknown = [value for value in values if plain(value) not in meant]
        if unknown:
            listed = [shown(value, 30) for value in unknown[:_NAMED]] + (["…"] if len(unknown) > _NAMED else [])
            place = Place(file=data.source.file)
            problems.append(Problem("S133", place, {"n": len(unknown), "values": listed, "level": level}))
        frame = frame.assign(**{level: frame[level].map(found).astype("str")})
    return data.replaced(frame=frame, problems=tuple(problems))
