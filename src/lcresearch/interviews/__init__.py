"""Interviews: transcripts, de-identification, codes, agreement between coders, and projects of other programs."""

from lcresearch.interviews.codebook.comparison import compare_codebooks, merge_codebooks, shared_codes
from lcresearch.interviews.codebook.model import Code, Codebook
from lcresearch.interviews.codebook.yaml_file import check_codebook, shipped_codebooks
from lcresearch.interviews.codebook_files import read_codebook, write_codebook
from lcresearch.interviews.coding_tables import write_codings
from lcresearch.interviews.corpus import Corpus
from lcresearch.interviews.document import Document, Turn
from lcresearch.interviews.merging import merge_projects
from lcresearch.interviews.project import CodeSet, Note, Project
from lcresearch.interviews.project_files import read_project, write_project
from lcresearch.interviews.text.segments import segments
from lcresearch.interviews.transcripts.reading import read_transcripts
from lcresearch.interviews.written import Written

__all__ = [
    "Code",
    "CodeSet",
    "Codebook",
    "Corpus",
    "Document",
    "Note",
    "Project",
    "Turn",
    "Written",
    "check_codebook",
    "compare_codebooks",
    "merge_codebooks",
    "merge_projects",
    "read_codebook",
    "read_project",
    "read_transcripts",
    "segments",
    "shared_codes",
    "shipped_codebooks",
    "write_codebook",
    "write_codings",
    "write_project",
]
