// What every socket does with the events of a test. Plain on purpose: other hosts repeat it line by line.
import { fixedValues } from "./socketio-values.mjs";

const timedOut = "operation has timed out";

const heldAnswers = new Map();
const attemptsByKey = new Map();

/** { from, to, except, flags } as the sender that it describes. */
function senderOf(namespace, socket, { from = "server", to = [], except = [], flags = [] }) {
  let sender = from === "socket" ? socket.broadcast : namespace.except([]);
  if (to.length > 0) {
    sender = sender.to(to);
  }
  if (except.length > 0) {
    sender = sender.except(except);
  }
  if (flags.includes("volatile")) {
    sender = sender.volatile;
  }
  if (flags.includes("local")) {
    sender = sender.local;
  }
  if (flags.includes("compress")) {
    sender = sender.compress(true);
  }
  if (flags.includes("uncompressed")) {
    sender = sender.compress(false);
  }
  return sender;
}

/** A handler of an event. What a hostile client makes of its arguments ends there. */
function listen(socket, name, handler) {
  socket.on(name, (...args) => {
    try {
      handler(...args);
    } catch {
      // The arguments do not fit.
    }
  });
}

/** The same for an event that is answered, if the client has asked for that. */
function answer(socket, name, handler) {
  socket.on(name, async (...args) => {
    const acknowledge = typeof args.at(-1) === "function" ? args.pop() : () => {};
    try {
      await handler(acknowledge, ...args);
    } catch {
      // The arguments do not fit.
    }
  });
}

const described = (socket) => ({ id: socket.id, rooms: [...socket.rooms].sort(), data: socket.data, auth: socket.handshake.auth });

export function addScenarios(socket, journal) {
  const namespace = socket.nsp;
  const received = [];
  const seen = { incoming: [], outgoing: [] };

  addEvents(socket, namespace, received);
  addAcknowledgements(socket, namespace);
  addRooms(socket, namespace);
  addFacts(socket);
  addEndings(socket, journal);
  addListeners(socket, seen, journal);
}

function addEvents(socket, namespace, received) {
  listen(socket, "echo", (...args) => socket.emit("echo", ...args));
  listen(socket, "give", (name) => socket.emit("given", ...fixedValues(name)));
  listen(socket, "give-numeric", () => socket.emit(7, "seven"));
  answer(socket, "7", (acknowledge, value) => acknowledge(`seven ${value}`));
  listen(socket, "send-me", (...args) => socket.send(...args));
  listen(socket, "message", (...args) => socket.emit("message-received", ...args));
  answer(socket, "digest", (acknowledge, bytes) => acknowledge(bytes.length, bytes.reduce((sum, byte) => (sum + byte) % 65536, 0)));
  listen(socket, "burst", (count, size) => {
    for (let index = 0; index < count; index++) {
      socket.emit("numbered", index, "x".repeat(size));
    }
  });
  listen(socket, "mixed-burst", (count) => {
    for (let index = 0; index < count; index++) {
      if (index % 3 === 0) {
        socket.emit("numbered", index, Buffer.from([index & 255]));
      } else {
        socket.emit("numbered", index, "text");
      }
    }
  });
  listen(socket, "numbered-up", (index) => received.push(index));
  answer(socket, "report-numbers", (acknowledge) => acknowledge(received));
  listen(socket, "volatile-me", (name, value) => socket.volatile.emit(name, value));
  // A volatile event right behind a lasting one, and lasting ones right behind a volatile one.
  listen(socket, "volatile-among-others", () => {
    socket.emit("lasting", 1);
    socket.volatile.emit("fleeting", 2);
    socket.volatile.emit("fleeting", Buffer.from([3]));
    socket.emit("lasting", 4);
  });
  listen(socket, "compress-me", (compress, name, value) => socket.compress(compress).emit(name, value));
}

function addAcknowledgements(socket, namespace) {
  answer(socket, "echo-ack", (acknowledge, ...args) => acknowledge(...args));
  answer(socket, "give-ack", (acknowledge, name) => acknowledge(...fixedValues(name)));
  answer(socket, "sum", (acknowledge, left, right) => acknowledge(left + right));
  answer(socket, "next-second", (acknowledge, date) => acknowledge(new Date(new Date(date).getTime() + 1000)));
  answer(socket, "later", (acknowledge, milliseconds) => setTimeout(() => acknowledge("done"), milliseconds));
  listen(socket, "never", () => {});
  // An answer that is kept back until somebody releases it.
  answer(socket, "hold", (acknowledge, key) => heldAnswers.set(key, acknowledge));
  answer(socket, "release", (acknowledge, key, value) => {
    heldAnswers.get(key)(value);
    heldAnswers.delete(key);
    acknowledge();
  });
  // Answers only at the given attempt.
  answer(socket, "flaky", (acknowledge, key, attempt) => {
    const attempts = (attemptsByKey.get(key) ?? 0) + 1;
    attemptsByKey.set(key, attempts);
    if (attempts >= attempt) {
      acknowledge(attempts);
    }
  });
  answer(socket, "twice", (acknowledge) => {
    acknowledge("first");
    acknowledge("second");
  });
  // The server asks this client; the answer is told by an event.
  listen(socket, "ask-me", (name, milliseconds, ...args) => {
    const tell = (error, ...answers) => socket.emit("answered", error ? timedOut : null, ...answers);
    if (milliseconds > 0) {
      socket.timeout(milliseconds).emit(name, ...args, tell);
    } else {
      socket.emit(name, ...args, (...answers) => tell(null, ...answers));
    }
  });
  listen(socket, "ask-me-with-promise", async (name, milliseconds, value) => {
    try {
      socket.emit("answered", null, await socket.timeout(milliseconds).emitWithAck(name, value));
    } catch {
      socket.emit("answered", timedOut);
    }
  });
  // The server asks many; the acknowledgement tells whether all have answered, and the answers.
  answer(socket, "ask-many", (acknowledge, target, name, milliseconds, value) => {
    senderOf(namespace, socket, target).timeout(milliseconds).emit(name, value, (error, answers) => acknowledge(!error, answers));
  });
  answer(socket, "ask-one", async (acknowledge, id, name, milliseconds, value) => {
    const [remote] = await namespace.in(id).fetchSockets();
    try {
      acknowledge(null, await remote.timeout(milliseconds).emitWithAck(name, value));
    } catch {
      acknowledge(timedOut);
    }
  });
}

function addRooms(socket, namespace) {
  answer(socket, "join", (acknowledge, rooms) => {
    socket.join(rooms);
    acknowledge([...socket.rooms].sort());
  });
  answer(socket, "leave", (acknowledge, room) => {
    socket.leave(room);
    acknowledge([...socket.rooms].sort());
  });
  answer(socket, "broadcast", (acknowledge, target, name, value) => {
    senderOf(namespace, socket, target).emit(name, value);
    acknowledge();
  });
  answer(socket, "fetch-sockets", async (acknowledge, target) => {
    const sockets = await senderOf(namespace, socket, target).fetchSockets();
    acknowledge(sockets.map(described).sort((left, right) => (left.id < right.id ? -1 : 1)));
  });
  answer(socket, "sockets-join", (acknowledge, target, rooms) => {
    senderOf(namespace, socket, target).socketsJoin(rooms);
    acknowledge();
  });
  answer(socket, "sockets-leave", (acknowledge, target, rooms) => {
    senderOf(namespace, socket, target).socketsLeave(rooms);
    acknowledge();
  });
  answer(socket, "disconnect-sockets", (acknowledge, target, close) => {
    senderOf(namespace, socket, target).disconnectSockets(close);
    acknowledge();
  });
  answer(socket, "remote", async (acknowledge, id, action, value) => {
    const [remote] = await namespace.in(id).fetchSockets();
    switch (action) {
      case "join":
        remote.join(value);
        break;
      case "leave":
        remote.leave(value);
        break;
      case "emit":
        remote.emit("from-remote", value);
        break;
      case "disconnect":
        remote.disconnect(value);
        break;
    }
    acknowledge();
  });
}

function addFacts(socket) {
  answer(socket, "facts", (acknowledge) =>
    acknowledge({
      id: socket.id,
      namespace: socket.nsp.name,
      connected: socket.connected,
      recovered: socket.recovered,
      transport: socket.conn.transport.name,
      rooms: [...socket.rooms].sort(),
      data: socket.data,
    }),
  );
  answer(socket, "handshake", (acknowledge) => {
    const { auth, query, headers, address, secure, xdomain, issued, time, url } = socket.handshake;
    acknowledge({
      auth,
      query: query.custom ?? null,
      eio: query.EIO,
      header: headers["x-custom"] ?? null,
      origin: headers.origin ?? null,
      cookie: headers.cookie ?? null,
      address,
      secure,
      xdomain,
      age: Date.now() - issued,
      time,
      url,
    });
  });
  // Whether the connection of a client could take something at once: a client that polls must have a request open.
  answer(socket, "can-be-reached", (acknowledge, id) => acknowledge(socket.nsp.sockets.get(id).conn.transport.writable));
  answer(socket, "set-data", (acknowledge, name, value) => {
    socket.data[name] = value;
    acknowledge();
  });
}

function addEndings(socket, journal) {
  journal.record(socket.id, { what: "connection", recovered: socket.recovered });
  socket.on("disconnecting", (reason) => journal.record(socket.id, { what: "disconnecting", reason, rooms: [...socket.rooms].sort() }));
  socket.on("disconnect", (reason, details) => {
    journal.record(socket.id, { what: "disconnect", reason, ...(typeof details === "string" ? { details } : {}) });
  });
  // Once it has left, a socket is in no room and joins none.
  listen(socket, "leave-and-join", (room) => {
    socket.disconnect();
    socket.join(room);
    journal.record(socket.id, { what: "joined too late", rooms: [...socket.rooms] });
  });
  listen(socket, "leave-me", (close) => socket.disconnect(close));
  listen(socket, "say-and-leave-me", (close) => {
    socket.emit("goodbye", "last words");
    socket.disconnect(close);
  });
  listen(socket, "close-engine", () => socket.conn.close());
}

function addListeners(socket, seen, journal) {
  socket.use(([name, ...args], next) => {
    if (name === "forbidden") {
      next(new Error(`refused: ${args[0]}`));
    } else if (name === "slowly") {
      setTimeout(next, args[0]);
    } else {
      next();
    }
  });
  listen(socket, "forbidden", () => socket.emit("forbidden-reached"));
  listen(socket, "slowly", (milliseconds, value) => socket.emit("slowly-reached", value));
  // The server's own errors and the client's events of that name both arrive here.
  socket.on("error", (error) => {
    if (error instanceof Error) {
      journal.record(socket.id, { what: "error", message: error.message });
      if (error.message.startsWith("refused")) {
        socket.emit("refused", error.message);
      }
    } else {
      socket.emit("error-received", error);
    }
  });
  socket.once("only-once", () => socket.emit("once-reached"));

  const recordIncoming = (name, ...args) => seen.incoming.push([name, ...args.filter((value) => typeof value !== "function")]);
  const recordOutgoing = (name, ...args) => seen.outgoing.push([name, ...args.filter((value) => typeof value !== "function")]);
  answer(socket, "record", (acknowledge) => {
    socket.onAny(recordIncoming);
    socket.onAnyOutgoing(recordOutgoing);
    acknowledge();
  });
  answer(socket, "stop-recording", (acknowledge) => {
    socket.offAny(recordIncoming);
    socket.offAnyOutgoing(recordOutgoing);
    acknowledge(seen);
  });

  // Catch-all listeners that were put in front are called first.
  const order = [];
  answer(socket, "record-order", (acknowledge) => {
    socket.onAny(() => order.push("in, appended"));
    socket.prependAny(() => order.push("in, in front"));
    socket.onAnyOutgoing(() => order.push("out, appended"));
    socket.prependAnyOutgoing(() => order.push("out, in front"));
    acknowledge();
  });
  answer(socket, "report-order", (acknowledge) => acknowledge(order.splice(0)));

  // A handler that is added and taken away again.
  const onTemporary = () => socket.emit("temporary-reached");
  answer(socket, "add-temporary", (acknowledge) => {
    socket.on("temporary", onTemporary);
    acknowledge();
  });
  answer(socket, "remove-temporary", (acknowledge) => {
    socket.off("temporary", onTemporary);
    acknowledge();
  });
}
