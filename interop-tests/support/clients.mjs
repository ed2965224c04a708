// The stock Engine.IO clients of every generation behind one small face.
import { createRequire } from "node:module";
import { describe } from "node:test";
import { Socket as Client66 } from "engine.io-client";
import { unless } from "./behaviours.mjs";
import { hostUrl, overLine } from "./hosts.mjs";
import { Arrivals, nextEvent, within } from "./waiting.mjs";

const require = createRequire(import.meta.url);

/** What the client versions can do: the generation of the protocol, and what the later ones have added. */
const client = (version, Client) => ({
  name: `engine.io-client ${version}`,
  Client,
  eio: Number(version) >= 4 ? 4 : 3,
  path: Number(version) >= 4 ? "/engine.io/" : "/eio3/",
  keepsToMaxPayload: Number(version) >= 6.2,
  keepsCookies: Number(version) >= 6.5,
  triesAllTransports: Number(version) >= 6.6,
  mayLackSlash: Number(version) >= 6.2,
  tellsDetails: Number(version) >= 6.1,
});

const newest = client("6.6", Client66);
const oldest = client("3.5", require("engine.io-client-v3").Socket);
const between = [
  client("6.1", require("engine.io-client-v6-1").Socket),
  client("5.0", require("engine.io-client-v5").Socket),
  client("4.1", require("engine.io-client-v4").Socket),
];

export const modes = [
  { name: "polling", transports: ["polling"], finalTransport: "polling" },
  { name: "websocket", transports: ["websocket"], finalTransport: "websocket" },
  { name: "polling, then upgraded", transports: ["polling", "websocket"], finalTransport: "websocket" },
];

const combine = (chosen) =>
  chosen.flatMap((generation) => modes.map((mode) => ({ name: `${generation.name}, ${mode.name}${overLine}`, generation, mode })));

/** The first and the last client version with every way to connect: for what takes long. */
export const outerVariants = combine([newest, oldest]);

/** Every client version with every way to connect. */
export const variants = process.env.SOCKETIO_CLIENTS === "few" ? outerVariants : combine([newest, ...between, oldest]);

export const upgrading = ({ mode }) => mode.transports.length > 1;
export const byPolling = ({ mode }) => mode.finalTransport === "polling";

export const ofOldest = ({ generation }) => generation === oldest;

/** For `skip`: what takes long is not repeated with the versions in between. */
export const unlessBetween = ({ generation }) => unless(!between.includes(generation), "run with the first and the last version alone");

/** How many cases of one variant run at once. */
const together = { concurrency: 8 };

/** The same cases for each of the variants, in a `describe` that the result table understands. */
export function describeEach(group, chosen, define) {
  for (const variant of chosen) {
    describe(`${group}: ${variant.name}`, together, () => define(variant));
  }
}

export class ClientPeer {
  messages = new Arrivals();
  errors = [];

  /** Starts to connect; the caller awaits `opened` or `failed`. What a test leaves open ends with it. */
  constructor(test, { generation, mode }, { url = hostUrl, path = generation.path, ...options } = {}) {
    this.generation = generation;
    this.socket = new generation.Client(url, { path, transports: mode.transports, ...options });
    this.opened = new Promise((resolve) => this.socket.on("open", resolve));
    this.upgraded = new Promise((resolve) => this.socket.on("upgrade", resolve));
    this.upgradeFailed = new Promise((resolve) => this.socket.on("upgradeError", resolve));
    this.closed = new Promise((resolve) => this.socket.on("close", (reason, details) => resolve({ reason, details })));
    this.socket.on("open", () => {
      this.sid = this.socket.id;
    });
    this.socket.on("message", (data) => this.messages.push(data));
    this.socket.on("error", (error) => this.errors.push(error));
    this.closed.then(({ reason }) => this.messages.fail(new Error(`the client was closed: ${reason}`)));
    test.after(() => this.socket.close());
  }

  /** Connects, and when the mode says so waits for the upgrade. */
  static async connect(test, variant, options) {
    const peer = new ClientPeer(test, variant, options);
    await peer.waitForOpen();
    if (upgrading(variant)) {
      await within(peer.upgraded, "the upgrade");
    }
    return peer;
  }

  async waitForOpen() {
    const failure = this.closed.then(({ reason }) => {
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

  /** Waits for `count` heartbeats; every version tells of its pongs, whoever has asked. */
  async heartbeats(count) {
    for (let seen = 0; seen < count; seen++) {
      await nextEvent(this.socket, "pong");
    }
  }

  /** The reason that the client gives for its close. */
  async closeReason(milliseconds) {
    return (await within(this.closed, "the client to close", milliseconds)).reason;
  }

  /** The reason, and what the later versions add: { reason, description, status }. */
  async closeDetails() {
    const { reason, details } = await within(this.closed, "the client to close");
    if (!this.generation.tellsDetails || !(details instanceof Error)) {
      return { reason };
    }
    const { message, description, context } = details;
    return { reason, message, description: description?.message ?? description ?? null, status: context?.status ?? null };
  }

  close() {
    this.socket.close();
  }
}
