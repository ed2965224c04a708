// What GET /stats tells: open sessions per path, the last closes with their reasons, the refused requests.

const shownEntries = 200;

// The close of one session is asked for by its id, when many others may have closed meanwhile.
const keptEntries = 20_000;

function dropOldest(entries) {
  if (entries.length > keptEntries) {
    entries.splice(0, shownEntries);
  }
}

export class SessionJournal {
  #sessions;
  #closes = [];
  #errors = [];

  constructor(paths) {
    this.#sessions = Object.fromEntries(paths.map((path) => [path, 0]));
  }

  recordOpen(path) {
    this.#sessions[path]++;
  }

  recordClose(path, sid, reason, details) {
    this.#sessions[path]--;
    const text = details instanceof Error ? details.message : details;
    this.#closes.push({ path, sid, reason, details: typeof text === "string" ? text : null });
    dropOldest(this.#closes);
  }

  recordError(path, { code, message, context }) {
    this.#errors.push({ path, code, message, context: context ?? null });
    dropOldest(this.#errors);
  }

  clear() {
    this.#closes = [];
    this.#errors = [];
  }

  /** Everything, or with an id the close of that session alone. */
  tell(sid) {
    const closes = sid ? this.#closes.filter((close) => close.sid === sid) : this.#closes.slice(-shownEntries);
    return { sessions: this.#sessions, closes, errors: sid ? [] : this.#errors.slice(-shownEntries) };
  }
}
