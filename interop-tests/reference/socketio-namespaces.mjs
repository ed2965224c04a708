// The namespaces of every Socket.IO server, and who may join them.
import { addScenarios } from "./socketio-scenarios.mjs";

/** The names that one namespace may be asked for: "/private-" and anything; a test takes one for itself. */
const privateNames = /^\/private-[\w-]+$/;

const attemptsByKey = new Map();

function refusal(message, data) {
  const error = new Error(message);
  if (data !== undefined) {
    error.data = data;
  }
  return error;
}

const middlewares = {
  /** Asks for a token; the refusal carries data or not, as the client likes. */
  "/guarded": (socket, next) => {
    const { token, plain } = socket.handshake.auth;
    if (token === "secret") {
      next();
    } else {
      next(plain ? refusal("not authorized") : refusal("not authorized", { code: 401, hints: ["log in", "é😀"] }));
    }
  },
  /** Refuses the first attempt with each key. */
  "/second-try": (socket, next) => {
    const { key } = socket.handshake.auth;
    const attempts = (attemptsByKey.get(key) ?? 0) + 1;
    attemptsByKey.set(key, attempts);
    next(attempts === 1 ? refusal("try again") : undefined);
  },
  /** Sends before the client has joined. */
  "/early": (socket, next) => {
    socket.emit("early", 1);
    socket.emit("early", Buffer.from([2]));
    socket.emit("early", 3);
    next();
  },
  /** Lets the client in after a while. */
  "/slow": (socket, next) => {
    setTimeout(next, Number(socket.handshake.auth.delay ?? 50));
  },
  /** Joins rooms and sets data before the client is in. */
  "/prepared": (socket, next) => {
    socket.join("prepared-room");
    socket.data.prepared = true;
    socket.data.connectedBefore = socket.connected;
    next();
  },
};

export function addNamespaces(io, journal) {
  const accept = (namespace) => {
    namespace.on("connection", (socket) => addScenarios(socket, journal));
  };
  for (const name of ["/", "/chat", "/admin", "/grüße", "/with space", "/a/b/c"]) {
    accept(io.of(name));
  }
  for (const [name, middleware] of Object.entries(middlewares)) {
    const namespace = io.of(name);
    namespace.use(middleware);
    accept(namespace);
  }
  // Its middleware ends the connection and lets the client in nevertheless; under the key the journal tells what came of it.
  io.of("/closing").use((socket, next) => {
    const { key } = socket.handshake.auth;
    socket.conn.close();
    setTimeout(() => {
      next();
      journal.record(key, { what: "let in" });
    }, 30);
  });
  io.of("/closing").on("connection", (socket) => journal.record(socket.handshake.auth.key, { what: "connection" }));
  // The order in which middlewares and connection handlers are seen.
  io.of("/greeting").use((socket, next) => {
    socket.data.steps = ["first middleware"];
    next();
  });
  io.of("/greeting").use((socket, next) => {
    socket.data.steps.push("second middleware");
    next();
  });
  io.of("/greeting").on("connection", (socket) => {
    socket.data.steps.push("connection");
    socket.emit("greeting", ...socket.data.steps);
    socket.emit("greeting", Buffer.from("hello"));
  });
  accept(io.of("/greeting"));

  accept(io.of(privateNames));
  accept(io.of((name, auth, next) => next(null, name.startsWith("/by-function-") && auth.pass === "yes")));
  const guardedFamily = io.of(/^\/family-\d+$/);
  guardedFamily.use((socket, next) => next(socket.handshake.auth.name === "child" ? undefined : refusal("not of the family")));
  accept(guardedFamily);
}
