"""Vectors of texts on disk, by the hash of their text.

Vectors of what people said are personal data: words can be guessed from them. So they lie under ``private``, for
their owner only, without the texts. A file is written once, whole, and never changed; it holds the hash of its own
content, so that damage is noticed.
"""

from __future__ import annotations

import hashlib
import io
import warnings
import zipfile
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lcresearch.errors import Place, warning
from lcresearch.files import private_folder, reason_of, write_whole

PRIVATE, OWN = "private", "embeddings"
_ENDING = ".npz"
_MANY = 16


@dataclass(frozen=True)
class _Shard:
    """One file: model, (n,) keys in hexadecimal, (n, d) vectors."""

    path: Path
    identity: str
    keys: list[str]
    vectors: np.ndarray


def vector_key(identity: str, text: str) -> str:
    """SHA-256 of model and text, in hexadecimal."""
    return hashlib.sha256(f"{identity}\0{text}".encode("utf-8", "surrogatepass")).hexdigest()


def cache_folder(cache: str | Path) -> Path:
    """Where vectors lie: ``private/embeddings`` in a folder, unless that folder is it, or is ``private``.

    Examples
    --------
    >>> cache_folder("study").as_posix(), cache_folder("study/private").as_posix()
    ('study/private/embeddings', 'study/private/embeddings')
    """
    folder = Path(cache)
    if (folder.parent.name, folder.name) == (PRIVATE, OWN):
        return folder
    return folder / OWN if folder.name == PRIVATE else folder / PRIVATE / OWN


def load_vectors(folder: Path, identity: str, keys: Collection[str]) -> dict[str, np.ndarray]:
    """The vectors that are there, by key; a damaged file is told (V191), removed and left out."""
    wanted, found = set(keys), dict[str, np.ndarray]()
    for shard in _shards(folder, identity):
        found |= {key: shard.vectors[row] for row, key in enumerate(shard.keys) if key in wanted}
    return found


def save_vectors(folder: Path, identity: str, vectors: dict[str, np.ndarray]) -> None:
    """Write new vectors; a folder that cannot be written to is told (V192), and work goes on."""
    try:
        _make_private(folder)
        _write(folder, identity, vectors)
        shards = _shards(folder, identity)
        if len(shards) > _MANY:
            merged = {key: shard.vectors[row] for shard in shards for row, key in enumerate(shard.keys)}
            kept = _write(folder, identity, merged)
            _remove(shard.path for shard in shards if shard.path != kept)
    except OSError as error:
        warnings.warn(warning("V192", where=Place(file=str(folder)), reason=reason_of(error)), stacklevel=3)


def forget_embeddings(cache: str | Path, *, keep: Iterable[str] = ()) -> int:
    """Remove vectors of texts that are no longer in the study, for example after somebody withdrew.

    Parameters
    ----------
    cache : path
        As given to :func:`~lcresearch.interviews.text.embeddings.embed`.
    keep : iterable of str
        Texts whose vectors stay, of every model; without it all go.

    Returns
    -------
    int
        How many vectors were removed.
    """
    folder, texts, n_removed = cache_folder(cache), list(keep), 0
    for shard in _shards(folder):
        stay = {vector_key(shard.identity, text) for text in texts}
        rows = [row for row, key in enumerate(shard.keys) if key in stay]
        if len(rows) < len(shard.keys):
            n_removed += len(shard.keys) - len(rows)
            if rows:
                _write(folder, shard.identity, {shard.keys[row]: shard.vectors[row] for row in rows})
            _remove([shard.path])
    _remove(folder.glob("*.partial"))
    return n_removed


def _write(folder: Path, identity: str, vectors: dict[str, np.ndarray]) -> Path:
    keys = sorted(vectors)
    table = np.stack([vectors[key] for key in keys]).astype(np.float32)
    digest = _digest(identity, keys, table)
    content = io.BytesIO()
    np.savez(content, identity=np.array(identity), keys=np.array(keys), vectors=table, digest=np.array(digest))
    path = folder / f"{digest[:32]}{_ENDING}"
    path.with_name(path.name + ".partial").touch(mode=0o600)  # write_whole fills it, and its mode stays
    return write_whole(path, content.getvalue())


def _digest(identity: str, keys: list[str], vectors: np.ndarray) -> str:
    found = hashlib.sha256("\0".join([identity, *keys]).encode())
    found.update(np.ascontiguousarray(vectors, dtype="<f4").tobytes())
    return found.hexdigest()


def _shards(folder: Path, identity: str | None = None) -> list[_Shard]:
    """The files of a model, or of all; damaged ones are told and removed."""
    shards = []
    for path in sorted(folder.glob("*" + _ENDING)):
        try:
            shard = _read(path)
        except FileNotFoundError:
            continue  # another run has put it together with others
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            warnings.warn(warning("V191", where=Place(file=path.name)), stacklevel=4)
            _remove([path])
            continue
        if identity in (None, shard.identity):
            shards.append(shard)
    return shards


def _read(path: Path) -> _Shard:
    with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as arrays:
        identity, digest = str(arrays["identity"]), str(arrays["digest"])
        keys, vectors = [str(key) for key in arrays["keys"]], arrays["vectors"]
    if _digest(identity, keys, vectors) != digest:
        raise ValueError(path.name)
    return _Shard(path, identity, keys, vectors)


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        with suppress(OSError):
            path.unlink(missing_ok=True)


def _make_private(folder: Path) -> None:
    """Make the folder and the ``private`` around it, which only their owner can open."""
    folder.parent.parent.mkdir(parents=True, exist_ok=True)
    private_folder(folder.parent)
    private_folder(folder)
