"""Bring together what interviews say of each element."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from lcresearch.disclosure import Ledger, Policy
from lcresearch.errors import IntegrationError, Problem
from lcresearch.integration.listening.codes import HELPS, HINDERS, LACKS, MENTIONS, CodesInUse, codes_in_use
from lcresearch.integration.listening.counting import (
    ANY,
    HELPING,
    HINDERING,
    LACKING,
    OF_CASES,
    SIDES,
    VALUING,
    Counted,
    Interviewed,
    Question,
    count_everything,
    count_to_show,
    who_said,
)
from lcresearch.integration.listening.mentions import Mentions, mentions_of
from lcresearch.integration.listening.result import Voices
from lcresearch.integration.listening.spoken import quotes_of
from lcresearch.integration.plan.model import ElementCodes
from lcresearch.interviews.code_tables.passages import grouped
from lcresearch.interviews.codebook.model import Codebook
from lcresearch.interviews.project import Project
from lcresearch.interviews.quote_release.record import QuoteRelease
from lcresearch.messages import LANGUAGES

PERSON = "respondent"
_MECHANISMS = ["element", "code", "name", "kind", "n_persons", "n_cases", "n_passages", *LANGUAGES]


def voices(
    project: Project,
    elements: Mapping[str, ElementCodes],
    *,
    by: str = "community",
    persons: pd.Series[str] | None = None,
    mechanisms: Sequence[str] = (),
    policy: Policy | None = None,
    ledger: Ledger | None = None,
    releases: Sequence[QuoteRelease] = (),
    language: str | None = None,
) -> Voices:
    """What interviews say of each element: who speaks of it, whether it helps, is missed or is in the way, and how.

    A code stands for those below it. Persons are counted, not passages. The direction of a passage follows from its
    code: ``helps``, ``lacks`` (it is not there, and is missed) or ``hinders`` (it is in the way where it is there). A
    passage with a code of ``mentions``, which speaks of an element in either direction, counts as helping when a code
    of value (``value_cycle`` in the codebook) stands in the same answer, and is left open otherwise. A barrier that is
    named in the same answer is an obstacle, and no sign that the element is in the way: it is among the mechanisms
    only. A mechanism is a code that stands in the same answer (turn) as the element; codes of whole conversations do
    not count as that.

    Parameters
    ----------
    project : Project
        With the codings that count: a study leaves out interviewers and those who withdrew.
    elements : mapping of str to ElementCodes
        From ``integration.yaml``, or :func:`~lcresearch.integration.codes_of_elements`.
    by : str
        What a case is: an attribute of documents or cases.
    persons : Series, optional
        Document -> who is interviewed; by default the attribute ``respondent``, and a document without it stands for a
        person of its own.
    mechanisms : sequence of str
        Codes that tell how elements work; by default the codebook's ways of learning, barriers and value. A heading
        stands for each code below it.
    policy : Policy, optional
        What may be shown; without it the result is the researcher's own and confidential.
    ledger : Ledger, optional
        What went out earlier.
    releases : sequence of QuoteRelease
        From :func:`~lcresearch.interviews.read_quote_releases`.
    language : {"nl", "en"}, optional
        Of names of codes and of descriptions; by default that of the codebook and of the terminal.

    Returns
    -------
    Voices
        Its counts keep to :mod:`lcresearch.integration.listening.counting` when there is a policy.

    Raises
    ------
    IntegrationError
        Q090: codes that are not in the codebook; Q091: no element is given.
    InterviewError
        V101: ``by`` is no attribute.

    Examples
    --------
    >>> from lcresearch import interviews, shipped
    >>> folder = shipped.folder("analyses") / "programme-demo" / "interviews"
    >>> corpus = interviews.read_transcripts(folder, attributes=folder / "kenmerken.csv")
    >>> book = interviews.read_codebook("learning-communities")
    >>> project = interviews.read_codings(folder / "codings" / "codings.csv", corpus, book)
    >>> found = voices(project, {"facilitation": ElementCodes(mentions=("facilitation",))})
    >>> found.elements[["element", "n_cases", "of_cases", "n_persons", "of_persons"]].to_numpy().tolist()
    [['facilitation', 10.0, 10.0, 39.0, 40.0]]
    """
    if not elements:
        raise IntegrationError("Q091")
    book = project.codebook
    codes = codes_in_use(book, elements, mechanisms)
    cases, problems = grouped(project, by)
    interviewed = Interviewed(persons_of(project) if persons is None else persons, cases)
    mentions = mentions_of(project, codes, interviewed.persons, cases)
    questions = _questions(codes)
    said = who_said(mentions, questions)
    if policy is None:
        counts = count_everything(said, interviewed)
    else:
        counts = count_to_show(said, interviewed, _singles(mentions, codes), by, policy, ledger, untold=_untold(codes))
    none = [name for name, one in elements.items() if not one.all]
    found = [*problems, *([Problem("Q092", values={"elements": none})] if none else [])]
    found += [Problem("Q093", values={"n": counts.n_hidden})] if counts.n_hidden else []
    found += [Problem("Q094")] if any(role == "mentions" for *_, role in codes.of_elements) else []
    only_for = [one.element for one in _untold(codes) if one.side == HINDERING]
    found += [Problem("Q119", values={"elements": only_for})] if only_for else []
    return Voices(
        elements=_elements(elements, mentions, counts, interviewed),
        mechanisms=_mechanisms(codes, _names(book, language), mentions, counts),
        by_case=_by_case(counts, interviewed),
        quotes=quotes_of(project, mentions.elements, () if counts.reason else releases, policy, language),
        n_hidden=counts.n_hidden,
        by=by,
        confidential=policy is None,
        reason=counts.reason,
        problems=tuple(found),
    )


def persons_of(project: Project) -> pd.Series[str]:
    """Document -> who is interviewed; a document that does not say so stands for a person of its own."""
    named = {each.id: str(each.attributes.get(PERSON) or each.id) for each in project.corpus}
    return pd.Series(named, dtype="str")


def _questions(codes: CodesInUse) -> list[Question]:
    elements = list(dict.fromkeys(element for element, *_ in codes.of_elements))
    pairs = dict.fromkeys((element, code) for element, _, code in codes.of_mechanisms if element in elements)
    sides = [Question(element, side) for element in elements for side in SIDES]
    return [*sides, *(Question(element, code=code) for element, code in pairs)]


def _untold(codes: CodesInUse) -> list[Question]:
    """Sides that no code tells of; and who value it, where that is all who say that it helps, or all who miss it."""
    roles: dict[str, set[str]] = {}
    for element, _, role in codes.of_elements:
        roles.setdefault(element, set()).add(role)
    found = []
    for element, told in roles.items():
        sides = {HELPING: told & {HELPS, MENTIONS}, LACKING: told & {LACKS}, HINDERING: told & {HINDERS}}
        sides[VALUING] = sides[HELPING] and sides[LACKING]
        found += [Question(element, side) for side, some in sides.items() if not some]
    return found


def _singles(mentions: Mentions, codes: CodesInUse) -> dict[str, list[frozenset[str]]]:
    """Persons of each single code: of the codes of an element, and of those that count for a mechanism."""
    who = {str(code): frozenset(rows["person"]) for code, rows in mentions.codes.groupby("code")}
    found: dict[str, list[frozenset[str]]] = {}
    pairs = [(element, code) for element, code, _ in codes.of_elements]
    for name, code in dict.fromkeys([*pairs, *((way, code) for _, code, way in codes.of_mechanisms)]):
        found.setdefault(name, []).append(who.get(code, frozenset()))
    return found


def _elements(
    elements: Mapping[str, ElementCodes], mentions: Mentions, counts: Counted, interviewed: Interviewed
) -> pd.DataFrame:
    passages = mentions.elements.groupby("element").size()
    n_persons, n_cases = interviewed.persons.nunique(), interviewed.pairs["case"].nunique()
    rows = []
    for name, one in elements.items():
        row: dict[str, object] = {"element": name}
        asked = {side: Question(name, side) for side in SIDES}
        said = bool(one.all) and asked[ANY] in counts.persons and n_persons > 0
        row |= {"n_cases": _known(counts.cases, asked[ANY]), "of_cases": float(n_cases)}
        row |= {"n_persons": _known(counts.persons, asked[ANY]), "of_persons": float(n_persons)}
        row |= {f"n_cases{side}": _known(counts.cases, asked[side]) for side in OF_CASES[1:]}
        row |= {f"n_persons{side}": _known(counts.persons, asked[side]) for side in SIDES[1:]}
        row["n_passages"] = float(passages.get(name, 0)) if said else float("nan")
        some = said or any(question in counts.persons for question in asked.values())
        gap = "no_codes" if not one.all else "no_interviews" if not n_persons else "" if some else "hidden"
        rows.append(row | {"gap": gap})
    return pd.DataFrame(rows)


def _known(counts: Mapping[Question, int], one: Question) -> float:
    return float(counts[one]) if one in counts else float("nan")


def _names(book: Codebook, language: str | None) -> dict[str, dict[str, str]]:
    """Code -> its name, in each language and, as ``name``, in the one that was asked for."""
    books = {"name": book if language is None else book.in_language(language)}
    books |= {each: book.in_language(each) for each in LANGUAGES}
    return {code.id: {key: named[code.id].name for key, named in books.items()} for code in book}


def _mechanisms(
    codes: CodesInUse, names: Mapping[str, Mapping[str, str]], mentions: Mentions, counts: Counted
) -> pd.DataFrame:
    passages = mentions.mechanisms.groupby(["element", "code"]).size()
    rows = [
        (one.element, one.code, names[one.code]["name"], codes.kinds[one.code], n, _known(counts.cases, one),
         int(passages.get((one.element, one.code), 0)), *(names[one.code][each] for each in LANGUAGES))
        for one, n in counts.persons.items()
        if one.code and n
    ]  # fmt: skip
    found = pd.DataFrame(rows, columns=_MECHANISMS)
    order = {
        element: place for place, element in enumerate(dict.fromkeys(element for element, *_ in codes.of_elements))
    }
    found = found.assign(place=found["element"].map(order))
    keys = ["place", "n_persons", "n_cases", "n_passages"]
    found = found.sort_values(keys, ascending=[True, False, False, False], kind="stable", ignore_index=True)
    return found.drop(columns="place")


def _by_case(counts: Counted, interviewed: Interviewed) -> pd.DataFrame:
    columns = ["element", "case", *(f"n_persons{side}" for side in OF_CASES), "of_persons"]
    sizes = interviewed.persons_of_case
    keys = dict.fromkeys((one.element, case) for one, case in counts.by_case if not one.code)
    rows = [
        (
            element,
            case,
            *(float(counts.by_case.get((Question(element, side), case), float("nan"))) for side in OF_CASES),
            float(sizes[case]),
        )
        for element, case in keys
    ]
    return pd.DataFrame(rows, columns=columns)
