// Keeps the numbers of a round up to date, and prints slips.

const place = document.querySelector("[data-count]");
const lost = document.querySelector("[data-lost]");

async function look() {
  try {
    const answer = await fetch(place.dataset.count, { headers: { accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const now = await answer.json();
    if (now.closed) return; // nothing changes any more
    for (const part of place.querySelectorAll("[data-number]")) {
      const text = String(now[part.dataset.number]);
      if (part.textContent !== text) part.textContent = text;
    }
    lost.hidden = true;
  } catch {
    lost.hidden = false;
  }
  setTimeout(look, 2000);
}

if (place) setTimeout(look, 2000);

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
