"""Codes to start from, made of topics: the researcher writes what they mean."""

from __future__ import annotations

import pandas as pd

from lcresearch.interviews.codebook.model import Code, Codebook
from lcresearch.interviews.guids import guid_of
from lcresearch.messages import LANGUAGES, Messages


def candidate_codebook(topics: pd.DataFrame, examples: pd.DataFrame, language: str) -> Codebook:
    """A code a topic under one heading.

    Parameters
    ----------
    topics : DataFrame
        ``topic, name, words, n_segments, n_persons, verdict``.
    examples : DataFrame
        ``topic, pointer``. Of what people said only pointers get into the codebook.
    language : str
    """
    say = Messages(language if language in LANGUAGES else None)
    pointers = examples.groupby("topic")["pointer"].agg("; ".join)
    heading = Code(
        guid_of("topics", *topics["words"]),
        say("interviews.topics.candidates"),
        definition=say("interviews.topics.candidates_meaning"),
        codable=False,
        key="topics",
    )
    codes = [
        Code(
            guid_of("topic", row["words"]),
            str(row["name"]),
            parent=heading.id,
            definition=say("interviews.topics.definition", words=row["words"], n=row["n_segments"]),
            use_when=say("interviews.topics.read", pointers=pointers.get(row["topic"], "–")),
            not_when=say(f"interviews.topics.{row['verdict']}"),
            key=f"topic_{row['topic'] + 1}",
        )
        for row in topics.to_dict("records")
    ]
    return Codebook((heading, *codes), name=say("interviews.topics.candidates"), language=say.language)
