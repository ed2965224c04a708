// A TCP proxy that reads along and cuts at a chosen moment. It understands request heads, the answer to an upgrade and
// WebSocket frames; each is shown to `rule`, which tells what to do:
//   undefined      pass it on
//   "cut-before"   drop both connections, the thing never arrives
//   "cut-after"    pass it on, then drop both connections
//   "refuse"       (an upgrade request) answer 502 instead of passing it on
// A rule may leave a function `whenPassed` on what it passes on: it is called when that has left the proxy.
import { createServer } from "node:net";
import { connectTo } from "./connecting.mjs";
import { hostUrl } from "./hosts.mjs";

const headEnd = Buffer.from("\r\n\r\n");

/** Splits bytes into whole WebSocket frames: { bytes, text }, and what is left. */
function takeFrame(buffer) {
  if (buffer.length < 2) {
    return undefined;
  }
  let length = buffer[1] & 0x7f;
  let position = 2;
  if (length === 126) {
    if (buffer.length < 4) {
      return undefined;
    }
    length = buffer.readUInt16BE(2);
    position = 4;
  } else if (length === 127) {
    if (buffer.length < 10) {
      return undefined;
    }
    length = Number(buffer.readBigUInt64BE(2));
    position = 10;
  }
  const isMasked = (buffer[1] & 0x80) !== 0;
  const mask = isMasked ? buffer.subarray(position, position + 4) : undefined;
  position += isMasked ? 4 : 0;
  if (buffer.length < position + length) {
    return undefined;
  }
  const payload = Buffer.from(buffer.subarray(position, position + length));
  if (mask) {
    for (let index = 0; index < payload.length; index++) {
      payload[index] ^= mask[index & 3];
    }
  }
  const isText = (buffer[0] & 0x0f) === 1;
  return { bytes: buffer.subarray(0, position + length), text: isText ? payload.toString() : undefined };
}

class ProxiedConnection {
  #rule;
  #client;
  #server;
  #isWebSocket = false;
  #pending = { up: Buffer.alloc(0), down: Buffer.alloc(0) };
  #sawHead = { up: false, down: false };

  constructor(proxy, rule, client, server) {
    this.proxy = proxy;
    this.#rule = rule;
    this.#client = client;
    this.#server = server;
    for (const [direction, from, to] of [["up", client, server], ["down", server, client]]) {
      from.on("data", (chunk) => this.#read(direction, chunk));
      from.on("error", () => {});
      from.on("close", () => {
        if (!proxy.isSilent) {
          to.destroy();
        }
      });
    }
  }

  cut() {
    this.#client.destroy();
    this.#server.destroy();
  }

  #read(direction, chunk) {
    if (this.proxy.isSilent) {
      return;
    }
    this.proxy.bytes[direction] += chunk.length;
    this.#pending[direction] = Buffer.concat([this.#pending[direction], chunk]);
    if (!this.#sawHead[direction] && !this.#readHead(direction)) {
      return;
    }
    if (!this.#isWebSocket) {
      this.#forward(direction, this.#pending[direction]);
      this.#pending[direction] = Buffer.alloc(0);
      return;
    }
    this.#readFrames(direction);
  }

  #readHead(direction) {
    const buffer = this.#pending[direction];
    const end = buffer.indexOf(headEnd);
    if (end < 0) {
      return false;
    }
    this.#sawHead[direction] = true;
    const bytes = buffer.subarray(0, end + headEnd.length);
    const head = bytes.toString("latin1");
    if (direction === "up") {
      this.#isWebSocket = /^upgrade: *websocket/im.test(head);
    }
    this.#pending[direction] = buffer.subarray(bytes.length);
    return this.#judge(direction, bytes, {
      kind: direction === "up" ? "request" : "answer",
      direction,
      head,
      isUpgrade: this.#isWebSocket,
    });
  }

  #readFrames(direction) {
    for (;;) {
      const frame = takeFrame(this.#pending[direction]);
      if (!frame) {
        return;
      }
      this.#pending[direction] = this.#pending[direction].subarray(frame.bytes.length);
      if (!this.#judge(direction, frame.bytes, { kind: "frame", direction, text: frame.text })) {
        return;
      }
    }
  }

  /** Applies the rule; true when the connection goes on. */
  #judge(direction, bytes, event) {
    switch (this.#rule(event)) {
      case "cut-before":
        this.cut();
        return false;
      case "cut-after":
        this.#forward(direction, bytes, () => this.cut());
        return false;
      case "refuse":
        this.#client.end("HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        this.#server.destroy();
        return false;
      default:
        this.#forward(direction, bytes, () => event.whenPassed?.());
        return true;
    }
  }

  #forward(direction, bytes, done) {
    (direction === "up" ? this.#server : this.#client).write(Buffer.from(bytes), done);
  }
}

export class CuttingProxy {
  #listener;
  #connections = new Set();
  bytes = { up: 0, down: 0 };
  isSilent = false;

  /** Starts a proxy in front of `targetUrl`; its own side is always plain HTTP. */
  static async start(targetUrl, rule = () => undefined) {
    const proxy = new CuttingProxy();
    proxy.#listener = createServer((client) => {
      const server = connectTo(targetUrl);
      client.setNoDelay(true);
      server.setNoDelay(true);
      const connection = new ProxiedConnection(proxy, rule, client, server);
      proxy.#connections.add(connection);
      client.on("close", () => proxy.#connections.delete(connection));
    });
    await new Promise((resolve) => proxy.#listener.listen(0, "127.0.0.1", resolve));
    proxy.url = `http://127.0.0.1:${proxy.#listener.address().port}`;
    return proxy;
  }

  /** The same for one test. */
  static async startFor(test, rule) {
    const proxy = await CuttingProxy.start(hostUrl, rule);
    test.after(() => proxy.stop());
    return proxy;
  }

  /** From now on nothing passes and nobody is told: the silence of a pulled cable. */
  goSilent() {
    this.isSilent = true;
  }

  /** The cable is back: what was connected is lost, and what comes now passes. */
  speakAgain() {
    this.isSilent = false;
    this.cutAll();
  }

  /** Drops every connection. */
  cutAll() {
    for (const connection of this.#connections) {
      connection.cut();
    }
  }

  stop() {
    this.isSilent = false;
    this.cutAll();
    this.#listener.close();
  }
}
