"""What recipes import and the texts that they print: read once, before a process starts for each of them."""

import formulaic  # noqa: F401
import scipy.stats  # noqa: F401

import lcresearch.integration
import lcresearch.interviews
import lcresearch.multilevel
import lcresearch.reporting
import lcresearch.studies
import lcresearch.synthesis  # noqa: F401
from lcresearch.messages import text_keys

text_keys()
