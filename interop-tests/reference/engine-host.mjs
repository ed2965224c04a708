// The Node reference host: several engine.io servers on one port, each with other options, all with the same echo; and
// beside them the Socket.IO servers of socketio-host.mjs.
// A host under test offers the same paths, commands and endpoints; README.md beside this folder is the contract.
import { createServer as createHttpServer } from "node:http";
import { createServer as createTcpServer } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { Server as EngineServer } from "engine.io";
import { answerCommand } from "./commands.mjs";
import { isCertified, tlsOptions } from "./secure-connections.mjs";
import { SessionJournal } from "./session-journal.mjs";
import { attachSocketIO, socketJournal, startExtraServer, stopExtraServer } from "./socketio-host.mjs";

const fastHeartbeat = { pingInterval: 300, pingTimeout: 200, upgradeTimeout: 1000 };

const optionsByPath = {
  "/engine.io/":
    process.env.ENGINE_DEFAULT_FAST === "1"
      ? { ...fastHeartbeat, maxHttpBufferSize: 1e6, allowEIO3: process.env.EIO3 === "1" }
      : {},
  "/eio3/": { allowEIO3: true },
  "/fast/": { allowEIO3: true, ...fastHeartbeat },
  "/patient/": { allowEIO3: true, pingInterval: 300, pingTimeout: 3000 },
  "/polling-only/": { allowEIO3: true, transports: ["polling"] },
  "/websocket-only/": { allowEIO3: true, transports: ["websocket"] },
  "/small/": { maxHttpBufferSize: 10_000, allowEIO3: true },
  "/deflate/": { allowEIO3: true, perMessageDeflate: true, httpCompression: { threshold: 1024 } },
  "/uncompressed/": { httpCompression: false },
  "/cookie/": { allowEIO3: true, cookie: true },
  "/cors/": { allowEIO3: true, cors: { origin: "http://example.test", credentials: true } },
  "/initial/": { initialPacket: "welcome", allowEIO3: true },
  "/middleware/": { allowEIO3: true },
  "/headers/": { allowEIO3: true },
  "/allow/": {
    allowRequest: (request, callback) =>
      request._query.deny === "1" ? callback("denied", false) : callback(null, true),
  },
  "/bare": { addTrailingSlash: false, allowEIO3: true },
  "/certified/": { allowEIO3: true, allowRequest: (request, callback) => callback(null, isCertified(request.socket)) },
  "/noupgrade/": { allowUpgrades: false, allowEIO3: true },
};

const journal = new SessionJournal(Object.keys(optionsByPath));

const commandsOfExtraServers = { "/extra/start": startExtraServer, "/extra/stop": stopExtraServer };

async function answerControlRequest(request, response) {
  const [path, query] = request.url.split("?");
  if (path in commandsOfExtraServers) {
    const isDone = await commandsOfExtraServers[path](Number(new URLSearchParams(query).get("port")));
    response.writeHead(isDone ? 200 : 409, { "content-type": "application/json" });
    response.end(JSON.stringify(isDone));
    return;
  }
  if (path === "/journal") {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify(socketJournal.of(new URLSearchParams(query).get("id"))));
    return;
  }
  if (path === "/stats" || path === "/reset") {
    if (path === "/reset") {
      journal.clear();
    }
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify(journal.tell(new URLSearchParams(query).get("sid"))));
    return;
  }
  response.writeHead(404, { "content-type": "text/plain" });
  response.end("not an engine path");
}

const server = createHttpServer(answerControlRequest);

server.setMaxListeners(0);

// A server without any upgrade listener treats an upgrade request as an ordinary one. This is what a Node program
// with polling alone does, but the other engines of this process do listen, so such connections get a server of their own.
const serverWithoutUpgrades = createHttpServer((request, response) => server.emit("request", request, response));

for (const [path, options] of Object.entries(optionsByPath)) {
  const engine = new EngineServer(options);
  if (path === "/middleware/") {
    engine.use((request, response, next) => {
      response.setHeader("x-mw", "1");
      next(request._query.refuse === "1" ? new Error("refused by the middleware") : undefined);
    });
  }
  if (path === "/headers/") {
    engine.on("initial_headers", (headers) => {
      headers["x-initial"] = "1";
    });
    engine.on("headers", (headers) => {
      headers["x-every"] = "1";
    });
  }
  engine.on("connection_error", (error) => journal.recordError(path, error));
  engine.on("connection", (session) => {
    journal.recordOpen(path);
    session.on("close", (reason, details) => journal.recordClose(path, session.id, reason, details));
    session.on("message", (data) => answerCommand(session, data));
  });
  // Only one engine ends foreign upgrade requests: each that does would start a timer of its own.
  engine.attach(server, { path, destroyUpgrade: path === "/engine.io/", addTrailingSlash: options.addTrailingSlash });
}

attachSocketIO(server);

function letIn(socket) {
  socket.on("error", () => {});
  socket.once("readable", () => {
    const firstBytes = socket.read();
    if (firstBytes === null) {
      socket.destroy();
      return;
    }
    socket.unshift(firstBytes);
    const isPollingOnly = firstBytes.subarray(0, 64).toString("latin1").includes(" /polling-only/");
    (isPollingOnly ? serverWithoutUpgrades : server).emit("connection", socket);
  });
}

const frontDoor = tlsOptions ? createTlsServer(tlsOptions, letIn) : createTcpServer(letIn);

frontDoor.listen(Number(process.env.PORT ?? 0), "127.0.0.1", () => {
  console.log(`LISTENING ${tlsOptions ? "https" : "http"}://127.0.0.1:${frontDoor.address().port}`);
});
process.on("SIGTERM", () => process.exit(0));
process.on("SIGINT", () => process.exit(0));
