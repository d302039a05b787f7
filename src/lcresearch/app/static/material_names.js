// Judging names in a text: one at a time beside the text, by mouse or by keys; a missed name is marked by selecting it.

const review = document.querySelector("[data-review]");
const cards = Array.from(review.querySelectorAll("[data-name]"));
const marks = new Map();
for (const mark of review.querySelectorAll("[data-hit]")) marks.set(mark.dataset.hit, mark);
const stepper = review.querySelector("[data-stepper]");
const left = document.querySelector("[data-left]");
const rest = document.querySelector("[data-rest]");
let current = -1;
let busy = false;

const show = (place, { scroll = true, focus = false } = {}) => {
  if (!cards.length) return;
  current = Math.min(Math.max(place, 0), cards.length - 1);
  cards.forEach((card, n) => {
    card.hidden = n !== current;
  });
  for (const mark of marks.values()) mark.removeAttribute("aria-current");
  const mark = marks.get(cards[current].dataset.name);
  if (mark) {
    mark.setAttribute("aria-current", "true");
    if (scroll) mark.scrollIntoView({ block: "center" });
  }
  stepper.querySelector("[data-at]").textContent = `${current + 1} / ${cards.length}`;
  if (focus) cards[current].focus({ preventScroll: true });
};

const nextOpen = () => {
  const after = cards.findIndex((card, n) => n > current && !card.dataset.choice);
  return after >= 0 ? after : cards.findIndex((card) => !card.dataset.choice);
};

if (cards.length) {
  stepper.hidden = false;
  review.classList.add("one");
  const asked = cards.findIndex((card) => `#${card.id}` === window.location.hash);
  const open = cards.findIndex((card) => !card.dataset.choice);
  show(asked >= 0 ? asked : Math.max(open, 0), { scroll: asked >= 0 || window.matchMedia("(max-width: 60rem)").matches });
  for (const button of stepper.querySelectorAll("[data-go]")) {
    button.addEventListener("click", () => show(current + Number(button.dataset.go)));
  }
}

for (const [hit, mark] of marks) {
  mark.addEventListener("click", (event) => {
    event.preventDefault();
    if (window.getSelection().toString().trim()) return;
    show(cards.findIndex((card) => card.dataset.name === hit), { scroll: false, focus: event.detail === 0 });
  });
}

const answered = (told) => {
  review.dataset.version = told.version;
  for (const field of document.querySelectorAll("[data-version]")) if (field.name === "version") field.value = told.version;
  left.textContent = told.left_words;
  const byName = new Map(cards.map((card) => [card.dataset.name, card]));
  for (const row of told.rows) {
    const card = byName.get(row.hit);
    if (!card) continue;
    card.dataset.choice = row.choice;
    card.querySelector("[data-decided]").textContent = row.words;
    card.querySelector("[data-undo]").hidden = !row.choice;
    const field = card.querySelector("[name=replacement]");
    if (document.activeElement !== field) field.value = row.shown;
    const mark = marks.get(row.hit);
    if (!mark) continue;
    mark.dataset.choice = row.choice || mark.dataset.before || "open";
    mark.dataset.shown = row.choice === "keep" || (!row.choice && mark.dataset.stays) ? "" : row.shown || "…";
  }
  if (rest) rest.hidden = cards.every((card) => card.dataset.choice);
};

const send = async (form, button) => {
  if (busy) return;
  busy = true;
  try {
    const body = new URLSearchParams(new FormData(form));
    body.set(button.name, button.value);
    const answer = await fetch(form.action, { method: "POST", body, headers: { accept: "application/json" } });
    if (!answer.ok) {
      form.dataset.plain = "yes"; // the page says what is wrong
      button.click();
      return;
    }
    answered(await answer.json());
    if (button.value !== "undo") {
      const next = nextOpen();
      if (next >= 0) show(next, { focus: true });
      else cards[current].focus({ preventScroll: true });
    }
  } finally {
    busy = false;
  }
};

for (const form of review.querySelectorAll("[data-decide]")) {
  form.addEventListener(
    "submit",
    (event) => {
      if (form.dataset.plain) return;
      event.preventDefault();
      send(form, event.submitter || form.querySelector("button"));
    },
    { capture: true },
  );
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
  if (!cards.length) return;
  if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
    event.preventDefault();
    show(current + (event.key === "ArrowLeft" ? -1 : 1));
    return;
  }
  const button = cards[current].querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (button && !button.hidden && !event.repeat) {
    event.preventDefault();
    button.click();
  }
});

// a name that was missed: what is selected goes into the form, with its place
const talk = review.querySelector("[data-talk]");
const form = review.querySelector("[data-mark]");
const missed = review.querySelector("[data-missed]");
if (talk && form) {
  const words = form.querySelector("[name=words]");
  const start = form.querySelector("[name=start]");
  const end = form.querySelector("[name=end]");
  document.addEventListener("selectionchange", () => {
    const chosen = window.getSelection();
    if (chosen.isCollapsed || !chosen.rangeCount) return;
    const range = chosen.getRangeAt(0);
    if (!talk.contains(range.startContainer) || !talk.contains(range.endContainer)) return;
    const before = document.createRange();
    before.selectNodeContents(talk);
    before.setEnd(range.startContainer, range.startOffset);
    const text = range.toString();
    if (text.length > 120 || text.includes("\n") || !text.trim()) return;
    const from = before.toString().length + Number(talk.dataset.begins); // a long text is shown in parts
    words.value = text.trim();
    start.value = String(from);
    end.value = String(from + text.length);
    missed.open = true;
    missed.classList.add("filled");
    missed.scrollIntoView({ block: "nearest" });
  });
  words.addEventListener("input", () => {
    start.value = "";
    end.value = "";
  });
}
