"""Repeated pulses in order of time: has anything changed, beyond what chance moves?"""

from lcresearch.change.charts.control import control_chart
from lcresearch.change.charts.control_result import ControlChart
from lcresearch.change.charts.pulses import pulse_points
from lcresearch.change.charts.run import run_chart
from lcresearch.change.charts.run_result import RunChart

__all__ = ["ControlChart", "RunChart", "control_chart", "pulse_points", "run_chart"]
