// Connections that carry what a script says, one piece at a time, and that know when the server is done with a piece.
import { Agent, request } from "node:http";
import { WebSocket } from "ws";
import { within } from "../../support/waiting.mjs";
import { decodePayload, encodePayload } from "./payloads.mjs";

// Thousands of scripts in a row: a connection for each request would use up the ports.
const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** One request, its answer read to the end: { status, headers, body }. */
export function send(url, path, { method = "GET", body, headers } = {}) {
  const answer = new Promise((resolve, reject) => {
    const sent = request(
      url + path,
      { method, agent, headers: { ...headers, ...(body !== undefined && { "content-length": Buffer.byteLength(body) }) } },
      (response) => {
        const chunks = [];
        response.on("data", (chunk) => chunks.push(chunk));
        response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }));
        response.on("error", reject);
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
  return within(answer, `the answer to ${method} ${path}`);
}

export class WebSocketLine {
  #socket;
  #arrived = [];
  #wake = () => {};
  #version;
  #closed;

  static async open(url, { path, eio }) {
    const line = new WebSocketLine();
    line.#version = eio;
    line.#socket = new WebSocket(`${url.replace(/^http/, "ws")}${path}?EIO=${eio}&transport=websocket`, { perMessageDeflate: false });
    line.#listen();
    const [opened, ...others] = await line.more();
    line.sid = JSON.parse(opened.slice(1)).sid;
    line.#arrived.unshift(...others);
    return line;
  }

  #listen() {
    this.#socket.on("error", () => {});
    this.#socket.on("message", (data, isBinary) => {
      this.#arrived.push(isBinary ? (this.#version === 3 ? data.subarray(1) : data) : data.toString());
      this.#wake();
    });
    this.#closed = new Promise((resolve) => {
      this.#socket.on("close", (code) => {
        this.closeCode = code;
        resolve();
        this.#wake();
      });
    });
  }

  get hasEnded() {
    return this.closeCode !== undefined;
  }

  /** Sends packets in one write, then waits until the server has dealt with them: it answers a ping behind them. */
  async send(packets) {
    const socket = this.#socket;
    if (socket.readyState === socket.OPEN) {
      socket._socket.cork();
      packets.forEach((packet) =>
        socket.send(typeof packet === "string" || this.#version === 4 ? packet : Buffer.concat([Buffer.from([4]), packet])),
      );
      socket._socket.uncork();
      const answered = new Promise((resolve) => socket.once("pong", resolve));
      socket.ping();
      await within(Promise.race([answered, this.#closed]), "the server to have dealt with a packet");
    }
  }

  /** The packets that have come since the last call. */
  received() {
    return this.#arrived.splice(0);
  }

  /** The same, but waits for one; none when the connection has ended. */
  async more() {
    if (this.#arrived.length === 0 && !this.hasEnded) {
      await within(new Promise((resolve) => (this.#wake = resolve)), "a packet");
    }
    return this.received();
  }

  async end() {
    this.#socket.terminate();
    await this.#closed;
  }
}

export class PollingLine {
  #url;
  #target;
  #version;
  #isClosed = false;

  static async open(url, { path, eio }) {
    const line = new PollingLine();
    line.#url = url;
    line.#version = eio;
    const answer = await send(url, `${path}?EIO=${eio}&transport=polling`);
    line.sid = JSON.parse(/\{.*\}/.exec(answer.body.toString())[0]).sid;
    line.#target = `${path}?EIO=${eio}&transport=polling&sid=${line.sid}`;
    return line;
  }

  get hasEnded() {
    return this.#isClosed;
  }

  async send(packets) {
    const body = encodePayload(packets, this.#version);
    const { status } = await send(this.#url, this.#target, { method: "POST", body, headers: { "content-type": "text/plain;charset=UTF-8" } });
    if (status !== 200) {
      this.closeCode = status;
      this.#isClosed = true;
    }
  }

  /** Nobody polls between the steps: everything waits for the end. */
  received() {
    return [];
  }

  async more() {
    const answer = await send(this.#url, this.#target);
    if (answer.status !== 200) {
      this.closeCode = answer.status;
      this.#isClosed = true;
      return [];
    }
    const packets = decodePayload(answer, this.#version);
    if (packets.includes("1")) {
      this.closeCode = "a close packet";
      this.#isClosed = true;
    }
    return packets.filter((packet) => packet !== "6" && packet !== "1");
  }

  async end() {
    if (!this.#isClosed) {
      await this.send(["1"]);
    }
  }
}
