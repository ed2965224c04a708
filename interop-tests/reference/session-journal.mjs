// What GET /stats tells: open sessions per path, the last closes with their reasons, the refused requests.

const keptEntries = 200;

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
    this.#closes.splice(0, this.#closes.length - keptEntries);
  }

  recordError(path, { code, message, context }) {
    this.#errors.push({ path, code, message, context: context ?? null });
    this.#errors.splice(0, this.#errors.length - keptEntries);
  }

  clear() {
    this.#closes = [];
    this.#errors = [];
  }

  toJSON() {
    return { sessions: this.#sessions, closes: this.#closes, errors: this.#errors };
  }
}
