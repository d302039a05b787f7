"""Value creation: costs and benefits of a community with ranges, beside value that is not money."""

from lcresearch.integration.value.community import community_value
from lcresearch.integration.value.model import Benefit, Cost, CycleItem, ValueFile
from lcresearch.integration.value.reading import example_value, new_value, read_value
from lcresearch.integration.value.result import CommunityValue
from lcresearch.integration.value.stories import stories_of

__all__ = [
    "Benefit",
    "CommunityValue",
    "Cost",
    "CycleItem",
    "ValueFile",
    "community_value",
    "example_value",
    "new_value",
    "read_value",
    "stories_of",
]
