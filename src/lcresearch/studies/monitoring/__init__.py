"""Monitoring: the same study over years, who still takes part, and which communities may be about to stop."""

from lcresearch.studies.monitoring.monitored import Monitored, monitor_study

__all__ = ["Monitored", "monitor_study"]
