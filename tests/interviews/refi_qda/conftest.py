"""Invented projects, written out in full where a test needs them."""

import io
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest

REFERENCE = Path(__file__).parents[2] / "reference" / "refi_qda"
SHARED = next(
    (found for parent in Path(__file__).parents if (found := parent / "shared" / "formats" / "refi_qda").is_dir()),
    REFERENCE,
)
SAMPLES = {path.name: path for folder in (SHARED, REFERENCE) for path in sorted(folder.iterdir())}
"""Files of other programs: those that may be passed on, and the others where they are at hand."""


def guid(number):
    return f"{number:08x}-0000-4000-8000-000000000000"


def qde(*, sources="", codes="", users="", variables="", cases="", rest="", attributes='name="invented"'):
    """A project file with the parts that a test names."""
    parts = [
        ("Users", users),
        ("CodeBook", f"<Codes>{codes}</Codes>" if codes else ""),
        ("Variables", variables),
        ("Cases", cases),
        ("Sources", sources),
    ]
    body = "".join(f"<{name}>{content}</{name}>" for name, content in parts if content)
    return (
        f'<?xml version="1.0" encoding="utf-8"?><Project xmlns="urn:QDA-XML:project:1.0" {attributes}>'
        f"{body}{rest}</Project>"
    )


def code(number, name, inside="", attributes='isCodable="true"'):
    return f'<Code guid="{guid(number)}" name="{name}" {attributes}>{inside}</Code>'


def coding(number, of, by=None):
    coder = f' creatingUser="{guid(by)}"' if by else ""
    return f'<Coding guid="{guid(number)}"{coder}><CodeRef targetGUID="{guid(of)}"/></Coding>'


def selection(number, start, end, inside="", attributes=""):
    return (
        f'<PlainTextSelection guid="{guid(number)}" startPosition="{start}" endPosition="{end}" {attributes}>'
        f"{inside}</PlainTextSelection>"
    )


def text_source(number, name, inside="", attributes=""):
    return f'<TextSource guid="{guid(number)}" name="{name}" {attributes}>{inside}</TextSource>'


THREE = code(1, "leren", code(2, "van fouten") + code(3, "samen")) + code(4, "tijd")


@pytest.fixture
def package(tmp_path):
    """Writes a package: a project file and files by name."""

    def write(project, files=None, name="invented.qdpx", entry="project.qde"):
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(entry, project)
            for path, data in (files or {}).items():
                archive.writestr(path, data)
        path = tmp_path / name
        path.write_bytes(content.getvalue())
        return path

    return write


@pytest.fixture
def make():
    """Parts of project files."""
    return SimpleNamespace(
        guid=guid, qde=qde, code=code, coding=coding, selection=selection, text_source=text_source, THREE=THREE
    )


@pytest.fixture
def sample():
    """A file of another program by its name; the test skips where it is not at hand."""

    def find(name):
        if name not in SAMPLES:
            pytest.skip(f"{name} may not be passed on")
        return SAMPLES[name]

    return find


@pytest.fixture(
    params=[path for path in SAMPLES.values() if path.suffix in (".qdpx", ".qde")], ids=lambda path: path.stem
)
def project_sample(request):
    """Each project of another program."""
    return request.param


@pytest.fixture(params=[path for path in SAMPLES.values() if path.suffix == ".qdc"], ids=lambda path: path.stem)
def codebook_sample(request):
    """Each codebook of another program."""
    return request.param
