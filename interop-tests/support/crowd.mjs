// A program of its own: opens many sessions at once through raw sockets and reports, as lines of JSON on its output,
// { opened, failures, sids, milliseconds }; when its input ends it closes them all and reports { closed }.
// Arguments: address, path with query, "polling" or "websocket", count.
import { once } from "node:events";
import { connect } from "node:net";

const [url, target, kind, count] = process.argv.slice(2);
const { hostname, port } = new URL(url);
const sids = [];
const failures = {};
const failed = (what) => {
  failures[what] = (failures[what] ?? 0) + 1;
};

const upgradeHeaders =
  "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
const closeFrame = Buffer.from([0x88, 0x80, 0, 0, 0, 0]);
const expectedStatus = kind === "websocket" ? "101" : "200";

class Visitor {
  #received = "";

  constructor() {
    this.socket = connect(Number(port), hostname);
    this.opened = new Promise((resolve) => {
      this.done = resolve;
    });
    this.socket.on("connect", () => {
      this.socket.write(`GET ${target} HTTP/1.1\r\nHost: ${hostname}:${port}\r\n${kind === "websocket" ? upgradeHeaders : ""}\r\n`);
    });
    this.socket.on("data", (chunk) => this.#read(chunk.toString("latin1")));
    this.socket.on("error", (error) => this.#fail(error.code));
    this.socket.on("close", () => this.#fail("closed"));
  }

  #read(text) {
    this.#received += text;
    const sid = /"sid":"([^"]+)".*\}/.exec(this.#received)?.[1];
    const status = /^HTTP\/1\.1 (\d+)/.exec(this.#received)?.[1];
    if (status !== undefined && status !== expectedStatus) {
      this.#fail(`status ${status}`);
    } else if (sid !== undefined && this.sid === undefined) {
      this.sid = sid;
      sids.push(sid);
      this.done();
    }
  }

  #fail(what) {
    if (this.sid === undefined && !this.hasFailed) {
      this.hasFailed = true;
      failed(what);
      this.done();
    }
  }

  async close() {
    if (this.sid === undefined || this.socket.destroyed) {
      return false;
    }
    const answer = once(this.socket, "data");
    if (kind === "websocket") {
      this.socket.write(closeFrame);
    } else {
      this.socket.write(
        `POST ${target}&sid=${this.sid} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nContent-Type: text/plain\r\nContent-Length: 1\r\n\r\n1`,
      );
    }
    const [bytes] = await answer;
    this.socket.destroy();
    return kind === "websocket" ? bytes[0] === 0x88 : bytes.toString("latin1").startsWith("HTTP/1.1 200");
  }
}

const start = Date.now();
const visitors = Array.from({ length: Number(count) }, () => new Visitor());
await Promise.all(visitors.map((visitor) => visitor.opened));
console.log(JSON.stringify({ opened: sids.length, differentSids: new Set(sids).size, failures, milliseconds: Date.now() - start }));

process.stdin.resume();
await once(process.stdin, "end");
const results = await Promise.all(visitors.map((visitor) => visitor.close().catch(() => false)));
console.log(JSON.stringify({ closed: results.filter(Boolean).length }));
process.exit(0);
