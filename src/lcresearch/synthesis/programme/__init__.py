"""The plan of a programme: ``programme.yaml``, declared before there are data, the same for all consortia."""

from lcresearch.synthesis.programme.model import ProgrammeFile
from lcresearch.synthesis.programme.plan import ModelPlan, columns_of, plan_of, rows_of
from lcresearch.synthesis.programme.reading import digest_of, example_programme, new_programme, read_programme

__all__ = [
    "ModelPlan",
    "ProgrammeFile",
    "columns_of",
    "digest_of",
    "example_programme",
    "new_programme",
    "plan_of",
    "read_programme",
    "rows_of",
]
