// Opens clusters of nodes for the tests: run.mjs has started Redis and the hosts, and says where they are.
import { randomUUID } from "node:crypto";
import { createClient } from "redis";
import { eventually } from "../../support/waiting.mjs";
import { Client } from "./client.mjs";
import { StreamsEmitter } from "./emitters.mjs";
import { fromTagged, toTagged } from "./values.mjs";

function fromEnvironment(name) {
  const value = process.env[name];
  if (!value) {
    throw new Error(`${name} is not set: start the suites with "npm run interop"`);
  }
  return value;
}

const redisUrl = fromEnvironment("CLUSTER_REDIS_URL");

/** The hosts: [{ kind, url }]. The first two are those that every test pairs; the third is for tests that need three nodes. */
const hosts = JSON.parse(fromEnvironment("CLUSTER_HOSTS"));

/** Each wire that a cluster can speak. */
export const wires = [
  { name: "classic", adapter: "classic", options: { requestsTimeout: 4000 } },
  { name: "sharded, dynamic", adapter: "sharded", options: { subscriptionMode: "dynamic" } },
  { name: "sharded, static", adapter: "sharded", options: { subscriptionMode: "static" } },
  { name: "sharded, dynamic-private", adapter: "sharded", options: { subscriptionMode: "dynamic-private" } },
  { name: "streams", adapter: "streams", options: {} },
];

/** The nodes of a pair by turns: first, second. */
export const turns = [0, 1].map((acting) => ({ acting, other: 1 - acting, name: `${hosts[acting].kind} acts, node ${"AB"[acting]}` }));

/** How many tests of one cluster run at once. */
export const together = { concurrency: 8 };

/** What an adapter calls the prefix of its channels. */
export const prefixOption = { classic: "key", sharded: "channelPrefix", streams: "channelPrefix" };

/** Options that keep a cluster apart from all the others on the same Redis. */
function ownNames(adapter, prefix) {
  const names = { [prefixOption[adapter]]: prefix };
  return adapter === "streams" ? { ...names, streamName: `${prefix}-stream`, sessionKeyPrefix: `${prefix}-session:` } : names;
}

class ClusterNode {
  constructor(host, name) {
    this.kind = host.kind;
    this.#host = host;
    this.name = name;
  }

  #host;

  /** Gives the node a command, see node-host.mjs; comes back with its result. */
  async do(name, rest = {}) {
    const response = await fetch(this.#host.url, { method: "POST", body: JSON.stringify(toTagged({ do: name, node: this.name, ...rest })) });
    const { result, error } = await response.json();
    if (error) {
      throw new Error(`"${name}" failed on a node of kind ${this.kind}: ${error}`);
    }
    return fromTagged(result);
  }

  async open(options) {
    ({ url: this.url } = await this.do("open", options));
    this.isOpen = true;
  }

  async close() {
    if (this.isOpen) {
      this.isOpen = false;
      await this.do("close");
    }
  }
}

export class Cluster {
  /** Opens a cluster of the hosts from the first on; optionsOf gives options of a node by its number. */
  static async open({ adapter, options = {}, recovery }, { size = 2, first = 0, optionsOf = () => ({}), withOwnNames = true } = {}) {
    const cluster = new Cluster();
    cluster.adapter = adapter;
    cluster.options = { ...(withOwnNames && ownNames(adapter, `test-${randomUUID()}`)), ...options };
    cluster.redis = await createClient({ url: redisUrl }).connect();
    cluster.nodes = hosts.slice(first, first + size).map((host) => new ClusterNode(host, randomUUID()));
    await Promise.all(
      cluster.nodes.map((node, index) => node.open({ adapter, redis: redisUrl, options: { ...cluster.options, ...optionsOf(index) }, recovery })),
    );
    await cluster.knowsNamespace("/");
    if (adapter === "streams") {
      await cluster.#readTheStream();
    }
    return cluster;
  }

  async close() {
    await Promise.all(this.nodes.map((node) => node.close()));
    await this.redis.close();
  }

  /** Comes back once these nodes know of each other's namespace. */
  knowsNamespace(namespace, nodes = this.nodes) {
    return Promise.all(
      nodes.map((node) =>
        eventually(async () => (await node.do("count", { namespace })) === nodes.length, `${nodes.length} nodes with ${namespace}`),
      ),
    );
  }

  get prefix() {
    return this.options[prefixOption[this.adapter]] ?? "socket.io";
  }

  /** A node misses what is written before its first read of the stream has begun; afterwards it misses nothing. */
  async #readTheStream() {
    const clients = await Promise.all(this.nodes.map((node) => Client.connect(node.url)));
    const { streamName, streamCount = 1 } = { streamName: "socket.io", ...this.options };
    for (let number = 0; number < streamCount; number++) {
      const emitter = new StreamsEmitter(this.redis, { streamName: streamCount === 1 ? streamName : `${streamName}-${number}` });
      await eventually(async () => {
        await emitter.emit("warm-up", number);
        return clients.every((client) => client.events.some(([, value]) => value === number));
      }, `the nodes to read stream ${number}`);
    }
    clients.forEach((client) => client.leave());
  }

  /** A namespace that no other test uses, present on all nodes. */
  async namespace(name = `/${randomUUID()}`) {
    await Promise.all(this.nodes.map((node) => node.do("namespace", { namespace: name })));
    await this.knowsNamespace(name);
    return name;
  }

  /**
   * Comes back once so many nodes listen to the messages of a room. Only the sharded adapter has channels for rooms; in dynamic
   * mode nothing is sent to those of rooms whose names are as long as ids, and not every server listens there.
   */
  async roomIsKnown(namespace, room, count) {
    const { subscriptionMode } = this.options;
    if (this.adapter === "sharded" && (subscriptionMode === "dynamic-private" || (subscriptionMode === "dynamic" && room.length !== 20))) {
      const channel = `${this.prefix}#${namespace}#${room}#`;
      const subscribers = async () => (await this.redis.sendCommand(["PUBSUB", "SHARDNUMSUB", channel]))[1];
      await eventually(async () => (await subscribers()) === count, `${count} subscribers of ${channel}`);
    }
  }
}

/** A namespace of its own on a cluster, with clients; what they have received is compared. */
export class Scene {
  #test;
  clients = [];

  constructor(test, cluster, namespace) {
    this.#test = test;
    this.cluster = cluster;
    this.namespace = namespace;
  }

  /** members: for each client the number of its node, and its rooms: [[0, "red"], [1, "red", "blue"]]. */
  static async open(test, cluster, members, { namespace, ...clientOptions } = {}) {
    const scene = new Scene(test, cluster, await cluster.namespace(namespace));
    scene.clients = await Promise.all(members.map(([node, ...rooms]) => scene.connect(node, { auth: { rooms }, ...clientOptions })));
    await scene.roomsAreKnown(members);
    return scene;
  }

  /** Comes back once each node listens for the rooms of its clients. */
  async roomsAreKnown(members) {
    const nodesByRoom = new Map();
    const add = (room, node) => nodesByRoom.set(room, (nodesByRoom.get(room) ?? new Set()).add(node));
    members.forEach(([node, ...rooms], index) => {
      rooms.forEach((room) => add(room, node));
      if (this.cluster.options.subscriptionMode === "dynamic-private") {
        add(this.clients[index].id, node);
      }
    });
    await Promise.all([...nodesByRoom].map(([room, nodes]) => this.cluster.roomIsKnown(this.namespace, room, nodes.size)));
  }

  /** A client that does not belong to the scene's own. */
  async connect(node, options) {
    const client = await Client.connect(this.cluster.nodes[node].url + this.namespace, options);
    this.#test.after(() => client.leave());
    return client;
  }

  get ids() {
    return this.clients.map((client) => client.id);
  }

  /** Gives a node a command in the namespace of the scene. */
  do(node, name, rest) {
    return this.cluster.nodes[node].do(name, { namespace: this.namespace, ...rest });
  }

  /** What each client has received so far, once everything that the acting node has sent is there: [[event, ...args], ..]. */
  received(acting) {
    return this.receivedFrom((mark) => this.do(acting, "emit", { args: ["mark", mark] }));
  }

  /** The same for another sender, which is given a mark to send. */
  async receivedFrom(send) {
    const mark = randomUUID();
    await send(mark);
    return Promise.all(this.clients.map((client) => client.untilMark(mark)));
  }

  /** For each client how many events it has received. */
  async counts(acting) {
    return (await this.received(acting)).map((events) => events.length);
  }
}
