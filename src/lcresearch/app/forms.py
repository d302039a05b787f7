"""What a page sent: fields as text, and files that are written to disk piece by piece."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from lcresearch.app.security.limits import FORMS
from lcresearch.app.workspace import safe_name
from lcresearch.errors import AppError

MOST_FILES, MOST_FIELDS, LONGEST_FIELD = 500, 2000, 2**20


@dataclass(frozen=True)
class Form:
    """Fields and files of a form."""

    data: FormData

    def text(self, name: str, default: str = "") -> str:
        """A field, with line feeds as ends of lines; ``default`` when it was not sent."""
        value = self.data.get(name)
        return value.replace("\r\n", "\n").strip() if isinstance(value, str) else default

    def texts(self, name: str) -> list[str]:
        """All values of a field."""
        return [value.strip() for value in self.data.getlist(name) if isinstance(value, str)]

    def fields(self) -> dict[str, str]:
        """Each field with its last value, files left out."""
        return {name: self.text(name) for name in self.data if isinstance(self.data.get(name), str)}

    def files(self, name: str) -> list[UploadFile]:
        """The files of a field; a field in which nothing was chosen has none."""
        return [one for one in self.data.getlist(name) if isinstance(one, UploadFile) and one.filename]


async def read_form(request: Request) -> Form:
    """The form that was sent, as far as its limits allow.

    Files lie in a temporary place until the request is answered. A form with more than 500 files or 2,000 fields, or
    a field above one mebibyte, is refused with status 400.
    """
    data = await request.form(max_files=MOST_FILES, max_fields=MOST_FIELDS, max_part_size=LONGEST_FIELD)
    request.scope.setdefault(FORMS, []).append(data)
    return Form(data)


@contextmanager
def uploaded(files: Sequence[UploadFile], endings: Sequence[str]) -> Iterator[list[Path]]:
    """Files of a form in a temporary folder, under safe names; the folder goes when the block ends.

    Call it from code that runs in a thread.

    Parameters
    ----------
    files : sequence of UploadFile
    endings : sequence of str
        Allowed, such as ``.csv``.

    Raises
    ------
    AppError
        W005, without a file; W006, for another ending; W007, for two files with one name.
    """
    if not files:
        raise AppError("W005")
    names = [safe_name(one.filename or "") for one in files]
    for name in names:
        if Path(name).suffix.lower() not in endings:
            raise AppError("W006", name=name, known=list(endings))
    twice = [name for name in names if [other.casefold() for other in names].count(name.casefold()) > 1]
    if twice:
        raise AppError("W007", name=twice[0])
    with TemporaryDirectory(prefix="lcresearch-") as folder:
        paths = [Path(folder) / name for name in names]
        for one, path in zip(files, paths, strict=True):
            with path.open("wb") as target:
                one.file.seek(0)
                while piece := one.file.read(2**20):
                    target.write(piece)
        yield paths
