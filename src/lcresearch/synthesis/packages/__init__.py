"""Evidence packages: one zip a consortium, from which pooled models are fitted without rows of persons."""

from lcresearch.synthesis.packages.all_rows import beside_all_rows
from lcresearch.synthesis.packages.contents import ConsortiumEvidence, EvidencePackage, StageOne
from lcresearch.synthesis.packages.manifest import InstrumentVersion, Manifest
from lcresearch.synthesis.packages.opening import open_package
from lcresearch.synthesis.packages.packed_package import PackedPackage
from lcresearch.synthesis.packages.packing import pack, prepare_packages

__all__ = [
    "ConsortiumEvidence",
    "EvidencePackage",
    "InstrumentVersion",
    "Manifest",
    "PackedPackage",
    "StageOne",
    "beside_all_rows",
    "open_package",
    "pack",
    "prepare_packages",
]
