"""Planning a short-cycle study: from goal, weeks, firms and people to a design, its precision, and a folder."""

from lcresearch.studies.planning.choices import goals
from lcresearch.studies.planning.planning import plan_short_cycle
from lcresearch.studies.planning.result import ShortCyclePlan

__all__ = ["ShortCyclePlan", "goals", "plan_short_cycle"]
