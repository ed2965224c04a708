// The Socket.IO servers of the reference host: several on one port, each with other options, all with the same scenarios.
import { createServer } from "node:http";
import { Server } from "socket.io";
import msgpackParser from "socket.io-msgpack-parser";
import { addNamespaces } from "./socketio-namespaces.mjs";
import { SocketJournal } from "./socketio-journal.mjs";

const optionsByPath = {
  "/socket.io/": {},
  "/io-v2/": { allowEIO3: true },
  "/io-fast/": { allowEIO3: true, pingInterval: 1000, pingTimeout: 3000 },
  "/io-hasty/": { allowEIO3: true, connectTimeout: 3000 },
  "/io-recovery/": { connectionStateRecovery: {} },
  "/io-recovery-short/": { connectionStateRecovery: { maxDisconnectionDuration: 100 } },
  "/io-recovery-strict/": { connectionStateRecovery: { skipMiddlewares: false } },
  "/io-recovery-fast/": { pingInterval: 1000, pingTimeout: 3000, connectionStateRecovery: {} },
  "/io-msgpack/": { allowEIO3: true, parser: msgpackParser },
  "/io-cleanup/": { allowEIO3: true, cleanupEmptyChildNamespaces: true },
  "/io-guarded/": {
    allowEIO3: true,
    allowRequest: (request, callback) => (request._query.deny === "1" ? callback("denied", false) : callback(null, true)),
    cors: { origin: "http://example.test", credentials: true },
    cookie: true,
  },
  "/io-small/": { allowEIO3: true, maxHttpBufferSize: 10_000 },
  "/io-deflate/": { allowEIO3: true, perMessageDeflate: true },
  "/io-websocket-only/": { allowEIO3: true, transports: ["websocket"] },
  "/io-steady/": { allowEIO3: true, pingInterval: 500, pingTimeout: 3000 },
  "/io-cors/": {
    cors: {
      origin: (origin, callback) => callback(null, origin?.startsWith("http://127.0.0.1:") === true),
      allowedHeaders: ["X-Custom"],
      credentials: true,
    },
    cookie: true,
  },
};

export const socketJournal = new SocketJournal();

/** Adds the Socket.IO servers to an HTTP server. */
export function attachSocketIO(httpServer) {
  for (const [path, options] of Object.entries(optionsByPath)) {
    const io = new Server(httpServer, { path, destroyUpgrade: false, serveClient: path === "/socket.io/", ...options });
    if (path === "/io-guarded/") {
      addEngineMiddleware(io);
    }
    addNamespaces(io, socketJournal);
  }
}

/** Refuses requests whose query has `refuse=1`, and sets a header on every answer. */
function addEngineMiddleware(io) {
  io.engine.use((request, response, next) => next(request._query.refuse === "1" ? new Error("refused by the middleware") : undefined));
  io.engine.on("headers", (headers) => {
    headers["x-every"] = "1";
  });
}

const extraServers = new Map();

/** A server of its own at that port, which a test can stop and start again. False when the port is taken. */
export async function startExtraServer(port) {
  const server = createServer();
  const io = new Server(server, { allowEIO3: true });
  addNamespaces(io, socketJournal);
  const isListening = await new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => resolve(true));
  });
  if (isListening) {
    extraServers.set(port, io);
  }
  return isListening;
}

/** Closes that server with everything on it. */
export async function stopExtraServer(port) {
  await extraServers.get(port)?.close();
  extraServers.delete(port);
  return true;
}
