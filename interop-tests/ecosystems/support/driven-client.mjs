// Clients that a program in another language runs: each test says what they do, and is told what they see.
import { hostUrl } from "../../support/hosts.mjs";
import { LineDriver } from "./line-driver.mjs";
import { Mailbox } from "./mailbox.mjs";

let count = 0;

class DrivenPeer extends Mailbox {
  #connection;
  #namespace;
  #names = new Set();

  constructor(connection, namespace) {
    super();
    this.#connection = connection;
    this.#namespace = namespace;
  }

  heard(line) {
    switch (line.tells) {
      case "connected":
        return this.heardConnected(line.id);
      case "disconnected":
        return this.heardDisconnected(line.reason);
      case "refused":
        return this.heardRefused(line.args);
      case "event":
        return this.heardEvent(line.event, line.args);
      case "any":
        return this.heardAny(line.args);
    }
  }

  #command(what, more) {
    return this.#connection.command({ do: what, namespace: this.#namespace, ...more });
  }

  listen(...names) {
    for (const event of names.filter((name) => !this.#names.has(name))) {
      this.#names.add(event);
      this.#connection.tell({ do: "listen", namespace: this.#namespace, event });
    }
    return this;
  }

  listenToAll() {
    this.#connection.tell({ do: "listen-to-all", namespace: this.#namespace });
  }

  /** Answers events of that name with their arguments. */
  mirror(event) {
    this.#connection.tell({ do: "mirror", namespace: this.#namespace, event });
  }

  emit(event, ...args) {
    this.#connection.tell({ do: "emit", namespace: this.#namespace, event, args });
  }

  ask(event, ...args) {
    return this.answered(this.#command("ask", { event, args }), event);
  }

  /** The library's own way to emit and wait. */
  async call(event, ...args) {
    return (await this.answered(this.#command("call", { event, args }), event)).returned;
  }

  disconnect() {
    this.#connection.tell({ do: "disconnect", namespace: this.#namespace });
  }

  in(namespace) {
    return this.#connection.peer(namespace);
  }
}

class DrivenConnection {
  #driver;
  #peers;
  #failure;
  #name = `peer ${++count}`;

  constructor(test, driver, mode, { namespaces = ["/"], url = hostUrl, listens = [], ...options }) {
    this.#driver = driver;
    this.#peers = new Map(namespaces.map((namespace) => [namespace, new DrivenPeer(this, namespace)]));
    driver.listen(this.#name, (line) => this.#peers.get(line.namespace)?.heard(line));
    this.tell({ do: "make", url, namespaces, transports: mode.transports, path: "/socket.io/", ...options });
    for (const peer of this.#peers.values()) {
      peer.listen(...listens);
    }
    // What the library says to a failed connection is told by the refusal too.
    this.made = this.command({ do: "connect" });
    this.made.catch(() => {});
    test.after(() => this.tell({ do: "disconnect", namespace: namespaces[0] }));
  }

  peer(namespace) {
    return namespace === undefined ? this.#peers.values().next().value : this.#peers.get(namespace);
  }

  get peers() {
    return [...this.#peers.values()];
  }

  command(command) {
    if (this.#failure) {
      return Promise.reject(this.#failure);
    }
    return this.#driver.ask({ peer: this.#name, ...command });
  }

  /** A command whose result nobody awaits; when it fails, all that follow do. */
  tell(command) {
    this.command(command).catch((error) => {
      this.#failure = error;
    });
  }
}

/** A client of the behaviours: { name, modes, lacks, start, connect }. */
export class DrivenClient {
  #driver;
  #options;

  constructor(client, command) {
    Object.assign(this, client);
    this.#options = client.options ?? {};
    this.#driver = new LineDriver(`driver of ${client.name}`, command);
  }

  /** Starts to connect; the caller awaits what comes of it. */
  async start(test, mode, options) {
    await this.#driver.waitUntilReady();
    return new DrivenConnection(test, this.#driver, mode, { ...this.#options, ...options }).peer();
  }

  async connect(test, mode, options) {
    await this.#driver.waitUntilReady();
    const connection = new DrivenConnection(test, this.#driver, mode, { ...this.#options, ...options });
    await connection.made;
    await Promise.all(connection.peers.map((peer) => peer.connected()));
    return connection.peer();
  }
}
