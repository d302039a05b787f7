"""Records of the same publication: found, merged where that is certain, listed where it is not."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd
from rapidfuzz import fuzz, process

from lcresearch.errors import Place, Problem, SynthesisError
from lcresearch.messages import Messages
from lcresearch.results import Result
from lcresearch.synthesis.literature.reading import only
from lcresearch.synthesis.literature.records import Records, shown_texts
from lcresearch.synthesis.literature.tables import named_columns, plain_name, words_of
from lcresearch.synthesis.literature.tags import TEXT_FIELDS

Places = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

SAME_TITLE = 95.0
"""Likeness of titles (0 to 100, by edits) from which records can be merged without a look."""
LIKE_TITLE = 85.0
"""Likeness from which a pair is shown for review."""
BEGINS_LIKE = 50.0
"""Likeness from which it is looked whether one title is the beginning of the other."""
SAME_DOI_TITLE = 60.0
"""Likeness, whatever the order of words, from which records with one DOI are one publication."""
_SHORT = 3
_KEYS = 5
_LARGEST_BLOCK = 2_000
_NUMBERS = re.compile(r"\b(?:\d+|i{1,3}|iv|vi{0,3})\b")
_MARKUP = re.compile(r"</?[a-zA-Z][^>]{0,40}>")
_PAIR = ("record_1", "record_2", "title_1", "title_2", "authors_1", "authors_2", "year_1", "year_2", "likeness", "why")
VERDICTS = ("same", "different")
_PAIR_NAMES = {"record_1": (), "record_2": (), "verdict": ("oordeel",)}


@dataclass(frozen=True, repr=False, eq=False)
class Deduplication(Result):
    """What :func:`lcresearch.synthesis.deduplicate` found.

    Attributes
    ----------
    records : Records
        One record a publication, gaps filled from those merged into it.
    merged : DataFrame
        A row a record that was merged: ``record, kept, rule, likeness, filled``, its ``title``, ``database`` and
        ``found_by``. ``rule`` is ``doi``, ``title`` or ``reviewed``.
    doubtful : DataFrame
        A row a pair that may be one publication, for a person to judge: ``why``, and a column ``verdict`` to fill in.
    """

    title: ClassVar[str] = "Duplicates among records"

    records: Records
    merged: pd.DataFrame
    doubtful: pd.DataFrame

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """A merged record a row."""
        return self.merged.copy()

    def glance(self) -> pd.DataFrame:
        """Numbers of records before and after, and of pairs in doubt."""
        n = len(self.records)
        counts = {"n": n + len(self.merged), "n_merged": len(self.merged), "n_kept": n}
        return pd.DataFrame([counts | {"n_doubtful": len(self.doubtful)}])

    def shown(self) -> pd.DataFrame:
        """The first merged records, their texts cut to fit."""
        return shown_texts(self.merged.drop(columns="found_by").head(20))

    def cautions(self) -> list[str]:
        """Pairs that nobody has judged."""
        n = len(self.doubtful)
        return [Messages()("synthesis.literature.doubtful", n=n)] if n else []


def deduplicate(records: Records, *, verdicts: pd.DataFrame | None = None, keep: Collection[str] = ()) -> Deduplication:
    """Merge records of the same publication; what is not certain is listed and stays apart.

    Merged: the same DOI, with titles that are not wholly different; or titles that are the same but for a few letters,
    by the same first author, at most one year apart, without two DOIs, numbers that differ (``part 1``, ``part 2``) or
    a title of three words or fewer. Listed for review: pairs for which all but one of these hold (a title without its
    subtitle among them), or all but two when the titles are the same. Records are never joined through a third when
    their DOIs differ.

    Parameters
    ----------
    records : Records
    verdicts : DataFrame, optional
        The list of doubtful pairs after review, with ``same`` or ``different`` (or ``zelfde``, ``verschillend``) in
        the column ``verdict``. Pairs left open stay apart and stay on the list.
    keep : collection of str
        Records that others are merged into whatever they hold, since decisions on them are there already.

    Returns
    -------
    Deduplication
        ``records`` without copies, which were merged, and pairs that a person decides on.

    Raises
    ------
    SynthesisError
        Y099: another verdict; Y100: a record that is not there; Y098: a column is missing.

    Examples
    --------
    >>> from lcresearch.synthesis.literature.reading import records_of
    >>> found = deduplicate(records_of(pd.DataFrame({
    ...     "title": ["Learning in small firms", "Learning in Small Firms.", "Learning in small firms, part 2"],
    ...     "authors": ["Vries, A. de", "de Vries A", "Vries, A. de"], "year": [2020, 2021, 2020],
    ... })))
    >>> found.merged[["record", "kept", "rule"]].to_dict("records")
    [{'record': 'r0002', 'kept': 'r0001', 'rule': 'title'}]
    """
    frame = records.frame.reset_index(drop=True)
    pairs = _judged(frame)
    decided = _decided(frame, verdicts)
    groups = _Groups(frame["doi"].tolist())
    rule_of: dict[tuple[int, int], tuple[str, float]] = {}
    doubtful = []
    for one, other in decided["same"]:
        groups.join(one, other, force=True)
        rule_of[one, other] = ("reviewed", np.nan)
    for pair in pairs:
        places = (pair["one"], pair["other"])
        if places in decided["different"] or places in decided["same"]:
            continue
        if pair["rule"] and groups.join(*places):
            rule_of[places] = (pair["rule"], pair["likeness"])
        else:
            doubtful.append(pair | {"why": pair["why"] or "doi"})
    kept, merged = _merged(frame, groups, rule_of, keep)
    of_groups = {tuple(sorted((groups.of(pair["one"]), groups.of(pair["other"])))): pair for pair in reversed(doubtful)}
    pairs_left = [pair for (one, other), pair in reversed(of_groups.items()) if one != other]
    return Deduplication(only(records, kept), merged, _listed(frame, pairs_left))


def _judged(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Pairs that are or may be one publication: ``rule`` where they are, ``why`` where there is doubt."""
    titles = [plain_name(_MARKUP.sub(" ", title)) for title in frame["title"]]
    one, other = _candidates(titles, frame["doi"].tolist())
    words, doi = np.array(titles, dtype=object), frame["doi"].to_numpy(dtype=object)
    likeness = process.cpdist(words[one], words[other], scorer=fuzz.ratio, dtype=np.float64, score_cutoff=BEGINS_LIKE)
    same_doi = (doi[one] == doi[other]) & (doi[one] != "")
    begins = _begins(titles, one, other, (likeness >= BEGINS_LIKE) & (likeness < LIKE_TITLE))
    near = (likeness >= LIKE_TITLE) | same_doi | begins
    one, other, same_doi, begins = one[near], other[near], same_doi[near], begins[near]
    if not len(one):
        return []
    likeness = process.cpdist(words[one], words[other], scorer=fuzz.ratio, dtype=np.float64)
    loosely = process.cpdist(words[one], words[other], scorer=fuzz.token_set_ratio, dtype=np.float64)
    doubts = {"doi": (doi[one] != doi[other]) & (doi[one] != "") & (doi[other] != ""), "title": likeness < SAME_TITLE}
    doubts |= _doubts(frame, titles, one, other)
    n_doubts = np.sum(list(doubts.values()), axis=0)
    by_doi = same_doi & ((loosely >= SAME_DOI_TITLE) | (words[one] == "") | (words[other] == ""))
    by_title = ~same_doi & (n_doubts == 0)
    like = (((likeness >= LIKE_TITLE) | begins) & (n_doubts == 1)) | ((likeness >= SAME_TITLE) & (n_doubts == 2))
    look = (same_doi & ~by_doi) | (~same_doi & like)
    found = []
    for place in np.flatnonzero(by_doi | by_title | look):
        why = "" if not look[place] else next((name for name, doubt in doubts.items() if doubt[place]), "title")
        rule = "doi" if by_doi[place] else "title" if by_title[place] else ""
        pair = {"one": int(one[place]), "other": int(other[place]), "rule": rule, "why": why}
        found.append(pair | {"likeness": float(likeness[place])})
    return sorted(found, key=lambda pair: (pair["rule"] != "doi", -pair["likeness"], pair["one"], pair["other"]))


def _begins(titles: list[str], one: Places, other: Places, among: Mask) -> Mask:
    """Pairs of which one title is the beginning of the other: a subtitle that one database leaves out."""
    found = np.zeros(len(one), dtype=bool)
    for place in np.flatnonzero(among):
        short, long = sorted((titles[one[place]], titles[other[place]]), key=len)
        found[place] = len(short.split()) > _SHORT and long.startswith(f"{short} ")
    return found


def _doubts(frame: pd.DataFrame, titles: list[str], one: Places, other: Places) -> dict[str, Mask]:
    """For each pair, what speaks against merging: other numbers, a short title, years or authors that differ."""
    year = frame["year"].to_numpy(dtype=np.float64, na_value=np.nan)
    with np.errstate(invalid="ignore"):
        close = np.abs(year[one] - year[other]) <= 1
    authors = [_family_words(text) for text in frame["authors"]]
    numbers = [_NUMBERS.findall(title) for title in titles]
    short = np.array([len(title.split()) <= _SHORT for title in titles], dtype=bool)
    pairs = list(zip(one.tolist(), other.tolist(), strict=True))
    return {
        "numbers": np.array([numbers[a] != numbers[b] for a, b in pairs], dtype=bool),
        "short": short[one],
        "year": ~close,
        "authors": np.array([not authors[a] & authors[b] for a, b in pairs], dtype=bool),
    }


def _candidates(titles: list[str], dois: list[str]) -> tuple[Places, Places]:
    """Pairs with a DOI, a title or one of the rarest words of a title in common; far fewer than all pairs."""
    words = pd.Series([list(dict.fromkeys(title.split())) for title in titles], dtype=object)
    long = words.explode().dropna()
    long = long[long != ""]
    count = long.map(long.value_counts())
    shared = pd.DataFrame({"place": long.index, "key": long, "count": count})[count > 1]
    rare = shared.sort_values(["place", "count"], kind="stable").groupby("place").head(_KEYS)
    keys = [rare[["place", "key"]]]
    for name, values in (("doi", dois), ("title", titles)):
        filled = pd.DataFrame({"place": range(len(values)), "key": [f"{name} {v}" if v else "" for v in values]})
        keys.append(filled[filled["key"] != ""])
    codes: list[Places] = []
    n = len(titles)
    for _, places in pd.concat(keys).groupby("key", sort=False)["place"]:
        block = np.unique(places.to_numpy(dtype=np.int64))[:_LARGEST_BLOCK]
        first, second = np.triu_indices(len(block), 1)
        codes.append(block[first] * n + block[second])
    pairs = np.unique(np.concatenate(codes)) if codes else np.zeros(0, dtype=np.int64)
    return pairs // max(n, 1), pairs % max(n, 1)


def _family_words(authors: str) -> frozenset[str]:
    """Words of the name of the first author that are no initials: ``{"vries"}`` of ``Vries, A. de; Jansen, B.``."""
    first = re.split(r";|\band\b|\ben\b", authors)[0]
    part = first.split(",")[0]
    words = [word for word in plain_name(part).split() if len(word) > 2 or plain_name(part) == word]
    return frozenset(words) - {"van", "den", "der", "von", "del", "ten", "ter"}


class _Groups:
    """Records that belong together; two DOIs never come into one group, unless a person says so."""

    def __init__(self, dois: list[str]) -> None:
        self.parent = list(range(len(dois)))
        self.dois = [{doi} - {""} for doi in dois]

    def of(self, place: int) -> int:
        """The record that a group goes by."""
        while self.parent[place] != place:
            self.parent[place] = self.parent[self.parent[place]]
            place = self.parent[place]
        return place

    def join(self, one: int, other: int, *, force: bool = False) -> bool:
        """Make one group of two; whether that was done."""
        a, b = sorted((self.of(one), self.of(other)))
        if a == b:
            return True
        if len(self.dois[a] | self.dois[b]) > 1 and not force:
            return False
        self.parent[b] = a
        self.dois[a] |= self.dois[b]
        return True


def _merged(
    frame: pd.DataFrame, groups: _Groups, rule_of: dict[tuple[int, int], tuple[str, float]], keep: Collection[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The frame with one record a group: the fullest, its gaps filled; and a row for each of the others."""
    group = np.array([groups.of(place) for place in range(len(frame))], dtype=np.int64)
    filled = (frame[list(TEXT_FIELDS)] != "").sum(axis=1).to_numpy() + frame["year"].notna().to_numpy()
    filled = filled + len(TEXT_FIELDS) * 2 * frame["record"].isin(list(keep)).to_numpy()
    kept, rows = frame.copy(), []
    whole: dict[str, list[Any]] = {name: frame[name].tolist() for name in (*TEXT_FIELDS, "year")}
    of_record = dict(_best_rules(rule_of))
    gone: list[int] = []
    for places in _several(group):
        best = int(places[np.argmax(filled[places])])
        for place in (int(p) for p in places if p != best):
            gaps = [name for name in TEXT_FIELDS if kept.at[best, name] == "" and whole[name][place] != ""]
            for name in gaps:
                kept.at[best, name] = whole[name][place]
            if bool(pd.isna(kept["year"].iloc[best])) and pd.notna(whole["year"][place]):
                kept.at[best, "year"] = whole["year"][place]
                gaps.append("year")
            rule, likeness = of_record.get(place) or of_record[best]
            row = {"record": frame.at[place, "record"], "kept": frame.at[best, "record"], "rule": rule}
            row |= {"likeness": likeness, "filled": ", ".join(gaps)}
            rows.append(row | {name: frame.at[place, name] for name in ("title", "database", "found_by")})
            gone.append(place)
    columns = ["record", "kept", "rule", "likeness", "filled", "title", "database", "found_by"]
    return kept.drop(index=gone), pd.DataFrame(rows, columns=columns)


def _best_rules(rule_of: dict[tuple[int, int], tuple[str, float]]) -> Iterator[tuple[int, tuple[str, float]]]:
    """For each record the first rule that joined it to another."""
    seen: set[int] = set()
    for pair, rule in rule_of.items():
        for place in pair:
            if place not in seen:
                seen.add(place)
                yield place, rule


def _several(group: Places) -> Iterator[Places]:
    order = np.argsort(group, kind="stable")
    for places in np.split(order, np.flatnonzero(np.diff(group[order])) + 1):
        if len(places) > 1:
            yield places


def _listed(frame: pd.DataFrame, pairs: list[dict[str, Any]]) -> pd.DataFrame:
    rows = []
    for pair in pairs:
        row: dict[str, Any] = {"likeness": round(pair["likeness"]), "why": pair["why"], "verdict": ""}
        for number, place in ((1, pair["one"]), (2, pair["other"])):
            names = ("record", "title", "authors", "year", "doi", "database")
            row |= {f"{name}_{number}": frame.at[place, name] for name in names}
        rows.append(row)
    columns = [*_PAIR, "doi_1", "doi_2", "database_1", "database_2", "verdict"]
    return pd.DataFrame(rows, columns=columns)


def _decided(frame: pd.DataFrame, verdicts: pd.DataFrame | None) -> dict[str, set[tuple[int, int]]]:
    """Pairs by verdict, the first record first."""
    found: dict[str, set[tuple[int, int]]] = {name: set() for name in VERDICTS}
    if verdicts is None:
        return found
    named = named_columns(verdicts, _PAIR_NAMES, list(_PAIR_NAMES), None)
    place_of = {record: place for place, record in enumerate(frame["record"])}
    problems = []
    for number, row in zip(named.index, named.to_dict("records"), strict=True):
        written = plain_name(str(row["verdict"])) if pd.notna(row["verdict"]) else ""
        verdict = words_of("verdict", VERDICTS).get(written)
        absent = [str(row[n]) for n in ("record_1", "record_2") if row[n] not in place_of]
        where = Place(row=int(number), column="verdict")
        problems += [Problem("Y100", where, {"record": name}) for name in absent]
        if verdict is None and written:
            problems.append(Problem("Y099", where, {"column": "verdict", "value": written, "known": list(VERDICTS)}))
        if verdict is not None and not absent:
            one, other = sorted((place_of[row["record_1"]], place_of[row["record_2"]]))
            found[verdict].add((one, other))
    if problems:
        raise SynthesisError(problems)
    return found
