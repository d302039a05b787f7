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
  const found = [];
  for (const part of document.querySelectorAll("#form .sd-body .sv-string-viewer, #form .sd-body .sd-html")) {
    const text = part.textContent.replace(/\s+/g, " ").trim();
    if (text && part.checkVisibility() && found.at(-1) !== text) found.push(text);
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
