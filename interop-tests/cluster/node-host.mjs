// A host of cluster nodes, in Node. A host of another kind keeps the same contract, which is this:
//
// It listens on a free port of 127.0.0.1, prints `LISTENING http://127.0.0.1:<port>`, and ends on SIGTERM, or when its
// standard input ends. `POST /` carries one command as JSON, { "do": name, ... }, and is answered by { "result": value }, or
// by { "error": text } when it fails. Commands and results are JSON where {"$bytes": base64} stands for bytes and
// {"$date": milliseconds} for a date. A member in brackets may be missing. Lists named "sorted" are in order of UTF-16 units.
//
// A host holds several nodes. A node is a Socket.IO server with a port of its own (path /socket.io/), an adapter of its own
// and Redis connections of its own.
//
//   open       { node, adapter, redis, options, [recovery] } -> { url }
//              adapter: "classic", "sharded" or "streams"; redis: an address redis://host:port; options: those of Node's
//              adapter by their names (key, requestsTimeout, publishOnSpecificResponseChannel; channelPrefix,
//              subscriptionMode; streamName, streamCount, maxLen, sessionKeyPrefix, useShardedPubSub, onlyPlaintext, ...);
//              recovery: Node's connectionStateRecovery, for example { "maxDisconnectionDuration": 60000 }
//   close      { node }                           ends the server and its Redis connections
//
// Every other command has node and [namespace], "/" unless it says otherwise.
//
//   namespace  {}                                 makes the namespace, unless it is there
//   count      {} -> number                       how many nodes have the namespace, this one included
//   run        { commands: [..] } -> [results]    starts all at once in their order, without waiting for one before the next;
//                                                 each is written like a command for the same node and namespace
//   emit       { target, args, [timeout] }        args: the event and its arguments. With timeout (in milliseconds) the clients
//              -> null, or { complete, answers }  are asked: complete tells whether all have answered
//   fetch      { target } -> [described]          sorted by id; see below
//   join       { target, rooms }                  lets all the sockets of the target join
//   leave      { target, rooms }
//   disconnect { target, close }
//   remote     { id, action, ... } -> result      fetches the socket of that id, wherever it is, then
//              action "emit" { args }, "ask" { args, timeout } -> { complete, answers: [one or none] },
//              "join" { rooms }, "leave" { rooms }, "disconnect" { close }
//   allRooms   {} -> [rooms]                      sorted; the classic adapter alone has it
//   listen     { event, [answer] }                listens to events of other nodes and remembers them; where an answer is asked
//                                                 for, gives that one, or none if the command has no member "answer"
//   heard      { event } -> [[arguments], ..]     what has come so far
//   tell       { args }                           tells the other nodes: args is the event and its arguments
//   ask        { args } -> { complete, answers }  the same, with one answer from each
//   facts      { id } -> { id, rooms, data, recovered }, or null when this node has no such socket; rooms sorted
//   set        { id, data }                       the data of a socket of this node
//
// target: { [from], [to], [except], [flags] }. from: the id of a socket of this node that broadcasts (to others than itself);
// to, except: lists of rooms; flags: some of "volatile", "local", "compress", "uncompressed".
// described: { id, rooms (sorted), data, handshake: { auth, query, headers, address, secure, xdomain, url, issued, time } }.
//
// Namespaces whose names begin with "/family-" and end with digits come by themselves with their first client. A client of any
// namespace that gives auth.rooms joins these; what it gives as auth.data becomes the data of its socket.
import { createServer } from "node:http";
import { createAdapter as createClassicAdapter, createShardedAdapter } from "@socket.io/redis-adapter";
import { createAdapter as createStreamsAdapter } from "@socket.io/redis-streams-adapter";
import { createClient } from "redis";
import { Server } from "socket.io";
import { fromTagged, toTagged } from "./support/values.mjs";

const families = /^\/family-\d+$/;

const adapterMakers = {
  classic: async (newClient, options) => createClassicAdapter(await newClient(), await newClient(), options),
  sharded: async (newClient, options) => createShardedAdapter(await newClient(), await newClient(), options),
  streams: async (newClient, options) => createStreamsAdapter(await newClient(), options),
};

const inOrder = (items) => [...items].sort((left, right) => (left < right ? -1 : 1));

const describedHandshake = ({ auth, query, headers, address, secure, xdomain, url, issued, time }) => ({
  auth,
  query,
  headers,
  address,
  secure,
  xdomain,
  url,
  issued,
  time,
});

const described = ({ id, rooms, data, handshake }) => ({ id, rooms: inOrder(rooms), data, handshake: describedHandshake(handshake) });

/** The answers to a question, also when some are missing. */
async function answersTo(question) {
  try {
    return { complete: true, answers: await question };
  } catch (error) {
    return { complete: false, answers: error.responses ?? [] };
  }
}

class Node {
  #redisClients = [];
  #heard = new Map();

  async open({ adapter, redis, options, recovery }) {
    const newClient = async () => {
      const client = await createClient({ url: redis }).on("error", () => {}).connect();
      // Each namespace listens to the errors of the client.
      client.setMaxListeners(0);
      this.#redisClients.push(client);
      return client;
    };
    this.http = createServer();
    this.io = new Server(this.http, {
      adapter: await adapterMakers[adapter](newClient, options),
      ...(recovery && { connectionStateRecovery: recovery }),
    });
    this.namespace("/");
    this.#welcome(this.io.of(families));
    await new Promise((resolve) => this.http.listen(0, "127.0.0.1", resolve));
    return { url: `http://127.0.0.1:${this.http.address().port}` };
  }

  async close() {
    await this.io.close();
    await Promise.all(this.#redisClients.map((client) => client.close()));
  }

  #welcome(namespace) {
    namespace.on("connection", (socket) => {
      const { rooms, data } = socket.handshake.auth;
      if (!socket.recovered) {
        socket.join(rooms ?? []);
        socket.data = data ?? {};
      }
    });
  }

  #welcomed = new Set();

  namespace(name) {
    const namespace = this.io.of(name);
    if (!this.#welcomed.has(name) && !families.test(name)) {
      this.#welcomed.add(name);
      this.#welcome(namespace);
    }
    return namespace;
  }

  /** What a target describes, as something that emits. */
  #operator(namespace, { from, to = [], except = [], flags = [] } = {}) {
    let operator = from ? namespace.sockets.get(from).broadcast : namespace.except([]);
    operator = operator.to(to).except(except);
    for (const flag of flags) {
      switch (flag) {
        case "compress":
          operator = operator.compress(true);
          break;
        case "uncompressed":
          operator = operator.compress(false);
          break;
        default:
          operator = operator[flag];
      }
    }
    return operator;
  }

  run({ namespace: name = "/", ...command }) {
    const namespace = this.io.of(name);
    const operator = () => this.#operator(namespace, command.target);
    switch (command.do) {
      case "namespace":
        this.namespace(name);
        return null;
      case "count":
        return namespace.adapter.serverCount();
      case "run":
        return Promise.all(command.commands.map((each) => this.run({ namespace: name, ...each })));
      case "emit":
        if (command.timeout !== undefined) {
          return answersTo(operator().timeout(command.timeout).emitWithAck(...command.args));
        }
        operator().emit(...command.args);
        return null;
      case "fetch":
        return operator()
          .fetchSockets()
          .then((sockets) => inOrderOfId(sockets.map(described)));
      case "join":
        operator().socketsJoin(command.rooms);
        return null;
      case "leave":
        operator().socketsLeave(command.rooms);
        return null;
      case "disconnect":
        operator().disconnectSockets(command.close);
        return null;
      case "remote":
        return this.#remote(namespace, command);
      case "allRooms":
        return namespace.adapter.allRooms().then(inOrder);
      case "listen":
        return this.#listen(namespace, command);
      case "heard":
        return this.#heard.get(`${name} ${command.event}`) ?? [];
      case "tell":
        namespace.serverSideEmit(...command.args);
        return null;
      case "ask":
        return answersTo(namespace.serverSideEmitWithAck(...command.args));
      case "facts":
        return factsOf(namespace.sockets.get(command.id));
      case "set":
        namespace.sockets.get(command.id).data = command.data;
        return null;
      default:
        throw new Error(`no command "${command.do}"`);
    }
  }

  async #remote(namespace, { id, action, args, timeout, rooms, close }) {
    const [socket] = await namespace.in(id).fetchSockets();
    switch (action) {
      case "emit":
        socket.emit(...args);
        return null;
      case "ask":
        return socket
          .timeout(timeout)
          .emitWithAck(...args)
          .then(
            (answer) => ({ complete: true, answers: [answer] }),
            () => ({ complete: false, answers: [] }),
          );
      case "join":
        socket.join(rooms);
        return null;
      case "leave":
        rooms.forEach((room) => socket.leave(room));
        return null;
      case "disconnect":
        socket.disconnect(close);
        return null;
      default:
        throw new Error(`no action "${action}"`);
    }
  }

  #listen(namespace, command) {
    const { event, answer } = command;
    const heard = [];
    this.#heard.set(`${namespace.name} ${event}`, heard);
    namespace.on(event, (...args) => {
      const acknowledge = typeof args.at(-1) === "function" ? args.pop() : undefined;
      heard.push(args);
      if ("answer" in command) {
        acknowledge?.(answer);
      }
    });
    return null;
  }
}

const inOrderOfId = (sockets) => sockets.sort((left, right) => (left.id < right.id ? -1 : 1));

const factsOf = (socket) => socket && { id: socket.id, rooms: inOrder(socket.rooms), data: socket.data, recovered: socket.recovered };

const nodes = new Map();

async function execute({ node: name, ...command }) {
  switch (command.do) {
    case "open": {
      const node = new Node();
      nodes.set(name, node);
      return node.open(command);
    }
    case "close":
      await nodes.get(name).close();
      nodes.delete(name);
      return null;
    default:
      return nodes.get(name).run(command);
  }
}

async function answer(request, response) {
  const chunks = [];
  for await (const chunk of request) {
    chunks.push(chunk);
  }
  let body;
  try {
    const command = fromTagged(JSON.parse(Buffer.concat(chunks).toString()));
    body = { result: toTagged(await execute(command)) ?? null };
  } catch (error) {
    body = { error: `${error?.stack ?? error}` };
  }
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

const control = createServer(answer);
// Never ends a connection by itself: a busy client might just be using it again.
control.keepAliveTimeout = 0;
control.listen(0, "127.0.0.1", () => console.log(`LISTENING http://127.0.0.1:${control.address().port}`));
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
process.on("SIGTERM", () => process.exit(0));
