// What was given at the place where one is: each coding with what can be done to it, and memos.

import { make, say } from "./words.js";
import { swatch } from "./looks.js";
import { short } from "./marks.js";

export class Here {
  constructor(text, marks, actions) {
    this.text = text;
    this.marks = marks;
    this.actions = actions;
    this.place = document.getElementById("here");
    this.list = document.getElementById("here-list");
    this.shown = [];
    this.dialog = document.getElementById("memo");
    this.dialog.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.dialog.close();
      this.saved?.(this.dialog.querySelector("textarea").value.trim());
    });
    for (const button of this.dialog.querySelectorAll("[data-close]")) button.addEventListener("click", () => this.dialog.close());
  }

  show(codings, chosen = null) {
    this.shown = codings.map((one) => one.id);
    this.chosen = chosen ?? (codings.length === 1 ? codings[0].id : null);
    this.#draw();
  }

  refresh() {
    this.shown = this.shown.filter((id) => this.marks.codings.has(id));
    if (!this.marks.codings.has(this.chosen)) this.chosen = null;
    this.#draw();
  }

  #draw() {
    const focus = this.list.contains(document.activeElement)
      ? [document.activeElement.dataset.coding, document.activeElement.dataset.action] : null;
    this.place.hidden = !this.shown.length;
    this.list.replaceChildren(...this.shown.map((id) => this.#row(this.marks.codings.get(id))));
    if (this.marks.chosen !== this.chosen) this.marks.choose(this.chosen);
    if (focus) {
      const [coding, action] = focus.map((part) => CSS.escape(part ?? ""));
      this.list.querySelector(`[data-coding="${coding}"][data-action="${action}"]`)?.focus();
    }
  }

  #row(one) {
    const item = make("li", this.chosen === one.id ? "picked" : "");
    const head = make("button", "given", "", {
      type: "button", "aria-expanded": String(this.chosen === one.id), "data-coding": one.id, "data-action": "open",
    });
    const look = this.marks.looks.get(one.code);
    if (look) head.append(swatch(look));
    head.append(make("bdi", "name", this.marks.names.get(one.code) ?? say("gone_code")));
    if (one.coder) head.append(make("bdi", "whose", one.coder));
    head.append(make("span", "quote", `“${short(this.text.slice(one.start, one.end), 70)}”`));
    head.addEventListener("click", () => {
      this.chosen = this.chosen === one.id ? null : one.id;
      if (this.chosen) this.text.show(one.start);
      this.#draw();
    });
    item.append(head);
    if (this.chosen !== one.id) return item;
    if (one.memo) item.append(make("p", "memo-text", one.memo));
    if (one.coder || this.actions.closed()) return item;
    const doing = make("div", "doing");
    for (const [action, key] of [["resize", "change_boundaries"], ["memo", one.memo ? "change_memo" : "add_memo"], ["remove", "remove"]]) {
      const button = make("button", `second small${action === "remove" ? " danger" : ""}`, say(key), {
        type: "button", "data-coding": one.id, "data-action": action,
      });
      button.addEventListener("click", () => this.actions[action](one));
      doing.append(button);
    }
    item.append(doing);
    return item;
  }

  write(title, text, saved) {
    this.saved = saved;
    this.dialog.querySelector("h2 bdi").textContent = title;
    this.dialog.querySelector("textarea").value = text;
    this.dialog.showModal();
    this.dialog.querySelector("textarea").focus();
  }
}
