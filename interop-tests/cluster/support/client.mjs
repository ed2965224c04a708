// A stock client that notes what it receives and answers what it is asked.
import { io } from "socket.io-client";
import { eventually, nextEvent, within } from "../../support/waiting.mjs";

export class Client {
  /** What has come and has not been taken: [event, ...arguments]. */
  events = [];

  /** Connects by WebSocket. answer: what it answers when it is asked; without, it stays silent. */
  static async connect(url, { auth, answer, ...options } = {}) {
    const client = new Client();
    client.socket = io(url, { transports: ["websocket"], forceNew: true, reconnection: false, auth, ...options });
    client.#note(answer);
    await client.connected();
    return client;
  }

  /** Another namespace on the same connection. */
  async join(namespace, { answer } = {}) {
    const client = new Client();
    client.socket = this.socket.io.socket(namespace);
    client.#note(answer);
    await client.connected();
    return client;
  }

  #note(answer) {
    this.socket.onAny((...event) => {
      const acknowledge = typeof event.at(-1) === "function" ? event.pop() : undefined;
      this.events.push(event);
      if (answer !== undefined) {
        acknowledge?.(answer);
      }
    });
  }

  async connected() {
    if (!this.socket.connected) {
      const refused = nextEvent(this.socket, "connect_error").then(([error]) => {
        throw error;
      });
      refused.catch(() => {});
      await Promise.race([nextEvent(this.socket, "connect"), refused]);
    }
  }

  get id() {
    return this.socket.id;
  }

  /** The reason of the next disconnect. */
  disconnected() {
    return within(new Promise((resolve) => this.socket.once("disconnect", resolve)), "the disconnect");
  }

  /** Takes the events before the one with that mark. */
  async untilMark(mark) {
    const isMark = ([event, value]) => event === "mark" && value === mark;
    await eventually(() => this.events.some(isMark), "the mark after all that was sent");
    const place = this.events.findIndex(isMark);
    return this.events.splice(0, place + 1).filter(([event]) => event !== "mark");
  }

  /** Takes the first event, once it is there. */
  async next() {
    await eventually(() => this.events.length > 0, "an event");
    return this.events.shift();
  }

  /** Takes what has come, once so many events are there. */
  async take(count) {
    await eventually(() => this.events.length >= count, `${count} events`);
    return this.events.splice(0);
  }

  /** Loses its connection without a word, and knows it. */
  async lose() {
    const disconnected = this.disconnected();
    this.socket.io.engine.close();
    await disconnected;
  }

  /** Comes back, on another node if it is told so. */
  async comeBack(url) {
    this.socket.io.uri = url;
    this.socket.connect();
    await this.connected();
  }

  leave() {
    this.socket.disconnect();
  }
}
