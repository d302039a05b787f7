// Keys on the page of suggestions: a accepts, r rejects, arrows go to the one before and the next, u undoes.

const keys = new Map();
for (const one of document.querySelectorAll("[data-key]")) keys.set(one.dataset.key, one);

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, select, textarea, summary")) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const one = keys.get(key);
  if (!one || event.repeat) return;
  event.preventDefault();
  one.click();
});
