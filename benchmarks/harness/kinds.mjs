// The servers that are measured: how each is started, and what has to be there for it.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const benchmarksFolder = fileURLToPath(new URL("..", import.meta.url));

const dotnet = (project, assembly) => ["dotnet", `${benchmarksFolder}${project}/bin/Release/net10.0/${assembly}.dll`];
const host = dotnet("Host", "SocketIoSharp.BenchmarkHost");
const nodeServer = ["node", `${benchmarksFolder}node/server.mjs`];
const bun = `${benchmarksFolder}node_modules/.bin/bun`;

const epoll = { TRANSPORT: "epoll" };

export const loadGenerator = dotnet("Load", "SocketIoSharp.BenchmarkLoad");

/**
 * `needs` is a package that is imported to see whether it works, or a program of the packages; `project` is built.
 * `raw` is the floor: WebSocket messages echoed on Kestrel, without a protocol above.
 */
export const kinds = {
  ours: { title: "SocketIoSharp", command: host, project: "Host" },
  "ours-inline": { title: "SocketIoSharp, inline", command: host, project: "Host", environment: { SCHEDULING: "inline" } },
  "ours-nospin": {
    title: "SocketIoSharp, no spinning",
    command: host,
    project: "Host",
    environment: { DOTNET_ThreadPool_UnfairSemaphoreSpinLimit: "0" },
  },
  "ours-epoll": { title: "SocketIoSharp, epoll", command: host, project: "Host", environment: epoll },
  "ours-epoll-inline": {
    title: "SocketIoSharp, epoll, inline",
    command: host,
    project: "Host",
    environment: { ...epoll, SCHEDULING: "inline" },
  },
  "ours-epoll-lean": { title: "SocketIoSharp, epoll, lean", command: host, project: "Host", environment: { ...epoll, LEAN: "1" } },
  "ours-lean": { title: "SocketIoSharp, lean", command: host, project: "Host", environment: { LEAN: "1" } },
  "ours-chat": { title: "SocketIoSharp, chat", command: host, project: "Host", environment: { HANDLERS: "chat" }, dialect: "chat" },
  "ours-chat-class": {
    title: "SocketIoSharp, chat as a class",
    command: host,
    project: "Host",
    environment: { HANDLERS: "chat-class" },
    dialect: "chat",
  },
  "ours-chat-lean": { title: "SocketIoSharp, chat, lean", command: host, project: "Host", environment: { HANDLERS: "chat", LEAN: "1" }, dialect: "chat" },
  "ours-chat-class-lean": {
    title: "SocketIoSharp, chat as a class, lean",
    command: host,
    project: "Host",
    environment: { HANDLERS: "chat-class", LEAN: "1" },
    dialect: "chat",
  },
  "ours-chat-epoll": { title: "SocketIoSharp, chat, epoll", command: host, project: "Host", environment: { HANDLERS: "chat", ...epoll }, dialect: "chat" },
  "ours-chat-epoll-lean": {
    title: "SocketIoSharp, chat, epoll, lean",
    command: host,
    project: "Host",
    environment: { HANDLERS: "chat", LEAN: "1", ...epoll },
    dialect: "chat",
  },
  "ours-chat-class-epoll-lean": {
    title: "SocketIoSharp, chat as a class, epoll, lean",
    command: host,
    project: "Host",
    environment: { HANDLERS: "chat-class", LEAN: "1", ...epoll },
    dialect: "chat",
  },
  node: { title: "Node, ws", command: nodeServer, needs: { module: "socket.io" } },
  eiows: { title: "Node, eiows", command: nodeServer, environment: { WS_ENGINE: "eiows" }, needs: { module: "eiows" } },
  bun: { title: "Bun", command: [bun, `${benchmarksFolder}bun/server.mjs`], needs: { program: bun } },
  signalr: { title: "SignalR", command: dotnet("SignalR", "SocketIoSharp.BenchmarkSignalR"), project: "SignalR", dialect: "signalr" },
  raw: { title: "Kestrel, WebSocket", command: dotnet("SignalR", "SocketIoSharp.BenchmarkSignalR"), project: "SignalR", dialect: "raw" },
};

// A compiler that stays in memory for the next build would take its time from what is measured.
const buildOptions = ["-c", "Release", "-nologo", "-v", "quiet", "-nodeReuse:false", "-p:UseSharedCompilation=false"];

const run = (command, ...options) => spawnSync(command, options, { cwd: benchmarksFolder, encoding: "utf8" });

/** Builds the load generator and the servers of these kinds. */
function build(names) {
  const projects = new Set(["Load", ...names.map((name) => kinds[name].project).filter(Boolean)]);
  for (const project of projects) {
    console.error(`building benchmarks/${project}`);
    const { status, stdout, stderr } = run("dotnet", "build", `${benchmarksFolder}${project}`, ...buildOptions);
    if (status !== 0) {
      throw new Error(`benchmarks/${project} could not be built:\n${stdout}${stderr}`);
    }
  }
}

/** Why the server of this kind cannot be started, or nothing. */
function findObstacle({ needs }) {
  if (needs?.program) {
    const { status, error, stderr } = run(needs.program, "--version");
    return status === 0 ? undefined : `${needs.program} does not run: ${error?.message ?? stderr.trim()}`;
  }
  if (needs?.module) {
    const { status, stderr } = run("node", "--input-type=module", "--eval", `await import("${needs.module}")`);
    const reason = stderr.split("\n").find((line) => line.includes("Error")) ?? stderr.trim();
    return status === 0 ? undefined : `the package ${needs.module} could not be installed here: ${reason.split(" imported from")[0]}`;
  }
  return undefined;
}

/** Builds and installs what these kinds need; gives those that can be measured, and says why the others cannot. */
export function prepare(names, isBuilding) {
  if (isBuilding) {
    build(names);
  }
  if (names.some((name) => kinds[name].needs) && !existsSync(`${benchmarksFolder}node_modules`)) {
    console.error("npm ci in benchmarks");
    const { status, stderr } = run("npm", "ci", "--no-audit", "--no-fund");
    if (status !== 0) {
      console.error(stderr);
    }
  }
  const skipped = {};
  for (const name of names) {
    const obstacle = findObstacle(kinds[name]);
    if (obstacle) {
      skipped[name] = obstacle;
      console.error(`${name} is left out: ${obstacle}`);
    }
  }
  return { measured: names.filter((name) => !skipped[name]), skipped };
}
