// The page of one text: joins the parts, keeps what the server knows and what is still on its way.

import data, { say, tell } from "./words.js";
import { Codes } from "./codes.js";
import { Finding } from "./finding.js";
import { Here } from "./here.js";
import { looksOf } from "./looks.js";
import { Marks, short } from "./marks.js";
import { Selecting } from "./selecting.js";
import { Steps } from "./steps.js";
import { Text } from "./text.js";

const id = (name) => document.getElementById(name);
const text = new Text(id("text"), data.pieces);
const marks = new Marks(text, { onChoose: (coding) => choose(coding) });
let codes = data.codes;
let confirmed = new Map(); // codings of this coder, and others once they may be seen, as the server has them
let memos = new Map();
let closed = data.closed;
let last = null;
let resizing = null;

const key = (kind, on) => `${kind} ${on}`;

const steps = new Steps({
  address: data.address,
  place: `${data.study} ${data.coder}`,
  on: {
    saving: showSaving,
    confirmed(step, found) {
      apply(confirmed, step);
      if (step.kind === "memo") memos.set(key(step.on_kind, step.on_id), { text: step.text, version: found.version ?? 0 });
      if (step.kind === "code" && found.coding !== step.coding) return reload();
      return redraw();
    },
    refused(step, problems) {
      const why = problems.map((one) => `${one.message} ${one.remedy}`.trim()).join(" ") || say("refused");
      tell(why[0].toUpperCase() + why.slice(1), "bad");
    },
    changed: reload,
  },
});

const here = new Here(text, marks, {
  closed: () => closed,
  resize: startResizing,
  remove(one) {
    give({ kind: "uncode", coding: one.id });
    tell(say("removed", { name: marks.names.get(one.code) ?? "" }));
    text.root.focus({ preventScroll: true });
  },
  memo: (one) => memo("coding", one.id, marks.names.get(one.code) ?? ""),
});

const selecting = new Selecting(text, marks, {
  onDraft(draft) {
    id("chosen-text").textContent = draft ? `“${short(text.slice(draft.start, draft.end), 90)}”` : "";
    id("no-text").hidden = Boolean(draft);
    id("again").disabled = !draft || !last || closed;
    if (draft) here.show(marks.touching(draft.start, draft.end));
    else if (resizing) stopResizing();
  },
  onPlace: (unit) => here.show(marks.at(unit)),
});

const list = new Codes({ onCode: code, onMemo: memo, onHint: (words) => tell(words) });
list.onLeave = () => text.root.focus({ preventScroll: true });

const finding = new Finding(text, marks, (unit) => {
  selecting.go(unit);
  here.show(marks.at(unit));
});
finding.onFound = (hit) => { selecting.caret = selecting.anchor = hit.start; };

function choose(coding) {
  const one = marks.codings.get(coding);
  if (!one) return;
  selecting.clear();
  here.show(marks.touching(one.start, one.end), coding);
}

// what is seen: what the server has, with the steps that are on their way
function redraw() {
  const view = new Map(confirmed);
  for (const step of steps.queue) apply(view, step);
  for (const [name, one] of view) {
    if (one.coder) continue;
    const memo = memoOf("coding", name).text;
    if (memo !== (one.memo ?? "")) view.set(name, { ...one, memo });
  }
  marks.update(view);
  list.count(view);
  here.refresh();
  id("memo-text").classList.toggle("has", Boolean(memoOf("document", data.document).text));
}

function apply(codings, step) {
  if (step.document !== data.document) return;
  const { coding, start, end } = step;
  if (step.kind === "code") codings.set(coding, { id: coding, start, end, code: step.code, memo: "" });
  else if (step.kind === "uncode") codings.delete(coding);
  else if (step.kind === "resize" && codings.has(coding)) codings.set(coding, { ...codings.get(coding), start, end });
}

function memoOf(kind, on) {
  const waiting = steps.queue.findLast((one) => one.kind === "memo" && one.on_kind === kind && one.on_id === on);
  const there = memos.get(key(kind, on)) ?? { text: "", version: 0 };
  return waiting ? { text: waiting.text, version: there.version } : there;
}

function give(step) {
  steps.add({ step: crypto.randomUUID(), document: data.document, ...step });
  redraw();
}

function code(wanted) {
  if (closed) return tell(say("closed"), "bad"), false;
  const draft = selecting.draft;
  if (!draft) return tell(say("select_first"), "bad"), false;
  const name = codes.find((one) => one.id === wanted)?.name ?? "";
  const there = [...marks.codings.values()].find(
    (one) => !one.coder && one.start === draft.start && one.end === draft.end && one.code === wanted,
  );
  if (there) return tell(say("already", { name }));
  last = wanted;
  id("again").disabled = false;
  id("again-name").textContent = name;
  id("again").classList.remove("never");
  give({ kind: "code", coding: crypto.randomUUID(), start: draft.start, end: draft.end, code: wanted });
  here.show(marks.touching(draft.start, draft.end));
  tell(say("coded", { name }));
}

function startResizing(one) {
  resizing = one.id;
  selecting.set(one.start, one.end);
  text.root.focus({ preventScroll: true });
  id("resizing").hidden = false;
  tell(say("resize_how"));
}

function stopResizing() {
  resizing = null;
  id("resizing").hidden = true;
}

function saveBoundaries() {
  const { draft } = selecting;
  const one = marks.codings.get(resizing);
  if (!draft || !one) return stopResizing();
  if (draft.start !== one.start || draft.end !== one.end) {
    give({ kind: "resize", coding: one.id, start: draft.start, end: draft.end });
    tell(say("resized"));
  }
  stopResizing();
  here.show(marks.touching(draft.start, draft.end), one.id);
}

function memo(kind, on, name) {
  const there = memoOf(kind, on);
  here.write(name, there.text, (written) => {
    if (written === there.text) return;
    give({ kind: "memo", on_kind: kind, on_id: on, text: written, version: there.version });
    tell(say("memo_kept"));
  });
}

async function turn(path) {
  const before = new Map(marks.codings);
  const found = await steps.now(path);
  if (!found) return;
  if (!found.what) return tell(say(path === "undo" ? "nothing_undone" : "nothing_redone"));
  await reload();
  const moved = [...new Set([...before.keys(), ...marks.codings.keys()])].filter((one) => {
    const [old, now] = [before.get(one), marks.codings.get(one)];
    return !old || !now || old.start !== now.start || old.end !== now.end;
  });
  tell(found.words);
  const one = marks.codings.get(moved[0]) ?? before.get(moved[0]);
  if (one) {
    text.show(one.start);
    here.show(marks.touching(one.start, one.end));
  }
}

async function reload() {
  const found = await steps.ask(`text/${encodeURIComponent(data.document)}/state`);
  take(found);
}

function take(found) {
  steps.revision = found.revision;
  closed = found.closed;
  confirmed = new Map(found.codings.map(([name, start, end, code, coder, memo]) => [name, { id: name, start, end, code, coder, memo }]));
  memos = new Map(found.memos.map((one) => [key(one.kind, one.on), one]));
  const known = JSON.stringify(found.codes);
  if (known !== take.known) {
    take.known = known;
    codes = found.codes;
    marks.dress(codes);
    list.set(codes, looksOf(codes));
    if (last && !codes.some((one) => one.id === last)) last = null;
  }
  const whole = found.whole.map((one) => codes.find((code) => code.id === one)?.name ?? say("gone_code"));
  id("whole").hidden = !whole.length;
  id("whole").textContent = whole.length ? say("whole", { names: whole.join(", ") }) : "";
  redraw();
}

function showSaving(state, n) {
  const place = id("saving");
  const bad = state === "away" || state === "locked";
  id("away").hidden = !bad;
  if (bad) id("away-words").textContent = say(state, { n });
  if (place.dataset.state === state) return;
  place.dataset.state = state;
  place.textContent = say(`state_${state}`);
}

// keys that work on the text; those of the whole page have Ctrl
text.root.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const { draft } = selecting;
  const chosen = marks.codings.get(here.chosen);
  const doing = {
    "/": () => list.search.focus(),
    c: () => list.search.focus(),
    r: () => (last ? code(last) : tell(say("no_last"), "bad")),
    m: () => chosen && !chosen.coder && memo("coding", chosen.id, marks.names.get(chosen.code)),
    b: () => chosen && !chosen.coder && !closed && startResizing(chosen),
    Delete: () => chosen && !chosen.coder && !closed && here.actions.remove(chosen),
    Backspace: () => chosen && !chosen.coder && !closed && here.actions.remove(chosen),
    n: () => walk(1),
    p: () => walk(-1),
    "?": () => id("keys").showModal(),
    Enter: () => (resizing ? saveBoundaries() : here.list.querySelector("button")?.focus()),
    Escape: () => selecting.clear(),
  }[event.key];
  const number = /^[1-9]$/.test(event.key) ? list.numbers[Number(event.key) - 1] : null;
  if (!doing && !number) return;
  event.preventDefault();
  if (doing) doing();
  else if (draft || closed) code(number);
  else tell(say("select_first"), "bad");
});

// to the next coding from here
function walk(step) {
  const all = [...marks.codings.values()].sort((one, other) => one.start - other.start || one.end - other.end);
  if (!all.length) return;
  const at = marks.codings.get(here.chosen);
  const index = at ? all.findIndex((one) => one.id === at.id) : all.findIndex((one) => one.start >= selecting.caret) - (step > 0 ? 1 : 0);
  const next = all[(index + step + all.length) % all.length];
  selecting.clear();
  selecting.go(next.start);
  here.show(marks.touching(next.start, next.end), next.id);
  tell(`${marks.names.get(next.code) ?? ""}: ${text.slice(next.start, next.end)}`, "quietly");
}

document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
  const writing = event.target.matches("textarea, input") && event.target !== list.search;
  const name = event.key.toLowerCase();
  if (name === "z" && !writing) {
    event.preventDefault();
    turn(event.shiftKey ? "redo" : "undo");
  } else if (name === "y" && !writing) {
    event.preventDefault();
    turn("redo");
  } else if (name === "f" && !event.shiftKey) {
    event.preventDefault();
    finding.field.focus();
    finding.field.select();
  }
});

text.root.addEventListener("dragover", (event) => {
  if (event.dataTransfer.types.includes("application/x-code")) event.preventDefault();
});
text.root.addEventListener("drop", (event) => {
  const wanted = event.dataTransfer.getData("application/x-code");
  if (!wanted) return;
  event.preventDefault();
  const unit = text.unitAt(event.clientX, event.clientY);
  const { draft } = selecting;
  if (!draft || unit === null || unit < draft.start || unit > draft.end) {
    if (unit === null) return;
    selecting.clear();
    selecting.caret = selecting.anchor = unit;
    selecting.grown = null;
    text.root.dispatchEvent(new KeyboardEvent("keydown", { key: "s" }));
  }
  code(wanted);
});

// buttons at the side take a click without the text losing what is selected
id("side").addEventListener("mousedown", (event) => {
  if (event.target.closest("button") && !event.target.closest("[draggable]")) event.preventDefault();
});
id("again").addEventListener("click", () => last && code(last));
id("undo").addEventListener("click", () => turn("undo"));
id("redo").addEventListener("click", () => turn("redo"));
id("memo-text").addEventListener("click", () => memo("document", data.document, data.name));
id("resize-save").addEventListener("click", saveBoundaries);
id("resize-stop").addEventListener("click", () => selecting.clear());
id("try-again").addEventListener("click", () => (steps.queue.length ? steps.flush() : steps.look()));
id("show-keys").addEventListener("click", () => id("keys").showModal());
for (const button of document.querySelectorAll("#keys [data-close]")) button.addEventListener("click", () => id("keys").close());

// the side stays below the tools, however many lines these take
const tools = document.querySelector(".tools");
new ResizeObserver(() => {
  const sticky = getComputedStyle(tools).position === "sticky";
  document.documentElement.style.setProperty("--tools", `${sticky ? tools.offsetHeight : 0}px`);
}).observe(tools);

take(data.state);
steps.start().then(redraw);
document.documentElement.dataset.ready = "yes";
