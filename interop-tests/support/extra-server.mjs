// A server of its own on the host under test, at one port: a test can stop it and start it again.
import { randomInt } from "node:crypto";
import { hostUrl } from "./hosts.mjs";

// Below the ports that the system gives to outgoing connections: nobody takes one between a stop and the next start.
const firstPort = 20_000;
const lastPort = 30_000;
const attempts = 20;

const command = (name, port) => fetch(`${hostUrl}/extra/${name}?port=${port}`);

export class ExtraServer {
  #port;

  /** Starts a server at a free port. */
  static async start(test) {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const port = randomInt(firstPort, lastPort);
      if ((await command("start", port)).ok) {
        const server = new ExtraServer(port);
        test.after(() => server.stop());
        return server;
      }
    }
    throw new Error("no port is free for a server");
  }

  constructor(port) {
    this.#port = port;
    this.url = `http://127.0.0.1:${port}`;
  }

  /** Comes back when everything on it is closed. */
  async stop() {
    await command("stop", this.#port);
  }

  /** Starts it again, at the same port. */
  async startAgain() {
    const { ok } = await command("start", this.#port);
    if (!ok) {
      throw new Error(`the port ${this.#port} is taken`);
    }
  }
}
