"""Packing: one zip a consortium, whole or not at all, with nothing in it from which a person can be told."""

from __future__ import annotations

import datetime
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, overload, runtime_checkable

from lcresearch.disclosure import Policy
from lcresearch.errors import Place, SynthesisError
from lcresearch.files import reason_of, write_whole
from lcresearch.output_folder import installed_version
from lcresearch.synthesis.packages.contents import ConsortiumEvidence
from lcresearch.synthesis.packages.earlier import Earlier, report_name
from lcresearch.synthesis.packages.letting_through import Draft, held_back, let_through
from lcresearch.synthesis.packages.making import Made, made
from lcresearch.synthesis.packages.manifest import RULES, HeldBack, Manifest, Member, Sizes
from lcresearch.synthesis.packages.member_rows import Prepared, prepared
from lcresearch.synthesis.packages.numbers_at_waves import numbers_at_waves
from lcresearch.synthesis.packages.opaque_names import key_table
from lcresearch.synthesis.packages.packed_package import PackedPackage
from lcresearch.synthesis.programme import ProgrammeFile, digest_of, read_programme

MANIFEST = "manifest.json"
SUFFIX = ".zip"
_SOFTWARE = ("lcresearch", "numpy", "pandas", "pyarrow", "scipy")
_MOMENT = (1980, 1, 1, 0, 0, 0)
_MODE = 0o100644 << 16


@runtime_checkable
class HasEvidence(Protocol):
    """Results of a study: they say what each of its consortia has for a programme."""

    def evidence(self, programme: ProgrammeFile) -> Sequence[ConsortiumEvidence]:
        """What each consortium has in the house."""
        ...


@dataclass(frozen=True)
class _Ready:
    package: PackedPackage
    earlier: Earlier
    draft: Draft


@overload
def pack(
    results: ConsortiumEvidence,
    path: str | Path,
    programme: str | Path | ProgrammeFile,
    *,
    force: bool = False,
    date: datetime.date | None = None,
) -> PackedPackage: ...


@overload
def pack(
    results: Sequence[ConsortiumEvidence] | HasEvidence,
    path: str | Path,
    programme: str | Path | ProgrammeFile,
    *,
    force: bool = False,
    date: datetime.date | None = None,
) -> tuple[PackedPackage, ...]: ...


def pack(
    results: ConsortiumEvidence | Sequence[ConsortiumEvidence] | HasEvidence,
    path: str | Path,
    programme: str | Path | ProgrammeFile,
    *,
    force: bool = False,
    date: datetime.date | None = None,
) -> PackedPackage | tuple[PackedPackage, ...]:
    """Write an evidence package for each consortium: sums and figures from which no person can be told.

    Parameters
    ----------
    results : ConsortiumEvidence, a sequence of them, or results of a study
    path : path
        A file that ends in ``.zip`` for one consortium, or a folder, in which each package gets a name of its own.
    programme : path or ProgrammeFile
        The programme that all consortia received.
    force : bool
        Replace files that are there.
    date : date, optional
        Of the package; today by default. The same evidence and date give the same bytes.

    Returns
    -------
    PackedPackage, or a tuple of them
        One for one ConsortiumEvidence.

    Raises
    ------
    SynthesisError
        Y150 to Y153, Y155, Y157 and Y158 for evidence that does not fit the programme; Y154 when the disclosure rules
        leave nothing to share; Y156 when there is no evidence, or several consortia for one file; Y159 when the file
        cannot be written; G002 when it is there. Nothing is written then, and nothing recorded as released.

    Notes
    -----
    The ledger of the study is consulted, and told once the zip stands.

    Examples
    --------
    >>> import tempfile
    >>> from lcresearch.synthesis.packages.invented import invented_evidence
    >>> from lcresearch.synthesis.programme import example_programme
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     packed = pack(invented_evidence(), folder, example_programme())
    ...     packed.path.name, list(packed.manifest.members)[:2]
    ('evidence-invented.zip', ['models/growth.parquet', 'scores/growth.json'])
    """
    plan = read_programme(programme)
    found = _evidence(results, plan)
    targets = _targets(found, Path(path))
    for target in targets:
        if target.exists() and not force:
            raise SynthesisError("G002", path=str(target))
    ready = [_ready(one, plan, date or datetime.date.today()) for one in found]
    written = tuple(_write(one, target) for one, target in zip(ready, targets, strict=True))
    return written[0] if isinstance(results, ConsortiumEvidence) else written


def prepare_packages(
    results: ConsortiumEvidence | Sequence[ConsortiumEvidence] | HasEvidence,
    programme: str | Path | ProgrammeFile,
    *,
    date: datetime.date | None = None,
) -> tuple[PackedPackage, ...]:
    """What :func:`pack` would write, without writing or recording anything: for a look beforehand.

    Parameters
    ----------
    results : ConsortiumEvidence, several of them, or results of a study
    programme : str, Path or ProgrammeFile
        The plan of the programme.
    date : date, optional
        The day that stands in the package; by default today.

    Returns
    -------
    tuple of PackedPackage
        One a consortium.

    Raises
    ------
    SynthesisError
        As :func:`pack`.

    Examples
    --------
    >>> from lcresearch.synthesis.packages.invented import invented_evidence
    >>> from lcresearch.synthesis.programme import example_programme
    >>> package, = prepare_packages(invented_evidence(), example_programme())
    >>> package.manifest.n.communities, package.path
    (8, None)
    """
    plan = read_programme(programme)
    return tuple(_ready(one, plan, date or datetime.date.today()).package for one in _evidence(results, plan))


def _evidence(
    results: ConsortiumEvidence | Sequence[ConsortiumEvidence] | HasEvidence, programme: ProgrammeFile
) -> list[ConsortiumEvidence]:
    if isinstance(results, ConsortiumEvidence):
        return [results]
    found = list(results.evidence(programme) if isinstance(results, HasEvidence) else results)
    if not found or not all(isinstance(one, ConsortiumEvidence) for one in found):
        raise SynthesisError("Y156", n=len(found))
    return found


def _targets(found: Sequence[ConsortiumEvidence], path: Path) -> list[Path]:
    if path.suffix == SUFFIX:
        if len(found) != 1:
            raise SynthesisError("Y156", where=Place(file=path.name), n=len(found))
        return [path]
    return [path / name for name in package_names([one.consortium for one in found])]


def package_names(consortia: Sequence[str]) -> list[str]:
    """Names of the files of packages, each another one.

    Examples
    --------
    >>> package_names(["Lab Noord", "Zorg & Co", "zorg co"])
    ['evidence-lab-noord.zip', 'evidence-zorg-co-2.zip', 'evidence-zorg-co-3.zip']
    """
    names = [f"evidence-{_file_name(one)}" for one in consortia]
    unique = [name if names.count(name) == 1 else f"{name}-{place}" for place, name in enumerate(names, start=1)]
    return [f"{name}{SUFFIX}" for name in unique]


def _file_name(label: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", label.lower()).strip("-") or "consortium"


def _ready(evidence: ConsortiumEvidence, programme: ProgrammeFile, date: datetime.date) -> _Ready:
    policy = evidence.policy or Policy(programme.disclosure.minimum_cell, programme.disclosure.minimum_category)
    rows = prepared(evidence, programme)
    earlier = Earlier(evidence.ledger, rows, policy.minimum_cell)
    draft = let_through(rows, policy, earlier)
    content = made(rows, draft, policy.minimum_cell)
    held = (*held_back(draft, policy.minimum_cell), *content.held_back)
    if not content.sums:
        raise SynthesisError("Y154", consortium=evidence.consortium, n=policy.minimum_cell)
    manifest = _manifest(rows, draft, content, held, policy, earlier, date)
    packed = PackedPackage(
        programme=programme,
        manifest=manifest,
        content=_zipped(content, manifest),
        path=None,
        let_through=content.let_through,
        answers=content.answers,
        communities=content.communities,
        key=key_table(content.codes),
        n_persons={name: int((cell >= 0).sum()) for name, cell in draft.cell.items()},
        n_rows=content.n_rows,
        estimated=tuple(content.effects),
    )
    return _Ready(packed, earlier, draft)


def _manifest(
    rows: Prepared,
    draft: Draft,
    content: Made,
    held: Iterable[HeldBack],
    policy: Policy,
    earlier: Earlier,
    date: datetime.date,
) -> Manifest:
    evidence, programme = rows.evidence, rows.programme
    inside = draft.in_a_model()
    frame = rows.frame_of(inside)
    waves = list(dict.fromkeys(wave for model in rows.models.values() for wave in model.plan.waves))
    status = content.communities["status"].value_counts()
    declared = {use.id for use in programme.instruments}
    return Manifest(
        study=evidence.study,
        programme=programme.id,
        programme_digest=digest_of(programme),
        consortium=evidence.consortium,
        sector=evidence.sector,
        release=earlier.number(draft.cell),
        created=date.isoformat(),
        simulated=evidence.simulated,
        waves=tuple(waves),
        n=Sizes(
            respondents=int(inside.sum()),
            communities=int(content.communities["n_persons"].notna().sum()),
            stopped_communities=int(status.get("stopped", 0)),
            organisations=int(frame["organisation"].nunique()) if "organisation" in frame else None,
        ),
        n_by_wave=numbers_at_waves(rows, draft, waves, policy.minimum_cell),
        instruments=tuple(one for one in evidence.instruments if not declared or one.id in declared),
        software={name: installed_version(name) for name in _SOFTWARE},
        minimum_cell=policy.minimum_cell,
        minimum_category=policy.minimum_category,
        rules=RULES,
        held_back=tuple(held),
        not_estimable=tuple(name for name in content.sums if name not in content.effects),
        members={
            name: Member(
                kind=one.kind,
                about=one.about,
                sha256=hashlib.sha256(one.content).hexdigest(),
                size=len(one.content),
            )
            for name, one in content.members.items()
        },
    )


def _zipped(content: Made, manifest: Manifest) -> bytes:
    """The zip: the same bytes for the same members."""
    text = json.dumps(manifest.model_dump(mode="json"), indent=1, ensure_ascii=False) + "\n"
    members = {MANIFEST: text.encode("utf-8")} | {name: one.content for name, one in content.members.items()}
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in members.items():
            entry = zipfile.ZipInfo(name, _MOMENT)
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, _MODE, 3
            archive.writestr(entry, data)
    return stream.getvalue()


def _write(ready: _Ready, target: Path) -> PackedPackage:
    """Write the zip, then tell the ledger; without the ledger there is no zip."""
    package = ready.package
    before = target.read_bytes() if target.exists() else None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_whole(target, package.content)
    except OSError as error:
        with suppress(OSError):
            target.with_name(target.name + ".partial").unlink(missing_ok=True)
        raise SynthesisError("Y159", where=Place(file=str(target)), why=reason_of(error)) from error
    ledger = ready.earlier.ledger
    if ledger is not None:
        try:
            number = ready.earlier.stage(ready.draft.cell)
            ledger.commit(report_name(number), date=package.manifest.created)
        except BaseException:
            target.unlink()
            if before is not None:
                write_whole(target, before)
            raise
    return replace(package, path=target)
