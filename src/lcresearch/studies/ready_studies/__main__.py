"""Write the answers of all ready studies to ``analyses/``."""

from __future__ import annotations

from lcresearch import shipped
from lcresearch.files import write_whole
from lcresearch.studies.ready_studies import READY, exports_of

for study in READY:
    for name, content in exports_of(study).items():
        path = shipped.folder("analyses") / study / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, content)
