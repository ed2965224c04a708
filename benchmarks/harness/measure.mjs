// One measurement: a server on core 0, started for it alone, and the load generator on core 1.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { kinds, loadGenerator } from "./kinds.mjs";

const serverCore = "0";
const loadCore = "1";
const startSeconds = 30;

// On one processor the runtime of .NET puts off its optimizing tenfold, and a warm-up would take half a minute. What it arrives at is the same.
const runtime = { DOTNET_TC_DelaySingleProcMultiplier: "1" };

async function findPort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  return port;
}

const canConnect = (port) =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    }).on("error", () => resolve(false));
  });

/** A process, with the end of what it says. */
function start(core, command, environment) {
  const child = spawn("taskset", ["-c", core, ...command], { env: { ...process.env, ...environment }, stdio: ["ignore", "pipe", "pipe"] });
  const said = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"]) {
    child[stream].on("data", (chunk) => (said[stream] = (said[stream] + chunk).slice(-4000)));
  }
  child.on("error", (error) => (said.stderr += error.message));
  return { child, said, ended: new Promise((resolve) => child.once("close", resolve)) };
}

async function startServer(kind, port, environment) {
  const server = start(serverCore, kind.command, { ...runtime, ...kind.environment, ...environment, PORT: `${port}` });
  for (let waited = 0; waited < startSeconds * 10; waited++) {
    if (server.child.exitCode !== null) {
      break;
    }
    if (await canConnect(port)) {
      return server;
    }
    await pause(100);
  }
  server.child.kill("SIGKILL");
  throw new Error(`the server did not start:\n${server.said.stdout}${server.said.stderr}`);
}

/** Runs a scenario against a server of its own; gives what the load generator printed. */
export async function measure(kindName, scenarioName, scenario, times) {
  const kind = kinds[kindName];
  const port = await findPort();
  const server = await startServer(kind, port, scenario.environment);
  try {
    const options = { scenario: scenarioName, dialect: kind.dialect ?? "socketio", ...times, ...scenario.load, port, pid: server.child.pid };
    const load = start(loadCore, [...loadGenerator, ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, `${value}`])]);
    if ((await load.ended) !== 0) {
      throw new Error(`${kindName}, ${scenarioName}: ${load.said.stderr.trim()}\n${server.said.stdout}${server.said.stderr}`.trim());
    }
    return JSON.parse(load.said.stdout);
  } finally {
    server.child.kill("SIGKILL");
    await server.ended;
  }
}
