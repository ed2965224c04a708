// Stock Socket.IO clients of every generation behind one small face.
import { randomUUID } from "node:crypto";
import { createRequire } from "node:module";
import { io as client48 } from "socket.io-client";
import { modes } from "./clients.mjs";
import { hostUrl, overLine } from "./hosts.mjs";
import { Arrivals, eventually, within } from "./waiting.mjs";

const require = createRequire(import.meta.url);
const { io: client44 } = require("socket.io-client-v4-4");
const { io: client40 } = require("socket.io-client-v4-0");
const { io: client31 } = require("socket.io-client-v3");
const client25 = require("socket.io-client-v2");

/** What the client versions can do: the generation of the protocol, and what the later ones have added. */
const client = (name, io, path, version) => ({
  name,
  io,
  path,
  speaks: version >= 3 ? 5 : 4,
  hasTimeout: version >= 4.4,
  hasPromises: version >= 4.6,
  hasCatchAll: version >= 3,
  hasOutgoingCatchAll: version >= 4.5,
  hasDetails: version >= 4.5,
  hasTrailingSlashOption: version >= 4.6,
  hasCookieJar: version >= 4.7,
  hasTransportClasses: version >= 4.8,
});

export const generations = {
  latest: client("socket.io-client 4.8", client48, "/socket.io/", 4.8),
  v44: client("socket.io-client 4.4", client44, "/socket.io/", 4.4),
  v40: client("socket.io-client 4.0", client40, "/socket.io/", 4.0),
  v31: client("socket.io-client 3.1", client31, "/socket.io/", 3.1),
  v25: client("socket.io-client 2.5", client25, "/io-v2/", 2.5),
  latestBesideOld: client("socket.io-client 4.8 beside version 2", client48, "/io-v2/", 4.8),
  v31BesideOld: client("socket.io-client 3.1 beside version 2", client31, "/io-v2/", 3.1),
};

const { latestBesideOld, v31BesideOld, ...alone } = generations;

const everyGeneration = process.env.SOCKETIO_CLIENTS === "few" ? [generations.latest, generations.v25] : Object.values(alone);

const combine = (chosen) =>
  chosen.flatMap((generation) => modes.map((mode) => ({ name: `${generation.name}, ${mode.name}${overLine}`, generation, mode })));

/** Every client version with every way to connect. */
export const variants = combine(everyGeneration);

/** Later clients on a server that speaks to clients of version 2 too. */
const besideVersion2 = process.env.SOCKETIO_CLIENTS === "few" ? [] : combine([latestBesideOld, v31BesideOld]);

/** The groups of behaviours that run beside version 2. */
const groupsBesideVersion2 = ["acknowledgements", "binary", "connecting", "disconnecting", "namespaces", "ordering"];

/** The variants that a group of behaviours runs with. */
export const variantsOf = (group) => (groupsBesideVersion2.includes(group) ? [...variants, ...besideVersion2] : variants);

/** The latest client with every way to connect. */
export const latestVariants = combine([generations.latest]);

/** How many cases of one variant run at once. */
export const together = { concurrency: 8 };

/** Clients of version 2 give their credentials in the address of the namespace. */
function addressOf({ generation }, namespace, { auth }) {
  return generation.speaks === 4 && auth ? `${namespace}?${new URLSearchParams(auth)}` : namespace;
}

const inOwnWords = ({ generation }, options) => (generation.speaks === 4 ? { query: options.auth } : options);

/** A namespace that no other test uses. */
export const privateNamespace = () => `/private-${randomUUID()}`;

export class SocketPeer {
  #arrivals = new Map();

  /** Wraps a client's socket; the caller awaits `connected` or `refusal`. */
  constructor(test, variant, socket) {
    this.variant = variant;
    this.socket = socket;
    test.after(() => socket.disconnect());
  }

  /** Starts to connect with a connection of its own. */
  static start(test, variant, { namespace = "/", path = variant.generation.path, url = hostUrl, ...options } = {}) {
    const socket = variant.generation.io(url + addressOf(variant, namespace, options), {
      path,
      transports: variant.mode.transports,
      forceNew: true,
      reconnection: false,
      ...options,
    });
    return new SocketPeer(test, variant, socket);
  }

  /** Connects, and when the mode says so waits for the upgrade. */
  static async connect(test, variant, options) {
    const peer = SocketPeer.start(test, variant, options);
    const upgraded = peer.#upgraded();
    await peer.connected();
    await within(upgraded, "the upgrade");
    return peer;
  }

  /** Several clients in one namespace. */
  static connectMany(test, variant, count, options) {
    return Promise.all(Array.from({ length: count }, () => SocketPeer.connect(test, variant, options)));
  }

  /** Another namespace on the same connection. */
  join(test, namespace, options = {}) {
    return new SocketPeer(test, this.variant, this.manager.socket(namespace, inOwnWords(this.variant, options)));
  }

  get id() {
    return this.socket.id;
  }

  get manager() {
    return this.socket.io;
  }

  async #upgraded() {
    if (this.variant.mode.transports.length === 1) {
      return;
    }
    if (!this.manager.engine?.id) {
      await new Promise((resolve) => this.manager.once("open", resolve));
    }
    await new Promise((resolve) => this.manager.engine.once("upgrade", resolve));
  }

  async connected() {
    if (!this.socket.connected) {
      const refused = new Promise((_, reject) => {
        for (const event of this.#refusalEvents()) {
          this.socket.once(event, (error) => reject(new Error(`not connected: ${error.message ?? JSON.stringify(error)}`)));
        }
      });
      refused.catch(() => {});
      await within(Promise.race([new Promise((resolve) => this.socket.once("connect", resolve)), refused]), "the connection");
    }
    return this;
  }

  // A version 2 client tells a refused namespace by "error", a refused connection by "connect_error".
  #refusalEvents() {
    return this.variant.generation.speaks === 5 ? ["connect_error"] : ["connect_error", "error"];
  }

  /** Why the server has refused: { message, data }. */
  refusal() {
    const event = this.#refusalEvents().at(-1);
    return within(new Promise((resolve) => this.socket.once(event, resolve)), "the refusal");
  }

  /** Comes back when the server could send at once: a client that polls has a request open there. */
  async isReachable(test) {
    const { uri, opts } = this.manager;
    const viaWebSocket = { ...this.variant, mode: modes.find(({ name }) => name === "websocket") };
    const asker = await SocketPeer.connect(test, viaWebSocket, { url: new URL(uri).origin, path: opts.path, namespace: this.socket.nsp });
    const id = this.variant.generation.speaks === 4 ? (await this.askOne("facts")).id : this.id;
    await eventually(() => asker.askOne("can-be-reached", id), "the client's open request");
    await asker.leave();
  }

  /** What the client tells of an attempt that has failed before any namespace was asked. */
  failure() {
    // A client of version 2 tells of its own timeout in another way.
    const events = this.variant.generation.speaks === 5 ? ["connect_error"] : ["connect_error", "connect_timeout"];
    return within(new Promise((resolve) => events.forEach((event) => this.socket.once(event, resolve))), "the failure");
  }

  /** The arguments of the next event of the client's socket, such as "connect". */
  nextOwn(event) {
    return within(new Promise((resolve) => this.socket.once(event, (...args) => resolve(args))), `the client's "${event}"`);
  }

  /** The reason that the client gives for its next disconnect. */
  disconnected(milliseconds) {
    return within(new Promise((resolve) => this.socket.once("disconnect", resolve)), "the disconnect", milliseconds);
  }

  /** Collects the events of these names from now on. */
  listen(...names) {
    for (const name of names) {
      if (!this.#arrivals.has(name)) {
        const arrivals = new Arrivals();
        this.#arrivals.set(name, arrivals);
        this.socket.on(name, (...args) => arrivals.push(args));
      }
    }
    return this;
  }

  /** The arguments of the next event of that name. */
  next(name, milliseconds) {
    return this.listen(name).#arrivals.get(name).next(`the event "${name}"`, milliseconds);
  }

  take(name, count) {
    return this.listen(name).#arrivals.get(name).take(count);
  }

  /** How many events of that name have come and have not been asked for. */
  waiting(name) {
    return this.#arrivals.get(name)?.waiting ?? 0;
  }

  emit(...args) {
    this.socket.emit(...args);
  }

  /** Emits and gives the arguments of the answer. */
  ask(name, ...args) {
    return within(
      new Promise((resolve) => this.socket.emit(name, ...args, (...answer) => resolve(answer))),
      `the answer to "${name}"`,
    );
  }

  /** The first argument of the answer. */
  async askOne(name, ...args) {
    return (await this.ask(name, ...args))[0];
  }

  /** Comes back when everything that the server had sent before has arrived. */
  async settle() {
    await this.ask("sum", 1, 1);
  }

  /**
   * Comes back when no ping that was sent before is unanswered: one that was under way during an upgrade and is never answered is
   * forgotten by Node's server, and with it the client.
   */
  async settleHeartbeat() {
    await this.settle();
    await this.settle();
  }

  disconnect() {
    this.socket.disconnect();
  }

  /** Disconnects; comes back when the client has no connection any more. */
  async leave() {
    const closed = this.closed();
    this.disconnect();
    await closed;
  }

  /** Resolves when the client's connection is closed, with the reason. */
  closed() {
    return within(new Promise((resolve) => this.manager.once("close", resolve)), "the connection to close");
  }

  /** Drops the connection, as the network would; the client counts it as lost. */
  async drop() {
    const gone = this.disconnected();
    this.manager.engine.close();
    return gone;
  }
}

/** What the server has written down about a socket. */
export async function journalOf(id) {
  return (await fetch(`${hostUrl}/journal?id=${encodeURIComponent(id)}`)).json();
}

/** Waits until the server has recorded that, and gives the entry. */
export function serverRecord(id, what, milliseconds) {
  return eventually(
    async () => (await journalOf(id)).find((entry) => entry.what === what),
    `the server to record "${what}" of ${id}`,
    milliseconds,
  );
}
