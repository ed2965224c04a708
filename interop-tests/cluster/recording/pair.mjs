// Two Node servers, each with a client, on one Redis: who sends what is recorded.
import { createServer } from "node:http";
import { createClient } from "redis";
import { Server } from "socket.io";
import { io as connect } from "socket.io-client";
import { eventually, nextEvent } from "../../support/waiting.mjs";

/** The handshake differs from run to run; this one stands for it. */
const fixedHandshake = {
  headers: { host: "node.example.test", "user-agent": "recorder" },
  time: "Fri Nov 20 2026 23:16:04 GMT+0000 (Coordinated Universal Time)",
  address: "127.0.0.1",
  xdomain: false,
  secure: false,
  issued: 1795216564034,
  url: "/socket.io/?EIO=4&transport=websocket",
  query: { EIO: "4", transport: "websocket" },
  auth: { token: "secret" },
};

const repeated = (text, length) => text.repeat(length).slice(0, length);

class RecordedNode {
  constructor(letter) {
    this.letter = letter;
  }

  static async start(letter, { url, makeAdapter, masks, serverOptions = {}, namespaces, addresses }) {
    const node = new RecordedNode(letter);
    node.redis = [];
    const newClient = async () => {
      const client = await createClient({ url }).on("error", () => {}).connect();
      const [, address] = /addr=(\S+)/.exec(await client.sendCommand(["CLIENT", "INFO"]));
      addresses.set(address, letter);
      node.redis.push(client);
      return client;
    };
    node.http = createServer();
    node.io = new Server(node.http, { transports: ["websocket"], ...serverOptions, adapter: await makeAdapter(newClient) });
    node.masks = masks;
    for (const name of namespaces) {
      node.#prepare(node.io.of(name));
    }
    await new Promise((resolve) => node.http.listen(0, "127.0.0.1", resolve));
    return node;
  }

  #prepare(namespace) {
    const { uid } = namespace.adapter;
    this.masks.add(uid, uid.length === 6 ? repeated(this.letter, 6) : repeated(this.letter.toLowerCase(), 16));
    namespace.use((socket, next) => {
      Object.assign(socket.handshake, structuredClone(fixedHandshake));
      this.masks.add(socket.id, repeated(`socket-at-${this.letter}-`, 20));
      if (socket.pid) {
        this.masks.add(socket.pid, repeated(`private-of-${this.letter}-`, 20));
      }
      next();
    });
    namespace.on("connection", (socket) => socket.join("r1"));
    namespace.on("ping", (...args) => args.at(-1)?.call?.(null, "pong"));
    namespace.on("binary ping", (...args) => args.at(-1)?.call?.(null, { answer: Buffer.from([4, 5, 6]) }));
    namespace.on("empty ping", (...args) => args.at(-1)?.call?.(null));
  }

  async connect(name) {
    this.client = connect(`http://127.0.0.1:${this.http.address().port}${name}`, { transports: ["websocket"], reconnection: false, forceNew: true });
    this.client.on("ask", (answer) => answer(`from ${this.letter}`));
    this.client.on("ask for bytes", (answer) => answer({ bytes: Buffer.from([1, 2, 3]), letter: this.letter }));
    this.client.on("ask for nothing", (answer) => answer());
    await nextEvent(this.client, "connect");
    this.socket = this.io.of(name).sockets.get(this.client.id);
  }

  async stop() {
    this.client?.disconnect();
    this.io.close();
    await Promise.all(this.redis.map((client) => client.close()));
  }
}

/** { a, b, addresses, stop }: two nodes that know each other, with a client each in the namespace "/" and its room r1. */
export async function startPair(options) {
  const namespaces = options.namespaces ?? ["/"];
  const addresses = new Map();
  const a = await RecordedNode.start("A", { ...options, namespaces, addresses });
  const b = await RecordedNode.start("B", { ...options, namespaces, addresses });
  await eventually(async () => (await a.io.of("/").adapter.serverCount()) === 2, "both nodes");
  await a.connect("/");
  await b.connect("/");
  return { a, b, addresses, stop: () => Promise.all([a.stop(), b.stop()]) };
}
