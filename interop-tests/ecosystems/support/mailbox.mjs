// What a client in one namespace has received, whatever the client is written in: events, and how it came in and went.
import { Arrivals, within } from "../../support/waiting.mjs";

export class Mailbox {
  #events = new Map();
  #connections = new Arrivals();
  #refusals = new Arrivals();
  #disconnects = new Arrivals();

  heardEvent(name, args) {
    this.#arrivalsOf(name).push(args);
  }

  heardAny(args) {
    this.#arrivalsOf("*").push(args);
  }

  heardConnected(id) {
    this.id = id;
    this.#connections.push(id);
  }

  heardRefused(refusal) {
    this.#refusals.push(refusal);
  }

  heardDisconnected(reason) {
    this.#disconnects.push(reason ?? null);
  }

  #arrivalsOf(name) {
    if (!this.#events.has(name)) {
      this.#events.set(name, new Arrivals());
    }
    return this.#events.get(name);
  }

  /** Waits until the client is in its namespace (again); gives the id. */
  connected() {
    return this.#connections.next("the connection");
  }

  /** What the client has been told about being refused. */
  refusal() {
    return this.#refusals.next("the refusal");
  }

  /** The reason that the client gives for its next disconnect, or null. */
  disconnected() {
    return this.#disconnects.next("the disconnect");
  }

  get hasDisconnected() {
    return this.#disconnects.waiting > 0;
  }

  /** The arguments of the next event of that name. */
  next(name) {
    this.listen(name);
    return this.#arrivalsOf(name).next(`the event "${name}"`);
  }

  async take(name, count) {
    this.listen(name);
    return this.#arrivalsOf(name).take(count);
  }

  /** What the next catch-all handler call has got: the name and the arguments. */
  nextOfAny() {
    return this.#arrivalsOf("*").next("any event");
  }

  waiting(name) {
    return this.#arrivalsOf(name).waiting;
  }

  /** Comes back when everything that the server had sent before has arrived. */
  async settle() {
    await this.ask("sum", 1, 1);
  }

  /** Comes back when no ping that was sent before is unanswered: Node's server may forget it, and the client, after an upgrade. */
  async settleHeartbeat() {
    await this.settle();
    await this.settle();
  }

  async askOne(name, ...args) {
    return (await this.ask(name, ...args))[0];
  }

  answered(promise, name) {
    return within(promise, `the answer to "${name}"`);
  }
}
