// Steps on their way to the file. A step is kept in the browser until the server said that it is on disk; while the
// server is away steps wait, and go again when it is back. Each has a name of its own, so that none counts twice.

const WAIT = 2000;

export class Steps {
  // options: address, place (of the study and the coder), on: {saving, confirmed, refused, changed}
  constructor({ address, place, on }) {
    this.address = address;
    this.on = on;
    this.prefix = `lcresearch-steps ${place} `;
    this.key = this.prefix + crypto.randomUUID();
    this.queue = [];
    this.busy = false;
    this.revision = 0;
    this.state = "saved";
  }

  // Steps that a tab left behind, by a crash or because it was closed while the server was away.
  async start() {
    await this.#hold(this.key);
    for (const key of Object.keys(localStorage).filter((one) => one.startsWith(this.prefix) && one !== this.key)) {
      await navigator.locks?.request(key, { ifAvailable: true }, (free) => {
        if (!free) return;
        this.queue.push(...JSON.parse(localStorage.getItem(key) ?? "[]"));
        localStorage.removeItem(key);
      });
    }
    this.#keep();
    setInterval(() => this.look(), 3000);
    addEventListener("online", () => this.flush());
    document.addEventListener("visibilitychange", () => document.hidden || this.look());
    addEventListener("beforeunload", (event) => this.queue.length && !this.#kept && event.preventDefault());
    await this.flush();
  }

  #kept = true;

  #hold(name) {
    if (!navigator.locks) return Promise.resolve();
    return new Promise((held) => {
      navigator.locks.request(name, () => { held(); return new Promise(() => {}); });
    });
  }

  #keep() {
    try {
      if (this.queue.length) localStorage.setItem(this.key, JSON.stringify(this.queue));
      else localStorage.removeItem(this.key);
      this.#kept = true;
    } catch {
      this.#kept = false; // no room: the page still holds them, and asks before it closes
    }
  }

  add(step) {
    this.queue.push(step);
    this.#keep();
    this.flush();
  }

  #say(state, detail) {
    this.state = state;
    this.on.saving(state, this.queue.length, detail);
  }

  async ask(path, body) {
    const answer = await fetch(`${this.address}/${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: { accept: "application/json", ...(body === undefined ? {} : { "content-type": "application/json" }) },
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: "no-store",
    });
    if (answer.status === 403) throw new Away("locked");
    if (answer.status >= 500) throw new Away("away");
    const found = await answer.json().catch(() => { throw new Away("away"); });
    if (!answer.ok) throw new Refused(found.problems ?? [], answer.status);
    return found;
  }

  async flush() {
    if (this.busy) return;
    this.busy = true;
    clearTimeout(this.again);
    try {
      while (this.queue.length) {
        if (this.state !== "away" && this.state !== "locked") this.#say("saving");
        const step = this.queue[0];
        let found = null, refused = null;
        try {
          found = await this.ask(`text/${encodeURIComponent(step.document)}/step`, step);
        } catch (error) {
          if (!(error instanceof Refused)) throw error;
          refused = error;
        }
        this.queue.shift();
        this.#keep();
        if (refused) {
          this.on.refused(step, refused.problems);
          await this.on.changed();
        } else {
          this.on.confirmed(step, found);
          if (found.revision === this.revision + 1) this.revision = found.revision;
          else if (found.revision !== this.revision) await this.on.changed();
        }
      }
      this.#say("saved");
    } catch (error) {
      this.#say(error instanceof Away ? error.kind : "away");
      this.again = setTimeout(() => this.flush(), WAIT);
    } finally {
      this.busy = false;
    }
  }

  // whether somebody else changed the file
  async look() {
    if (this.busy || document.hidden) return;
    if (this.queue.length) return this.flush();
    try {
      const { revision } = await this.ask("revision");
      if (this.busy) return;
      if (revision !== this.revision) await this.on.changed();
      if (this.state !== "saved") this.#say("saved");
    } catch (error) {
      if (this.busy) return;
      this.#say(error instanceof Away ? error.kind : "away");
    }
  }

  // undo and redo go only when all steps before them have arrived, and are never sent twice
  async now(path, body = {}) {
    await this.flush();
    if (this.queue.length) return null;
    this.busy = true;
    try {
      return await this.ask(path, body);
    } catch (error) {
      if (error instanceof Refused) this.on.refused({}, error.problems);
      else this.#say(error instanceof Away ? error.kind : "away");
      return null;
    } finally {
      this.busy = false;
    }
  }
}

class Away extends Error {
  constructor(kind) {
    super(kind);
    this.kind = kind;
  }
}

class Refused extends Error {
  constructor(problems, status) {
    super("refused");
    this.problems = problems;
    this.status = status;
  }
}
