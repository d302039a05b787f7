"""Opening an evidence package that somebody sent: nothing of it is believed before it was looked at."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from lcresearch.errors import LcresearchError, MeasurementError, MultilevelError, Place, Problem, SynthesisError
from lcresearch.measurement.group_moments import Moments
from lcresearch.messages import LANGUAGES
from lcresearch.multilevel import Crossproducts
from lcresearch.parquet_limits import read_within_limits
from lcresearch.synthesis.packages.arrived import problems_of
from lcresearch.synthesis.packages.contents import COLUMNS_OF_COMMUNITIES, EvidencePackage, StageOne
from lcresearch.synthesis.packages.manifest import FORMAT, Kind, Manifest, Member
from lcresearch.synthesis.packages.plain_tables import check_table, table_from_json
from lcresearch.synthesis.packages.stage_one import effects_from_json
from lcresearch.synthesis.packages.strict_json import LooseJsonError, strict_json
from lcresearch.synthesis.packages.versions import upgraded
from lcresearch.synthesis.packages.words import in_words
from lcresearch.synthesis.packages.zip_members import zip_members
from lcresearch.validation import validated

MANIFEST = "manifest.json"
_MOST_MANIFEST = 16 * 2**20
_MOST_CELLS = 2_000_000
_PLACES: Mapping[Kind, str] = {
    "crossproducts": "models/{about}.parquet",
    "scores": "scores/{about}.json",
    "moments": "moments/{about}.json",
    "effects": "effects.json",
    "communities": "communities.parquet",
    "agreement": "agreement.json",
    "codes": "codes.json",
    "presence": "presence.json",
    "quotes": "quotes.json",
}
_NOT_RIGHT = (ValueError, KeyError, TypeError, IndexError, OverflowError, RecursionError, AttributeError)


def open_package(path: str | Path) -> EvidencePackage:
    """Open an evidence package, after all of it was checked. Everything happens in memory; nothing is left behind.

    Parameters
    ----------
    path : path
        A zip that :func:`pack` wrote.

    Returns
    -------
    EvidencePackage

    Raises
    ------
    SynthesisError
        Y160 to Y162 for what is no zip, or not a harmless one; Y163, when it is no evidence package; Y165 to Y168, when
        the manifest, its version, or a member or its hash is not right; Y169, when the content of a member does not
        hold together; Y170, when it breaks a disclosure rule; Y171, when counts contradict each other. All problems of
        a package are reported together, with the member.

    Examples
    --------
    >>> import tempfile
    >>> from lcresearch.synthesis.packages.invented import invented_evidence
    >>> from lcresearch.synthesis.packages.packing import pack
    >>> from lcresearch.synthesis.programme import example_programme
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     packed = pack(invented_evidence(), folder, example_programme())
    ...     package = open_package(packed.path)
    >>> package, package.crossproducts["growth"].n
    (<EvidencePackage of Invented (energy), 1 models>, 160)
    """
    path = Path(path)
    files = zip_members(path)
    manifest = _manifest(files, path.name)
    problems = [*_files(manifest, files, path.name)]
    if problems:
        raise SynthesisError(problems)
    content, problems = _content(manifest, files, path.name)
    if problems:
        raise SynthesisError(problems)
    package = EvidencePackage(
        manifest=manifest,
        crossproducts=_of(manifest, content, "crossproducts"),
        scores=_of(manifest, content, "scores"),
        moments=_of(manifest, content, "moments"),
        effects=content.get(_PLACES["effects"], {}),
        communities=content[_PLACES["communities"]],
        agreement=content.get(_PLACES["agreement"]),
        codes=content.get(_PLACES["codes"]),
        presence=content.get(_PLACES["presence"]),
        quotes=content.get(_PLACES["quotes"]),
        path=path,
    )
    problems = [*problems_of(package, path.name)]
    if problems:
        raise SynthesisError(problems)
    return package


def _manifest(files: Mapping[str, bytes], file: str) -> Manifest:
    place = Place(file=file, item=MANIFEST)
    if MANIFEST not in files:
        raise SynthesisError("Y163", where=Place(file=file))
    try:
        if len(files[MANIFEST]) > _MOST_MANIFEST:
            raise ValueError(len(files[MANIFEST]))
        content = strict_json(files[MANIFEST])
    except LooseJsonError as error:
        raise SynthesisError("Y169", where=place, member=MANIFEST, why=in_words(str(error))) from error
    except (ValueError, RecursionError) as error:
        raise SynthesisError("Y163", where=place) from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise SynthesisError("Y163", where=place)
    manifest, found = validated(Manifest, upgraded(content, file))
    if manifest is None or found:
        raise SynthesisError([Problem(one.code, _at(place, one.path), one.values) for one in found])
    return manifest


def _at(place: Place, path: tuple[int | str, ...]) -> Place:
    return Place(file=place.file, item=place.item, column=".".join(map(str, path)) or None)


def _files(manifest: Manifest, files: Mapping[str, bytes], file: str) -> Iterator[Problem]:
    """Members that the manifest does not name, that are missing, or that were changed."""
    for name in files:
        if name != MANIFEST and name not in manifest.members:
            yield Problem("Y167", Place(file=file, item=name), {"member": name})
    for name, member in manifest.members.items():
        place = Place(file=file, item=name)
        if name not in files:
            yield Problem("Y166", place, {"member": name})
        elif len(files[name]) != member.size or hashlib.sha256(files[name]).hexdigest() != member.sha256:
            yield Problem("Y168", place, {"member": name})
        elif name != _PLACES[member.kind].format(about=member.about):
            yield Problem("Y169", place, {"member": name, "why": in_words("place", kind=member.kind)})
    if _PLACES["communities"] not in manifest.members:
        yield Problem("Y166", Place(file=file), {"member": _PLACES["communities"]})
    if not any(member.kind == "crossproducts" for member in manifest.members.values()):
        yield Problem("Y166", Place(file=file), {"member": "models/*.parquet"})


def _content(manifest: Manifest, files: Mapping[str, bytes], file: str) -> tuple[dict[str, Any], list[Problem]]:
    content: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, member in manifest.members.items():
        place = Place(file=file, item=name)
        try:
            if name.endswith(".json"):
                strict_json(files[name])
            content[name] = _READERS[member.kind](files[name], member)
        except LooseJsonError as error:
            problems.append(Problem("Y169", place, {"member": name, "why": in_words(str(error))}))
        except (MultilevelError, MeasurementError) as error:
            why = {language: _reason(error, language) for language in LANGUAGES}
            problems.append(Problem("Y169", place, {"member": name, "why": why}))
        except SynthesisError as error:
            problems += [Problem(one.code, Place(file=file, item=name), one.values) for one in error.problems]
        except _NOT_RIGHT as error:
            why_not = " ".join(f"{type(error).__name__}: {error}".split())[:200]
            problems.append(Problem("Y169", place, {"member": name, "why": why_not}))
    return content, problems


def _reason(error: LcresearchError, language: str) -> str:
    return " ".join(problem.message(language) for problem in error.problems)


def _of(manifest: Manifest, content: Mapping[str, Any], kind: Kind) -> dict[str, Any]:
    return {one.about: content[name] for name, one in manifest.members.items() if one.kind == kind}


def _crossproducts(data: bytes, member: Member) -> Crossproducts:
    return Crossproducts.from_bytes(data, f"{member.about}.parquet")


def _moments(data: bytes, member: Member) -> Moments:
    return Moments.from_json(data.decode("utf-8"), f"{member.about}.json")


def _effects(data: bytes, _: Member) -> dict[str, StageOne]:
    return effects_from_json(data.decode("utf-8"))


def _table(data: bytes, member: Member) -> pd.DataFrame:
    found = table_from_json(data.decode("utf-8"))
    check_table(member.kind, found)
    return found


def _communities(data: bytes, _: Member) -> pd.DataFrame:
    """The working-elements table: texts and numbers only."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        source = pa.BufferReader(data)
        with pq.ParquetFile(source, thrift_string_size_limit=2**24, thrift_container_size_limit=2**22) as parquet:
            size, schema = parquet.metadata.num_rows * parquet.metadata.num_columns, parquet.schema_arrow
            if size > _MOST_CELLS or len(set(schema.names)) < len(schema.names):
                raise ValueError(f"{size}")
            if tuple(schema.names[:3]) != COLUMNS_OF_COMMUNITIES:
                raise ValueError("columns")
            for one in schema:
                if not (pa.types.is_integer(one.type) or pa.types.is_floating(one.type) or _is_text(one.type)):
                    raise ValueError(f"{one.name}: {one.type}")
            table = read_within_limits(parquet, source)
    except (pa.ArrowException, OSError) as error:
        raise ValueError(" ".join(str(error).split())) from error
    found = {name: table.column(name).to_pylist() for name in schema.names}
    return pd.DataFrame({name: _column(values, schema.field(name).type) for name, values in found.items()})


def _is_text(kind: Any) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_null(kind))


def _column(values: list[Any], kind: Any) -> pd.Series[Any]:
    import pyarrow as pa

    if pa.types.is_integer(kind):
        return pd.Series(values, dtype="Int64")
    if pa.types.is_floating(kind):
        numbers = np.array([np.nan if value is None else value for value in values], dtype=np.float64)
        if np.isinf(numbers).any():
            raise ValueError("inf")
        return pd.Series(numbers)
    return pd.Series(values, dtype="str")


_READERS: Mapping[Kind, Callable[[bytes, Member], Any]] = {
    "crossproducts": _crossproducts,
    "scores": _moments,
    "moments": _moments,
    "effects": _effects,
    "communities": _communities,
    "agreement": _table,
    "codes": _table,
    "presence": _table,
    "quotes": _table,
}
