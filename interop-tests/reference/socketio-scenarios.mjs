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
  socket.on("echo", (...args) => socket.emit("echo", ...args));
  socket.on("give", (name) => socket.emit("given", ...fixedValues(name)));
  socket.on("give-numeric", () => socket.emit(7, "seven"));
  socket.on("7", (value, acknowledge) => acknowledge(`seven ${value}`));
  socket.on("send-me", (...args) => socket.send(...args));
  socket.on("message", (...args) => socket.emit("message-received", ...args));
  socket.on("digest", (bytes, acknowledge) => acknowledge(bytes.length, bytes.reduce((sum, byte) => (sum + byte) % 65536, 0)));
  socket.on("burst", (count, size) => {
    for (let index = 0; index < count; index++) {
      socket.emit("numbered", index, "x".repeat(size));
    }
  });
  socket.on("mixed-burst", (count) => {
    for (let index = 0; index < count; index++) {
      if (index % 3 === 0) {
        socket.emit("numbered", index, Buffer.from([index & 255]));
      } else {
        socket.emit("numbered", index, "text");
      }
    }
  });
  socket.on("numbered-up", (index) => received.push(index));
  socket.on("report-numbers", (acknowledge) => acknowledge(received));
  socket.on("volatile-me", (name, value) => socket.volatile.emit(name, value));
  socket.on("compress-me", (compress, name, value) => socket.compress(compress).emit(name, value));
}

function addAcknowledgements(socket, namespace) {
  socket.on("echo-ack", (...args) => args.pop()(...args));
  socket.on("give-ack", (name, acknowledge) => acknowledge(...fixedValues(name)));
  socket.on("sum", (left, right, acknowledge) => acknowledge(left + right));
  socket.on("later", (milliseconds, acknowledge) => setTimeout(() => acknowledge("done"), milliseconds));
  socket.on("never", () => {});
  // An answer that is kept back until somebody releases it.
  socket.on("hold", (key, acknowledge) => heldAnswers.set(key, acknowledge));
  socket.on("release", (key, value, acknowledge) => {
    heldAnswers.get(key)(value);
    heldAnswers.delete(key);
    acknowledge();
  });
  // Answers only at the given attempt.
  socket.on("flaky", (key, attempt, acknowledge) => {
    const attempts = (attemptsByKey.get(key) ?? 0) + 1;
    attemptsByKey.set(key, attempts);
    if (attempts >= attempt) {
      acknowledge(attempts);
    }
  });
  socket.on("twice", (acknowledge) => {
    acknowledge("first");
    acknowledge("second");
  });
  // The server asks this client; the answer is told by an event.
  socket.on("ask-me", (name, milliseconds, ...args) => {
    const tell = (error, ...answers) => socket.emit("answered", error ? timedOut : null, ...answers);
    if (milliseconds > 0) {
      socket.timeout(milliseconds).emit(name, ...args, tell);
    } else {
      socket.emit(name, ...args, (...answers) => tell(null, ...answers));
    }
  });
  socket.on("ask-me-with-promise", async (name, milliseconds, value) => {
    try {
      socket.emit("answered", null, await socket.timeout(milliseconds).emitWithAck(name, value));
    } catch {
      socket.emit("answered", timedOut);
    }
  });
  // The server asks many; the acknowledgement tells whether all have answered, and the answers.
  socket.on("ask-many", (target, name, milliseconds, value, acknowledge) => {
    senderOf(namespace, socket, target).timeout(milliseconds).emit(name, value, (error, answers) => acknowledge(!error, answers));
  });
  socket.on("ask-one", async (id, name, milliseconds, value, acknowledge) => {
    const [remote] = await namespace.in(id).fetchSockets();
    try {
      acknowledge(null, await remote.timeout(milliseconds).emitWithAck(name, value));
    } catch {
      acknowledge(timedOut);
    }
  });
}

function addRooms(socket, namespace) {
  socket.on("join", (rooms, acknowledge) => {
    socket.join(rooms);
    acknowledge([...socket.rooms].sort());
  });
  socket.on("leave", (room, acknowledge) => {
    socket.leave(room);
    acknowledge([...socket.rooms].sort());
  });
  socket.on("broadcast", (target, name, value, acknowledge) => {
    senderOf(namespace, socket, target).emit(name, value);
    acknowledge();
  });
  socket.on("fetch-sockets", async (target, acknowledge) => {
    const sockets = await senderOf(namespace, socket, target).fetchSockets();
    acknowledge(sockets.map(described).sort((left, right) => (left.id < right.id ? -1 : 1)));
  });
  socket.on("sockets-join", (target, rooms, acknowledge) => {
    senderOf(namespace, socket, target).socketsJoin(rooms);
    acknowledge();
  });
  socket.on("sockets-leave", (target, rooms, acknowledge) => {
    senderOf(namespace, socket, target).socketsLeave(rooms);
    acknowledge();
  });
  socket.on("disconnect-sockets", (target, close, acknowledge) => {
    senderOf(namespace, socket, target).disconnectSockets(close);
    acknowledge();
  });
  socket.on("remote", async (id, action, value, acknowledge) => {
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
  socket.on("facts", (acknowledge) =>
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
  socket.on("handshake", (acknowledge) => {
    const { auth, query, headers, address, secure, xdomain, issued, time, url } = socket.handshake;
    acknowledge({
      auth,
      query: query.custom ?? null,
      eio: query.EIO,
      header: headers["x-custom"] ?? null,
      address,
      secure,
      xdomain,
      age: Date.now() - issued,
      time,
      url,
    });
  });
  socket.on("set-data", (name, value, acknowledge) => {
    socket.data[name] = value;
    acknowledge();
  });
}

function addEndings(socket, journal) {
  journal.record(socket.id, { what: "connection", recovered: socket.recovered });
  socket.on("disconnecting", (reason) => journal.record(socket.id, { what: "disconnecting", reason, rooms: [...socket.rooms].sort() }));
  socket.on("disconnect", (reason) => journal.record(socket.id, { what: "disconnect", reason }));
  socket.on("leave-me", (close) => socket.disconnect(close));
  socket.on("say-and-leave-me", (close) => {
    socket.emit("goodbye", "last words");
    socket.disconnect(close);
  });
  socket.on("close-engine", () => socket.conn.close());
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
  socket.on("forbidden", () => socket.emit("forbidden-reached"));
  socket.on("slowly", (milliseconds, value) => socket.emit("slowly-reached", value));
  // The server's own errors and the client's events of that name both arrive here.
  socket.on("error", (error) => {
    if (error instanceof Error) {
      journal.record(socket.id, { what: "error", message: error.message });
      socket.emit("refused", error.message);
    } else {
      socket.emit("error-received", error);
    }
  });
  socket.once("only-once", () => socket.emit("once-reached"));

  const recordIncoming = (name, ...args) => seen.incoming.push([name, ...args.filter((value) => typeof value !== "function")]);
  const recordOutgoing = (name, ...args) => seen.outgoing.push([name, ...args.filter((value) => typeof value !== "function")]);
  socket.on("record", (acknowledge) => {
    socket.onAny(recordIncoming);
    socket.onAnyOutgoing(recordOutgoing);
    acknowledge();
  });
  socket.on("stop-recording", (acknowledge) => {
    socket.offAny(recordIncoming);
    socket.offAnyOutgoing(recordOutgoing);
    acknowledge(seen);
  });

  // A handler that is added and taken away again.
  const onTemporary = () => socket.emit("temporary-reached");
  socket.on("add-temporary", (acknowledge) => {
    socket.on("temporary", onTemporary);
    acknowledge();
  });
  socket.on("remove-temporary", (acknowledge) => {
    socket.off("temporary", onTemporary);
    acknowledge();
  });
}
