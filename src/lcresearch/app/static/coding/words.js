// Texts of the page in the language of the user, as the server put them in it.

const data = JSON.parse(document.getElementById("data").textContent);
export default data;

export function say(key, values = {}) {
  const entry = data.words[key];
  const text = typeof entry === "object" ? entry[values.n === 1 ? "one" : "other"] : entry;
  return text.replace(/\{(\w+)\}/g, (all, name) => (name in values ? String(values[name]) : all));
}

// An element with classes, text and attributes; people's text only ever goes in as text.
export function make(kind, classes = "", text = "", attributes = {}) {
  const made = document.createElement(kind);
  if (classes) made.className = classes;
  if (text) made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

const polite = document.getElementById("told");

// Said aloud by screen readers, and shown for a while.
export function tell(text, kind = "") {
  polite.textContent = text;
  polite.className = `told ${kind}`;
  clearTimeout(tell.timer);
  tell.timer = setTimeout(() => polite.classList.add("gone"), kind === "bad" ? 15000 : 5000);
}
