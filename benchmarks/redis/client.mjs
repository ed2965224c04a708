// A Socket.IO client that does next to nothing: raw WebSocket frames, and a number from each event.
import { randomBytes } from "node:crypto";
import { connect } from "node:net";

const relayed = Buffer.from('42["relay",');
const comma = ",".charCodeAt(0);
const zero = "0".charCodeAt(0);

/** Frames from a server: one text message each, without a mask. */
class FrameReader {
  #rest = Buffer.alloc(0);

  *read(chunk) {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    while (bytes.length >= 2) {
      const short = bytes[1] & 0x7f;
      const start = short === 127 ? 10 : short === 126 ? 4 : 2;
      if (bytes.length < start) {
        break;
      }
      const length = short === 127 ? Number(bytes.readBigUInt64BE(2)) : short === 126 ? bytes.readUInt16BE(2) : short;
      if (bytes.length < start + length) {
        break;
      }
      yield bytes.subarray(start, start + length);
      bytes = bytes.subarray(start + length);
    }
    this.#rest = bytes;
  }
}

/** A message as one frame; a mask of zeros saves the driver some work, and the server none. */
function toFrame(text) {
  const payload = Buffer.from(text);
  const head = payload.length < 126 ? Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0]) : Buffer.alloc(8);
  if (payload.length >= 126) {
    head[0] = 0x81;
    head[1] = 0x80 | 126;
    head.writeUInt16BE(payload.length, 2);
  }
  return Buffer.concat([head, payload]);
}

export class Client {
  /** How many events have come. */
  received = 0;

  /** How many of them were not the next one. */
  misplaced = 0;

  #socket;
  #frames = new FrameReader();
  #last = -1;
  #onEvent;
  #onText;

  static async connect(port, onEvent = () => {}) {
    const client = new Client();
    client.#onEvent = onEvent;
    await client.#open(port);
    return client;
  }

  send(text) {
    this.#socket.write(toFrame(text));
  }

  async join(room) {
    const answered = this.#next("430");
    this.send(`420["join","${room}"]`);
    await answered;
  }

  /** Counts from zero again, and the next event may be any. */
  restart() {
    this.received = 0;
    this.misplaced = 0;
    this.#last = -1;
  }

  close() {
    this.#socket.destroy();
  }

  async #open(port) {
    this.#socket = connect({ port, host: "127.0.0.1", noDelay: true });
    const key = randomBytes(16).toString("base64");
    this.#socket.write(
      `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\n\r\n`,
    );
    const opened = this.#next("0{");
    await new Promise((resolve, reject) => {
      this.#socket.once("error", reject);
      let head = Buffer.alloc(0);
      const onData = (chunk) => {
        head = Buffer.concat([head, chunk]);
        const end = head.indexOf("\r\n\r\n");
        if (end >= 0) {
          this.#socket.off("data", onData);
          this.#socket.on("data", (bytes) => this.#onData(bytes));
          this.#onData(head.subarray(end + 4));
          resolve();
        }
      };
      this.#socket.on("data", onData);
    });
    await opened;
    const connected = this.#next("40{");
    this.send("40");
    await connected;
  }

  /** The next message that begins so. */
  #next(beginning) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no message "${beginning}" came`)), 20_000);
      this.#onText = (text) => {
        if (text.startsWith(beginning)) {
          clearTimeout(timer);
          this.#onText = undefined;
          resolve();
        }
      };
    });
  }

  #onData(chunk) {
    for (const message of this.#frames.read(chunk)) {
      if (message.length > relayed.length && message[0] === relayed[0] && message.compare(relayed, 0, relayed.length, 0, relayed.length) === 0) {
        this.#onRelayed(message);
      } else if (message.length === 1 && message[0] === zero + 2) {
        this.send("3");
      } else {
        this.#onText?.(message.toString());
      }
    }
  }

  #onRelayed(message) {
    let number = 0;
    for (let index = relayed.length; message[index] !== comma; index++) {
      number = number * 10 + message[index] - zero;
    }
    this.received++;
    if (this.#last >= 0 && number !== this.#last + 1) {
      this.misplaced++;
    }
    this.#last = number;
    this.#onEvent(number);
  }
}
