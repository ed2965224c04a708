// What Node makes of a sequence of packets, with the parser of Node itself: who is in which namespace, and which packets would touch
// a deliberate difference. Generated, damaged and shrunk scripts all pass through here before they are played.
import { Decoder, PacketType } from "socket.io-parser";
import { rows, spellingOf } from "./known.mjs";
import { events, otherEvents } from "./scenarios.mjs";

const openNamespaces = ["/", "/chat", "/admin", "/grüße", "/with space", "/a/b/c", "/early", "/greeting", "/prepared"];

/** Namespaces whose answers hang on clocks or on what others have asked for. */
const unusable = /^\/(slow|second-try)$/;

export class Model {
  #decoder = new Decoder();
  #decoded = [];
  joined = new Set();
  hasEnded = false;
  /** The namespace of the server's latest question while nobody has answered it. */
  #asked;
  /** The last packet answers that question: the handler that has asked will say so. */
  isAnswer = false;
  /** The last packet makes the server ask. */
  hasAsked = false;

  constructor({ eio = 4, transport }) {
    this.eio = eio;
    this.transport = transport;
    this.#decoder.on("decoded", (packet) => this.#decoded.push(packet));
    if (eio === 3) {
      this.joined.add("/");
    }
  }

  /** Takes what is sent in one piece; the reason why it must not be played, or undefined. */
  take(group) {
    for (const packet of group) {
      const before = { hasEnded: this.hasEnded, joined: new Set(this.joined) };
      const problem = this.#takeOne(packet);
      if (problem) {
        return problem;
      }
      if (group.length > 1 && (this.hasEnded !== before.hasEnded || this.joined.size !== before.joined.size || this.isLoud)) {
        return rows.joinTakesNoTurn;
      }
    }
    return undefined;
  }

  #takeOne(packet) {
    this.isLoud = false;
    this.isAnswer = false;
    this.hasAsked = false;
    if (this.hasEnded) {
      return undefined;
    }
    if (typeof packet !== "string") {
      return this.#decode(packet);
    }
    const data = packet.slice(1);
    switch (packet[0]) {
      case "4":
        return this.#takeMessage(packet);
      case "b":
        if (/[^\x00-\xff]/.test(packet)) {
          return rows.base64BeyondLatin;
        }
        return this.#decode(Buffer.from(this.eio === 3 ? data.slice(1) : data, "base64"));
      case "0":
      case "5":
      case "6":
        return undefined;
      case "2":
      case "3":
        this.hasEnded = (packet[0] === "2") === (this.eio === 4);
        // Answers to pings are no part of what is compared.
        return this.hasEnded ? undefined : this.eio === 3 ? "a ping of protocol 3" : undefined;
      case "1":
        this.hasEnded = this.transport === "polling";
        return undefined;
      default:
        this.hasEnded = true;
        return undefined;
    }
  }

  #takeMessage(packet) {
    if (packet === "4" && this.#decoder.reconstructor) {
      return "an error in the words of JavaScript";
    }
    // Stands for the number that the server has given its question.
    if (packet.includes("<id>") && !/^4[36](\d*-)?(\/[^,]*,)?<id>/.test(packet)) {
      return "a number that nobody has asked for";
    }
    return spellingOf(packet) ?? this.#decode(packet.slice(1).replace("<id>", "0"));
  }

  #decode(data) {
    this.#decoded = [];
    try {
      this.#decoder.add(data);
    } catch {
      this.hasEnded = true;
      return undefined;
    }
    return this.#decoded.length > 0 ? this.#judge(this.#decoded[0]) : undefined;
  }

  #judge({ type, nsp, data, id }) {
    let namespace = nsp;
    if (this.eio === 3) {
      if (/^\/?[\t\n\r]*[/\\]{2}|^\/[\t\n\r]*[/\\]/.test(nsp)) {
        return rows.foreignNames;
      }
      try {
        namespace = new URL(nsp, "https://socket.io").pathname;
      } catch {
        return rows.foreignNames;
      }
    }
    if (unusable.test(namespace)) {
      return "a namespace with a clock";
    }
    const isIn = this.joined.has(namespace);
    switch (type) {
      case PacketType.CONNECT:
        return this.#connect(namespace, isIn, this.eio === 3 ? Object.fromEntries(new URL(nsp, "https://socket.io").searchParams) : (data ?? {}));
      case PacketType.DISCONNECT:
        this.hasEnded = !isIn;
        this.joined.delete(namespace);
        return undefined;
      case PacketType.EVENT:
      case PacketType.BINARY_EVENT:
        this.hasEnded = !isIn;
        return isIn ? this.#event(namespace, data ?? [], id) : undefined;
      case PacketType.ACK:
      case PacketType.BINARY_ACK:
        return isIn ? this.#answer(namespace, id) : rows.lateAnswer;
      default:
        this.hasEnded = true;
        return undefined;
    }
  }

  #connect(namespace, isIn, auth) {
    this.isLoud = true;
    if (isIn) {
      this.hasEnded = true;
      return undefined;
    }
    if (namespace === "/guarded" && (("plain" in auth && auth.plain !== true) || ("token" in auth && typeof auth.token !== "string"))) {
      return rows.argumentsThatDoNotFit;
    }
    const isGuarded = namespace === "/guarded" && auth.token === "secret";
    const isFamily = /^\/family-\d+$/.test(namespace) && auth.name === "child";
    const isByFunction = namespace.startsWith("/by-function-") && auth.pass === "yes";
    if (openNamespaces.includes(namespace) || /^\/private-[\w-]+$/.test(namespace) || isGuarded || isFamily || isByFunction) {
      this.joined.add(namespace);
    }
    return undefined;
  }

  #answer(namespace, id) {
    // Node calls whoever has asked at once, but handlers of events a turn later.
    this.isLoud = true;
    if (id === 0) {
      if (this.#asked !== namespace) {
        return "an answer to a question that nobody has asked";
      }
      this.#asked = undefined;
      this.isAnswer = true;
    }
    return undefined;
  }

  #event(namespace, [name, ...args], id) {
    const event = Object.hasOwn(events, name) ? events[name] : undefined;
    if (otherEvents.has(name)) {
      return "an event whose answer holds a clock or the doings of others";
    }
    if (!event) {
      return undefined;
    }
    if (!event.fits(args) || (event.listens && id !== undefined) || (event.private && !namespace.startsWith("/private-"))) {
      return rows.argumentsThatDoNotFit;
    }
    if (name === "ask-me") {
      this.#asked = namespace;
      this.hasAsked = true;
    }
    if (namespace === "/prepared" && /^(join|leave|facts)$/.test(name)) {
      return "rooms that are sorted by random ids";
    }
    if (event.leaves) {
      this.isLoud = true;
      this.joined.delete(namespace);
      this.hasEnded = name === "close-engine" || args[0] === true;
    }
    return undefined;
  }
}

/** Why the script must not be played, or undefined. */
export function objectionTo({ eio, transport, steps }) {
  const model = new Model({ eio, transport });
  for (const group of steps) {
    const problem = model.take(group);
    if (problem) {
      return problem;
    }
  }
  return undefined;
}
