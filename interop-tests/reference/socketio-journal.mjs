// What GET /journal?id=<socket id> tells: what the server has seen of one socket, oldest first.

const keptSockets = 5000;

export class SocketJournal {
  #entries = new Map();

  record(id, entry) {
    if (!this.#entries.has(id)) {
      this.#entries.set(id, []);
      if (this.#entries.size > keptSockets) {
        this.#entries.delete(this.#entries.keys().next().value);
      }
    }
    this.#entries.get(id).push(entry);
  }

  of(id) {
    return this.#entries.get(id) ?? [];
  }
}
