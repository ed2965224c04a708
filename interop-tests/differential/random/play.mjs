// Plays a script of packets to one host; resolves to the transcript: what was received, whether the connection still lives, and what
// the server's journal tells of each socket.
import { eventually } from "../../support/waiting.mjs";
import { PollingLine, send, WebSocketLine } from "./lines.mjs";
import { Model } from "./model.mjs";

const lines = { websocket: WebSocketLine, polling: PollingLine };

const isAnswerOfTheEnd = (packet) => typeof packet === "string" && packet.startsWith("40/a/b/c,");

/** The handler that has asked says so; on a server with many threads this may take longer than anything else. */
const isQuestion = (packet) => typeof packet === "string" && packet.includes('"question"');
const isToldOfAnswer = (packet) => typeof packet === "string" && packet.includes('"answered"');

/** Only what a JSON parser makes of it counts, and a question's number is the server's own. */
function normalised(packet) {
  if (typeof packet !== "string") {
    return `<${packet.toString("hex")}>`;
  }
  const [, head, number, json] = /^(4\d(?:\d+-)?(?:\/[^,[{"]*,)?)(\d*)(.*)$/su.exec(packet) ?? [];
  if (head === undefined) {
    return packet;
  }
  const shownNumber = /^4[25]/.test(head) && number !== "" ? "<id>" : number;
  try {
    return head + shownNumber + (json === "" ? "" : JSON.stringify(JSON.parse(json)));
  } catch {
    return packet;
  }
}

/** What an application is told about a bad packet, where only the words differ. */
const inCommonWords = (message) =>
  message
    .replace(/^unknown packet type.*|^Cannot read properties of undefined.*/s, "unknown packet type")
    .replace(/^(too many attachments|invalid payload|illegal attachments).*/s, "$1");

class Player {
  transcript = [];
  /** One list for the whole script: a pong may overtake what handlers say. */
  #received = [];
  #ids = [];
  #question = "0";

  constructor(url, script) {
    this.url = url;
    this.script = script;
  }

  note(label, value) {
    let text = JSON.stringify(value);
    this.#ids.forEach((id, index) => (text = text.replaceAll(id, `<sid ${index + 1}>`)));
    this.transcript.push({ [label]: JSON.parse(text) });
  }

  #look(packets) {
    for (const packet of packets) {
      const [, sid] = /"sid":"([\w-]{20})"/.exec(String(packet)) ?? [];
      if (sid && !this.#ids.includes(sid)) {
        this.#ids.push(sid);
      }
      if (typeof packet === "string") {
        this.#question = /^4(?:2|5\d+-)(?:\/[^,]*,)?(\d+)/s.exec(packet)?.[1] ?? this.#question;
      }
      this.#received.push(normalised(packet));
    }
  }

  async play() {
    const line = await lines[this.script.transport].open(this.url, this.script);
    if (this.script.eio === 3) {
      // A socket of the main namespace has the id of the session, the others have it at their end.
      this.#ids.push(line.sid);
      await this.#readUntil(line, (packet) => packet === "40");
    }
    const model = new Model(this.script);
    for (const group of this.script.steps) {
      if (line.hasEnded) {
        break;
      }
      const asksForNumber = group.some((packet) => typeof packet === "string" && packet.includes("<id>"));
      if (asksForNumber && this.script.transport === "polling") {
        await this.#readByPolling(line);
      }
      await line.send(group.map((packet) => (typeof packet === "string" ? packet.replace("<id>", this.#question) : packet)));
      model.take(group);
      const packets = line.received();
      this.#look(packets);
      // A question may come behind the pong; its answer needs its number.
      const awaited = model.isAnswer ? isToldOfAnswer : model.hasAsked && this.script.transport === "websocket" ? isQuestion : undefined;
      if (awaited && !packets.some(awaited)) {
        await this.#readUntil(line, awaited);
      }
    }
    await this.#finish(line);
    return this.transcript;
  }

  /** The number of a question is known when it has been received: polls until the answer to a join of its own. */
  async #readByPolling(line) {
    const marker = "/private-marker,";
    await line.send([`40${marker}`]);
    await this.#readUntil(line, (packet) => typeof packet === "string" && packet.startsWith(`40${marker}`));
    await line.send([`41${marker}`]);
  }

  async #readUntil(line, isTheLast) {
    while (!line.hasEnded) {
      const packets = await line.more();
      this.#look(packets);
      if (packets.some(isTheLast)) {
        break;
      }
    }
  }

  /** Joins a namespace that nothing else joins: either that is answered, or the connection has ended. */
  async #finish(line) {
    if (!line.hasEnded) {
      await line.send(["40/a/b/c,"]);
    }
    const packets = line.received();
    this.#look(packets);
    if (!packets.some(isAnswerOfTheEnd)) {
      await this.#readUntil(line, isAnswerOfTheEnd);
    }
    this.note("received", this.#received);
    this.note("connection", line.hasEnded ? { ended: line.closeCode } : "alive");
    await line.end();
    for (const id of this.#journalIds()) {
      const entries = await this.#journal(id);
      if (entries.length > 0) {
        this.note("on the server", entries);
      }
    }
  }

  #journalIds() {
    if (this.script.eio === 4) {
      return this.#ids;
    }
    const names = ["/", "/chat", "/admin", "/guarded", "/early", "/greeting", "/prepared", "/a/b/c", "/family-7", "/by-function-x"];
    return names.map((name) => (name === "/" ? this.#ids[0] : `${name}#${this.#ids[0]}`));
  }

  async #journal(id) {
    const read = async () => JSON.parse((await send(this.url, `/journal?id=${encodeURIComponent(id)}`)).body.toString());
    const count = (entries, kind) => entries.filter(({ what }) => what === kind).length;
    const entries = await eventually(async () => {
      const all = await read();
      return count(all, "disconnect") >= Math.max(count(all, "connection"), this.script.eio === 4 ? 1 : 0) ? all : undefined;
    }, `the journal of ${id}; so far ${JSON.stringify(this.transcript)}`);
    const inOrder = (rooms) => rooms.map((room) => (room === id ? "<itself>" : room)).sort();
    // The details of an end are in the words of the libraries below.
    return entries.map(({ details, ...entry }) => ({
      ...entry,
      ...(entry.what === "error" && { message: inCommonWords(entry.message) }),
      ...(entry.rooms && { rooms: inOrder(entry.rooms) }),
    }));
  }
}

export const playPackets = (url, script) => new Player(url, script).play();
