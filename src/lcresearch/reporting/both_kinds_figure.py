"""Working elements with both kinds of evidence in one figure: effects by verdict, beside what people say."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from lcresearch.errors import ReportingError
from lcresearch.integration.elements.result import ElementsOfBothKinds
from lcresearch.messages import Messages
from lcresearch.reporting.element_forest import element_forest
from lcresearch.synthesis.elements.wording import word

_NUMBERS = ["estimate", "conf_low", "conf_high"]


def both_kinds_figure(result: ElementsOfBothKinds) -> Figure:
    """Effects with their intervals under their verdict; behind each name whether interviews agree.

    Raises
    ------
    ReportingError
        P003: no effect has an interval.
    """
    say = Messages()
    table = result.table
    if not set(_NUMBERS) <= set(table.columns) or table["estimate"].isna().all():
        raise ReportingError("P003")
    names = [result.titles[str(name)][say.language] for name in table["element"]]
    labels = [
        f"{name} ({say('integration.convergence.outcome.' + verdict.replace(' ', '_'))})" if verdict else name
        for name, verdict in zip(names, table["convergence"].astype("str"), strict=True)
    ]
    groups = [word("verdict_name", str(verdict), say.language) for verdict in table["verdict"]]
    frame = table[_NUMBERS].assign(label=labels, sector=groups)
    order = list(dict.fromkeys(groups))
    frame = frame.iloc[sorted(range(len(frame)), key=lambda place: order.index(groups[place]))]
    bounds = table["smallest_worthwhile"].dropna() if "smallest_worthwhile" in table else pd.Series(dtype=float)
    nothing = pd.DataFrame(columns=_NUMBERS, dtype=float)
    return element_forest(
        frame, nothing, smallest_worthwhile=float(bounds.min()) if len(bounds) else None, language=say.language,
        subject="element", title=say("integration.elements.figure"),
    )  # fmt: skip
