// Reads a page of the form aloud, with a voice that is on the device itself; where there is none, there is no button.

const button = document.getElementById("read");
const speech = window.speechSynthesis;
const voiceOf = (language) =>
  speech?.getVoices().find((voice) => voice.localService && voice.lang.toLowerCase().startsWith(language));

function show() {
  button.hidden = !voiceOf(document.documentElement.lang);
}

function sayButton(key) {
  const words = button.querySelector("span");
  words.dataset.say = key;
  window.dispatchEvent(new CustomEvent("say"));
}

// what is read: titles, questions and answers, in the order in which they stand, not the buttons
function sentences() {
  const parts = document.querySelectorAll(
    "#form h3, #form h4, #form h5, #form .sd-description, #form .sd-html, #form .sd-item__control-label, #form .sd-table__cell .sv-string-viewer, #form .sd-matrix__label, #form .sd-element__erbox",
  );
  const found = [];
  for (const part of parts) {
    const text = part.textContent.replace(/\s+/g, " ").trim();
    const inside = part.parentElement.closest("h3, h4, h5, .sd-description, .sd-item__control-label, .sd-html");
    if (text && !inside && part.checkVisibility() && found.at(-1) !== text) found.push(text);
  }
  return found;
}

function stop() {
  speech.cancel();
  sayButton("read");
}

function read() {
  const voice = voiceOf(document.documentElement.lang);
  const lines = sentences();
  if (!voice || !lines.length) return;
  sayButton("quiet");
  lines.forEach((line, place) => {
    const spoken = new SpeechSynthesisUtterance(line);
    spoken.voice = voice;
    spoken.lang = voice.lang;
    spoken.rate = 0.95;
    if (place === lines.length - 1) spoken.onend = () => sayButton("read");
    speech.speak(spoken);
  });
}

if (speech) {
  show();
  speech.addEventListener?.("voiceschanged", show);
  window.addEventListener("language", () => {
    stop();
    show();
  });
  window.addEventListener("page", stop);
  window.addEventListener("pagehide", () => speech.cancel());
  button.addEventListener("click", () => (speech.speaking ? stop() : read()));
}
