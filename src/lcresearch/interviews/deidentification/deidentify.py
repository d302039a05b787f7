"""De-identification of interviews: the whole way from names to pseudonyms."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

import pandas as pd

from lcresearch.errors import InterviewError, Problem
from lcresearch.interviews.corpus import Corpus
from lcresearch.interviews.deidentification.corpus_names import document_names
from lcresearch.interviews.deidentification.dates import DATE_CHOICES, Dates
from lcresearch.interviews.deidentification.finding import Finder, Search
from lcresearch.interviews.deidentification.hits import LAYERS, NAMED, Hit
from lcresearch.interviews.deidentification.identities import Identities, Identity, Known
from lcresearch.interviews.deidentification.key import Key, key_of, read_key
from lcresearch.interviews.deidentification.lexicon import Lexicon, lexicon
from lcresearch.interviews.deidentification.mentions import Mention, Piece
from lcresearch.interviews.deidentification.moving import Replaced, replaced
from lcresearch.interviews.deidentification.other_programs import (
    deduce_finder,
    layers_that_can_run,
    spacy_finder,
    spacy_pipeline,
)
from lcresearch.interviews.deidentification.own_list import Entry, Names, read_names
from lcresearch.interviews.deidentification.pieces import Rewriter, pieces_of, project_pieces
from lcresearch.interviews.deidentification.pseudonyms import give_pseudonyms, instead_of, written
from lcresearch.interviews.deidentification.result import Deidentified
from lcresearch.interviews.deidentification.review import (
    Line,
    chosen_pseudonym,
    decided,
    log_of,
    read_decisions,
    with_decisions,
)
from lcresearch.interviews.project import Project
from lcresearch.messages import LANGUAGES

_OWN_LAYERS = ("pattern", "list", "corpus", "speech")
_CHOICES = tuple(each for each in LAYERS if each != "decision")


def deidentify(
    corpus: Corpus | Project,
    *,
    language: str = "nl",
    names: Names | None = None,
    dates: Dates = "month",
    layers: Collection[str] | None = None,
    key: Key | str | Path | None = None,
    decisions: str | Path | pd.DataFrame | None = None,
) -> Deidentified:
    """Replace names and numbers in interviews by pseudonyms, and tell what was done.

    Persons, organisations and places get a pseudonym that is the same in all texts (``Respondent 3``, ``Persoon 4``,
    ``Bedrijf B``, ``Plaats 2``); of e-mail addresses, phone numbers, citizen service numbers, account numbers, web
    addresses, licence plates, postcodes and streets only the kind stays. Notes, cases, sets, codes, names of documents
    and files, speakers and attributes are looked through as well. No program finds all names: read the review table.

    Parameters
    ----------
    corpus : Corpus or Project
        Of a project codings, parts of cases and turns go along to their new places. It is made anew: pictures,
        recordings and styled texts, and what else the other program kept, stay behind, since names can stand in them.
        Names of coders stay.
    language : {"nl", "en"}, default "nl"
        Of the talks, and of the pseudonyms.
    names : str, Path, mapping or sequence, optional
        The study's own list: a YAML or CSV file, ``{"persons": [...], "organisations": [...], "places": [...]}``, or
        names. An entry is a name, or ``{"name": ..., "also": [...], "pseudonym": ...}``. They are found in other
        spellings too: possessive, with or without a legal form, hyphens and blanks; words that resemble them are shown.
    dates : {"month", "year", "replace", "keep"}, default "month"
        What is left of dates; of a day of birth no more than the year.
    layers : collection of str, optional
        Of ``pattern, list, corpus, speech, deduce, spacy``; by default all that can run here.
    key : Key, str or Path, optional
        Of an earlier run (or the folder of the study): persons keep their pseudonyms, also when texts were added.
    decisions : str, Path or DataFrame, optional
        The review table with decisions in its column ``decision``: ``keep`` or ``replace``, with ``everywhere`` behind
        it for all places with the same words (Dutch: ``behouden``, ``vervangen``, ``overal behouden``, ``overal
        vervangen``). Another ``kind`` or ``replacement`` counts as well. Give the key of the same run with it.

    Returns
    -------
    Deidentified
        ``.corpus`` (and ``.project``), ``.log`` to review, ``.key``, kept apart by ``.save(folder)``.

    Raises
    ------
    InterviewError
        G001: no such file; V110, V111, V127: a list that cannot be used; V112: an option that does not exist; V113: no
        key; V115, V123: a review table that cannot be used; V128: replacements were changed and the key is missing.

    Examples
    --------
    >>> from lcresearch.interviews import Corpus, Document
    >>> invented = Corpus((Document("d1", "talk", "R: Marleen belde op 3 mei 2024. Marleens baas, Wim, lachte."),))
    >>> found = deidentify(invented, layers=["pattern", "speech"])
    >>> found.corpus["talk"].text
    "R: Persoon 1 belde op mei 2024. Persoon 1's baas, Persoon 2, lachte."
    >>> found.key.frame[["pseudonym", "name"]].values.tolist()
    [['Persoon 1', 'Marleen'], ['Persoon 2', 'Wim']]
    """
    _check("language", language, LANGUAGES)
    _check("dates", dates, DATE_CHOICES)
    for layer in layers or ():
        _check("layers", layer, _CHOICES)
    words = lexicon(language)
    project = corpus if isinstance(corpus, Project) else None
    texts = project.corpus if project is not None else corpus
    assert isinstance(texts, Corpus)
    known = key if isinstance(key, Key) else read_key(key) if key is not None else Key()
    choices = read_decisions(decisions)
    if key is None and any(each.pseudonym for each in [*choices.by_hit.values(), *choices.by_words.values()]):
        raise InterviewError("V128")
    entries = read_names(names, words)
    running, table, problems = _layers(language, layers, bool(entries))
    pieces = [piece for piece in (project_pieces(project) if project is not None else pieces_of(texts)) if piece.text]
    search = Search(
        words, list(running), entries, {each.id: document_names(each, words) for each in texts},
        {name: find for name, find in running.items() if find is not None}, dates != "keep", problems,
    )  # fmt: skip
    found = search.find(pieces)
    if len(choices):
        found, n_unplaced = decided(found, pieces, choices)
        if n_unplaced:
            problems.append(Problem("V116", values={"n": n_unplaced}))
    lines, identities = _lines(pieces, found, words, known, entries, language, dates)
    rewriter = Rewriter(_rewritten(pieces, lines), dates)
    new = rewriter.project(project) if project is not None else None
    if project is not None:
        problems += _left_behind(project)
    elif texts.problems:
        problems.append(Problem("V121", values={"n": len(texts.problems)}))
    log = with_decisions(log_of(lines, language), choices)
    n = log[log["action"] != "left"].groupby("layer").size()
    return Deidentified(
        corpus=new.corpus if new is not None else rewriter.corpus(texts),
        log=log,
        key=key_of(identities),
        project=new,
        layers=table.assign(n=table["layer"].map(n).fillna(0).astype("int64")),
        language=language,
        problems=tuple(problems),
    )


def _check(option: str, found: str, known: Sequence[str]) -> None:
    if found not in known:
        raise InterviewError("V112", option=option, found=str(found), known=list(known))


def _layers(
    language: str, wanted: Collection[str] | None, has_list: bool
) -> tuple[dict[str, Finder | None], pd.DataFrame, list[Problem]]:
    """Layers that run, with what finds their hits where another program does; a table of all; what to tell."""
    asked = list(wanted) if wanted is not None else list(_CHOICES)
    others = layers_that_can_run(language, None if wanted is None else asked)
    problems: list[Problem] = []
    running: dict[str, Finder | None] = {
        name: None for name in _OWN_LAYERS if name in asked and (name != "list" or has_list)
    }
    for name, install in others.items():
        if install:
            if wanted is not None:
                problems.append(Problem("V117", values={"layer": name, "install": install}))
            continue
        if name == "deduce":
            running[name], told = deduce_finder()
            problems += told
        else:
            running[name] = spacy_finder(str(spacy_pipeline(language)))
    rows = [(name, name in running, others.get(name, "")) for name in _CHOICES]
    return running, pd.DataFrame(rows, columns=["layer", "ran", "install"]), problems


def _lines(
    pieces: Sequence[Piece],
    found: dict[str, list[Hit]],
    words: Lexicon,
    key: Key,
    entries: Sequence[Entry],
    language: str,
    dates: str,
) -> tuple[list[Line], list[Identity]]:
    """What becomes of each hit, in the order of the texts, and who is who."""
    mentions = [Mention(piece, hit) for piece in pieces for hit in found[piece.id]]
    named = [each for each in mentions if each.hit.replace and each.hit.kind in NAMED]
    identities = Identities(words, key.identities())
    by_choice = [each for each in named if chosen_pseudonym(each.hit)]
    known = identities.assign([each for each in named if not chosen_pseudonym(each.hit)])
    _take_listed(identities.all, entries)
    give_pseudonyms(known, language, words, [piece.text for piece in pieces])
    of_mention: dict[int, Known] = {id(each.mention): each for each in known}
    of_mention |= {id(each): identities.chosen(each, chosen_pseudonym(each.hit)) for each in by_choice}
    lines = []
    for mention in mentions:
        if not mention.hit.replace:
            lines.append(Line(mention, "left"))
        elif id(mention) in of_mention:
            each = of_mention[id(mention)]
            lines.append(Line(mention, "replaced", written(each), each.doubt))
        else:
            new = instead_of(mention, dates, language)
            if new is not None:
                coarse = mention.hit.kind == "date" and not new.startswith("[")
                lines.append(Line(mention, "coarsened" if coarse else "replaced", new))
    return lines, identities.all


def _take_listed(identities: Sequence[Identity], entries: Sequence[Entry]) -> None:
    """Pseudonyms and full names of the study's own list."""
    listed = {entry.identity: entry for entry in entries}
    for identity in identities:
        entry = listed.get(identity.listed)
        if entry is not None:
            identity.name = entry.name
            identity.pseudonym = entry.pseudonym or identity.pseudonym


def _rewritten(pieces: Sequence[Piece], lines: Sequence[Line]) -> dict[str, Replaced]:
    """Each text with its replacements, by id of the piece."""
    parts: dict[str, list[tuple[int, int, str]]] = {piece.id: [] for piece in pieces}
    for line in lines:
        if line.action != "left":
            parts[line.mention.piece.id].append((line.mention.hit.start, line.mention.hit.end, line.replacement))
    return {piece.id: replaced(piece.text, parts[piece.id]) for piece in pieces}


def _left_behind(project: Project) -> list[Problem]:
    """What a project made anew no longer has, and what of it still names people."""
    found = []
    kinds = project.sources["kind"].value_counts() if len(project.sources) else pd.Series(dtype="int64")
    pictures = {str(kind): int(n) for kind, n in kinds.items() if kind != "text"}
    if project.kept or project.kept_files:
        listed = ", ".join(f"{kind} ({n})" for kind, n in pictures.items()) or "–"
        found.append(Problem("V120", values={"what": listed, "n": len(project.other_codings)}))
    if len(project.coders):
        found.append(Problem("V122", values={"n": len(project.coders)}))
    if project.problems:
        found.append(Problem("V121", values={"n": len(project.problems)}))
    return found
