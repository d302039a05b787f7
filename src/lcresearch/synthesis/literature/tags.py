"""What tags of reference files mean, and how an entry becomes a record."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from lcresearch.synthesis.literature.tagged import MEDLINE, RIS, WEB_OF_SCIENCE, Entry, Tagged

TEXT_FIELDS = (
    "type", "title", "authors", "source", "volume", "issue", "pages", "doi", "abstract", "keywords", "url",
    "language", "database", "accession",
)  # fmt: skip

_RIS_TAGS = {
    "type": ("TY",),
    "title": ("TI", "T1", "CT"),
    "authors": ("AU", "A1"),
    "year": ("PY", "Y1", "DA"),
    "source": ("T2", "JF", "JO", "JA", "J2", "J1", "BT"),
    "volume": ("VL",),
    "issue": ("IS",),
    "doi": ("DO", "DI"),
    "abstract": ("AB", "N2"),
    "keywords": ("KW",),
    "url": ("UR", "LK"),
    "language": ("LA",),
    "database": ("DB",),
    "accession": ("AN",),
}
_MEDLINE_TAGS = {
    "type": ("PT",),
    "title": ("TI",),
    "authors": ("FAU", "AU"),
    "year": ("DP",),
    "source": ("JT", "TA"),
    "volume": ("VI",),
    "issue": ("IP",),
    "pages": ("PG",),
    "abstract": ("AB",),
    "keywords": ("OT", "MH"),
    "language": ("LA",),
    "accession": ("PMID",),
}
_WEB_OF_SCIENCE_TAGS = {
    "type": ("DT", "PT"),
    "title": ("TI",),
    "authors": ("AF", "AU"),
    "year": ("PY", "EY"),
    "source": ("SO",),
    "volume": ("VL",),
    "issue": ("IS",),
    "doi": ("DI",),
    "abstract": ("AB",),
    "keywords": ("DE", "ID"),
    "language": ("LA",),
    "accession": ("UT",),
}
TAGS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    RIS.name: _RIS_TAGS,
    MEDLINE.name: _MEDLINE_TAGS,
    WEB_OF_SCIENCE.name: _WEB_OF_SCIENCE_TAGS,
}
_DATABASE = {MEDLINE.name: "PubMed", WEB_OF_SCIENCE.name: "Web of Science"}
_PAGES = {RIS.name: ("SP", "EP"), WEB_OF_SCIENCE.name: ("BP", "EP")}
_ELSEWHERE = ("M3", "UR", "LK", "L3", "N1", "LID", "AID")
"""Where a DOI stands when it has no tag of its own."""
_SEVERAL = {"authors", "keywords"}

_DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>\[\]{}|]+")
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")


def plain_doi(text: str) -> str:
    """A DOI in lower case, without what stands around it; empty when there is none.

    Examples
    --------
    >>> plain_doi("https://doi.org/10.1234/ABC.5."), plain_doi("doi:10.1000/x(1)2"), plain_doi("JOUR")
    ('10.1234/abc.5', '10.1000/x(1)2', '')
    """
    found = _DOI.search(text.replace("%2F", "/").replace("%2f", "/"))
    if found is None:
        return ""
    doi = found[0].lower().rstrip(".,;:'")
    return doi.rstrip(")") if doi.count(")") > doi.count("(") else doi


def plain_year(text: str) -> int | None:
    """The first year in a text.

    Examples
    --------
    >>> plain_year("2019/03//Spring"), plain_year("in press")
    (2019, None)
    """
    found = _YEAR.search(text)
    return int(found[1]) if found else None


def record_of(entry: Entry, kind: Tagged) -> dict[str, Any]:
    """A record out of the tags of an entry; tags without a place of their own stay in ``other``, as JSON.

    ``year_text`` is the year as it was written.
    """
    tags = TAGS[kind.name]
    used: set[str] = set()
    record: dict[str, Any] = {}
    for field, names in tags.items():
        values = entry.values(*names)
        record[field] = "; ".join(values) if field in _SEVERAL else (values[0] if values else "")
        taken = next((name for name in names if entry.values(name)), "")
        used |= {taken}
        same = set(values)
        used |= {name for name in names if name != taken and set(entry.values(name)) <= same}
    if kind is RIS:
        record["authors"] = "; ".join(value for tag, value in entry.tags if tag in ("AU", "A1") and value)
        used |= {"AU", "A1", "ER"}
    if kind.name in _PAGES:
        first, last = (next(iter(entry.values(tag)), "") for tag in _PAGES[kind.name])
        record["pages"] = first if last in ("", first) or "-" in first else f"{first}-{last}" if first else last
        used |= set(_PAGES[kind.name])
    record["doi"] = plain_doi(record.get("doi", "")) or _doi_elsewhere(entry)
    record["year_text"] = record.pop("year")
    record["year"] = plain_year(record["year_text"])
    record["database"] = record.get("database") or _DATABASE.get(kind.name, "")
    several = {field: names for field, names in tags.items() if field not in _SEVERAL}
    again = {name for names in several.values() for name in names if len(entry.values(name)) > 1}
    rest = [
        [tag, value] for tag, value in entry.tags if value and (tag not in used or _repeated(tag, value, again, entry))
    ]
    record["other"] = json.dumps(rest, ensure_ascii=False) if rest else ""
    return {"line": entry.line} | record


def _repeated(tag: str, value: str, again: set[str], entry: Entry) -> bool:
    """Whether a value is not the one that a field took, of a tag that stands there more than once."""
    return tag in again and value != entry.values(tag)[0]


def _doi_elsewhere(entry: Entry) -> str:
    for tag in _ELSEWHERE:
        for value in entry.values(tag):
            doi = plain_doi(value)
            if doi:
                return doi
    return ""
