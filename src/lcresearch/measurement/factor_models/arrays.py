"""Types of arrays: numbers that may be complex where a derivative is taken by a complex step, places, and flags."""

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
