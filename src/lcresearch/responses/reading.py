"""Reading a file of answers: open it, match its columns, load those, and turn cells into codes."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypedDict

import pandas as pd

from lcresearch.errors import Place, Problem, ResponsesError, warning
from lcresearch.responses import identity
from lcresearch.responses.asked import Asked, asked_items
from lcresearch.responses.form_names import OwnQuestion, with_form_names, with_mapped_names
from lcresearch.responses.frame import build_frame
from lcresearch.responses.log import Log
from lcresearch.responses.log_lines import log_columns, log_cut_cell, log_formulas, log_rows, log_unfinished
from lcresearch.responses.matching import RESPONDENT, WAVE, Plan, Wanted, match
from lcresearch.responses.paradata import build_paradata, paradata_columns
from lcresearch.responses.persons.consent import Consent
from lcresearch.responses.persons.leaving_out import Persons, find_persons, without_personal
from lcresearch.responses.persons.pseudonyms import KEY_FILE, KeyFile, with_pseudonyms
from lcresearch.responses.platforms import PLATFORMS, open_export
from lcresearch.responses.repeated_headers import without_repeated_headers
from lcresearch.responses.repeated_responses import fingerprints, number_of_response, without_repeated_responses
from lcresearch.responses.result import IDENTITY, Responses, Source
from lcresearch.responses.rows import log_marked, with_consent, without_tests
from lcresearch.responses.summary_rows import without_summaries
from lcresearch.responses.tables import OpenFile, RawTable, shown
from lcresearch.responses.waves.wide import Wide
from lcresearch.responses.waves.wide_reading import log_levels_of_one_wave, under_each_other, wide_layout
from lcresearch.responses.wording import name_key

if TYPE_CHECKING:
    from lcresearch.instruments import Instrument

FIRST_WAVE = "t0"
_COLUMN = "column:"
# where the word stands that says what a row below the table is: a mean, a total
_FIRST_COLUMN = frozenset({1})
_TEXT_FORMATS = ("csv",)


def read(
    path: str | Path,
    instruments: Instrument | str | Sequence[Instrument | str],
    *,
    platform: str | None = None,
    mapping: Mapping[str | int, str | None] | None = None,
    levels: Sequence[str] | Mapping[str, str] | None = None,
    wave: str | None = None,
    respondent: str | None = None,
    keep: Mapping[str, str] | None = None,
    consent: Consent | str | None = None,
    key: KeyFile | str | Path | None = None,
    waves: Sequence[str] | Mapping[str, str] | None = None,
) -> Responses:
    """Read a file with answers: CSV, TSV, Excel, SPSS, Stata, Parquet or JSON, as it is or as a platform lays it out.

    Columns become items by their id, by the text of the question in any language of the instrument, or by a mapping.
    Answers may be codes or labels in any language. Only columns of items, levels, respondent and wave are kept; all
    others, names and addresses among them, stay in the file. Nothing happens silently: ``.log`` says what was done.

    Parameters
    ----------
    path : str or Path
        The file; ``"answers.xlsx#Sheet2"`` names a sheet.
    instruments : Instrument, str or a list of them
        What was asked; a text is an id of the library, or a file that ends in ``.yaml``.
    platform : str, optional
        Survey platform that made the file: ``limesurvey``, ``qualtrics``, ``redcap``, ``kobo``, ``microsoft_forms``,
        ``surveymonkey``, ``google_forms``, ``surveyjs``; ``table`` for a plain table with one header row. Recognised
        when left out.
    mapping : dict, optional
        Column of the file (its header, or its number: ``"#3"`` is the third) -> id of an item, name of a level,
        ``"respondent"`` or ``"wave"``, or the name of the column with consent or of one to keep; None leaves a column
        out.
    levels : list of str or dict, optional
        Names of level columns, or level -> column.
    wave : str, optional
        The wave of all rows (``"t0"``), or ``"column:NAME"``. Without it a column called ``wave`` is used if there is
        one; else, if questions have a column a wave (``li01_t0, li01_t1``), these waves; else all is wave ``t0``.
    respondent : str, optional
        Column with the id of the person. Without it a column called ``respondent`` is used if there is one; else rows
        are persons, named ``row-2``, ``row-3`` and so on.

    keep : dict, optional
        Column that is no item and may be about persons -> why it is needed. It is kept as text in ``.kept``; without
        a reason such columns stay in the file.
    consent : Consent or str, optional
        Column with the answer on consent; rows without consent are left out and counted.
    key : KeyFile or path, optional
        The key file with which ids become pseudonyms; it is made when it is not there, and new ids are added to it.
        Without it ids stay as they are, unless they look like personal data: then pseudonyms take their place that
        another reading cannot repeat.
    waves : list of str or dict, optional
        Waves as they stand behind or before the names of columns, in order of time; or label -> wave. For a table with
        a row a person, when they are not recognised.

    Returns
    -------
    Responses

    Raises
    ------
    ResponsesError
        The file cannot be read as what it is said to be; the message says why and what to do. See
        ``lcresearch explain R001`` and on.

    Examples
    --------
    >>> import tempfile
    >>> from lcresearch import instruments, responses
    >>> voice = instruments.load("psychological-safety")
    >>> first, second = [item.id for item in voice.items[:2]]
    >>> folder = tempfile.TemporaryDirectory()
    >>> file = Path(folder.name) / "answers.csv"
    >>> _ = file.write_text(f"team;{first};{second}\\nA;4;helemaal mee eens\\nA;2;\\n", encoding="utf-8")
    >>> data = responses.read(file, voice.model_copy(update={"items": voice.items[:2]}), levels=["team"])
    >>> data.frame.shape, data.frame[second].tolist()
    ((2, 5), [5.0, nan])
    >>> folder.cleanup()
    """
    asked = Consent(consent) if isinstance(consent, str) else consent
    data, kind = read_with_ids(
        path,
        instruments,
        platform=platform,
        mapping=mapping,
        levels=levels,
        wave=wave,
        respondent=respondent,
        keep=keep,
        consent=asked,
        waves=waves,
    )
    if key is not None:
        keys = key if isinstance(key, KeyFile) else KeyFile(key)
        data = with_pseudonyms(data, keys)
        keys.commit()
    elif kind is not None:
        data = with_pseudonyms(data, KeyFile(KEY_FILE), kind)
    if data.problems:
        place, first = Place(file=data.source.file), data.problems[0].message()
        warnings.warn(warning("R053", where=place, n=len(data.problems), first=first), stacklevel=2)
    return data


def read_with_ids(
    path: str | Path,
    instruments: Instrument | str | Sequence[Instrument | str],
    *,
    platform: str | None = None,
    mapping: Mapping[str | int, str | None] | None = None,
    levels: Sequence[str] | Mapping[str, str] | None = None,
    wave: str | None = None,
    respondent: str | None = None,
    keep: Mapping[str, str] | None = None,
    consent: Consent | None = None,
    waves: Sequence[str] | Mapping[str, str] | None = None,
    own: Sequence[OwnQuestion] = (),
) -> tuple[Responses, str | None]:
    """As :func:`read`, with ids as they stand in the file, and the kind of personal data that they are, if any.

    For those who replace the ids themselves before anything else sees them. ``own`` are the questions that the study
    itself asked on its form.
    """
    used = _instruments(instruments)
    named = [*(keep or {}), *([consent.column] if consent is not None else [])]
    opened, items, wanted, layout, problems = open_answers(
        path,
        used,
        platform=platform,
        mapping=mapping,
        levels=levels,
        wave=wave,
        respondent=respondent,
        waves=waves,
        named=named,
        own=own,
    )
    if problems:
        raise ResponsesError(problems)
    constant = FIRST_WAVE if wave is None or wave.startswith(_COLUMN) else wave
    asked = _Asking(used, items, wanted, constant, keep or {}, consent, several=wanted.wave is not None or bool(wave))
    if layout is None:
        return _answers(opened, asked)
    parts = [
        _answers(replace(opened, columns=columns), replace(asked, constant=label, several=True))
        for label, columns in ((label, tuple(layout.of_wave(label, opened.columns))) for label in layout.waves)
    ]
    log = Log(opened.file)
    log_levels_of_one_wave(opened, layout, wanted, log)
    return under_each_other([data for data, _ in parts], layout, log), parts[0][1]


class FileSettings(TypedDict):
    """What is said about one file, by the names of the parameters of :func:`read`."""

    platform: str | None
    mapping: Mapping[str | int, str | None] | None
    levels: Sequence[str] | Mapping[str, str] | None
    wave: str | None
    respondent: str | None
    waves: Sequence[str] | Mapping[str, str] | None


class OpenedAnswers(NamedTuple):
    """A file of which only the columns were read, with what is looked for in them.

    Attributes
    ----------
    file : OpenFile
    items : mapping of str to Asked
    wanted : Wanted
    layout : Wide or None
        How its columns go over the waves, for a table with a row a person.
    problems : tuple of Problem
        Why that cannot be told.
    """

    file: OpenFile
    items: Mapping[str, Asked]
    wanted: Wanted
    layout: Wide | None
    problems: tuple[Problem, ...]


def open_answers(
    path: str | Path,
    instruments: Instrument | str | Sequence[Instrument | str],
    *,
    platform: str | None,
    mapping: Mapping[str | int, str | None] | None,
    levels: Sequence[str] | Mapping[str, str] | None,
    wave: str | None,
    respondent: str | None,
    waves: Sequence[str] | Mapping[str, str] | None,
    named: Iterable[str] = (),
    own: Sequence[OwnQuestion] = (),
) -> OpenedAnswers:
    """Open a file as :func:`read` does, as far as its columns.

    Parameters
    ----------
    named : iterable of str
        Columns that are no items, levels or roles and that the mapping may name: with consent, or to keep.
    own : sequence of OwnQuestion

    Raises
    ------
    ResponsesError
        The file cannot be opened.
    """
    items = asked_items(_instruments(instruments))
    opened = open_export(path, platform)
    known = PLATFORMS.get(opened.platform or "")
    opened = with_form_names(opened, items, own, known.codes if known is not None else None)
    opened, rest = with_mapped_names(opened, mapping or {}, named)
    wanted = _wanted(opened, rest, levels or {}, wave, respondent)
    if wave is not None or wanted.wave is not None:
        return OpenedAnswers(opened, items, wanted, None, ())
    try:
        return OpenedAnswers(opened, items, wanted, wide_layout(opened, items, wanted, waves), ())
    except ResponsesError as error:
        return OpenedAnswers(opened, items, wanted, None, error.problems)


@dataclass(frozen=True)
class _Asking:
    """What is to be read from a file; ``constant`` is the wave of rows that no column gives one."""

    instruments: tuple[Instrument, ...]
    items: Mapping[str, Asked]
    wanted: Wanted
    constant: str
    keep: Mapping[str, str]
    consent: Consent | None
    several: bool


def _answers(opened: OpenFile, asking: _Asking) -> tuple[Responses, str | None]:
    """The answers in an open file, one wave of it or all."""
    log, items = Log(opened.file), asking.items
    plan = _matched(opened, asking)
    persons = find_persons(opened, plan, asking.keep, asking.consent)
    plan = without_personal(opened, plan, persons, items)
    log_columns(opened, plan, persons, items, asking.keep, log)
    table = _loaded(opened, plan, persons, items, asking.consent, log)
    paradata = build_paradata(table.columns, paradata_columns(opened.columns), len(table.row_numbers))
    log_unfinished(paradata, log)
    kept = persons.frame(table.columns, len(table.row_numbers))
    frame = build_frame(table, plan, items, asking.constant, log, exact=opened.format not in _TEXT_FORMATS)
    kind = persons.kinds.get(plan.respondent.number) if plan.respondent is not None else None
    identity.refuse_duplicates(frame, table.row_numbers, opened.file, waves=asking.several, named=kind is None)
    n_rows = len(table.row_numbers) + len(table.long_rows)
    source = Source(opened.file, opened.format, opened.sha256, n_rows, opened.facts)
    problems, levels = tuple(log.problems), tuple(asking.wanted.levels)
    prints = fingerprints(table, opened, frame.drop(columns=[*IDENTITY, *levels]), paradata)
    origin = pd.DataFrame({"file": opened.file, "row": table.row_numbers, "fingerprint": prints})
    data = Responses(frame, log.frame(), problems, levels, asking.instruments, (source,), paradata, kept, origin)
    return data, kind


def _matched(opened: OpenFile, asking: _Asking) -> Plan:
    """Which column is what; where that fails, the sheets that were not read are named too."""
    try:
        return match(opened.file, opened.columns, asking.items, asking.wanted)
    except ResponsesError as error:
        if opened.other_sheets and {"R024", "R025"} & {problem.code for problem in error.problems}:
            sheets = [shown(name, 40) for name in opened.other_sheets]
            found = Problem("R037", Place(file=opened.file, sheet=opened.facts.get("sheet")), {"sheets": sheets})
            raise ResponsesError([found, *error.problems]) from error
        raise


def _loaded(
    opened: OpenFile, plan: Plan, persons: Persons, items: Mapping[str, Asked], consent: Consent | None, log: Log
) -> RawTable:
    """The columns that are needed, and only the rows that are answers."""
    kept = {column.number for column in persons.kept.values()}
    unread = {column.number for item, column in plan.items.items() if not items[item].readable}
    roles = {column.number for column in paradata_columns(opened.columns).values()}
    more = {persons.consent.number} if persons.consent is not None else set()
    response = number_of_response(opened.columns)
    used = (plan.numbers - unread) | roles | kept | more
    own = {response.number} if response is not None else set()
    table = opened.load(used | own | _FIRST_COLUMN | opened.tests.keys() | opened.marks.keys())
    log_rows(table, len(opened.columns), log)
    log_formulas(table, opened, plan, log)
    log_cut_cell(table, opened, plan, log)
    table = without_repeated_headers(table, opened, items.values(), log)
    table = without_summaries(table, {column.number for column in plan.items.values()}, log)
    table = without_tests(table, opened, log)
    wave_column = plan.wave.number if plan.wave is not None else None
    table = without_repeated_responses(table, opened, used, wave_column, log)
    if consent is not None and persons.consent is not None:
        table = with_consent(table, persons.consent, consent, log)
    log_marked(table, opened, log)
    if not len(table.row_numbers):
        raise ResponsesError("R005", where=Place(file=opened.file))
    return table


def _instruments(given: Instrument | str | Sequence[Instrument | str]) -> tuple[Instrument, ...]:
    from lcresearch.instruments import Instrument, load

    several = [given] if isinstance(given, str | Instrument) else list(given)
    if not several:
        raise ResponsesError("R035")
    return tuple(load(each) if isinstance(each, str) else each for each in several)


def _wanted(
    opened: OpenFile,
    mapping: Mapping[str | int, str | None],
    levels: Sequence[str] | Mapping[str, str],
    wave: str | None,
    respondent: str | None,
) -> Wanted:
    """What to look for besides items."""
    named = dict(levels) if isinstance(levels, Mapping) else {level: level for level in levels}
    by_column = wave is not None and wave.startswith(_COLUMN)
    wave_column = wave[len(_COLUMN) :].strip() if wave is not None and by_column else None
    headers = [name_key(column.header) for column in opened.columns]
    mapped = {name_key(str(name)) for name in (*mapping, *named.values())}
    if respondent is None and headers.count(RESPONDENT) == 1 and RESPONDENT not in mapped:
        respondent = RESPONDENT
    if wave is None and headers.count(WAVE) == 1 and WAVE not in mapped:
        wave_column = WAVE
    return Wanted(named, respondent, wave_column, mapping)
