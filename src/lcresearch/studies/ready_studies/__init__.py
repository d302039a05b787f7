"""The answers of the ready studies in ``analyses/``: invented by a computer, in the form of real platforms' exports.

``python -m lcresearch.studies.ready_studies`` makes them anew; the same seed gives the same bytes.
"""

from lcresearch.studies.ready_studies.making import READY, exports_of

__all__ = ["READY", "exports_of"]
