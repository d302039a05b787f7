"""Joint displays: statistics, and what people said, in one table with the source of every cell."""

from lcresearch.integration.displays.joint import joint_display
from lcresearch.integration.displays.meta_inference import MetaInference
from lcresearch.integration.displays.result import JointDisplay

__all__ = ["JointDisplay", "MetaInference", "joint_display"]
