"""Interviews: transcripts, de-identification, codes, agreement between coders, and projects of other programs."""

from lcresearch.interviews.codebook.model import Code, Codebook
from lcresearch.interviews.corpus import Corpus
from lcresearch.interviews.document import Document, Turn
from lcresearch.interviews.project import CodeSet, Note, Project
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
    "read_transcripts",
    "segments",
]
