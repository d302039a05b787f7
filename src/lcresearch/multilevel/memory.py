"""How much memory the machine has, so that a model that cannot fit is refused before it is tried."""

from __future__ import annotations

import ctypes
import os
import sys
from functools import cache


@cache
def installed_gigabytes() -> float:
    """Memory of this machine in 10^9 bytes; infinite where the system does not tell."""
    if sys.platform == "win32":
        kilobytes = ctypes.c_ulonglong()
        told = ctypes.windll.kernel32.GetPhysicallyInstalledSystemMemory(ctypes.byref(kilobytes))
        return kilobytes.value * 1024 / 1e9 if told else float("inf")
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    except (ValueError, OSError):
        return float("inf")
