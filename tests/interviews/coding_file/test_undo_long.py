"""Any order of steps, undone and done again, against a list of states in memory."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tests.interviews.coding_file.invented import SAID, invented_project

from lcresearch.errors import InterviewError
from lcresearch.interviews.coding_file import create, open_file

CODERS = st.sampled_from(["a", "b"])
PLACES = st.tuples(st.integers(0, len(SAID) - 1), st.integers(1, 12)).map(
    lambda pair: (pair[0], min(pair[0] + pair[1], len(SAID)))
)
Coding = tuple[int, int, str, str]


class Model:
    """A plain picture of codings, codes and memos, and each coder's own steps as differences."""

    def __init__(self) -> None:
        self.things: dict[str, Any] = {
            "code:c1": ("leren", ""),
            "code:c2": ("van fouten", "c1"),
            "code:c3": ("tijd", ""),
        }
        self.done: dict[str, list[dict[str, tuple[Any, Any]]]] = {"a": [], "b": []}
        self.undone: dict[str, list[dict[str, tuple[Any, Any]]]] = {"a": [], "b": []}

    def step(self, coder: str, new: dict[str, Any]) -> None:
        """Put things (None: take them out), as a step of a coder."""
        changes = {key: (self.things.get(key), value) for key, value in new.items() if self.things.get(key) != value}
        if changes:
            self._put({key: after for key, (_, after) in changes.items()})
            self.done[coder].append(changes)
            self.undone[coder].clear()

    def turn(self, coder: str, *, back: bool) -> bool:
        """Undo or redo; whether that was possible."""
        source, target = (self.done, self.undone) if back else (self.undone, self.done)
        changes = source[coder][-1]
        wanted = {key: before if back else after for key, (before, after) in changes.items()}
        expected = {key: after if back else before for key, (before, after) in changes.items()}
        if any(self.things.get(key) != value for key, value in expected.items()):
            return False
        after = dict(self.things)
        after.update(wanted)
        left = {key: value for key, value in after.items() if value is not None}
        if not consistent(left):
            return False
        self._put(wanted)
        target[coder].append(source[coder].pop())
        return True

    def _put(self, new: dict[str, Any]) -> None:
        for key, value in new.items():
            if value is None:
                self.things.pop(key, None)
            else:
                self.things[key] = value

    def codings(self) -> dict[str, Coding]:
        return {key[7:]: value for key, value in self.things.items() if key.startswith("coding:")}


def consistent(things: dict[str, Any]) -> bool:
    """Whether codings have their codes, memos what they are on, and codes the one above."""
    codes = {key[5:] for key in things if key.startswith("code:")}
    codings = {key[7:] for key in things if key.startswith("coding:")}
    return (
        all(value[2] in codes for key, value in things.items() if key.startswith("coding:"))
        and all(value[1] in codes | {""} for key, value in things.items() if key.startswith("code:"))
        and all(value[0] in codings for key, value in things.items() if key.startswith("memo:"))
    )


class Coding_file_and_model(RuleBasedStateMachine):  # noqa: N801 - its name is read in reports
    """Steps in both."""

    @initialize()
    def begin(self) -> None:
        self.folder = TemporaryDirectory()
        self.path = Path(self.folder.name) / "a.lccoding"
        self.file = create(self.path, invented_project())
        self.model = Model()
        self.number = 0

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.folder.cleanup()

    @rule(coder=CODERS, place=PLACES, code=st.sampled_from(["c2", "c3"]), memo=st.booleans())
    def give(self, coder: str, place: tuple[int, int], code: str, memo: bool) -> None:
        self.number += 1
        id = f"k{self.number}"
        wanted = (*place, code, coder)
        if code not in {key[5:] for key in self.model.things if key.startswith("code:")}:
            return
        got = self.file.code("d1", *place, code, coder=coder, id=id, memo="m" if memo else "")
        if wanted in self.model.codings().values():
            assert self.model.codings()[got] == wanted
            return
        new: dict[str, Any] = {f"coding:{id}": wanted}
        self.model.step(coder, new | ({f"memo:{id}": (id, "m")} if memo else {}))

    def _own(self, coder: str, pick: int) -> str | None:
        mine = sorted(id for id, value in self.model.codings().items() if value[3] == coder)
        return mine[pick % len(mine)] if mine else None

    @rule(coder=CODERS, pick=st.integers(0, 50))
    def take_back(self, coder: str, pick: int) -> None:
        id = self._own(coder, pick)
        if id is not None:
            self.file.uncode(id, coder=coder)
            self.model.step(coder, {f"coding:{id}": None, f"memo:{id}": None})

    @rule(coder=CODERS, pick=st.integers(0, 50), place=PLACES)
    def resize(self, coder: str, pick: int, place: tuple[int, int]) -> None:
        id = self._own(coder, pick)
        if id is None:
            return
        value = self.model.codings()[id]
        wanted = (*place, *value[2:])
        if any(other != id and each == wanted for other, each in self.model.codings().items()):
            return
        self.file.resize(id, *place, coder=coder)
        self.model.step(coder, {f"coding:{id}": wanted})

    @rule(coder=CODERS, name=st.sampled_from(["tijd", "haast", "rust", "geld"]))
    def rename(self, coder: str, name: str) -> None:
        taken = {value for key, value in self.model.things.items() if key.startswith("code:") and key != "code:c3"}
        if "code:c3" in self.model.things and (name, self.model.things["code:c3"][1]) not in taken:
            self.file.change_code("c3", coder=coder, name=name)
            self.model.step(coder, {"code:c3": (name, self.model.things["code:c3"][1])})

    @rule(coder=CODERS, parent=st.sampled_from(["", "c1"]))
    def add_code(self, coder: str, parent: str) -> None:
        self.number += 1
        self.file.add_code(f"n{self.number}", parent=parent, coder=coder, id=f"c{self.number + 100}")
        self.model.step(coder, {f"code:c{self.number + 100}": (f"n{self.number}", parent)})

    @rule(coder=CODERS)
    def remove_time(self, coder: str) -> None:
        if "code:c3" not in self.model.things:
            return
        self.file.remove_code("c3", coder=coder, with_codings=True)
        gone = [id for id, value in self.model.codings().items() if value[2] == "c3"]
        new: dict[str, Any] = {"code:c3": None}
        for id in gone:
            new |= {f"coding:{id}": None, f"memo:{id}": None}
        self.model.step(coder, new)

    def _turn(self, coder: str, *, back: bool) -> None:
        call = self.file.undo if back else self.file.redo
        try:
            call(coder)
            did = True
        except InterviewError as error:
            problem = error.problems[0].code
            did = False
        assert did or problem == "V286"
        assert did == self.model.turn(coder, back=back)

    @precondition(lambda self: hasattr(self, "model"))
    @rule(coder=CODERS)
    def undo(self, coder: str) -> None:
        if self.model.done[coder]:
            self._turn(coder, back=True)
        else:
            assert self.file.undo(coder) is None

    @rule(coder=CODERS)
    def redo(self, coder: str) -> None:
        if self.model.undone[coder]:
            self._turn(coder, back=False)
        else:
            assert self.file.redo(coder) is None

    @rule()
    def restart(self) -> None:
        self.file = open_file(self.path)

    @invariant()
    def same(self) -> None:
        if not hasattr(self, "model"):
            return
        project = self.file.project()
        rows = project.codings[["coding", "start", "end", "code", "coder"]].itertuples(index=False, name=None)
        assert {id: tuple(rest) for id, *rest in rows} == self.model.codings()
        book = {f"code:{code.id}": (code.name, code.parent) for code in project.codebook}
        memos = {f"memo:{note.on[0][1]}": (note.on[0][1], note.text) for note in project.notes if note.id != "n1"}
        others = {key: value for key, value in self.model.things.items() if not key.startswith("coding:")}
        assert book | memos == others


TestCodingFileAndModel = Coding_file_and_model.TestCase
TestCodingFileAndModel.settings = settings(
    max_examples=60, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
