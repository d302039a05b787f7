"""What a study says of change, for facts.json: only what its report shows."""

from __future__ import annotations

from lcresearch.integration.checklists.facts import ChangeFacts
from lcresearch.reporting.change_content import ChangeContent
from lcresearch.reporting.change_wording import conclusion


def change_facts(content: ChangeContent) -> ChangeFacts:
    """Facts of the primary scale; numbers are those of what the conclusion rests on."""
    primary, main = content.primary, conclusion(content.primary)
    part = primary.overall
    return ChangeFacts(
        design=content.design,
        level=content.level,
        before=content.before,
        after=content.after,
        scale=primary.name,
        worthwhile=primary.worthwhile,
        inference=content.inference,
        n_groups=content.n_groups,
        n_linked=part.n_linked,
        n_before=part.n_before,
        n_after=part.n_after,
        estimate=None if main is None else main.estimate,
        conf_low=None if main is None else main.conf_low,
        conf_high=None if main is None else main.conf_high,
        basis=None if main is None else main.basis,
        sureness=None if main is None else main.sureness,
        n_secondary=len(content.secondary),
    )
