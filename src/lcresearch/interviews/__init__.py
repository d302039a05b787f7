"""Interviews: transcripts, de-identification, codes, agreement between coders, and projects of other programs."""

from lcresearch.interviews.code_tables.comparison import CodeComparison, compare_codes
from lcresearch.interviews.code_tables.coverage import coverage
from lcresearch.interviews.code_tables.matrix import code_matrix
from lcresearch.interviews.code_tables.passages import passages
from lcresearch.interviews.code_tables.persons_by_code import PersonsByCode, persons_by_code
from lcresearch.interviews.code_tables.quotes import check_pointer, quotes
from lcresearch.interviews.code_tables.saturation import Saturation, saturation
from lcresearch.interviews.code_tables.together import co_occurrence
from lcresearch.interviews.code_tables.words import keyness, keyword_in_context, word_frequencies
from lcresearch.interviews.codebook.comparison import compare_codebooks, merge_codebooks, shared_codes
from lcresearch.interviews.codebook.model import Code, Codebook
from lcresearch.interviews.codebook.yaml_file import check_codebook, shipped_codebooks
from lcresearch.interviews.codebook_files import read_codebook, write_codebook
from lcresearch.interviews.coding_agreement.comparing import coder_agreement
from lcresearch.interviews.coding_agreement.disagreements import Disagreements, find_disagreements
from lcresearch.interviews.coding_agreement.discussion_list import write_disagreements
from lcresearch.interviews.coding_agreement.dividing import divide_texts
from lcresearch.interviews.coding_agreement.result import CoderAgreement
from lcresearch.interviews.coding_agreement.settling import Settlement, settle
from lcresearch.interviews.coding_table_reading import read_codings
from lcresearch.interviews.coding_tables import write_codings
from lcresearch.interviews.corpus import Corpus
from lcresearch.interviews.deidentification.deidentify import deidentify
from lcresearch.interviews.deidentification.key import Key, read_key
from lcresearch.interviews.deidentification.result import Deidentified
from lcresearch.interviews.document import Document, Turn
from lcresearch.interviews.exporting import export_project
from lcresearch.interviews.merging import merge_projects
from lcresearch.interviews.project import CodeSet, Note, Project
from lcresearch.interviews.project_files import read_project, write_project
from lcresearch.interviews.quote_release.describing import describe
from lcresearch.interviews.quote_release.pointing_words import pointing_words
from lcresearch.interviews.quote_release.recognisability import Recognisability, recognisability
from lcresearch.interviews.quote_release.record import QuoteRelease, read_quote_releases
from lcresearch.interviews.quote_release.releasing import (
    ReleasedQuotes,
    release_quote,
    released_quotes,
    withdraw_quotes,
)
from lcresearch.interviews.suggestions.decisions import accept_suggestions, with_suggestions
from lcresearch.interviews.suggestions.file import read_suggestions, write_suggestions
from lcresearch.interviews.suggestions.learning_curve import LearningCurve, learning_curve
from lcresearch.interviews.suggestions.quality import SuggestionQuality, suggestion_quality
from lcresearch.interviews.suggestions.result import Suggestions
from lcresearch.interviews.suggestions.suggesting import suggest_codes
from lcresearch.interviews.text.segments import segments
from lcresearch.interviews.topics.finding import find_topics
from lcresearch.interviews.topics.result import Topics
from lcresearch.interviews.transcripts.reading import read_transcripts
from lcresearch.interviews.written import Written

__all__ = [
    "Code",
    "CodeComparison",
    "CodeSet",
    "Codebook",
    "CoderAgreement",
    "Corpus",
    "Deidentified",
    "Disagreements",
    "Document",
    "Key",
    "LearningCurve",
    "Note",
    "PersonsByCode",
    "Project",
    "QuoteRelease",
    "Recognisability",
    "ReleasedQuotes",
    "Saturation",
    "Settlement",
    "SuggestionQuality",
    "Suggestions",
    "Topics",
    "Turn",
    "Written",
    "accept_suggestions",
    "check_codebook",
    "check_pointer",
    "co_occurrence",
    "code_matrix",
    "coder_agreement",
    "compare_codebooks",
    "compare_codes",
    "coverage",
    "deidentify",
    "describe",
    "divide_texts",
    "export_project",
    "find_disagreements",
    "find_topics",
    "keyness",
    "keyword_in_context",
    "learning_curve",
    "merge_codebooks",
    "merge_projects",
    "passages",
    "persons_by_code",
    "pointing_words",
    "quotes",
    "read_codebook",
    "read_codings",
    "read_key",
    "read_project",
    "read_quote_releases",
    "read_suggestions",
    "read_transcripts",
    "recognisability",
    "release_quote",
    "released_quotes",
    "saturation",
    "segments",
    "settle",
    "shared_codes",
    "shipped_codebooks",
    "suggest_codes",
    "suggestion_quality",
    "with_suggestions",
    "withdraw_quotes",
    "word_frequencies",
    "write_codebook",
    "write_codings",
    "write_disagreements",
    "write_project",
    "write_suggestions",
]
