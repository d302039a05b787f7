// The codes at the side: a tree, a search box, counts, what a code means, numbers for the keyboard, and dragging.

import { make, say } from "./words.js";
import { swatch } from "./looks.js";

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

export class Codes {
  constructor({ onCode, onMemo, onHint }) {
    this.onCode = onCode;
    this.onMemo = onMemo;
    this.list = document.getElementById("codes");
    this.search = document.getElementById("code-search");
    this.none = document.getElementById("no-codes");
    this.empty = document.getElementById("empty-book");
    this.closed = new Set();
    this.numbers = [];
    this.active = -1;
    this.search.addEventListener("input", () => this.draw());
    this.search.addEventListener("keydown", (event) => this.#key(event));
    this.search.addEventListener("blur", () => this.#activate(-1));
    this.list.addEventListener("click", (event) => this.#click(event));
    this.list.addEventListener("dragstart", (event) => {
      const row = event.target.closest?.(".code");
      if (!row) return;
      event.dataTransfer.setData("application/x-code", row.dataset.code);
      event.dataTransfer.setData("text/plain", this.byId.get(row.dataset.code).name);
      event.dataTransfer.effectAllowed = "copy";
      onHint(say("drag_hint"));
    });
    this.list.addEventListener("dragover", (event) => {
      const row = event.target.closest?.(".code");
      if (!row || event.dataTransfer.types.includes("application/x-code")) return;
      event.preventDefault();
      row.classList.add("over");
    });
    this.list.addEventListener("dragleave", (event) => event.target.closest?.(".code")?.classList.remove("over"));
    this.list.addEventListener("drop", (event) => {
      const row = event.target.closest?.(".code");
      if (!row) return;
      event.preventDefault();
      row.classList.remove("over");
      this.onCode(row.dataset.code);
    });
  }

  set(codes, looks) {
    this.codes = codes;
    this.looks = looks;
    this.byId = new Map(codes.map((code) => [code.id, code]));
    this.draw();
  }

  count(codings) {
    this.counts = new Map();
    for (const one of codings.values()) if (!one.coder) this.counts.set(one.code, (this.counts.get(one.code) ?? 0) + 1);
    for (const place of this.list.querySelectorAll(".count")) this.#counted(place, place.dataset.code);
  }

  #counted(place, id) {
    const n = this.counts?.get(id) ?? 0;
    place.textContent = n ? String(n) : "";
    if (n) place.append(make("span", "hidden", ` ${say("times", { n })}`));
  }

  draw() {
    const asked = plain(this.search.value.trim()).split(/\s+/).filter(Boolean);
    this.found = asked.length
      ? this.codes.filter((code) => code.codable && asked.every((part) => plain(`${code.path} ${code.definition}`).includes(part)))
      : null;
    if (this.found) {
      const rank = (code) => (plain(code.name).startsWith(asked[0]) ? 0 : plain(code.name).includes(asked[0]) ? 1 : 2);
      this.found.sort((one, other) => rank(one) - rank(other));
    }
    const shown = this.found ?? this.codes.filter((code) => code.codable && !this.#hidden(code));
    this.numbers = shown.slice(0, 9).map((code) => code.id);
    this.empty.hidden = this.codes.some((code) => code.codable);
    this.none.hidden = shown.length > 0 || !this.empty.hidden;
    this.list.replaceChildren(...(this.found ? this.found.map((code) => this.#row(code, true)) : this.#branch("")));
    this.#activate(this.found?.length ? 0 : -1);
  }

  #hidden(code) {
    for (let above = code.parent; above; above = this.byId.get(above)?.parent) if (this.closed.has(above)) return true;
    return false;
  }

  #branch(parent) {
    return this.codes.filter((code) => code.parent === parent).map((code) => {
      const below = this.codes.some((one) => one.parent === code.id);
      const row = this.#row(code, false, below);
      if (below && !this.closed.has(code.id)) {
        const list = make("ul");
        list.append(...this.#branch(code.id));
        row.append(list);
      }
      return row;
    });
  }

  #row(code, flat, below = false) {
    const item = make("li");
    const line = make("div", "row");
    if (below) {
      const open = !this.closed.has(code.id);
      line.append(make("button", "fold", open ? "▾" : "▸", {
        type: "button", "data-fold": code.id, "aria-expanded": String(open), "aria-label": say("fold", { name: code.name }),
      }));
    }
    if (code.codable) {
      const button = make("button", "code", "", { type: "button", draggable: "true", id: `code-${code.id}` });
      button.dataset.code = code.id;
      button.append(swatch(this.looks.get(code.id)), make("bdi", "name", code.name));
      const number = this.numbers.indexOf(code.id) + 1;
      if (flat && code.parent) button.append(make("bdi", "path", this.byId.get(code.parent)?.path ?? ""));
      const count = make("span", "count");
      count.dataset.code = code.id;
      this.#counted(count, code.id);
      button.append(count);
      if (number) {
        button.append(make("kbd", "", String(number), { "aria-hidden": "true" }));
        button.setAttribute("aria-keyshortcuts", String(number));
      }
      line.append(button);
    } else line.append(make("span", "heading", code.name));
    line.append(make("button", "about", "?", {
      type: "button", "data-about": code.id, "aria-expanded": "false", "aria-label": say("about", { name: code.name }),
    }));
    item.append(line);
    return item;
  }

  #click(event) {
    const fold = event.target.closest("[data-fold]");
    const about = event.target.closest("[data-about]");
    const code = event.target.closest(".code");
    if (fold) {
      const id = fold.dataset.fold;
      if (!this.closed.delete(id)) this.closed.add(id);
      this.draw();
      this.list.querySelector(`[data-fold="${CSS.escape(id)}"]`)?.focus();
    } else if (about) this.#about(about);
    else if (code) this.onCode(code.dataset.code);
  }

  #about(button) {
    const item = button.closest("li");
    const there = item.querySelector(":scope > .meaning");
    button.setAttribute("aria-expanded", String(!there));
    if (there) {
      there.remove();
      return;
    }
    const code = this.byId.get(button.dataset.about);
    const meaning = make("div", "meaning");
    for (const part of ["definition", "use_when", "not_when", "example"]) {
      if (!code[part]) continue;
      meaning.append(make("p", "part", say(part)), make("p", "", code[part]));
    }
    if (!meaning.childElementCount) meaning.append(make("p", "", say("no_meaning")));
    const memo = make("button", "second small", say("memo_on_code"), { type: "button" });
    memo.addEventListener("click", () => this.onMemo("code", code.id, code.name));
    meaning.append(memo);
    item.querySelector(":scope > .row").after(meaning);
  }

  #key(event) {
    if (event.key === "Escape") {
      this.search.value = "";
      this.draw();
      this.onLeave?.();
      return;
    }
    if (!this.found?.length) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.#activate((this.active + step + this.found.length) % this.found.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      const chosen = this.found[Math.max(this.active, 0)].id;
      if (this.onCode(chosen) !== false) {
        this.search.value = "";
        this.draw();
        this.onLeave?.();
      }
    }
  }

  #activate(index) {
    this.active = index;
    for (const [at, row] of [...this.list.querySelectorAll(".code")].entries()) {
      row.classList.toggle("active", this.found && at === index && document.activeElement === this.search);
      if (this.found && at === index && document.activeElement === this.search) row.scrollIntoView({ block: "nearest" });
    }
    const chosen = this.found?.[index];
    document.getElementById("code-active").textContent =
      chosen && document.activeElement === this.search ? say("would_give", { name: chosen.name, n: this.found.length }) : "";
  }
}
