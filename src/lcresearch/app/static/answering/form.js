// Shows the form, saves every answer, and sends in. "Saved" stands on the screen only after the server said so; without
// a connection answers stay in the page and are sent again.

const draft = JSON.parse(document.getElementById("draft").textContent);
const status = document.getElementById("status");
const { survey: made, theme, texts } = await (await fetch(draft.form)).json();

let language = draft.language;
let state = "";
const say = (key) => texts[language][key];

function show(next) {
  state = next;
  status.className = `status ${next}`;
  status.textContent = next ? say(next) : "";
  if (next !== "elsewhere") return;
  const again = document.createElement("button");
  again.type = "button";
  again.className = "second";
  again.textContent = say("reload");
  again.addEventListener("click", () => window.location.reload());
  status.append(" ", again);
}

// --- saving: one thing at a time; what got no answer is repeated as it was, before anything newer goes

let confirmed = draft.n;
let changed = false;
let sending = false;
let finished = false;
let busy = false;
let waiting = null;
let pause = 0;
let timer = 0;

const drawn = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (one) => one.toString(16).padStart(2, "0"));

function soon(milliseconds) {
  clearTimeout(timer);
  timer = setTimeout(work, milliseconds);
}

// from the moment that something changes the screen says no longer that all is saved
function change(milliseconds) {
  if (finished) return;
  changed = true;
  if (state !== "offline") show("saving");
  soon(milliseconds);
}

function next() {
  if (!sending && !changed) return null;
  changed = false;
  const page = Math.max(0, survey.currentPageNo);
  return {
    address: sending ? "/send" : "/save",
    content: { after: confirmed, save: drawn().join(""), page, answers: survey.data },
  };
}

async function post({ address, content }) {
  const answer = await fetch(address, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify(content),
    signal: AbortSignal.timeout(15000),
  });
  if (![200, 409, 410, 422].includes(answer.status)) throw new Error(String(answer.status));
  return answer.json();
}

async function work() {
  if (busy || finished) return;
  waiting ??= next();
  if (!waiting) return;
  busy = true;
  if (state !== "offline") show(sending ? "sending" : "saving");
  let told;
  try {
    told = await post(waiting);
  } catch {
    pause = Math.min(pause ? pause * 2 : 1000, 10000);
    show("offline");
    soon(pause);
    return;
  } finally {
    busy = false;
  }
  pause = 0;
  const { address } = waiting;
  waiting = null;
  answered(told, address);
}

function answered(told, address) {
  if (told.state === "saved" && address === "/save") {
    confirmed += 1;
    if (changed || sending) soon(0);
    else show("saved");
  } else if (told.state === "saved" || told.state === "done") {
    leave(told.refusal ? "/refused" : "/thanks");
  } else if (told.state === "gone" || told.state === "closed") {
    leave("/");
  } else if (told.state === "elsewhere") {
    finished = true;
    show("elsewhere");
  } else {
    if (sending) survey.clear(false, true);
    sending = false;
    show("refused");
  }
}

function leave(address) {
  finished = true;
  window.location.replace(`${address}?language=${language}`);
}

window.addEventListener("online", () => soon(0));
window.addEventListener("beforeunload", (event) => {
  if (!finished && (changed || waiting)) event.preventDefault();
});

// --- the form

Survey.settings.animationEnabled = false;
Object.assign(Survey.settings.titleTags, { page: "h2", panel: "h3" });
// one of its drawings, of a clock that we do not show, has a style inside, which the page's policy refuses
const icons = Survey.SvgRegistry;
const allIcons = icons.iconsRenderedHtml.bind(icons);
icons.iconsRenderedHtml = () => allIcons().replace(/<symbol id="icon-timercircle".*?<\/symbol>/s, "");
const survey = new Survey.Model(made);
survey.applyTheme(theme);
survey.locale = language;
survey.showCompletePage = false;
survey.showTitle = false;
survey.textUpdateMode = "onTyping";
survey.focusFirstQuestionAutomatic = false;
survey.data = { ...survey.data, ...draft.answers };
survey.currentPageNo = draft.page;

survey.onValueChanged.add(() => change(500));
survey.onCurrentPageChanged.add(() => {
  change(0);
  window.scrollTo(0, 0);
  window.dispatchEvent(new Event("page"));
});
survey.onComplete.add(() => {
  sending = true;
  soon(0);
});
document.getElementById("loading").remove();
SurveyUI.renderSurvey(survey, document.getElementById("form"));
if (draft.n) show("saved");

// --- two languages

function speak(chosen) {
  language = chosen;
  survey.locale = chosen;
  document.documentElement.lang = chosen;
  document.title = say("title");
  document.getElementById("title").textContent = say("title");
  for (const button of document.querySelectorAll("[data-language]"))
    button.setAttribute("aria-pressed", String(button.dataset.language === chosen));
  for (const part of document.querySelectorAll("[data-in]")) part.hidden = part.dataset.in !== chosen;
  relabel();
  show(state);
  change(500);
  window.dispatchEvent(new Event("language"));
}

function relabel() {
  for (const part of document.querySelectorAll("[data-say]")) part.textContent = say(part.dataset.say);
}

for (const button of document.querySelectorAll("[data-language]"))
  button.addEventListener("click", () => speak(button.dataset.language));
window.addEventListener("say", relabel);

for (const form of document.querySelectorAll("form[data-ask]")) {
  form.addEventListener("submit", (event) => {
    if (window.confirm(form.dataset.ask)) finished = true;
    else event.preventDefault();
  });
}
