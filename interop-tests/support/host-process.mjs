// Starts a host, learns its address from the line "LISTENING <url>", ends it by its process id.
// Its standard input stays open as long as we live: a host that watches it ends with us, even when we are killed.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { within } from "./waiting.mjs";

const startPatience = 60_000;
const stopPatience = 5_000;

export async function startHost(name, [command, ...args], cwd, environment = {}) {
  // A group of its own: `dotnet run` is only the parent of the program that listens.
  const child = spawn(command, args, {
    cwd,
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
    env: { ...process.env, ...environment, PORT: "0" },
  });
  const exited = new Promise((resolve) => {
    child.on("exit", resolve);
    child.on("error", resolve);
  });
  let isRunning = true;
  exited.then(() => {
    isRunning = false;
  });
  child.stderr.on("data", (chunk) => process.stderr.write(`[${name}] ${chunk}`));

  const endGroup = (signal) => {
    try {
      process.kill(-child.pid, signal);
    } catch {
      // It has ended already.
    }
  };
  const stop = async () => {
    if (!isRunning) {
      return;
    }
    endGroup("SIGTERM");
    await within(exited, `the ${name} to end`, stopPatience).catch(() => endGroup("SIGKILL"));
  };

  const listening = new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      const match = /^LISTENING (http\S+)/.exec(line);
      if (match) {
        resolve(match[1]);
      }
    });
    exited.then(() => reject(new Error(`the ${name} ended before it listened: ${command} ${args.join(" ")}`)));
  });
  try {
    const url = await within(listening, `the ${name} to listen`, startPatience);
    return { name, url, stop, hasExited: () => !isRunning };
  } catch (error) {
    await stop();
    throw error;
  }
}
