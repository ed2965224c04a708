// The Socket.IO servers of the reference host: several on one port, each with other options, all with the same scenarios.
import { Server } from "socket.io";
import msgpackParser from "socket.io-msgpack-parser";
import { addNamespaces } from "./socketio-namespaces.mjs";
import { SocketJournal } from "./socketio-journal.mjs";

const optionsByPath = {
  "/socket.io/": {},
  "/io-v2/": { allowEIO3: true },
  "/io-fast/": { allowEIO3: true, pingInterval: 500, pingTimeout: 500 },
  "/io-hasty/": { allowEIO3: true, connectTimeout: 800 },
  "/io-recovery/": { connectionStateRecovery: {} },
  "/io-recovery-short/": { connectionStateRecovery: { maxDisconnectionDuration: 100 } },
  "/io-recovery-strict/": { connectionStateRecovery: { skipMiddlewares: false } },
  "/io-recovery-fast/": { pingInterval: 1000, pingTimeout: 1000, connectionStateRecovery: {} },
  "/io-msgpack/": { allowEIO3: true, parser: msgpackParser },
  "/io-cleanup/": { cleanupEmptyChildNamespaces: true },
  "/io-steady/": { pingInterval: 500, pingTimeout: 2000 },
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
    addNamespaces(io, socketJournal);
  }
}
