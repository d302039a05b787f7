"""Interviews: transcripts, de-identification, codes, agreement between coders, and projects of other programs."""

from lcresearch.interviews.codebook.comparison import compare_codebooks, merge_codebooks, shared_codes
from lcresearch.interviews.codebook.model import Code, Codebook
from lcresearch.interviews.codebook.yaml_file import check_codebook, shipped_codebooks
from lcresearch.interviews.codebook_files import read_codebook
from lcresearch.interviews.corpus import Corpus
from lcresearch.interviews.document import Document, Turn
from lcresearch.interviews.project import CodeSet, Note, Project
from lcresearch.interviews.project_files import read_project
from lcresearch.interviews.text.segments import segments
from lcresearch.interviews.transcripts.reading import read_transcripts

__all__ = [
    "Code",
    "CodeSet",
    "Codebook",
    "Corpus",
    "Document",
    "Note",
    "Project",
    "Turn",
    "check_codebook",
    "compare_codebooks",
    "merge_codebooks",
    "read_codebook",
    "read_project",
    "read_transcripts",
    "segments",
    "shared_codes",
    "shipped_codebooks",
]
