// A redis-server of our own on a free loopback port, without persistence; or the one at REDIS_URL.
import { spawn } from "node:child_process";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { onFreePort } from "./free-port.mjs";
import { eventually } from "./waiting.mjs";

// The shell ends the server when its input ends: when we close it, and also when we are killed.
const untilInputEnds = `redis-server "$@" & server=$!; cat; kill $server; wait $server`;

function answersPing(port) {
  return new Promise((resolve) => {
    const connection = createConnection(port, "127.0.0.1", () => connection.write("PING\r\n"));
    connection.once("data", (chunk) => {
      connection.destroy();
      resolve(chunk.toString().startsWith("+PONG"));
    });
    connection.on("error", () => resolve(false));
  });
}

async function tryToStart(port) {
  const settings = { port, bind: "127.0.0.1", save: "", appendonly: "no", dir: tmpdir(), loglevel: "warning" };
  const child = spawn("sh", ["-c", untilInputEnds, "redis", ...Object.entries(settings).flatMap(([name, value]) => [`--${name}`, `${value}`])], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  let isRunning = true;
  const ended = new Promise((resolve) => child.on("exit", resolve)).then(() => {
    isRunning = false;
  });
  child.stdin.on("error", () => {});
  const stop = () => {
    child.stdin.end();
    return ended;
  };
  try {
    await eventually(() => answersPing(port), `redis-server on port ${port}`);
    return { name: "redis-server", url: `redis://127.0.0.1:${port}`, stop, hasExited: () => !isRunning };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** { name, url, stop, hasExited }. */
export async function startRedis() {
  if (process.env.REDIS_URL) {
    return { name: "redis-server", url: process.env.REDIS_URL, stop: async () => {}, hasExited: () => false };
  }
  try {
    return await onFreePort(tryToStart);
  } catch (error) {
    throw new Error(`no Redis: ${error.message}. Install redis-server, or say where one is with REDIS_URL`);
  }
}
