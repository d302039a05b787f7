// Finding words in the text, and going to a turn.

import { say, tell } from "./words.js";

export class Finding {
  constructor(text, marks, onPlace) {
    this.text = text;
    this.marks = marks;
    this.onPlace = onPlace;
    this.form = document.getElementById("find");
    this.field = this.form.querySelector("input");
    this.count = document.getElementById("find-count");
    this.hits = [];
    this.at = -1;
    this.field.addEventListener("input", () => {
      clearTimeout(this.waiting);
      this.waiting = setTimeout(() => this.#look(), 120);
    });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#step(event.submitter?.value === "back" ? -1 : 1);
    });
    this.field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.shiftKey) {
        event.preventDefault();
        this.#step(-1);
      } else if (event.key === "Escape") {
        this.field.value = "";
        this.#look();
        this.text.root.focus({ preventScroll: true });
      }
    });
    document.getElementById("turn").addEventListener("submit", (event) => {
      event.preventDefault();
      const wanted = Number(event.target.querySelector("input").value);
      const piece = text.pieces.find((one) => one.number === wanted);
      if (piece) onPlace(piece.start);
      else tell(say("no_turn"), "bad");
    });
  }

  #look() {
    clearTimeout(this.waiting);
    this.asked = this.field.value.trim();
    this.hits = [];
    this.at = -1;
    if (this.asked.length > 1) {
      const wanted = new RegExp(this.asked.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/\s+/g, "\\s+"), "giu");
      for (const piece of this.text.pieces) {
        for (const hit of piece.text.matchAll(wanted)) {
          this.hits.push({ start: piece.start + hit.index, end: piece.start + hit.index + hit[0].length });
        }
      }
    }
    if (this.hits.length) this.#step(1, { focus: false });
    else this.#show();
  }

  #step(step, options) {
    if (this.field.value.trim() !== (this.asked ?? "")) return this.#look();
    if (!this.hits.length) return this.#show();
    this.at = (this.at + step + this.hits.length) % this.hits.length;
    this.text.show(this.hits[this.at].start);
    this.#show();
    if (options?.focus !== false) this.onFound?.(this.hits[this.at]);
  }

  #show() {
    this.marks.emphasise("found", this.hits[this.at]);
    this.count.textContent = !this.asked || this.asked.length < 2 ? ""
      : this.hits.length ? say("find_count", { at: this.at + 1, n: this.hits.length }) : say("find_none");
  }
}
