"""From a study and a synthesis to pages of elements: numbers, interviews and combinations, in a folder of its own."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import lcresearch
from lcresearch import output_folder
from lcresearch.declared_files import problems_of_files
from lcresearch.disclosure import Ledger
from lcresearch.errors import IntegrationError, LcresearchError, Problem, StudyError
from lcresearch.files import file_hash, private_folder
from lcresearch.integration import (
    CaseMatrix,
    Convergence,
    ElementsOfBothKinds,
    QcaRobustness,
    Voices,
    advice_rules,
    convergence,
    convergence_rules,
    elements_of_both_kinds,
    read_judgements,
)
from lcresearch.integration.elements.comparing import CaseComparisons, compare_cases
from lcresearch.integration.elements.telling import Telling, shown_necessity, shown_terms, what_may_be_told
from lcresearch.integration.plan import IntegrationFile
from lcresearch.integration.value.reading import read_value
from lcresearch.messages import Messages
from lcresearch.progress import Progress, tell
from lcresearch.reporting.element_pages_content import element_pages
from lcresearch.reporting.element_pages_files import save_element_pages, save_element_tables
from lcresearch.reporting.synthesis_content import SynthesisContent, synthesis_content
from lcresearch.studies.evidence import Material
from lcresearch.studies.file_names import shown_name
from lcresearch.studies.integration_cards import RESULTS, check_cards, save_cards, save_checklists
from lcresearch.studies.integration_material import IntegrationMaterial, check_columns, integration_material
from lcresearch.studies.integration_models import check_models
from lcresearch.studies.integration_pages import FurtherPage, robustness_of, save_combinations, save_further_pages
from lcresearch.studies.integration_private import JUDGEMENTS, keep_filled_forms, save_private
from lcresearch.studies.kept_facts import FILE_NAME as FACTS
from lcresearch.studies.packing import EVIDENCE
from lcresearch.synthesis import Synthesis, synthesize

if TYPE_CHECKING:
    from lcresearch.studies.study import Study

FOLDER = "integration"


@dataclass(frozen=True, repr=False, eq=False)
class IntegrationOutput:
    """Numbers and interviews brought together, and where they were written.

    Attributes
    ----------
    elements : ElementsOfBothKinds
        As it was shared.
    matrix : CaseMatrix
        Confidential.
    comparisons : CaseComparisons
        Confidential: it names cases.
    voices : Voices or None
        As they were shared.
    convergence : Convergence or None
    pages : mapping of str to Path
        By language.
    folder : Path
    notes : tuple of str
        What was not made, and what to do about it.
    """

    elements: ElementsOfBothKinds
    matrix: CaseMatrix
    comparisons: CaseComparisons
    voices: Voices | None
    convergence: Convergence | None
    pages: Mapping[str, Path]
    folder: Path
    notes: tuple[str, ...] = ()

    def text(self) -> str:
        """Advice on each element, for a terminal, what was not made, and where the pages are."""
        say = Messages()
        lines = []
        for row, advice in zip(
            self.elements.table.to_dict("records"), self.elements.advice.to_dict("records"), strict=True
        ):
            title = self.elements.titles[str(row["element"])][say.language]
            lines.append("  " + say("cli.integration.advice", element=title, advice=advice[say.language]))
        lines += ["", *self.notes] if self.notes else []
        lines += ["", *(say("cli.integration.pages", language=say(f"cli.language_{one}"), path=str(path))
                        for one, path in self.pages.items())]  # fmt: skip
        return "\n".join([*lines, say("cli.integration.private", path=str(self.folder / "private"))])

    def __repr__(self) -> str:
        return f"<IntegrationOutput of {len(self.pages)} pages in {self.folder}>"


def integrate_study(
    study: Study,
    synthesis: Synthesis | str | Path | None = None,
    output: str | Path | None = None,
    *,
    force: bool = False,
    date: datetime.date | None = None,
    progress: Progress | None = None,
) -> IntegrationOutput:
    """As :meth:`~lcresearch.studies.Study.integrate`."""
    folder, say = Path(output) if output is not None else study.folder / FOLDER, Messages()
    keep = study.inputs
    output_folder.check_free(folder, force=force, keep=keep, kind=output_folder.INTEGRATION)
    ledger, date = Ledger(study.folder), date or datetime.date.today()
    tell(progress, say("study.step.reading_cases"), 0.05)
    found = integration_material(study.material())
    check_rules(found.plan, study.folder)
    if problems := _problems(found, study.folder):
        raise IntegrationError(problems)
    keep_filled_forms(folder, _judgements_of(found.plan, study.folder))
    packages = [] if isinstance(synthesis, Synthesis) else packages_of(synthesis, study.folder)
    tell(progress, say("study.step.synthesizing"), 0.2)
    result = synthesis if isinstance(synthesis, Synthesis) else synthesize(packages, found.programme)
    tell(progress, say("study.step.comparing"), 0.6)
    compared = compare_cases(found.matrix.frame, found.plan)
    run = _Run(found, result, compared, synthesis_content(result, leave_one_out=None),
               _record(study, found, result, packages, date), date,
               what_may_be_told(compared.analyses, compared.necessity, found.plan, found.matrix, found.policy, ledger),
    )  # fmt: skip
    shared = run.together(ledger)
    tell(progress, say("study.step.element_pages"), 0.7)

    def commit() -> None:
        ledger.commit(study.file.id, date=date.isoformat())

    kind = output_folder.INTEGRATION
    with output_folder.whole_folder(folder, force=force, keep=keep, kind=kind, last=commit) as made:
        names = _write_shared(run, shared, made, ledger)
        _write_private(run, private_folder(made / "private"))
        output_folder.write_record(made, run.record)
    tell(progress, say("study.step.done"), 1.0)
    pages = {language: folder / path.name for language, path in names.items()}
    return IntegrationOutput(
        shared.both, found.matrix, compared, shared.voices, shared.agreement, pages, folder,
        notes=tuple(notes_of(found, folder)),
    )  # fmt: skip


def notes_of(found: IntegrationMaterial, folder: Path) -> list[str]:
    """What was not made, or does not count yet, in words."""
    say, named, study = Messages(), found.plan.judgements, found.material.folder
    notes = []
    if not (study / RESULTS / FACTS).is_file():
        notes += [say("cli.integration.no_checklists", path=str(study / RESULTS), file=FACTS)]
    form = folder / "private" / JUDGEMENTS
    if named is not None and _judgements_of(found.plan, study) is None and form.is_file():
        notes += [say("cli.integration.no_judgements", file=named, form=str(form))]
    return notes


@dataclass(frozen=True)
class _Together:
    """Both kinds of evidence, as shared or as the researcher sees them."""

    both: ElementsOfBothKinds
    voices: Voices | None
    agreement: Convergence | None


@dataclass(frozen=True)
class _Run:
    """Everything that pages are made of, shared or confidential."""

    found: IntegrationMaterial
    result: Synthesis
    compared: CaseComparisons
    content: SynthesisContent
    record: Mapping[str, Any]
    date: datetime.date
    told: Telling

    @cached_property
    def robustness(self) -> dict[str, QcaRobustness]:
        """Of the comparisons of cases: computed once for both versions."""
        return robustness_of(self.compared)

    def together(self, ledger: Ledger | None, *, confidential: bool = False) -> _Together:
        """Both kinds of evidence side by side."""
        whole = _together(self.found, self.result, self.compared, ledger, confidential=confidential)
        return whole if confidential else _as_shared(whole, self.told, self.found)


def _write_shared(run: _Run, shared: _Together, folder: Path, ledger: Ledger) -> dict[str, Path]:
    """What may leave the house: pages of elements by language, those that go with them, and tables."""
    found = run.found
    further = save_combinations(found, run.compared, run.robustness, folder, told=run.told)
    further += save_further_pages(found, run.result, shared.both, folder, run.date, ledger=ledger)
    further += save_cards(found, shared.both, folder, run.date)
    further += save_checklists(found, shared.both, shared.agreement, run.compared, folder, run.date)
    return _write(folder, run.content, shared.both, run.record, found, further)


def _write_private(run: _Run, folder: Path) -> None:
    """What the researcher alone may see: the same pages with all counts, and tables of cases."""
    found, whole = run.found, run.together(None, confidential=True)
    closed = save_combinations(found, run.compared, run.robustness, folder, confidential=True)
    closed += save_further_pages(found, run.result, whole.both, folder, run.date, confidential=True)
    closed += save_cards(found, whole.both, folder, run.date, confidential=True)
    _write(folder, run.content, whole.both, run.record, found, closed, confidential=True)
    save_private(found, whole.voices, whole.agreement, folder)


def check_integration(material: Material) -> list[Problem]:
    """What is wrong with the integration.yaml of a study, names and columns included."""
    try:
        found = integration_material(material)
        check_rules(found.plan, material.folder)
        return _problems(found, material.folder)
    except LcresearchError as error:
        return list(error.problems)


def check_rules(plan: IntegrationFile, folder: Path) -> None:
    """Read the rules, judgements, and costs and benefits that the plan names.

    Raises
    ------
    IntegrationError
        What is wrong with these files, together.
    """
    judged = _judgements_of(plan, folder)
    readers: list[tuple[str | Path | None, Callable[[Path], object]]] = [
        (plan.convergence, convergence_rules),
        (plan.advice_rules, advice_rules),
        (judged, read_judgements),
        (plan.value, read_value),
    ]
    if problems := problems_of_files(readers, folder, error=IntegrationError):
        raise IntegrationError(problems)


def _judgements_of(plan: IntegrationFile, folder: Path) -> Path | None:
    """The file with judgements, once there is one: the plan names it before anybody has judged."""
    path = folder / plan.judgements if plan.judgements is not None else None
    return path if path is not None and path.is_file() else None


def _problems(found: IntegrationMaterial, folder: Path) -> list[Problem]:
    """What is wrong with the columns and files that the plan names."""
    return [*check_columns(found), *check_models(found.plan, folder), *check_cards(found.plan, folder)]


def packages_of(given: str | Path | None, folder: Path) -> list[Path]:
    """Evidence packages: those in a folder, or in ``evidence`` inside it; by default those of the study itself.

    Raises
    ------
    StudyError
        S128: none are there.
    """
    places = [folder / EVIDENCE, folder / "results" / EVIDENCE] if given is None else [Path(given)]
    places += [place / EVIDENCE for place in places if given is not None]
    for place in places:
        if place.is_file():
            return [place]
        if found := sorted(place.glob("*.zip")):
            return found
    raise StudyError("S128", path=str(places[0]))


def _together(
    found: IntegrationMaterial,
    result: Synthesis,
    compared: CaseComparisons,
    ledger: Ledger | None,
    *,
    confidential: bool = False,
) -> _Together:
    heard = found.voices(shared=not confidential, ledger=ledger)
    folder, plan = found.material.folder, found.plan
    agreement = None
    if heard is not None:
        agreement = convergence(
            result.elements,
            heard,
            rules=folder / plan.convergence if plan.convergence is not None else None,
            judgements=_judgements_of(plan, folder),
        )
    both = elements_of_both_kinds(
        result, heard, agreement, compared.analyses, plan=plan, necessity=compared.needed(), failed=compared.failed,
        rules=folder / plan.advice_rules if plan.advice_rules is not None else None,
    )  # fmt: skip
    return _Together(both, heard, agreement)


def _as_shared(whole: _Together, told: Telling, found: IntegrationMaterial) -> _Together:
    """Without what sums over cases would tell of one case."""
    terms = shown_terms(whole.both.terms, told, found.policy.minimum_category)
    both = replace(whole.both, terms=terms, necessity=shown_necessity(whole.both.necessity, told))
    return replace(whole, both=both)


def _write(
    folder: Path,
    content: SynthesisContent,
    both: ElementsOfBothKinds,
    record: Mapping[str, Any],
    found: IntegrationMaterial,
    further: Sequence[FurtherPage],
    *,
    confidential: bool = False,
) -> dict[str, Path]:
    minimum = 0 if confidential else found.policy.minimum_category
    printed = {"version": f"lcresearch {record['lcresearch']}", "date": str(record["date"])}
    printed |= {"programme": found.programme.id, "digest": _digest(found)}
    links = tuple((page.title, page.files) for page in further)
    pages = element_pages(content, both, provenance=printed, minimum=minimum, confidential=confidential, links=links)
    names = save_element_pages(pages, folder)
    if not confidential:
        (folder / "tables").mkdir()
        about = {"programme": found.programme.id, "version": str(record["lcresearch"]), "date": str(record["date"])}
        about |= {"simulated": "yes: a computer made up all data"} if content.head.simulated else {}
        save_element_tables(both, folder / "tables", about, minimum=minimum)
    return names


def _digest(found: IntegrationMaterial) -> str:
    """The start of the hash of integration.yaml."""
    return file_hash(found.material.folder / str(found.material.file.integration))[:16]


def _record(
    study: Study, found: IntegrationMaterial, result: Synthesis, packages: Sequence[Path], date: datetime.date
) -> dict[str, Any]:
    """What run.json holds: versions, and a hash of each file that decides on the result."""
    plan, names = found.plan, [study.file_name, study.file.programme, study.file.integration]
    names += [plan.convergence, plan.advice_rules, plan.judgements, plan.logic_model, plan.principles, plan.value]
    names += [plan.cards, plan.checklists]
    given = [str(name) for name in names if name and (study.folder / name).is_file()]
    hashes = {shown_name(name, n): file_hash(study.folder / name) for n, name in enumerate(given, start=1)}
    hashes |= {one.name: file_hash(one) for one in packages}
    hashes |= dict(found.talks.hashes) if found.talks is not None else {}
    return {
        "integration": study.file.id,
        "date": date.isoformat(),
        "lcresearch": lcresearch.__version__,
        "software": output_folder.software(),
        "simulated": study.file.simulated,
        "minimum_cell": found.policy.minimum_cell,
        "inputs": hashes,
        "packages": [
            {"consortium": str(name), "release": int(release)}
            for name, release in zip(result.packages["consortium"], result.packages["release"], strict=True)
        ],
    }
