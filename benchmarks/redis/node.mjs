// A server as a process of its own, pinned to one core.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";

const ticksPerSecond = 100;

const host = "benchmarks/Host/bin/Release/net10.0/SocketIoSharp.BenchmarkHost.dll";
const noSpinning = "DOTNET_ThreadPool_UnfairSemaphoreSpinLimit=0";
const epoll = ["env", "TRANSPORT=epoll"];

const commands = {
  ours: ["dotnet", host],
  // The threads of the pool do not spin before they sleep: a setting of the runtime.
  calm: ["env", noSpinning, "dotnet", host],
  // Other transports below our clients; Redis is not concerned.
  epoll: [...epoll, "dotnet", host],
  "epoll-calm": [...epoll, noSpinning, "dotnet", host],
  "epoll-inline": [...epoll, "SCHEDULING=inline", "dotnet", host],
  inline: ["env", "SCHEDULING=inline", "dotnet", host],
  // Another build of the same server, for a change that is to be measured.
  base: ["env", noSpinning, "dotnet", process.env.BASE],
  node: ["node", "benchmarks/node/server.mjs"],
};

const findPort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

export class ServerProcess {
  #process;
  #output = "";

  /** Starts a server and waits until it answers. */
  static async start(kind, adapter, redis, core) {
    const server = new ServerProcess();
    server.port = await findPort();
    server.#process = spawn("taskset", ["-c", `${core}`, ...commands[kind]], {
      // Of the runtime: on a single core it otherwise puts off its optimizing for half a minute of full load.
      env: { ...process.env, DOTNET_TC_DelaySingleProcMultiplier: "1", PORT: `${server.port}`, ADAPTER: adapter, REDIS: redis },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const keep = (chunk) => (server.#output = (server.#output + chunk).slice(-4000));
    server.#process.stdout.on("data", keep);
    server.#process.stderr.on("data", keep);
    await server.#whenAnswering();
    return server;
  }

  get pid() {
    return this.#process.pid;
  }

  /** What the process has said. */
  get output() {
    return this.#output;
  }

  /** User and system time so far, in microseconds. */
  readCpu() {
    const fields = readFileSync(`/proc/${this.pid}/stat`, "latin1").split(") ")[1].split(" ");
    return ((Number(fields[11]) + Number(fields[12])) * 1e6) / ticksPerSecond;
  }

  async stop() {
    if (this.#process.exitCode === null) {
      const ended = new Promise((resolve) => this.#process.once("exit", resolve));
      this.#process.kill("SIGKILL");
      await ended;
    }
  }

  async #whenAnswering() {
    for (let attempt = 0; attempt < 300 && this.#process.exitCode === null; attempt++) {
      try {
        const response = await fetch(`http://127.0.0.1:${this.port}/socket.io/?EIO=4&transport=polling`);
        if (response.ok) {
          return;
        }
      } catch {
        // Not yet.
      }
      await pause(100);
    }
    await this.stop();
    throw new Error(`the server did not start:\n${this.#output}`);
  }
}
