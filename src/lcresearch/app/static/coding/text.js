// The text as it stands on the page: pieces (what one speaker says, or a line without speaker), and places in it.
// A place is a number of UTF-16 units from the start of the document; the server turns it into code points.

import { make, say } from "./words.js";

export class Text {
  constructor(root, pieces) {
    this.root = root;
    this.pieces = pieces;
    const built = document.createDocumentFragment();
    for (const [index, piece] of pieces.entries()) built.append(this.#build(piece, index));
    root.replaceChildren(built);
    this.end = pieces.length ? pieces.at(-1).end : 0;
  }

  #build(piece, index) {
    const place = make("div", "piece");
    place.dataset.index = index;
    if (piece.role) place.dataset.role = piece.role;
    const inner = make("div", "inner");
    if (piece.number) {
      const head = make("p", "speaker not-annotatable");
      const name = make("bdi", "name", piece.speaker);
      const number = make("button", "number", String(piece.number), {
        type: "button", tabindex: "-1", "aria-label": say("choose_turn", { number: piece.number }),
      });
      head.append(number, " ", name);
      if (piece.role_words) head.append(" ", make("span", "role", piece.role_words));
      inner.append(head);
      place.id = `turn-${piece.number}`;
    } else place.classList.add("nobody");
    const said = make("p", "said", piece.text);
    said.dir = "auto";
    inner.append(said);
    const margin = make("div", "margin not-annotatable");
    const bars = make("div", "bars", "", { "aria-hidden": "true" });
    const list = make("ul", "marks");
    list.hidden = true;
    margin.append(bars, list);
    place.append(inner, margin);
    Object.assign(piece, { index, place, said, bars, list, node: said.firstChild });
    return place;
  }

  // index of the piece that holds a place, or the first that begins after it
  at(unit) {
    let low = 0, high = this.pieces.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.pieces[middle].end < unit) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  // pieces that a passage touches
  within(start, end) {
    const found = [];
    for (let i = this.at(start); i < this.pieces.length && this.pieces[i].start < end; i += 1) {
      if (this.pieces[i].end > start) found.push(this.pieces[i]);
    }
    return found;
  }

  // the part of a passage that stands in one piece, as a range of the page
  range(piece, start, end) {
    const length = piece.node.length;
    const from = Math.min(Math.max(start - piece.start, 0), length);
    const to = Math.min(Math.max(end - piece.start, from), length);
    const made = document.createRange();
    made.setStart(piece.node, from);
    made.setEnd(piece.node, to);
    return made;
  }

  ranges(start, end) {
    return this.within(start, end).map((piece) => this.range(piece, start, end));
  }

  slice(start, end) {
    return this.within(start, end)
      .map((piece) => piece.text.slice(Math.max(start - piece.start, 0), end - piece.start))
      .join(" ");
  }

  // the place of a point of the page; null outside the text
  unitOf(node, offset) {
    const element = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
    if (!element || !this.root.contains(element)) return null;
    if (element === this.root) return offset < this.pieces.length ? this.pieces[offset].start : this.end;
    const piece = this.pieces[element.closest(".piece").dataset.index];
    if (node === piece.node) return piece.start + offset;
    if (element === piece.said) return offset ? piece.end : piece.start;
    if (element.closest(".margin")) return piece.end;
    if (element === piece.place || element.classList.contains("inner")) {
      return offset && element.childNodes[offset - 1].contains(piece.said) ? piece.end : piece.start;
    }
    return piece.start;
  }

  unitAt(x, y) {
    const found = document.caretPositionFromPoint
      ? document.caretPositionFromPoint(x, y)
      : document.caretRangeFromPoint?.(x, y);
    if (!found) return null;
    return this.unitOf(found.offsetNode ?? found.startContainer, found.offset ?? found.startOffset);
  }

  // a passage without blanks at its ends, and not reaching into a piece of which it holds nothing
  trimmed(start, end) {
    let pieces = this.within(start, end);
    const blank = (piece) => !piece.text.slice(Math.max(start - piece.start, 0), end - piece.start).trim();
    pieces = pieces.filter((piece) => !blank(piece));
    if (!pieces.length) return null;
    const first = pieces[0], last = pieces.at(-1);
    const from = Math.max(start, first.start), to = Math.min(end, last.end);
    const before = first.text.slice(from - first.start), after = last.text.slice(0, to - last.start);
    return [from + before.length - before.trimStart().length, to - (after.length - after.trimEnd().length)];
  }

  // the passage that the browser has selected
  selected() {
    const selection = document.getSelection();
    if (!selection?.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    if (!range.intersectsNode(this.root)) return null;
    const before = this.root.compareDocumentPosition(range.startContainer) & Node.DOCUMENT_POSITION_PRECEDING;
    const start = this.unitOf(range.startContainer, range.startOffset) ?? (before ? 0 : this.end);
    const end = this.unitOf(range.endContainer, range.endOffset) ?? this.end;
    return start < end ? this.trimmed(start, end) : null;
  }

  // select a passage as the mouse would
  select(anchor, focus) {
    const [from, to] = [this.point(anchor, anchor <= focus), this.point(focus, focus < anchor)];
    document.getSelection().setBaseAndExtent(...from, ...to);
  }

  point(unit) {
    const piece = this.pieces[this.at(unit)];
    return [piece.node, Math.min(Math.max(unit - piece.start, 0), piece.node.length)];
  }

  show(unit, { smooth = false } = {}) {
    const piece = this.pieces[this.at(unit)];
    const far = () => {
      const box = this.range(piece, unit, unit + 1).getBoundingClientRect();
      const top = document.querySelector(".tools").getBoundingClientRect().bottom + 12;
      return box.top < top || box.bottom > window.innerHeight - 80 ? box.top - window.innerHeight / 3 : 0;
    };
    if (!piece.place.checkVisibility?.({ contentVisibilityAuto: true })) piece.place.scrollIntoView({ block: "center" });
    for (let tries = 0; tries < 3 && far(); tries += 1) {
      window.scrollBy({ top: far(), behavior: smooth ? "smooth" : "instant" });
      if (smooth) break;
    }
  }
}
