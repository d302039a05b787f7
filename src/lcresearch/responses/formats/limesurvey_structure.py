"""The questionnaire in an archive of LimeSurvey (.lss), and what it says about each column of the answers.

Up to version 3 the texts stand with the questions, one row a language; from version 4 on in tables of their own
(``question_l10ns``, ``answer_l10ns``). Both come out the same here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lcresearch.responses.tables import Column
from lcresearch.responses.wording import without_html

Texts = Mapping[str, str]
_SINGLE_SCALE = "0"
# answers of types that have no list of their own
_FIXED: dict[str, dict[str, dict[str, str]]] = {
    "Y": {"Y": {"nl": "ja", "en": "yes", "de": "ja"}, "N": {"nl": "nee", "en": "no", "de": "nein"}},
    "E": {
        "I": {"nl": "toegenomen", "en": "increase", "de": "zugenommen"},
        "S": {"nl": "gelijk gebleven", "en": "same", "de": "gleich geblieben"},
        "D": {"nl": "afgenomen", "en": "decrease", "de": "abgenommen"},
    },
    "G": {"F": {"nl": "vrouw", "en": "female", "de": "weiblich"}, "M": {"nl": "man", "en": "male", "de": "männlich"}},
}
_FIXED["C"] = _FIXED["Y"] | {"U": {"nl": "onzeker", "en": "uncertain", "de": "unsicher"}}
_BY_ROW = frozenset("FABCEHMPQK")


@dataclass
class Question:
    """A question: its type, code and texts, its rows (and columns, as scale 1) and its answers by scale."""

    kind: str
    code: str
    address: str
    qid: str
    other: bool
    texts: dict[str, str] = field(default_factory=dict)
    rows: dict[str, list[tuple[str, str, dict[str, str]]]] = field(default_factory=dict)
    answers: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)

    def labels(self, scale: str = _SINGLE_SCALE) -> Mapping[str, Texts]:
        """Code of an answer -> its label by language."""
        return self.answers.get(scale) or _FIXED.get(self.kind, {})


@dataclass(frozen=True)
class Structure:
    """A questionnaire.

    Attributes
    ----------
    survey : str
        Number of the survey.
    languages : tuple of str
        The base language first.
    questions : tuple of Question
    """

    survey: str
    languages: tuple[str, ...]
    questions: tuple[Question, ...]

    @classmethod
    def of(cls, root: Any) -> Structure:
        """Take a questionnaire out of its XML."""
        survey = next(_table(root, "surveys"), {})
        languages = [survey.get("language", ""), *survey.get("additional_languages", "").split()]
        found: dict[str, Question] = {}
        for row in _table(root, "questions"):
            qid = row.get("qid", "")
            address = f"{row.get('sid', '')}X{row.get('gid', '')}X{qid}"
            made = Question(row.get("type", ""), row.get("title", ""), address, qid, row.get("other") == "Y")
            found.setdefault(qid, made)
        texts = _texts_by(root, "questions", "question_l10ns", "qid", "question")
        for qid, question in found.items():
            question.texts = texts.get(qid, {})
        _add_rows(root, found)
        _add_answers(root, found)
        return cls(survey.get("sid", ""), tuple(filter(None, languages)), tuple(found.values()))


def described_fields(fields: Sequence[str], structure: Structure) -> tuple[Column, ...]:
    """The columns of the answers, named by codes (``LC[lc01]``) where the questionnaire knows them."""
    known = dict(_fields(structure))
    return tuple(_column(number, field, known.get(field), structure) for number, field in enumerate(fields, start=1))


@dataclass(frozen=True)
class _Field:
    """What one field of the answers holds."""

    header: str
    question: Texts
    row: Texts = field(default_factory=dict)
    labels: Mapping[str, Texts] = field(default_factory=dict)


def _column(number: int, name: str, found: _Field | None, structure: Structure) -> Column:
    if found is None:
        return Column(number, name)
    languages = [*structure.languages, *(set(found.question) - set(structure.languages))]
    texts = list(dict.fromkeys(filter(None, (_text(found, language) for language in languages))))
    labels = [_labels(found, language) for language in languages]
    labels = [one for one in labels if one] or [{}]
    return Column(
        number,
        found.header,
        texts[0] if texts else None,
        labels[0],
        questions=tuple(texts[1:]),
        more_labels=tuple(labels[1:]),
    )


def _text(found: _Field, language: str) -> str:
    """``question [row]``, as in exports with full texts."""
    row = found.row.get(language, "")
    return f"{found.question.get(language, '')} [{row}]" if row else found.question.get(language, "")


def _labels(found: _Field, language: str) -> dict[str, str]:
    """The labels in a language; ``nl-informal`` falls back on ``nl`` for answers that LimeSurvey words itself."""
    short = language.partition("-")[0]
    texts = {code: label.get(language) or label.get(short, "") for code, label in found.labels.items()}
    return {code: text for code, text in texts.items() if text}


def _fields(structure: Structure) -> Iterator[tuple[str, _Field]]:
    """Field name -> what it holds, for every field that the questions make."""
    for question in structure.questions:
        for address, suffix, found in _parts(question):
            yield question.address + suffix, found
            yield address, found


def _parts(question: Question) -> Iterator[tuple[str, str, _Field]]:
    """The fields of one question: newer name, end of the older name, contents."""
    code, qid, kind = question.code, f"Q{question.qid}", question.kind
    rows, columns = question.rows.get(_SINGLE_SCALE, []), question.rows.get("1", [])
    if kind == "1":
        for scale, (row, own, text) in ((s, r) for r in rows for s in (0, 1)):
            held = _Field(f"{code}[{row}][{scale + 1}]", question.texts, text, question.labels(str(scale)))
            yield f"{qid}_S{own}#{scale}", f"{row}#{scale}", held
    elif kind in (":", ";"):
        for (row, own, text), (column, other, _) in ((r, c) for r in rows for c in columns):
            held = _Field(f"{code}[{row}_{column}]", question.texts, text)
            yield f"{qid}_S{own}_S{other}", f"{row}_{column}", held
    elif kind == "R":
        for place in range(1, len(question.answers.get(_SINGLE_SCALE, {})) + 1):
            yield f"{qid}_R{place}", str(place), _Field(f"{code}[{place}]", question.texts, {}, question.labels())
    elif kind in _BY_ROW:
        for row, own, text in rows:
            yield f"{qid}_S{own}", row, _Field(f"{code}[{row}]", question.texts, text, question.labels())
            yield f"{qid}_S{own}comment", f"{row}comment", _Field(f"{code}[{row}comment]", question.texts, text)
    else:
        yield qid, "", _Field(code, question.texts, {}, question.labels())
    yield f"{qid}_Cother", "other", _Field(f"{code}[other]", question.texts)
    yield f"{qid}_Ccomment", "comment", _Field(f"{code}[comment]", question.texts)
    yield f"{qid}_Cfilecount", "_filecount", _Field(f"{code}[filecount]", question.texts)


def _add_rows(root: Any, found: Mapping[str, Question]) -> None:
    texts = _texts_by(root, "subquestions", "question_l10ns", "qid", "question")
    seen = set()
    for row in _table(root, "subquestions"):
        qid, parent = row.get("qid", ""), found.get(row.get("parent_qid", ""))
        if parent is None or qid in seen:
            continue
        seen.add(qid)
        scale = row.get("scale_id") or _SINGLE_SCALE
        parent.rows.setdefault(scale, []).append((row.get("title", ""), qid, texts.get(qid, {})))


def _add_answers(root: Any, found: Mapping[str, Question]) -> None:
    texts = _texts_by(root, "", "answer_l10ns", "aid", "answer")
    for row in _table(root, "answers"):
        question = found.get(row.get("qid", ""))
        if question is None:
            continue
        labels = question.answers.setdefault(row.get("scale_id") or _SINGLE_SCALE, {}).setdefault(
            row.get("code", ""), {}
        )
        if "answer" in row:
            labels[row.get("language", "")] = without_html(row["answer"])
        labels.update(texts.get(row.get("aid", ""), {}))


def _texts_by(root: Any, table: str, translations: str, key: str, text: str) -> dict[str, dict[str, str]]:
    """Key -> text by language, from the table itself (older files) and from its translations (newer files)."""
    found: dict[str, dict[str, str]] = {}
    rows: Iterable[Mapping[str, str]] = [*(_table(root, table) if table else ()), *_table(root, translations)]
    for row in rows:
        if text in row and "language" in row:
            found.setdefault(row.get(key, ""), {})[row["language"]] = without_html(row[text])
    return found


def _table(root: Any, name: str) -> Iterator[dict[str, str]]:
    """The rows of a table: field -> text."""
    for row in root.findall(f"{name}/rows/row"):
        yield {cell.tag: cell.text or "" for cell in row}
