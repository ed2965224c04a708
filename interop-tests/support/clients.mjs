// The stock clients of both protocol generations behind one small face.
import { createRequire } from "node:module";
import { Socket as ClientOfProtocol4 } from "engine.io-client";
import { hostUrl, overLine } from "./hosts.mjs";
import { Arrivals, nextEvent, within } from "./waiting.mjs";

const ClientOfProtocol3 = createRequire(import.meta.url)("engine.io-client-v3");

/** Each client version, with the path of a server that speaks to it. */
export const generations = [
  { name: "engine.io-client 6", eio: 4, path: "/engine.io/", Client: ClientOfProtocol4 },
  { name: "engine.io-client 3", eio: 3, path: "/eio3/", Client: ClientOfProtocol3 },
];

export const modes = [
  { name: "polling", transports: ["polling"], finalTransport: "polling" },
  { name: "websocket", transports: ["websocket"], finalTransport: "websocket" },
  { name: "polling, then upgraded", transports: ["polling", "websocket"], finalTransport: "websocket" },
];

/** Every client version with every way to connect. */
export const variants = generations.flatMap((generation) =>
  modes.map((mode) => ({ name: `${generation.name}, ${mode.name}${overLine}`, generation, mode })),
);

const openPeers = new Set();

export class ClientPeer {
  messages = new Arrivals();
  errors = [];

  /** Starts to connect; the caller awaits `opened` or `failed`. */
  constructor(generation, { url = hostUrl, path = generation.path, ...options } = {}) {
    this.generation = generation;
    this.socket = new generation.Client(url, { path, ...options });
    this.opened = new Promise((resolve) => this.socket.on("open", resolve));
    this.upgraded = new Promise((resolve) => this.socket.on("upgrade", resolve));
    this.upgradeFailed = new Promise((resolve) => this.socket.on("upgradeError", resolve));
    this.closed = new Promise((resolve) => this.socket.on("close", (reason) => resolve(reason)));
    this.socket.on("open", () => {
      this.sid = this.socket.id;
    });
    this.socket.on("message", (data) => this.messages.push(data));
    this.socket.on("error", (error) => this.errors.push(error));
    this.closed.then((reason) => {
      openPeers.delete(this);
      this.messages.fail(new Error(`the client was closed: ${reason}`));
    });
    openPeers.add(this);
  }

  /** Connects, and when the mode says so waits for the upgrade. */
  static async connect(generation, mode, options) {
    const peer = new ClientPeer(generation, { transports: mode.transports, ...options });
    await peer.waitForOpen();
    if (mode.transports.length > 1) {
      await within(peer.upgraded, "the upgrade");
    }
    return peer;
  }

  async waitForOpen() {
    const failure = this.closed.then((reason) => {
      throw new Error(`not connected: ${reason} ${this.errors.map((error) => error.message ?? error)}`);
    });
    failure.catch(() => {});
    await within(Promise.race([this.opened, failure]), "the client to open");
  }

  get transportName() {
    return this.socket.transport.name;
  }

  send(data) {
    this.socket.send(data);
  }

  async echo(data) {
    this.socket.send(data);
    return this.messages.next("the echo");
  }

  /** The reason that the client gives for its close. */
  closeReason(milliseconds) {
    return within(this.closed, "the client to close", milliseconds);
  }

  /** Waits for `count` events of the socket. */
  async events(event, count) {
    for (let seen = 0; seen < count; seen++) {
      await nextEvent(this.socket, event);
    }
  }

  close() {
    this.socket.close();
  }
}

/** For `afterEach`: what a test left open does not live into the next. */
export function closeAllPeers() {
  for (const peer of openPeers) {
    peer.close();
  }
  openPeers.clear();
}
