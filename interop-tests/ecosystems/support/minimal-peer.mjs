// A Socket.IO client as people write it by hand, for load tests and small devices: no more than the protocol asks for. It speaks over
// any line that has send(packet), close() and onPacket(packet); a packet of Engine.IO is a text, or a Buffer for a binary message.
import { hostUrl } from "../../support/hosts.mjs";
import { Mailbox } from "./mailbox.mjs";

const kinds = { connect: 0, disconnect: 1, event: 2, answer: 3, refusal: 4, binaryEvent: 5, binaryAnswer: 6 };

/** Takes the binary values out of a value, and leaves what stands for them. */
function withoutBinary(value, attachments) {
  if (Buffer.isBuffer(value)) {
    attachments.push(value);
    return { _placeholder: true, num: attachments.length - 1 };
  }
  if (Array.isArray(value)) {
    return value.map((item) => withoutBinary(item, attachments));
  }
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withoutBinary(item, attachments)]));
  }
  return value;
}

function withBinary(value, attachments) {
  if (Array.isArray(value)) {
    return value.map((item) => withBinary(item, attachments));
  }
  if (value !== null && typeof value === "object") {
    return value._placeholder === true
      ? attachments[value.num]
      : Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withBinary(item, attachments)]));
  }
  return value;
}

class MinimalPeer extends Mailbox {
  #connection;
  #namespace;
  #answers = new Map();
  #mirrored = new Set();
  #hearsAll = false;
  #count = 0;

  constructor(connection, namespace) {
    super();
    this.#connection = connection;
    this.#namespace = namespace;
  }

  listen() {
    return this;
  }

  listenToAll() {
    this.#hearsAll = true;
  }

  mirror(name) {
    this.#mirrored.add(name);
  }

  emit(...args) {
    this.#connection.sendPacket(kinds.event, this.#namespace, "", args);
  }

  ask(...args) {
    const number = this.#count++;
    const answer = new Promise((resolve) => this.#answers.set(number, resolve));
    this.#connection.sendPacket(kinds.event, this.#namespace, number, args);
    return this.answered(answer, args[0]);
  }

  disconnect() {
    this.#connection.sendPacket(kinds.disconnect, this.#namespace, "");
    this.heardDisconnected("left");
  }

  in(namespace) {
    return this.#connection.peer(namespace);
  }

  heardPacket(kind, number, data) {
    switch (kind) {
      case kinds.connect:
        return this.heardConnected(data.sid);
      case kinds.disconnect:
        return this.heardDisconnected("sent away");
      case kinds.refusal:
        return this.heardRefused([data]);
      case kinds.answer:
      case kinds.binaryAnswer:
        this.#answers.get(number)?.(data);
        return this.#answers.delete(number);
      default:
        return this.#heardEvent(number, data);
    }
  }

  #heardEvent(number, [name, ...args]) {
    if (this.#mirrored.has(name) && number !== undefined) {
      this.#connection.sendPacket(kinds.answer, this.#namespace, number, args);
    } else if (this.#hearsAll) {
      this.heardAny([name, ...args]);
    } else {
      this.heardEvent(name, args);
    }
  }
}

class MinimalConnection {
  #line;
  #peers;
  #auth;
  #incomplete;

  constructor(line, namespaces, auth) {
    this.#line = line;
    this.#auth = auth;
    this.#peers = new Map(namespaces.map((namespace) => [namespace, new MinimalPeer(this, namespace)]));
    line.onPacket = (packet) => this.#heard(packet);
    line.onClose = (reason) => {
      for (const peer of this.#peers.values()) {
        peer.heardDisconnected(reason);
      }
    };
  }

  peer(namespace) {
    return namespace === undefined ? this.#peers.values().next().value : this.#peers.get(namespace);
  }

  get peers() {
    return [...this.#peers.values()];
  }

  sendPacket(kind, namespace, number, data) {
    const attachments = [];
    const text = data === undefined ? "" : JSON.stringify(withoutBinary(data, attachments));
    // Events and answers with binary values have kinds of their own, three further on.
    const head = attachments.length > 0 ? `${kind + 3}${attachments.length}-` : kind;
    this.#line.send(`4${head}${namespace === "/" ? "" : `${namespace},`}${number}${text}`);
    attachments.forEach((attachment) => this.#line.send(attachment));
  }

  #heard(packet) {
    if (Buffer.isBuffer(packet)) {
      this.#heardAttachment(packet);
      return;
    }
    switch (packet[0]) {
      case "0":
        for (const namespace of this.#peers.keys()) {
          this.sendPacket(kinds.connect, namespace, "", this.#auth);
        }
        break;
      case "2":
        this.#line.send("3");
        break;
      case "4":
        this.#heardText(packet.slice(1));
        break;
    }
  }

  #heardText(packet) {
    const [, kind, count, namespace = "/", number, json] = /^(\d)(?:(\d+)-)?(?:(\/[^,]*),?)?(\d+)?([^]*)$/.exec(packet);
    const data = json === "" ? undefined : JSON.parse(json);
    const heard = { kind: Number(kind), namespace, number: number === undefined ? undefined : Number(number), data };
    if (Number(count ?? 0) > 0) {
      this.#incomplete = { ...heard, missing: Number(count), attachments: [] };
    } else {
      this.#pass(heard);
    }
  }

  #heardAttachment(packet) {
    const { attachments, missing, ...heard } = this.#incomplete;
    attachments.push(packet);
    if (attachments.length === missing) {
      this.#incomplete = undefined;
      this.#pass({ ...heard, data: withBinary(heard.data, attachments) });
    }
  }

  #pass({ kind, namespace, number, data }) {
    this.#peers.get(namespace)?.heardPacket(kind, number, data);
  }
}

/** A client of the behaviours over the lines that `open(test, { url, path, query, headers })` makes. */
export class MinimalClient {
  #open;

  constructor(client, open) {
    Object.assign(this, client);
    this.#open = open;
  }

  #begin(test, { namespaces = ["/"], url = hostUrl, path = "/socket.io/", query, headers, auth }) {
    const line = this.#open({ url, path, query: new URLSearchParams(query).toString(), headers });
    test.after(() => line.close());
    return new MinimalConnection(line, namespaces, auth);
  }

  async start(test, mode, options = {}) {
    return this.#begin(test, options).peer();
  }

  async connect(test, mode, options = {}) {
    const connection = this.#begin(test, options);
    await Promise.all(connection.peers.map((peer) => peer.connected()));
    return connection.peer();
  }
}

/** For `lacks`: what a hand-written client leaves out. */
export function faultOfMinimalClients(behaviour, mode, group) {
  if (group === "MessagePack") {
    return "written for JSON alone";
  }
  switch (behaviour) {
    case "by the server's engine are followed by a new connection":
    case "by the network are followed by a new connection":
      return "written without reconnection";
    case "as a bytearray, there and back":
      return "a type of Python";
    case "by the library's own call that waits":
      return "there is no library";
  }
}
