// The passes of a run: which suites, over which line, against which hosts.
import { readdirSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const suitesFolder = dirname(dirname(fileURLToPath(import.meta.url)));

const suitesOfClients = ["conformance", "clients", "socketio", "ecosystems"];

/** What every client version does over every line. */
const core = [
  "clients/messages.test.mjs",
  "clients/upgrade.test.mjs",
  "socketio/acknowledgements.test.mjs",
  "socketio/binary.test.mjs",
  "socketio/connecting.test.mjs",
  "socketio/events.test.mjs",
  "socketio/rooms.test.mjs",
];

/** What it can make a difference to how frames and bytes are carried. */
const sensitiveToFrames = ["acknowledgements", "binary", "disconnecting", "events", "losses", "msgpack", "ordering", "reconnecting", "recovery"].map(
  (name) => `socketio/${name}.test.mjs`,
);

/**
 * `isOfMatrix`: run with Node's server as well, and compared. `line`: what stands between client and server.
 * Timing is compared with Node's in `differential`, and sessions are counted in `limits`: nothing runs beside them.
 */
const allPasses = [
  { name: "clients and protocol", suites: suitesOfClients, concurrency: 6, isOfMatrix: true },
  { name: "browsers", suites: ["browsers"], concurrency: 3, isOfMatrix: true },
  { name: "over TLS", suites: [...core, "secure"], concurrency: 4, line: "TLS", isOfMatrix: true },
  { name: "over nginx", suites: core, concurrency: 4, line: "nginx", isOfMatrix: true },
  {
    name: "the framework's WebSockets",
    suites: ["conformance", "clients", ...sensitiveToFrames],
    concurrency: 4,
    line: "the framework's WebSockets",
    isOfMatrix: true,
    testEnvironment: { SOCKETIO_CLIENTS: "few" },
  },
  {
    name: "the epoll transport",
    suites: ["clients", ...["binary", "disconnecting", "losses", "ordering", "reconnecting"].map((name) => `socketio/${name}.test.mjs`)],
    concurrency: 4,
    line: "the epoll transport",
    testEnvironment: { SOCKETIO_CLIENTS: "few" },
  },
  { name: "comparison with Node", suites: ["matrix", "differential"], concurrency: 1 },
  { name: "limits", suites: ["limits"], concurrency: 1 },
  { name: "clusters", suites: ["cluster"], concurrency: 2, isOfClusters: true },
];

/** Lines that only our server has; what they show is compared with Node's server as it is. */
export const linesOfOurs = ["the framework's WebSockets", "the epoll transport"];

function testFiles(path) {
  if (statSync(path).isFile()) {
    return [path];
  }
  return readdirSync(path, { recursive: true })
    .filter((name) => name.endsWith(".test.mjs"))
    .sort()
    .map((name) => join(path, name));
}

/** Some files or folders instead of everything. */
function chosenPasses(paths, line) {
  const files = paths.flatMap((path) => testFiles(resolve(path)));
  const isOfClusters = (file) => file.startsWith(join(suitesFolder, "cluster"));
  return [
    { name: "chosen files", files: files.filter((file) => !isOfClusters(file)), concurrency: 2, line, isOfMatrix: true },
    { name: "chosen files with clusters", files: files.filter(isOfClusters), concurrency: 2, isOfClusters: true },
  ];
}

/** The passes to run, each with its files. `kind`: "sharp", "node", or "command" for any other program. */
export function passesFor(kind, paths, line) {
  const passes =
    paths.length > 0
      ? chosenPasses(paths, line)
      : allPasses.map((pass) => ({ ...pass, files: pass.suites.flatMap((suite) => testFiles(join(suitesFolder, suite))) }));
  return passes
    .filter(({ files }) => files.length > 0)
    .filter((pass) => kind === "sharp" || !linesOfOurs.includes(pass.line))
    .filter((pass) => kind !== "command" || !pass.isOfClusters);
}
