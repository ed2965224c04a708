// Frames of one WebSocket, byte by byte: messages in fragments, control frames between them, reserved bits and opcodes, lengths in
// longer forms than needed, text that is no UTF-8. A step is { do: "frame", fin, reserved, opcode, masked, form, payload }.
import { connect } from "node:net";
import { eventually, within } from "../../../support/waiting.mjs";
import { send } from "../lines.mjs";
import { text } from "../values.mjs";

const opcodes = { more: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 };

function frame(chance, { opcode, payload, fin = true }) {
  return { do: "frame", fin, reserved: 0, opcode: opcodes[opcode], masked: true, form: chance.hits(6) ? chance.pick([16, 64]) : 7, payload };
}

const packetText = (chance) =>
  Buffer.from(
    chance.hits(88)
      ? `4${text(chance)}`
      : chance.pick(["3", "2", "2probe", "0", "1", "5", "6", "", "x", "bAQI=", "b4AQI=", "4close", "4transport", "4burst:2"]),
  );

/** A message in one or more frames, with pings and pongs between them. */
function message(chance) {
  const isText = chance.hits(75);
  const payload = isText ? packetText(chance) : chance.bytes(0, 6);
  const cuts = chance.hits(50) ? [] : chance.list(1, 3, () => chance.below(payload.length + 1)).sort((left, right) => left - right);
  const edges = [0, ...cuts, payload.length];
  return edges.slice(1).flatMap((end, index) => {
    const opcode = index > 0 ? "more" : isText ? "text" : "binary";
    const part = frame(chance, { opcode, payload: payload.subarray(edges[index], end), fin: index === edges.length - 2 });
    return chance.hits(15) ? [part, control(chance)] : [part];
  });
}

const control = (chance) => frame(chance, { opcode: chance.pick(["ping", "pong"]), payload: chance.bytes(0, 5) });

function goodbye(chance) {
  const code = chance.pick([1000, 1001, 1002, 1003, 1005, 1006, 1007, 1011, 1012, 1014, 1015, 1016, 999, 2999, 3000, 4999, 5000, 0]);
  const withCode = Buffer.concat([Buffer.from([code >> 8, code & 255]), chance.hits(40) ? Buffer.from(text(chance)) : Buffer.alloc(0)]);
  return [frame(chance, { opcode: "close", payload: chance.hits(15) ? chance.bytes(0, 3) : withCode })];
}

/** One of the frames is made wrong. */
function spoiled(chance, frames) {
  const at = chance.below(frames.length);
  const original = frames[at];
  const changes = {
    unmasked: { masked: false },
    reserved: { reserved: chance.pick([1, 2, 4, 7]) },
    opcode: { opcode: chance.below(16) },
    fin: { fin: !original.fin },
    bytes: { payload: chance.bytes(0, 6) },
    notText: {
      payload: Buffer.concat([
        original.payload,
        chance.pick([
          Buffer.from([0xc3]),
          Buffer.from([0xed, 0xa0, 0x80]),
          Buffer.from([0xff]),
          Buffer.from([0xc0, 0x80]),
          Buffer.from([0xf4, 0x90, 0x80, 0x80]),
        ]),
      ]),
    },
    long: { payload: Buffer.alloc(126, 0x34) },
  };
  return frames.with(at, {
    ...original,
    ...changes[chance.weighted({ unmasked: 1, reserved: 2, opcode: 3, fin: 3, bytes: 2, notText: 3, long: 1 })],
  });
}

function make(eio) {
  return (chance) => {
    const steps = chance.list(1, 8, () => {
      const frames = chance.weighted({ message: 10, control: 2, goodbye: 1 });
      const made = frames === "message" ? message(chance) : frames === "control" ? [control(chance)] : goodbye(chance);
      return chance.hits(12) ? spoiled(chance, made) : made;
    });
    return { eio, path: eio === 3 ? "/eio3/" : "/engine.io/", steps: steps.flat() };
  };
}

function bytesOf({ fin, reserved, opcode, masked, form, payload }) {
  const mask = masked ? 0x80 : 0;
  const first = (fin ? 0x80 : 0) | (reserved << 4) | opcode;
  const { length } = payload;
  const size = form === 64 ? 8 : form === 16 || length > 125 ? 2 : 0;
  const head = Buffer.alloc(2 + size);
  head[0] = first;
  head[1] = mask | (size === 8 ? 127 : size === 2 ? 126 : length);
  if (size > 0) {
    head.writeUIntBE(length, 2 + size - Math.min(size, 6), Math.min(size, 6));
  }
  // Masks are part of the rules, but their value is nothing to test here.
  const key = masked ? Buffer.from([1, 2, 3, 4]) : Buffer.alloc(0);
  const body = masked ? Buffer.from(payload.map((byte, index) => byte ^ key[index % 4])) : payload;
  return Buffer.concat([head, key, body]);
}

/** The frames of the server: short, whole and not masked. */
function* framesOf(bytes) {
  for (let at = 0; at + 2 <= bytes.length; ) {
    const short = bytes[at + 1] & 127;
    const start = at + (short === 126 ? 4 : 2);
    const length = short === 126 ? bytes.readUInt16BE(at + 2) : short;
    if (start + length > bytes.length) {
      return;
    }
    yield { first: bytes[at], payload: bytes.subarray(start, start + length), end: start + length };
    at = start + length;
  }
}

class FramePlayer {
  #received = [];
  #rest = Buffer.alloc(0);
  #wake = () => {};
  #isClosed = false;

  constructor(url, { eio, path, steps }) {
    Object.assign(this, { url, eio, path, steps });
  }

  async #open() {
    const { hostname, port } = new URL(this.url);
    this.socket = connect(Number(port), hostname);
    this.socket.setNoDelay(true);
    this.socket.on("error", () => {});
    this.socket.on("close", () => {
      this.#isClosed = true;
      this.#wake();
    });
    this.socket.write(
      `GET ${this.path}?EIO=${this.eio}&transport=websocket HTTP/1.1\r\nHost: ${hostname}:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    );
    let isOpen = false;
    this.socket.on("data", (chunk) => {
      this.#rest = Buffer.concat([this.#rest, chunk]);
      if (!isOpen) {
        const end = this.#rest.indexOf("\r\n\r\n");
        isOpen = end >= 0;
        this.#rest = isOpen ? this.#rest.subarray(end + 4) : this.#rest;
      }
      if (isOpen) {
        this.#read();
      }
    });
    await this.#until(() => this.#received.length > 0, "the open packet");
    this.sid = JSON.parse(this.#received.shift().replace(/^.*?\{/, "{")).sid;
  }

  #read() {
    let end = 0;
    for (const { first, payload, end: after } of framesOf(this.#rest)) {
      const isText = (first & 15) === 1;
      this.#received.push(`${first.toString(16)} ${isText ? payload.toString() : `<${payload.toString("hex")}>`}`);
      end = after;
    }
    this.#rest = this.#rest.subarray(end);
    this.#wake();
  }

  async #until(isDone, what) {
    while (!isDone() && !this.#isClosed) {
      await within(new Promise((resolve) => (this.#wake = resolve)), what);
    }
  }

  /** A ping behind everything else: its answer shows that the server is done with it. A server that has said goodbye ends the connection. */
  async #settle(number) {
    const payload = Buffer.from(`settled ${number}`);
    this.socket.write(bytesOf({ fin: true, reserved: 0, opcode: opcodes.ping, masked: true, form: 7, payload }));
    const answer = `8a <${payload.toString("hex")}>`;
    const isGoodbye = (frame) => frame.startsWith("88");
    await this.#until(() => this.#received.includes(answer) || this.#received.some(isGoodbye), "the answer to a ping");
    if (this.#received.some(isGoodbye)) {
      // The goodbye is answered, and nothing more follows; then the server ends the connection.
      this.socket.end(bytesOf({ fin: true, reserved: 0, opcode: opcodes.close, masked: true, form: 7, payload: Buffer.alloc(0) }));
      await this.#until(() => false, "the end of the connection");
    }
    this.#received = this.#received.filter((frame) => frame !== answer);
  }

  async play() {
    await this.#open();
    for (const [index, step] of this.steps.entries()) {
      if (this.#isClosed) {
        break;
      }
      this.socket.write(bytesOf(step));
      await this.#settle(index);
    }
    const isAlive = !this.#isClosed;
    this.socket.destroy();
    const { reason } = await eventually(
      async () => JSON.parse((await send(this.url, `/stats?sid=${this.sid}`)).body.toString()).closes.find(({ sid }) => sid === this.sid),
      `the close of the session; so far ${JSON.stringify(this.#received)}`,
    );
    return [{ received: this.#received }, { connection: isAlive ? "alive" : "ended" }, { "closed on the server": reason }];
  }
}

const objectionTo = ({ steps }) =>
  steps.some(({ payload }) => /close-discard|stream|later|big/.test(payload.toString())) ? "a command with a clock" : undefined;
const kindOf = (eio) => ({ make: make(eio), objectionTo, play: (url, script) => new FramePlayer(url, script).play() });

export const frameKinds = { frames: kindOf(4), "frames-3": kindOf(3) };
