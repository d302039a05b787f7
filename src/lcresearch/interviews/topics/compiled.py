"""Compiled code of UMAP, kept on disk: without it numba compiles the same functions in each process, for 10 seconds.

It is the same code and gives the same numbers. It stands in the user's folder for caches, or where ``NUMBA_CACHE_DIR``
says, for each version of UMAP apart, since numba looks only at the file of a function and not at what it calls.
"""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

_COMPILED = (
    ("umap.utils", "fast_knn_indices"),
    ("umap.umap_", "smooth_knn_dist"),
    ("umap.umap_", "compute_membership_strengths"),
    ("umap.layouts", "_nb_optimize_layout_euclidean_single_epoch"),
    ("umap.distances", "euclidean"),
)
"""What a layout by Euclidean distances runs; another version of UMAP may lack one, which is then compiled as before."""


@cache
def keep_compiled() -> None:
    """Let the functions of UMAP that a layout needs be read from disk, and written there the first time.

    Where nothing can be written they are compiled in memory, as UMAP itself does.
    """
    config: Any = import_module("numba.core.config")
    earlier = config.CACHE_DIR
    with suppress(ImportError):
        config.CACHE_DIR = str(compiled_folder())
    try:
        for module, name in _COMPILED:
            function = getattr(import_module(module), name, None)
            with suppress(AttributeError, RuntimeError):  # not of numba, or no folder that can be written
                function.enable_caching()  # type: ignore[union-attr]
    finally:
        config.CACHE_DIR = earlier


def compiled_folder() -> Path:
    """Where compiled code of this version of UMAP stands."""
    config: Any = import_module("numba.core.config")
    folders: Any = import_module("numba.misc.appdirs")
    return Path(config.CACHE_DIR or folders.user_cache_dir("lcresearch", False)) / f"umap-{version('umap-learn')}"
