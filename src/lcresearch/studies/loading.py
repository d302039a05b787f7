"""From study.yaml to a study, or to everything that is wrong with it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

from lcresearch import instruments
from lcresearch.declared_files import Finding
from lcresearch.errors import LcresearchError, Place, Problem, StudyError
from lcresearch.files import is_below
from lcresearch.instruments import Instrument
from lcresearch.interviews import shipped_codebooks
from lcresearch.responses.tables import shown
from lcresearch.studies.change_checks import change_findings
from lcresearch.studies.form_checks import form_findings, with_context
from lcresearch.studies.model import InstrumentUse, StudyFile
from lcresearch.studies.publishing.declared import publication_findings
from lcresearch.validation import validated
from lcresearch.yaml_lines import LinedYaml, YamlPath, parse_yaml, read_yaml

FILE_NAME = "study.yaml"
_OUTSIDE = {"programme": "S100", "integration": "S125"}
"""Plans lie in the folder of the study, or it would not be whole when that is moved."""


def find_file(path: str | Path) -> Path:
    """The study.yaml that a path names: the file itself, or the one in the folder.

    Raises
    ------
    StudyError
        G001, when nothing is there; S001, when the folder holds no study.yaml.
    """
    path = Path(path)
    if not path.exists():
        raise StudyError("G001", path=str(path))
    if path.is_dir():
        if not (path / FILE_NAME).is_file():
            raise StudyError("S001", where=Place(file=str(path)))
        return path / FILE_NAME
    return path


def read_study(path: Path, text: str | None = None) -> tuple[StudyFile, list[Instrument]]:
    """The content of study.yaml and the instruments it names; of ``text``, as if that stood in the file, when given.

    Raises
    ------
    StudyError
        Every problem of the file and of the instruments, together.
    """
    parsed = read_yaml(path) if text is None else parse_yaml(text, file=path.name)
    problems = list(parsed.problems)
    if not isinstance(parsed.content, dict):
        raise StudyError(problems or [Problem("G045", Place(file=path.name, line=1))])
    content, found = validated(StudyFile, parsed.content)
    problems += [Problem(one.code, Place(file=path.name, line=parsed.line(one.path)), one.values) for one in found]
    if content is None:
        raise StudyError(problems)
    n_named = len(content.instruments)
    content = with_context(content)
    loaded: list[Instrument] = []
    ids: list[str] = []
    for n, use in enumerate(content.instruments):
        place: YamlPath = ("instruments", n) if n < n_named else ("form", "context")
        try:
            loaded.append(_instrument(use, path.parent))
            ids.append(loaded[-1].id)
        except LcresearchError as error:
            problems += [_at(problem, parsed, path.name, place) for problem in error.problems]
            ids.append(use.id)
    problems += _consistency(content, ids, parsed, path)
    if len(loaded) == len(content.instruments):
        problems += _found(form_findings(content, loaded), parsed, path)
        problems += _found(change_findings(content, loaded), parsed, path)
    if problems:
        raise StudyError(problems)
    return content, loaded


def _instrument(use: InstrumentUse, folder: Path) -> Instrument:
    if use.id.endswith(".yaml"):
        return instruments.load(folder / use.id)
    try:
        return instruments.load(use.id)
    except LcresearchError as error:
        beside = [one for one in folder.glob("*.yaml") if one.name == f"{use.id}.yaml"]
        if error.problems[0].code == "I001" and beside:
            raise StudyError("S066", name=use.id, file=beside[0].name) from error
        raise


def _at(problem: Problem, parsed: LinedYaml, file: str, place: YamlPath) -> Problem:
    """A problem of an instrument keeps its own file and line; one without a file is on the line that names it."""
    if problem.where.file is not None:
        return problem
    return Problem(problem.code, Place(file=file, line=parsed.line(place)), problem.values)


def _found(findings: Iterable[Finding], parsed: LinedYaml, path: Path) -> list[Problem]:
    """Findings at their lines."""
    return [Problem(code, Place(file=path.name, line=parsed.line(place)), values) for code, place, values in findings]


def _consistency(content: StudyFile, ids: Sequence[str], parsed: LinedYaml, path: Path) -> list[Problem]:
    """What the parts of the file say about each other and about the files beside it; ``ids`` of its instruments."""
    folder = path.parent
    parts = (_languages(content), _waves(content), _responses(content, folder), _instruments(content, ids))
    more = (
        _privacy(content),
        _invited(content, folder),
        _interviews(content, folder),
        _programme(content, folder),
        _beside(content, folder),
        _monitoring(content, folder),
        _companies(content, folder),
        publication_findings(content, folder),
    )
    return _found(chain(*parts, *more), parsed, path)


def _languages(content: StudyFile) -> Iterator[Finding]:
    for n, language in enumerate(content.languages):
        if language in content.languages[:n]:
            yield "S003", ("languages", n), {"language": language}
    for place, text in _printed(content):
        for language in dict.fromkeys(content.languages):
            if language not in text:
                yield "S002", place, {"key": ".".join(str(part) for part in place), "language": language}


def _printed(content: StudyFile) -> Iterator[tuple[YamlPath, Mapping[str, str]]]:
    """The texts that the report prints, each with its place in the file."""
    yield ("title",), content.title
    yield ("description",), content.description
    for level, use in content.levels.items():
        for key, text in (("title", use.title), ("title_plural", use.title_plural)):
            if text is not None:
                yield ("levels", level, key), text
    for wave, label in content.waves.labels.items() if content.waves else ():
        yield ("waves", "labels", wave), label


def _waves(content: StudyFile) -> Iterator[Finding]:
    several = content.waves is not None and len(content.waves.labels) > 1
    if several and not content.recognises_persons and content.change is None:
        yield "S008", ("waves",), {}
    if content.linking is not None and content.respondent is not None:
        yield "S051", ("linking",), {}
    within = content.linking.within if content.linking is not None else None
    if within is not None and within not in content.levels:
        yield "S052", ("linking", "within"), {"level": within, "known": list(content.levels)}


def _responses(content: StudyFile, folder: Path) -> Iterator[Finding]:
    waves = list(content.waves.labels) if content.waves else []
    for n, responses in enumerate(content.responses):
        place = ("responses", n)
        if content.form is None and not is_there(folder, responses.file):
            yield "G001", place, {"path": responses.file}
        if responses.wave is not None and responses.wave not in waves:
            yield "S007", place, {"wave": responses.wave, "known": waves}
        named = responses.wave is not None or bool(responses.wide)
        if len(waves) > 1 and not named and content.waves and content.waves.column is None:
            yield "S009", place, {"file": responses.file}


def _invited(content: StudyFile, folder: Path) -> Iterator[Finding]:
    if content.invited is not None and not is_there(folder, content.invited):
        yield "G001", ("invited",), {"path": content.invited}


def _beside(content: StudyFile, folder: Path) -> Iterator[Finding]:
    """Files that people write beside study.yaml."""
    for key, name in (("firm_questions", content.firm_questions), ("implementation", content.implementation)):
        if name is not None and not is_below(name):
            yield "S185", (key,), {"path": name}
        elif name is not None and not is_there(folder, name):
            yield "G001", (key,), {"path": name}


def _monitoring(content: StudyFile, folder: Path) -> Iterator[Finding]:
    use = content.monitoring
    if use is None:
        return
    if use.level not in content.levels:
        yield "S196", ("monitoring", "level"), {"level": use.level, "known": list(content.levels)}
    if content.waves is None or len(content.waves.labels) < 2:
        yield "S198", ("monitoring",), {}
    if use.register_file is not None and not is_below(use.register_file):
        yield "S185", ("monitoring", "register"), {"path": use.register_file}
    elif use.register_file is not None and not is_there(folder, use.register_file):
        yield "G001", ("monitoring", "register"), {"path": use.register_file}


def _programme(content: StudyFile, folder: Path) -> Iterator[Finding]:
    table = content.communities.file if content.communities is not None else None
    for key, name in (("programme", content.programme), ("communities", table), ("integration", content.integration)):
        if name is None:
            continue
        if key != "communities" and not is_below(name):
            yield _OUTSIDE[key], (key,), {"path": name}
        elif not is_there(folder, name):
            yield "G001", (key,), {"path": name}
    if table is not None and content.programme is None:
        yield "S107", ("communities",), {}
    if content.integration is not None and content.programme is None:
        yield "S124", ("integration",), {}
    if content.communities is not None and content.communities.consortium and "consortium" not in content.levels:
        yield "S108", ("communities", "consortium"), {}


def _interviews(content: StudyFile, folder: Path) -> Iterator[Finding]:
    use = content.interviews
    if use is None:
        return
    if bool(use.transcripts) == (use.project is not None):
        yield "S070", ("interviews",), {}
    if use.transcripts and not use.codings and use.compare is not None:
        yield "S071", ("interviews", "compare"), {"key": "compare"}
    if use.codings and use.codebook is None:
        yield "S072", ("interviews", "codings"), {}
    if use.compare is not None and use.compare in use.confidential:
        yield "S073", ("interviews", "confidential"), {"attribute": use.compare}
    for name in use.files:
        if not (folder / name).exists():
            yield "G001", ("interviews",), {"path": name}
    if use.codebook is not None and not (folder / use.codebook).exists() and use.codebook not in shipped_codebooks():
        known = list(shipped_codebooks())
        yield "S074", ("interviews", "codebook"), {"name": use.codebook, "known": known}


def _companies(content: StudyFile, folder: Path) -> Iterator[Finding]:
    use = content.company_reports
    if use is None:
        return
    if use.group is not None and use.group not in content.levels:
        yield "S160", ("company_reports", "group"), {"level": use.group, "known": list(content.levels)}
    contact = use.contact
    for language in content.languages if contact is not None else ():
        if contact is not None and language not in contact:
            yield "S002", ("company_reports", "contact"), {"key": "company_reports.contact", "language": language}
    for key, name in (("next_steps", use.next_steps), ("evidence", use.evidence)):
        if name is not None and not (folder / name).exists():
            yield "G001", ("company_reports", key), {"path": name}
    if use.evidence is not None and content.programme is None:
        yield "S164", ("company_reports", "evidence"), {}


def is_there(folder: Path, name: str) -> bool:
    """Whether ``answers#1.csv``, or the workbook of ``answers.xlsx#sheet``, is there."""
    workbook = name.rpartition("#")[0]
    return (folder / name).is_file() or (workbook != "" and (folder / workbook).is_file())


def _instruments(content: StudyFile, ids: Sequence[str]) -> Iterator[Finding]:
    for n, use in enumerate(content.instruments):
        if ids[n] in ids[:n]:
            yield "S004", ("instruments", n), {"instrument": use.id}
        if use.group is not None and use.group not in content.levels:
            yield "S005", ("instruments", n), {"level": use.group, "known": list(content.levels)}


def _privacy(content: StudyFile) -> Iterator[Finding]:
    if content.consent is not None and content.consent.once and content.respondent is None:
        yield "S039", ("consent", "once"), {}
    if content.retention is not None:
        try:
            datetime.date.fromisoformat(content.retention.until)
        except ValueError:
            yield "S035", ("retention", "until"), {"value": shown(content.retention.until, 40)}
