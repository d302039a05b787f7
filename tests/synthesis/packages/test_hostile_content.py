"""Members with the right hash and a content that means harm: refused, with the member named, in both languages."""

import datetime
import hashlib
import io
import json
import zipfile
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lcresearch.errors import SynthesisError
from lcresearch.synthesis import open_package, prepare_packages
from lcresearch.synthesis.packages.invented import invented_evidence
from lcresearch.synthesis.packages.plain_tables import table_from_json, table_to_json
from lcresearch.synthesis.programme import example_programme

SUMS, COMMUNITIES, SCORES, EFFECTS = (
    "models/growth.parquet",
    "communities.parquet",
    "scores/growth.json",
    "effects.json",
)
N = 30_000


@pytest.fixture(scope="module")
def members():
    content = prepare_packages(invented_evidence(), example_programme(), date=datetime.date(2026, 4, 1))[0].content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def sent(tmp_path, members, *, hashed=True):
    """A zip of these members, whose manifest says their hashes."""
    if hashed:
        manifest = json.loads(members["manifest.json"])
        for each, data in members.items():
            if each in manifest["members"]:
                manifest["members"][each] |= {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
        members = members | {"manifest.json": json.dumps(manifest).encode()}
    path = tmp_path / "sent.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for each, data in members.items():
            archive.writestr(each, data)
    return path


def refused(tmp_path, members, name):
    """The code of a refusal that names a member and leaves nothing behind."""
    path = sent(tmp_path, members, hashed=name != "manifest.json")
    with pytest.raises(SynthesisError) as error:
        open_package(path)
    assert [one.name for one in tmp_path.iterdir()] == ["sent.zip"]
    assert all(name in error.value.text(language) for language in ("nl", "en"))
    assert error.value.text("nl") != error.value.text("en")
    return {problem.code for problem in error.value.problems}


@pytest.mark.parametrize("name", ["manifest.json", SCORES, EFFECTS])
@pytest.mark.parametrize(
    "end", [b',"format":"another"}', b',"x":1%s}' % (b"0" * 30), b',"x":1e999}', b',"x":NaN}', b',"x":"\\u001b[2J"}']
)
def test_json_that_can_be_read_in_two_ways(tmp_path, members, name, end):
    changed = members[name].rstrip()[:-1] + end
    assert refused(tmp_path, members | {name: changed}, name) == {"Y169"}


@pytest.mark.parametrize("label", ["Inv\u202eented", "Invented\x1b[31m", "Invented\x9b2J"])
def test_signs_that_steer_a_terminal_or_turn_letters_around(tmp_path, members, label):
    manifest = json.loads(members["manifest.json"]) | {"study": label}
    assert refused(tmp_path, members | {"manifest.json": json.dumps(manifest).encode()}, "manifest.json") == {"Y169"}


def test_signs_that_word_processors_leave_in_quotes_do_not_stop_a_package():
    quotes = pd.DataFrame({"code": ["trust"], "text": ["We talk\x0bmore, co\u00adoperate \U0001f469\u200d\U0001f527"]})
    back = table_from_json(table_to_json(quotes))
    assert back["text"].tolist() == ["We talk more, co\u00adoperate \U0001f469\u200d\U0001f527"]


def written(table, **settings):
    stream = io.BytesIO()
    pq.write_table(table, stream, **settings)
    return stream.getvalue()


@pytest.fixture(scope="module")
def long_texts():
    """Three gigabytes of text, of which Parquet writes one word and how often it comes."""
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(N, dtype=np.int32)), pa.array(["C" * 100_000]))


def test_a_table_of_a_few_hundred_bytes_that_unpacks_to_gigabytes(tmp_path, members, long_texts):
    columns = {"community": long_texts, "status": long_texts, "n_persons": pa.array(np.full(N, 20))}
    bomb = written(pa.table(columns), compression="zstd", store_schema=False)
    assert len(bomb) < 2000
    before = pa.default_memory_pool().max_memory()
    assert refused(tmp_path, members | {COMMUNITIES: bomb}, COMMUNITIES) == {"Y169"}
    assert pa.default_memory_pool().max_memory() - before < 100e6


@pytest.mark.parametrize("is_hidden", [True, False])
def test_sums_with_labels_that_unpack_to_gigabytes(tmp_path, members, long_texts, is_hidden):
    own = pq.read_table(io.BytesIO(members[SUMS]))
    texts = [one.name for one in own.schema if not pa.types.is_floating(one.type)]
    numbers = pa.array(np.ones(N))
    table = pa.table({name: long_texts if name in texts else numbers for name in own.schema.names})
    stream = io.BytesIO()
    with pq.ParquetWriter(stream, table.schema, compression="zstd", store_schema=not is_hidden) as writer:
        writer.add_key_value_metadata(own.schema.metadata)
        writer.write_table(table)
    before = pa.default_memory_pool().max_memory()
    assert refused(tmp_path, members | {SUMS: stream.getvalue()}, SUMS) == {"Y169"}
    assert pa.default_memory_pool().max_memory() - before < 100e6


@pytest.mark.parametrize("encoding", ["PLAIN", "DELTA_BYTE_ARRAY"])
def test_texts_that_are_packed_in_another_way(tmp_path, members, encoding):
    texts = pa.array(["C" * 100_000] * 2000)
    table = pa.table({"community": texts, "status": texts, "n_persons": pa.array(np.full(2000, 20))})
    codings = {"community": encoding, "status": encoding, "n_persons": "PLAIN"}
    bomb = written(table, compression="zstd", use_dictionary=False, column_encoding=codings)
    assert len(bomb) < 100_000
    assert refused(tmp_path, members | {COMMUNITIES: bomb}, COMMUNITIES) == {"Y169"}


@pytest.mark.parametrize("values", [[[1.0]] * 8, [True] * 8, [b"x"] * 8])
def test_columns_of_another_kind(tmp_path, members, values):
    table = pq.read_table(io.BytesIO(members[COMMUNITIES])).append_column("more", pa.array(values))
    assert refused(tmp_path, members | {COMMUNITIES: written(table)}, COMMUNITIES) == {"Y169"}


@pytest.mark.parametrize(
    ("figure", "value", "can_be"),
    [
        ("icc_1", -5.0, False), ("icc_1", 1.5, False), ("icc_1", -0.04, True), ("icc_1", None, True),
        ("icc_2", 1.01, False), ("icc_2", -5.0, True), ("r_wg", -0.1, False), ("r_wg_median", 1.2, False),
        ("r_wg_median", 1.0, True), ("ad", -1.0, False), ("n_groups", -3, False),
    ],
)  # fmt: skip
def test_figures_of_agreement_that_cannot_be(tmp_path, figure, value, can_be):
    row = {"scale": "voice", "wave": "t0", "level": "community", "n": 160, "n_groups": 8, "icc_1": 0.1, "icc_2": 0.6}
    evidence = replace(
        invented_evidence(), agreement=pd.DataFrame([row | {"r_wg": 0.7, "r_wg_median": 0.8, "ad": 0.5}])
    )
    content = prepare_packages(evidence, example_programme(), date=datetime.date(2026, 4, 1))[0].content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    table = json.loads(members["agreement.json"])
    table["rows"][0][table["columns"].index(figure)] = value
    members |= {"agreement.json": json.dumps(table).encode()}
    if can_be:
        assert len(open_package(sent(tmp_path, members)).agreement) == 1
    else:
        assert refused(tmp_path, members, "agreement.json") == {"Y169"}
