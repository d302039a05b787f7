// Choosing a passage: by mouse and touch (Recogito's text annotator tells when a selection is complete), and by
// keyboard alone: a caret that moves by letter, word, sentence and turn, and extends with Shift.

import { say, tell } from "./words.js";

export class Selecting {
  constructor(text, marks, { onDraft, onPlace }) {
    this.text = text;
    this.marks = marks;
    this.onDraft = onDraft;
    this.onPlace = onPlace;
    this.draft = null;
    this.caret = 0;
    this.anchor = 0;
    this.cutters = {};
    this.bar = document.getElementById("caret");
    this.#annotator();
    const root = text.root;
    root.addEventListener("keydown", (event) => this.#key(event));
    root.addEventListener("focus", () => this.#draw());
    root.addEventListener("blur", () => { this.bar.hidden = true; });
    root.addEventListener("click", (event) => this.#click(event));
    addEventListener("resize", () => this.#draw());
    // handles of a touch screen move a selection without a pointer that comes up
    document.addEventListener("selectionchange", () => {
      clearTimeout(this.settling);
      if (this.pointer === "touch") this.settling = setTimeout(() => this.#take(), 250);
    });
    document.addEventListener("pointerdown", (event) => { this.pointer = event.pointerType; }, true);
  }

  #annotator() {
    const nothing = () => {};
    const renderer = () => ({
      destroy: nothing, redraw: nothing, setStyle: nothing, setFilter: nothing, setVisible: nothing, on: () => nothing,
    });
    const { createTextAnnotator } = globalThis.RecogitoJS;
    this.annotator = createTextAnnotator(this.text.root, { renderer, offsetReferenceSelector: ".piece" });
    const { selection, store } = this.annotator.state;
    selection.subscribe(({ selected }) => {
      if (!selected.length) return;
      this.#take();
      queueMicrotask(() => {
        selection.clear();
        store.clear?.();
      });
    });
  }

  #take() {
    const found = this.text.selected();
    if (found) this.set(...found, { keep: true });
  }

  #click(event) {
    const number = event.target.closest(".number");
    if (number) {
      const piece = this.text.pieces[number.closest(".piece").dataset.index];
      this.set(piece.start, piece.end);
      this.text.root.focus({ preventScroll: true });
      return;
    }
    if (event.target.closest(".not-annotatable") || this.text.selected()) return;
    const unit = this.text.unitAt(event.clientX, event.clientY);
    if (unit === null) return;
    this.caret = this.anchor = unit;
    this.clear();
    this.#draw();
    this.onPlace(unit);
  }

  // a passage is chosen
  set(start, end, { keep = false, say: aloud = false } = {}) {
    const passage = this.text.trimmed(start, end);
    if (!passage) return;
    const [from, to] = passage;
    if (!keep) {
      this.anchor = start;
      this.caret = end;
      this.text.select(from, to);
    } else if (!this.moving) {
      this.anchor = from;
      this.caret = to;
    }
    if (this.draft?.start === from && this.draft?.end === to) return;
    this.draft = { start: from, end: to };
    this.marks.emphasise("draft", this.draft);
    this.onDraft(this.draft);
    if (aloud) tell(say("selected_words", { words: this.text.slice(from, to) }), "quietly");
    this.#draw();
  }

  clear() {
    if (!this.draft) return;
    this.draft = null;
    this.marks.emphasise("draft", null);
    if (this.text.root.contains(document.getSelection()?.anchorNode)) document.getSelection().removeAllRanges();
    this.onDraft(null);
  }

  go(unit, { focus = true } = {}) {
    this.caret = this.anchor = unit;
    this.text.show(unit);
    if (focus) this.text.root.focus({ preventScroll: true });
    this.#draw();
  }

  // borders of letters, words or sentences in a piece, as places in the document
  #borders(piece, kind) {
    if (this.cutters.piece !== piece) this.cutters = { piece };
    this.cutters[kind] ??= (() => {
      const cutter = new Intl.Segmenter(document.documentElement.lang, { granularity: kind });
      const parts = [...cutter.segment(piece.text)].filter((one) => kind !== "word" || one.isWordLike);
      return parts.map((one) => [piece.start + one.index, piece.start + one.index + one.segment.trimEnd().length]);
    })();
    return this.cutters[kind];
  }

  #piece(unit = this.caret) {
    return this.text.pieces[this.text.at(unit)];
  }

  // where the next letter, word or sentence ends; for a caret that only moves: where it begins
  #next(kind, forward, from = this.caret, extend = true) {
    const { pieces } = this.text;
    let piece = this.#piece(from);
    if (forward && from >= piece.end && piece.index + 1 < pieces.length) piece = pieces[piece.index + 1];
    if (from < piece.start) from = piece.start - (forward ? 1 : 0);
    if (kind === "turn") {
      if (forward) return from < piece.end ? piece.end : pieces[piece.index + 1]?.end ?? this.text.end;
      return from > piece.start ? piece.start : pieces[piece.index - 1]?.start ?? 0;
    }
    if (!forward && from <= piece.start) {
      const before = pieces[piece.index - 1];
      return before ? before.end : piece.start;
    }
    const borders = this.#borders(piece, kind);
    if (forward && !extend && kind !== "grapheme") {
      return borders.find(([start]) => start > from)?.[0] ?? pieces[piece.index + 1]?.start ?? piece.end;
    }
    if (forward) return borders.find(([, end]) => end > from)?.[1] ?? piece.end;
    return borders.findLast(([start]) => start < from)?.[0] ?? piece.start;
  }

  #key(event) {
    const { key, shiftKey: extend, altKey } = event;
    const far = event.ctrlKey || event.metaKey;
    const piece = this.#piece();
    const step = far || altKey ? "word" : "grapheme";
    const [kind, goal] = {
      ArrowRight: [step, () => this.#next(step, true, this.caret, extend)],
      ArrowLeft: [step, () => this.#next(step, false)],
      ArrowDown: far ? ["turn", () => this.#turn(1)] : ["sentence", () => this.#next("sentence", true, this.caret, extend)],
      ArrowUp: far ? ["turn", () => this.#turn(-1)] : ["sentence", () => this.#next("sentence", false)],
      PageDown: ["turn", () => this.#turn(1)],
      PageUp: ["turn", () => this.#turn(-1)],
      Home: ["word", () => (far ? this.text.pieces[0].start : piece.start)],
      End: ["word", () => (far ? this.text.end : piece.end)],
    }[key] ?? [];
    if (goal) {
      event.preventDefault();
      this.#move(goal(), extend, kind);
      return;
    }
    if (far && key.toLowerCase() === "a") {
      event.preventDefault();
      return;
    }
    if (event.ctrlKey || event.metaKey || altKey) return;
    const grow = { w: "word", s: "sentence", t: "turn" }[key.toLowerCase()];
    if (grow) {
      event.preventDefault();
      event.stopPropagation();
      this.#grow(grow);
    }
  }

  // with Shift, a turn is taken to its end; without, the caret goes to where the next one begins
  #turn(step) {
    const { pieces } = this.text;
    const piece = this.#piece();
    if (step < 0) return this.caret > piece.start ? piece.start : pieces[piece.index - 1]?.start ?? piece.start;
    return pieces[piece.index + 1]?.start ?? piece.end;
  }

  #move(unit, extend, kind) {
    this.moving = true;
    this.caret = unit;
    if (extend) {
      const [from, to] = [Math.min(this.anchor, unit), Math.max(this.anchor, unit)];
      if (from === to) this.clear();
      else {
        this.text.select(this.anchor, unit);
        this.set(from, to, { keep: true, say: true });
      }
    } else {
      this.clear();
      this.anchor = unit;
      this.text.select(unit, unit);
      tell(this.#words(unit, kind), "quietly");
      this.onPlace(unit);
    }
    this.text.show(unit);
    this.#draw();
    this.moving = false;
  }

  // what a screen reader says when the caret comes somewhere
  #words(unit, kind) {
    const piece = this.#piece(unit);
    const name = unit === piece.start && piece.number ? `${piece.number}, ${piece.speaker}: ` : "";
    if (kind === "turn") return name + piece.text;
    const part = this.#borders(piece, kind).find(([start, end]) => start >= unit || end > unit);
    return name + (part ? piece.text.slice(part[0] - piece.start, part[1] - piece.start) : "");
  }

  // the word, sentence or turn at the caret; once more: the next one as well
  #grow(kind) {
    const piece = this.#piece(this.draft ? this.draft.start : this.caret);
    if (kind === "turn") {
      if (!this.draft || this.draft.end < piece.end || this.draft.start > piece.start) {
        this.set(piece.start, piece.end, { say: true });
      } else this.set(this.draft.start, this.#next("turn", true, this.draft.end), { say: true });
    } else if (this.draft && this.grown === kind) {
      this.set(this.draft.start, this.#next(kind, true, this.draft.end), { say: true });
    } else {
      const at = this.draft ? this.draft.start : this.caret;
      const borders = this.#borders(piece, kind);
      const found = borders.find(([, end]) => end > at) ?? borders.at(-1);
      if (found) this.set(...found, { say: true });
    }
    this.grown = kind;
    this.text.show(this.caret);
  }

  #draw() {
    if (document.activeElement !== this.text.root) return;
    const piece = this.#piece();
    const box = this.text.range(piece, this.caret, this.caret + 1).getClientRects()[0]
      ?? this.text.range(piece, this.caret, this.caret).getBoundingClientRect();
    const end = this.caret >= piece.end;
    const last = end ? [...this.text.range(piece, piece.end - 1, piece.end).getClientRects()].at(-1) : null;
    const around = this.text.root.getBoundingClientRect();
    const spot = last ?? box;
    this.bar.hidden = false;
    this.bar.style.left = `${(last ? last.right : spot.left) - around.left - 1}px`;
    this.bar.style.top = `${spot.top - around.top}px`;
    this.bar.style.height = `${spot.height}px`;
  }
}
