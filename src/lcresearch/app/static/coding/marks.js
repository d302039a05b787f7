// Codings as they are seen: marks in the text (CSS highlights, painted by the browser over text that stays as it is),
// bars beside it in lanes so that overlapping ones stay apart, and names that are read out and can be chosen.
// Only pieces near the window have marks and bars; names stand everywhere, for those who read with a screen reader.

import { LINES, looksOf, swatch } from "./looks.js";
import { make, say } from "./words.js";

const MOST_LANES = 7;

export class Marks {
  constructor(text, { onChoose }) {
    this.text = text;
    this.onChoose = onChoose;
    this.codings = new Map();
    this.lanes = new Map();
    this.byPiece = text.pieces.map(() => []);
    this.near = new Set();
    this.ranges = new Map();
    this.sheet = new CSSStyleSheet();
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, this.sheet];
    this.highlights = typeof Highlight === "function" && CSS.highlights ? new Map() : null;
    this.seen = new IntersectionObserver((all) => this.#moved(all), { rootMargin: "600px 0px" });
    for (const piece of text.pieces) this.seen.observe(piece.place);
    this.sized = new ResizeObserver(() => this.redraw());
    this.sized.observe(text.root);
    text.root.addEventListener("click", (event) => {
      const mark = event.target.closest(".mark");
      if (mark) this.onChoose(mark.dataset.coding);
    });
    const light = (event) => {
      const mark = event.target.closest?.(".mark");
      this.emphasise("hovered", mark ? this.codings.get(mark.dataset.coding) : null);
    };
    text.root.addEventListener("pointerover", light);
    text.root.addEventListener("focusin", light);
  }

  dress(codes) {
    this.looks = looksOf(codes);
    this.names = new Map(codes.map((code) => [code.id, code.name]));
    const rules = codes.map((code) => {
      const { index, color, line, pattern } = this.looks.get(code.id);
      return `.near .said::highlight(code-${index}) { background-color: ${color}30; text-decoration: underline ${LINES[pattern]} 2px ${line}; }`;
    });
    this.sheet.replaceSync(rules.join("\n"));
    for (const [name, one] of this.highlights ?? []) {
      one.clear();
      CSS.highlights.delete(name);
    }
    this.highlights?.clear();
    this.ranges.clear();
    for (const piece of this.text.pieces) if (this.byPiece[piece.index].length) this.#name(piece);
    for (const piece of this.near) this.#paint(piece);
    this.redraw();
  }

  // show these codings; only pieces in which something changed are drawn again
  update(codings) {
    const changed = new Set();
    const note = (one) => {
      for (const piece of this.text.within(one.start, one.end)) changed.add(piece);
    };
    for (const [id, one] of this.codings) if (!same(one, codings.get(id))) note(one);
    for (const [id, one] of codings) if (!same(one, this.codings.get(id))) note(one);
    this.codings = codings;
    if (!changed.size) return;
    for (const piece of changed) this.byPiece[piece.index] = [];
    for (const one of codings.values()) {
      for (const piece of this.text.within(one.start, one.end)) {
        if (changed.has(piece)) this.byPiece[piece.index].push(one);
      }
    }
    for (const piece of changed) {
      this.byPiece[piece.index].sort(order);
      this.#name(piece);
      if (this.near.has(piece)) this.#paint(piece);
    }
    this.redraw();
  }

  // Lanes of bars in one piece: two that share a line stand beside each other; one that goes on keeps its lane.
  #laned(piece, rows) {
    const ends = [];
    const goes_on = (one) => one.start < piece.start;
    const first = [...rows].sort(([one], [other]) => goes_on(other) - goes_on(one) || order(one, other));
    for (const [one, from, height] of first) {
      const before = goes_on(one) ? this.lanes.get(one.id) : undefined;
      const free = (lane) => (ends[lane] ?? -Infinity) <= from + 1;
      let lane = before !== undefined && free(before) ? before : 0;
      while (!free(lane) && lane < MOST_LANES - 1) lane += 1;
      ends[lane] = Math.max(ends[lane] ?? -Infinity, from + height);
      this.lanes.set(one.id, lane);
    }
  }

  #name(piece) {
    const list = piece.list;
    const found = this.byPiece[piece.index];
    list.hidden = !found.length;
    list.setAttribute("aria-label", say("codings_here"));
    list.replaceChildren(
      ...found.map((one) => {
        const line = make("li");
        const look = this.looks.get(one.code);
        const goes_on = one.start < piece.start;
        const name = this.names.get(one.code) ?? say("gone_code");
        const button = make("button", "mark", "", { type: "button", tabindex: "-1" });
        button.dataset.coding = one.id;
        if (one.coder) button.classList.add("other");
        if (goes_on) button.classList.add("on");
        if (look) button.append(swatch(look));
        button.append(make("bdi", "", name));
        const extra = [goes_on ? say("goes_on") : "", one.coder ? say("by", { name: one.coder }) : ""].filter(Boolean);
        if (one.memo) button.append(make("span", "has-memo", "✎", { "aria-hidden": "true" }));
        if (one.memo) extra.push(say("with_memo"));
        const quote = this.text.slice(Math.max(one.start, piece.start), Math.min(one.end, piece.end));
        button.append(make("span", "hidden", ` ${[...extra, `“${short(quote)}”`].join(", ")}`));
        if (one.coder) button.append(make("bdi", "whose", one.coder, { "aria-hidden": "true" }));
        button.title = `${name}: “${short(quote)}”`;
        line.append(button);
        return line;
      }),
    );
  }

  #moved(all) {
    for (const { target, isIntersecting } of all) {
      const piece = this.text.pieces[target.dataset.index];
      if (isIntersecting === this.near.has(piece)) continue;
      if (isIntersecting) this.near.add(piece);
      else this.near.delete(piece);
      piece.place.classList.toggle("near", isIntersecting); // styles of highlights cost time for each element they fit
      if (isIntersecting) this.#paint(piece);
      else this.#wipe(piece);
    }
    this.redraw();
  }

  #wipe(piece) {
    for (const [name, range] of this.ranges.get(piece) ?? []) this.highlights.get(name)?.delete(range);
    this.ranges.delete(piece);
    piece.bars.replaceChildren();
  }

  #paint(piece) {
    if (!this.highlights || !this.looks) return;
    for (const [name, range] of this.ranges.get(piece) ?? []) this.highlights.get(name)?.delete(range);
    const made = [];
    for (const one of this.byPiece[piece.index]) {
      const look = this.looks.get(one.code);
      if (!look) continue;
      const name = `code-${look.index}`;
      const range = this.text.range(piece, one.start, one.end);
      if (!this.highlights.has(name)) {
        this.highlights.set(name, new Highlight());
        CSS.highlights.set(name, this.highlights.get(name));
      }
      this.highlights.get(name).add(range);
      made.push([name, range]);
    }
    this.ranges.set(piece, made);
  }

  // bars of what is near the window, at the next frame
  redraw() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.#bars();
    });
  }

  #bars() {
    const measured = [];
    for (const piece of [...this.near].sort((one, other) => one.index - other.index)) {
      const found = this.byPiece[piece.index];
      if (!found.length) {
        if (piece.bars.firstChild) piece.bars.replaceChildren();
        continue;
      }
      const top = piece.bars.getBoundingClientRect().top;
      measured.push([piece, found.map((one) => {
        const boxes = this.text.range(piece, one.start, one.end).getClientRects();
        return boxes.length ? [one, boxes[0].top - top, boxes[boxes.length - 1].bottom - boxes[0].top] : null;
      })]);
    }
    for (const [piece, rows] of measured) {
      let lanes = 0;
      const drawn = rows.filter((row) => row && this.looks.has(row[0].code));
      this.#laned(piece, drawn);
      piece.bars.replaceChildren(
        ...drawn.map(([one, from, height]) => {
          const look = this.looks.get(one.code);
          const lane = this.lanes.get(one.id);
          lanes = Math.max(lanes, lane + 1);
          const bar = make("span", `code-bar p${look.pattern}`);
          if (one.start >= piece.start) bar.classList.add("begins");
          if (one.end <= piece.end) bar.classList.add("ends");
          if (this.chosen === one.id) bar.classList.add("picked");
          bar.style.setProperty("--code", look.line);
          bar.style.insetInlineStart = `${lane * 11}px`;
          bar.style.top = `${from + 1}px`;
          bar.style.height = `${Math.max(height - 2, 8)}px`;
          return bar;
        }),
      );
      piece.bars.style.width = `${lanes * 11 + 3}px`;
    }
  }

  choose(id) {
    this.chosen = id;
    this.emphasise("chosen", this.codings.get(id));
    for (const mark of this.text.root.querySelectorAll(".mark[aria-current]")) mark.removeAttribute("aria-current");
    if (id) {
      for (const mark of this.text.root.querySelectorAll(`.mark[data-coding="${CSS.escape(id)}"]`)) {
        mark.setAttribute("aria-current", "true");
      }
    }
    this.redraw();
  }

  // a passage that stands out: what is selected, chosen, hovered or found
  emphasise(name, passage, priority = { hovered: 5, chosen: 6, found: 7, draft: 8 }[name]) {
    if (!this.highlights) return;
    if (!passage) {
      CSS.highlights.delete(name);
      return;
    }
    const made = new Highlight(...this.text.ranges(passage.start, passage.end));
    made.priority = priority;
    CSS.highlights.set(name, made);
  }

  at(unit) {
    return this.byPiece[this.text.at(unit)].filter((one) => one.start <= unit && unit < one.end);
  }

  touching(start, end) {
    const found = new Set();
    for (const piece of this.text.within(start, end)) {
      for (const one of this.byPiece[piece.index]) if (one.start < end && one.end > start) found.add(one);
    }
    return [...found].sort(order);
  }
}

export function order(one, other) {
  return one.start - other.start || other.end - one.end || (one.id < other.id ? -1 : 1);
}

function same(one, other) {
  return other && one.start === other.start && one.end === other.end && one.code === other.code
    && one.memo === other.memo && one.coder === other.coder;
}

export function short(text, most = 60) {
  return text.length > most ? `${text.slice(0, most).trimEnd()}…` : text;
}
