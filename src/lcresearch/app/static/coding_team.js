// Settling: fields that a choice needs, keys, and boundaries that move word by word.

const form = document.querySelector("[data-settle]");

function shownFor() {
  const chosen = form.querySelector("input[name=choice]:checked")?.value ?? "";
  for (const part of form.querySelectorAll("[data-for]")) {
    part.hidden = !part.dataset.for.split(" ").includes(chosen);
  }
  const own = form.querySelector("input[name=whose]:checked")?.value === "own";
  form.querySelector("[data-own]").hidden = !own;
}

// Places count whole signs (code points), as the library does; strings of a browser count otherwise.
const quote = document.querySelector("[data-place]");
const field = form?.querySelector("input[name=boundaries]");

function passage() {
  const parts = [...quote.childNodes];
  const text = parts.map((part) => part.textContent).join("");
  const cut = quote.querySelector("[data-before]").textContent.startsWith("… ") ? 2 : 0;
  const signs = Array.from(text).slice(cut);
  if (quote.querySelector("[data-after]").textContent.endsWith(" …")) signs.splice(-2);
  return { signs, first: Number(quote.dataset.first), cut };
}

function boundaries() {
  const found = /^(\d+) ?- ?(\d+)$/.exec(field.value.trim());
  return found ? [Number(found[1]), Number(found[2])] : [Number(quote.dataset.place), Number(quote.dataset.end)];
}

function keep(start, end) {
  const { signs, first } = passage();
  const low = Math.max(first, start);
  const high = Math.min(first + signs.length, end);
  if (low >= high) return;
  field.value = `${low}-${high}`;
  form.querySelector("[data-preview]").textContent = signs.slice(low - first, high - first).join("").trim();
}

function wordEdges(signs) {
  const begins = [];
  const ends = [];
  for (let at = 0; at < signs.length; at += 1) {
    const blank = /\s/u.test(signs[at]);
    if (!blank && (at === 0 || /\s/u.test(signs[at - 1]))) begins.push(at);
    if (!blank && (at + 1 === signs.length || /\s/u.test(signs[at + 1]))) ends.push(at + 1);
  }
  return { start: begins, end: ends };
}

function move(edge, by) {
  const { signs, first } = passage();
  const [start, end] = boundaries();
  const edges = wordEdges(signs)[edge];
  const now = (edge === "start" ? start : end) - first;
  const next = by > 0 ? edges.find((at) => at > now) : edges.findLast((at) => at < now);
  if (next === undefined) return;
  if (edge === "start") keep(next + first, end);
  else keep(start, next + first);
}

function selected() {
  const chosen = document.getSelection();
  if (!chosen || chosen.isCollapsed || !chosen.rangeCount) return;
  const range = chosen.getRangeAt(0);
  if (!quote.contains(range.startContainer) || !quote.contains(range.endContainer)) return;
  if (form.querySelector("[data-own]").closest("[hidden]") || form.querySelector("[data-own]").hidden) return;
  const ahead = document.createRange();
  ahead.selectNodeContents(quote);
  ahead.setEnd(range.startContainer, range.startOffset);
  const { first, cut } = passage();
  const start = first + Array.from(ahead.toString()).length - cut;
  keep(start, start + Array.from(range.toString()).length);
}

if (form) {
  shownFor();
  form.addEventListener("change", () => {
    shownFor();
    if (!form.querySelector("[data-own]").hidden) keep(...boundaries());
  });
  form.querySelector("[data-move]").hidden = false;
  for (const button of form.querySelectorAll("[data-edge]")) {
    button.addEventListener("click", () => move(button.dataset.edge, Number(button.dataset.by)));
  }
  document.addEventListener("selectionchange", selected);
  if (!form.querySelector("[data-own]").hidden) keep(...boundaries());
}

// Keys: only while this is ticked, since single letters may clash with speech input and screen readers.
const KEPT = "lcresearch-keys";
const ticked = form?.querySelector("[data-keys-on]");
if (ticked) {
  form.querySelector("[data-keys]").hidden = false;
  ticked.checked = localStorage.getItem(KEPT) !== "no";
  ticked.addEventListener("change", () => localStorage.setItem(KEPT, ticked.checked ? "yes" : "no"));
  document.addEventListener("keydown", (event) => {
    if (!ticked.checked || event.altKey || event.metaKey || event.isComposing) return;
    if (event.key === "Enter" && event.ctrlKey) {
      event.preventDefault();
      form.requestSubmit();
      return;
    }
    if (event.ctrlKey || event.target.closest("textarea, select, input:not([type=radio], [type=checkbox])")) return;
    const aim = [...document.querySelectorAll("[data-key]")].find((each) => each.dataset.key === event.key);
    if (!aim) return;
    event.preventDefault();
    aim.click();
    if (aim.matches("input")) aim.focus();
  });
}

// On a narrow screen the list starts closed: the place comes first.
const list = document.querySelector("[data-list]");
if (list) {
  if (window.matchMedia("(max-width: 60rem)").matches) list.open = false;
  const rows = list.querySelector("ol");
  const current = list.querySelector("[aria-current]");
  if (current) rows.scrollTop = current.offsetTop - rows.clientHeight / 3;
}
