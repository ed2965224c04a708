// A probe that speaks Socket.IO packets literally, on WebSocket or by polling, and writes down what comes back.
import { RawSession, RawWebSocket } from "../support/raw-session.mjs";
import { eventually } from "../support/waiting.mjs";
import { Probe } from "./probe.mjs";

const recordSeparator = "\x1e";
const ended = Symbol("the connection has ended");

/** A WebSocket connection: one packet in each frame. */
class WebSocketLine {
  constructor(raw) {
    this.raw = raw;
  }

  static async open(url, options) {
    return new WebSocketLine(await RawWebSocket.openSession(url, options));
  }

  /** In one write: what a server does between two packets shall not depend on how they arrive. */
  send(packets) {
    const connection = this.raw.socket._socket;
    connection?.cork();
    packets.forEach((packet) => this.raw.send(packet));
    connection?.uncork();
  }

  async next(what) {
    const arrival = this.raw.next(what);
    return Promise.race([arrival, this.raw.closed.then(() => (this.raw.waiting > 0 ? arrival : ended))]).catch(async (error) => {
      if (/was closed/.test(error.message)) {
        return ended;
      }
      throw error;
    });
  }

  drop() {
    this.raw.terminate();
  }
}

/** A polling connection: what is sent together goes in one payload. */
class PollingLine {
  #packets = [];

  constructor(session) {
    this.session = session;
  }

  static async open(url, options) {
    return new PollingLine(await RawSession.open(url, options));
  }

  async send(packets) {
    const texts = packets.map((packet) => (typeof packet === "string" ? packet : `b${packet.toString("base64")}`));
    await this.session.post(texts.join(recordSeparator));
  }

  async next() {
    while (this.#packets.length === 0) {
      const answer = await this.session.poll();
      if (answer.status !== 200) {
        return ended;
      }
      const packets = answer.body.toString().split(recordSeparator).filter((packet) => packet !== "6" && packet !== "2");
      this.#packets.push(...packets.map((packet) => (packet[0] === "b" ? Buffer.from(packet.slice(1), "base64") : packet)));
    }
    const packet = this.#packets.shift();
    return packet === "1" ? ended : packet;
  }

  drop() {
    return this.session.post("1");
  }
}

const lines = { websocket: WebSocketLine, polling: PollingLine };

/** Only what a JSON parser makes of it counts: another server may escape more or less, or pass on what it has got. */
function normalised(packet) {
  if (typeof packet !== "string") {
    return { hex: packet.length > 100 ? `${packet.length} bytes` : packet.toString("hex") };
  }
  const [, head, json] = /^(4\d(?:\d+-)?(?:\/[^,]*,?)?\d*)(.*)$/su.exec(packet) ?? [];
  try {
    const text = json ? head + JSON.stringify(JSON.parse(json)) : packet;
    return text.length > 300 ? `${text.slice(0, 60)}... ${text.length} characters` : text;
  } catch {
    return packet;
  }
}

/** What an application is told about a bad packet, where only the words differ. */
function inCommonWords(message) {
  return message
    .replace(/^unknown packet type.*|^Cannot read properties of undefined.*/, "unknown packet type")
    .replace(/^(too many attachments|invalid payload).*/, "$1");
}

export class SocketIOProbe extends Probe {
  #ids = [];

  /** Opens an engine session: `transport` is "websocket" or "polling". */
  async line(transport, { path = "/socket.io/", eio = 4 } = {}) {
    const line = await lines[transport].open(this.url, { path, eio });
    this.mask((line.raw ?? line.session).sid);
    return line;
  }

  /** Reads packets until one is as asked for, and writes all of them down; false when the connection has ended. */
  async readUntil(line, label, isLast) {
    const received = [];
    let packet;
    do {
      packet = await line.next(`the end of "${label}", so far ${JSON.stringify(received)}`);
      if (packet !== ended) {
        this.#learnIds(packet);
        received.push(normalised(packet));
      }
    } while (packet !== ended && !(typeof packet === "string" && isLast(packet)));
    this.note(label, received);
    return packet !== ended;
  }

  #learnIds(packet) {
    for (const [, kind, id] of String(packet).matchAll(/"(sid|pid)":"([^"]+)"/g)) {
      this.mask(id);
      if (kind === "sid") {
        this.#ids.push(id);
      }
    }
  }

  /** The ids of the sockets so far. */
  get ids() {
    return this.#ids;
  }

  /** Joins a namespace; the reply is written down. */
  async join(line, namespace = "/", payload = "") {
    const prefix = namespace === "/" ? "" : `${namespace},`;
    await line.send([`40${prefix}${payload}`]);
    return this.readUntil(line, `joined ${namespace}`, (packet) => packet.startsWith(`40${prefix}`) || packet.startsWith(`44${prefix}`));
  }

  /**
   * Sends packets, then an exchange that shows that all of them have been dealt with. Writes down what came meanwhile, and
   * if the connection has ended what the server says about it.
   */
  async exchange(line, packets, { label = "received", closing = '42999["sum",1,1]', answer = "43999[2]" } = {}) {
    await line.send([...packets, closing]);
    const isAlive = await this.readUntil(line, label, (packet) => packet.startsWith(answer));
    this.note("connection", isAlive ? "alive" : "ended");
    if (!isAlive) {
      await this.noteEnds();
    }
    return isAlive;
  }

  /** The same where the main namespace has not been joined: the end is that another namespace is. */
  exchangeWithoutMain(line, packets, label) {
    return this.exchange(line, packets, { label, closing: "40/admin,", answer: "40/admin," });
  }

  /** Writes down what the server has recorded of each socket that has ended, or of the first ones. */
  async noteEnds(count = this.#ids.length) {
    for (const id of this.#ids.slice(0, count)) {
      const entries = await this.journal(id, (all) => all.some(({ what }) => what === "disconnect"));
      const told = entries.filter(({ what }) => what === "disconnect" || what === "error");
      this.note("on the server", told.map((entry) => (entry.what === "error" ? { ...entry, message: inCommonWords(entry.message) } : entry)));
    }
  }

  /** What the server has recorded of a socket, as soon as it is enough. */
  journal(id, isEnough) {
    return eventually(async () => {
      const entries = await (await fetch(`${this.url}/journal?id=${encodeURIComponent(id)}`)).json();
      return isEnough(entries) ? entries : undefined;
    }, `the journal of ${id}`);
  }
}
