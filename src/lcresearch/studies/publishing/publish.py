"""``lcresearch publish``: an open, static, citable bundle of a study that was run."""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from lcresearch import output_folder
from lcresearch.disclosure import Ledger
from lcresearch.disclosure.ledger import KEY_FILE
from lcresearch.errors import Place, Problem, StudyError
from lcresearch.files import write_whole
from lcresearch.messages import LANGUAGES, Messages
from lcresearch.progress import Progress, tell
from lcresearch.reporting.content import ReportContent
from lcresearch.reporting.export import about, export_tables
from lcresearch.reporting.files_by_language import table_files
from lcresearch.studies.computing import Computed, computed
from lcresearch.studies.opening import load
from lcresearch.studies.publishing import bundle, content_check, results_check
from lcresearch.studies.publishing.allowed import MINIMUM
from lcresearch.studies.publishing.codes_file import known_codes, write_codes
from lcresearch.studies.publishing.decisions import Decisions, decisions
from lcresearch.studies.publishing.disclosure_log import disclosure_log
from lcresearch.studies.publishing.group_codes import GroupCodes, group_codes
from lcresearch.studies.publishing.masking import head_without, masked
from lcresearch.studies.publishing.published import Published
from lcresearch.studies.publishing.settings import PublicationUse, missing
from lcresearch.studies.run_record import settings_hash
from lcresearch.studies.study import Study

FOLDER = "publication"
RECORD = Path("private") / "publications.json"
"""What bundles showed, as ``releases.json`` keeps what reports did: two together show no fewer than ten either."""


@dataclass(frozen=True, eq=False)
class Publication:
    """A bundle.

    Attributes
    ----------
    published : Published
        What it is made of.
    files : mapping of str to str or bytes
        Content by name.
    folder : Path or None
        Where it was written; None for a preview.
    zip_file : Path or None
    codes : Path or None
        Where names of groups stand beside their codes; stays in the house.
    """

    published: Published
    files: Mapping[str, str | bytes]
    folder: Path | None = None
    zip_file: Path | None = None
    codes: Path | None = None

    def text(self, language: str | None = None) -> str:
        """What is in it and where it is, in plain words."""
        say, one = Messages(language), self.published
        size = sum(len(content.encode("utf-8") if isinstance(content, str) else content)
                   for content in self.files.values())  # fmt: skip
        withheld = sum(row["groups"] for row in one.disclosure["withheld_groups"])
        head = say("publishing.terminal.title", title=one.title.get(say.language) or one.main(one.title))
        lines = [head, say("publishing.terminal.cite", citation=one.citation),
                 say("publishing.terminal.size", n=len(self.files), megabytes=say.number(size / 1e6, digits=1)),
                 say("publishing.terminal.withheld", n=withheld, minimum=one.content.head.minimum_cell)]  # fmt: skip
        waves = [one.content.head.waves[wave] for wave in one.disclosure["waves_hidden_beside_an_earlier_bundle"]]
        lines += [say("publishing.terminal.late", waves=[text.get(say.language) or one.main(text) for text in waves],
                      minimum=one.content.head.minimum_cell)] if waves else []  # fmt: skip
        folders = dict.fromkeys(name.partition("/")[0] for name in self.files)
        lines += [f"  {name}" for name in folders]
        if self.folder is None:
            return "\n".join([*lines, say("publishing.terminal.preview")])
        lines.append(say("publishing.terminal.written", path=str(self.folder / "index.html")))
        lines += [say("publishing.terminal.zip", path=str(self.zip_file))] if self.zip_file is not None else []
        lines += [say("publishing.terminal.codes", path=str(self.codes))] if self.codes is not None else []
        return "\n".join([*lines, say("publishing.terminal.look")])


def publish(
    study: Study | str | Path,
    folder: str | Path | None = None,
    *,
    results: str | Path | None = None,
    zip_too: bool = False,
    preview: bool = False,
    force: bool = False,
    progress: Progress | None = None,
) -> Publication:
    """Make an open bundle of a study that was run: report, summary, tables, figures, instruments, metadata and logs.

    All numbers are computed again from the answers, compared with the tables of the report, and then masked: groups of
    fewer than ten persons go, others get a code in the place of their name. Nothing is copied from the folder with
    results, and nothing goes out that the report did not show. What earlier bundles showed is kept in ``private/``: two
    bundles together tell of no fewer than ten persons either.

    Parameters
    ----------
    study : Study or path
        With the part ``publication:`` in study.yaml.
    folder : path, optional
        Where the bundle comes; ``publication`` in the folder of the study by default. It appears whole or not at all.
    results : path, optional
        Results of the run; ``results`` in the folder of the study by default.
    zip_too : bool
        Write a ZIP beside the folder as well.
    preview : bool
        Only make it, to say what would be in it; nothing is written.
    force : bool
        Replace an earlier bundle.
    progress : callable, optional
        Called with each step in words and the share that is done.

    Returns
    -------
    Publication
        The files; the same study gives the same bytes.

    Raises
    ------
    StudyError
        S211: what is missing in study.yaml; S214, S215, S223: the plan; S216 to S220: the results are not there, older
        than their input, of another version, changed, or other than what comes of the answers now; S221: something in
        a file may not be public; S222: too few persons; G002, S010, S013, S014: the folder cannot take the bundle.

    See also
    --------
    lcresearch.studies.study.Study.run : makes the results.
    """
    loaded = study if isinstance(study, Study) else load(study)
    use = _declared(loaded)
    target = Path(folder) if folder is not None else loaded.folder / FOLDER
    kept = [*loaded.inputs, loaded.folder / "results"]
    if not preview:
        output_folder.check_free(target, force=force, keep=kept, kind=bundle.KIND)
        _check_zip(target, zip_too=zip_too, force=force)
    choices = decisions(loaded.file, loaded.instruments, loaded.folder)
    source = Path(results) if results is not None else loaded.folder / "results"
    record = _checked_record(loaded, source)
    made = computed(loaded, Ledger(loaded.folder), datetime.date.fromisoformat(record["date"]), progress)
    results_check.check_inputs(record, made.record, loaded.file_name)
    results_check.check_numbers(_tables_of(record), _tables_now(made.content))
    codes = _codes(loaded, made, use)
    tell(progress, Messages()("publishing.step.making"), 0.5)
    earlier = Ledger(loaded.folder, RECORD)
    one = _published(loaded, made, codes, choices, record, earlier)
    files = bundle.bundle_files(one)
    tell(progress, Messages()("publishing.step.looking"), 0.8)
    _look_through(files, loaded, made, codes, use)
    if preview:
        return Publication(one, files)
    written = _written(Publication(one, files), loaded, codes, target, kept, zip_too=zip_too, force=force)
    earlier.commit(loaded.file.id, date=record["date"])
    return written


def _declared(study: Study) -> PublicationUse:
    use = study.file.publication
    if use is None:
        raise StudyError("S211", where=Place(file=study.file_name), missing=missing(PublicationUse()))
    lacking = missing(use)
    if lacking:
        raise StudyError("S211", where=Place(file=study.file_name), missing=lacking)
    return use


def _checked_record(study: Study, results: Path) -> dict[str, Any]:
    record = results_check.read_record(results, study.file.id)
    results_check.check_versions(record)
    results_check.check_study_file(record, study.folder / study.file_name, settings_hash(study.file))
    results_check.check_untouched(results, record)
    return record


def _tables_of(record: Mapping[str, Any]) -> dict[str, str]:
    outputs = record["outputs"].items()
    return {
        name.partition("/")[2]: digest for name, digest in outputs if name.startswith("tables/") and name[-4:] == ".csv"
    }


def _tables_now(content: ReportContent) -> dict[str, str]:
    files = table_files(export_tables(content), about(content))
    return {name: hashlib.sha256(text if isinstance(text, bytes) else text.encode()).hexdigest()
            for name, text in files.items() if name.endswith(".csv")}  # fmt: skip


def _codes(study: Study, made: Computed, use: PublicationUse) -> GroupCodes:
    key = (study.folder / KEY_FILE).read_bytes()
    frames = [made.gathered.data.frame, made.scores]
    levels = list(study.file.ordered_levels)
    people = pd.concat([frame.reindex(columns=levels) for frame in frames], ignore_index=True)
    return group_codes(people, levels, use.named, key, known_codes(study.folder))


def _published(
    study: Study, made: Computed, codes: GroupCodes, choices: Decisions, record: Mapping[str, Any], earlier: Ledger
) -> Published:
    by_wave = made.content.response.by_wave
    if not (by_wave["n_persons"] >= MINIMUM).any():
        raise StudyError("S222", minimum=MINIMUM)
    inputs: Mapping[str, str] = record["inputs"]
    provenance = {"version": record["lcresearch"], "date": record["date"],
                  "input": f"{study.file_name} ({inputs[study.file_name][:12]}), "
                           f"{len(inputs) - 1} files ({bundle.together(inputs)[:12]})"}  # fmt: skip
    hidden = {*codes.names, *_unnamed(study)}
    content = masked(made, codes, provenance, hidden, earlier)
    content = _as_open(content, study)
    log = disclosure_log(
        made.content,
        content,
        Ledger(study.folder).releases,
        study.file.id,
        [one for one in earlier.releases if one.date < record["date"]],
    )
    book = made.talks.project.codebook if made.talks is not None else None
    return Published(study.file, content, study.instruments, book, record, choices, log)


def _as_open(content: ReportContent, study: Study) -> ReportContent:
    """The description says that this is the open version, in which groups have a code."""
    use = study.file.publication
    about_it = use.description if use is not None and use.description is not None else study.file.description
    title = use.title if use is not None and use.title is not None else study.file.title
    coded = bool(study.file.ordered_levels)
    note = {language: Messages(language)(f"publishing.open_version{'_coded' if coded else ''}", n=MINIMUM)
            for language in LANGUAGES}  # fmt: skip
    description = {language: f"{text} {note[language]}" for language, text in about_it.items()}
    head = head_without(content.head, _unnamed(study))
    return dataclasses.replace(content, head=dataclasses.replace(head, title=title, description=description))


def _unnamed(study: Study) -> set[str]:
    """The consortium of the whole study, when study.yaml does not say that it may be named; a sector names nobody."""
    use = study.file.publication
    named = use.named if use is not None else ()
    return {study.file.consortium} if study.file.consortium is not None and "consortium" not in named else set()


def _look_through(
    files: Mapping[str, str | bytes], study: Study, made: Computed, codes: GroupCodes, use: PublicationUse
) -> None:
    people = made.gathered.data.frame["respondent"].astype(str)
    own = made.gathered.key.originals(people) if made.gathered.key is not None else people
    known = frozenset({use.contact.email.lower()}) if use.contact is not None else frozenset()
    secrets = content_check.Secrets(
        names=frozenset({*codes.names, *_unnamed(study)}),
        persons=frozenset({*people, *map(str, own)}),
        paths=content_check.machine_paths([study.folder]),
        addresses=known,
    )
    found: list[Problem] = list(content_check.findings(files, secrets))
    if found:
        raise StudyError(found)


def _check_zip(target: Path, *, zip_too: bool, force: bool) -> None:
    path = target.with_name(f"{target.name}.zip")
    if zip_too and (path.exists() or path.is_symlink()) and (not force or path.is_symlink() or not path.is_file()):
        raise StudyError("G002", path=str(path))


def _written(
    made: Publication, study: Study, codes: GroupCodes, target: Path, kept: list[Path], *, zip_too: bool, force: bool
) -> Publication:
    archive = target.with_name(f"{target.name}.zip") if zip_too else None
    with output_folder.whole_folder(target, force=force, keep=kept, kind=bundle.KIND) as folder:
        for name, content in made.files.items():
            (folder / name).parent.mkdir(exist_ok=True)
            write_whole(folder / name, content)
    if archive is not None:
        write_whole(archive, bundle.zipped(made.files, target.name, made.published.date))
    return dataclasses.replace(made, folder=target, zip_file=archive, codes=write_codes(study.folder, codes))
