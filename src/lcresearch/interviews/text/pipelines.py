"""spaCy's pipelines: a blank one with rules for sentences, or a trained one that the user has installed."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from lcresearch.errors import InterviewError

_CUTS_SENTENCES = ("parser", "senter", "sentencizer")


def sentence_pipeline(language: str, trained: str | None = None) -> Any:
    """A pipeline that finds sentences; None where none was asked for and spaCy is not installed.

    Parameters
    ----------
    language : str
        As spaCy names it; of the blank pipeline.
    trained : str, optional
        Name or folder of a pipeline that is installed, such as ``nl_core_news_sm``. Nothing is fetched.

    Raises
    ------
    InterviewError
        V230: it is not installed; V231: spaCy itself is not.
    """
    if trained is None:
        return _rules(language)
    pipeline = trained_pipeline(trained)
    if not any(name in _CUTS_SENTENCES for name in pipeline.pipe_names):
        pipeline.add_pipe("sentencizer")
    return pipeline


@cache
def trained_pipeline(name: str) -> Any:
    """A pipeline that is installed, by its name or its folder.

    Raises
    ------
    InterviewError
        V230: it is not installed; V231: spaCy itself is not.
    """
    try:
        import spacy
    except ImportError as error:
        raise InterviewError("V231", found=name) from error
    installed = spacy.util.get_installed_models()
    if name not in installed and not (Path(name) / "config.cfg").is_file():
        raise InterviewError("V230", found=name, known=", ".join(sorted(installed)) or "–")
    return spacy.load(name)


@cache
def _rules(language: str) -> Any:
    try:
        import spacy
    except ImportError:
        return None
    pipeline = spacy.blank(language)
    pipeline.add_pipe("sentencizer")
    return pipeline
