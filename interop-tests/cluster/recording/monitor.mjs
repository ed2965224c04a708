// What Redis carries, read with MONITOR: every command with its arguments as bytes, in the order of their execution.
import { createConnection } from "node:net";
import { once } from "node:events";

const quietMilliseconds = 60;
const escapes = { n: 10, r: 13, t: 9, a: 7, b: 8 };

/** The bytes of one argument as MONITOR writes it, without the quotes around it. */
function unescaped(text) {
  const bytes = [];
  for (let index = 0; index < text.length; index++) {
    if (text[index] !== "\\") {
      bytes.push(text.charCodeAt(index));
    } else if (text[++index] === "x") {
      bytes.push(Number.parseInt(text.slice(index + 1, index + 3), 16));
      index += 2;
    } else {
      bytes.push(escapes[text[index]] ?? text.charCodeAt(index));
    }
  }
  return Buffer.from(bytes);
}

/** `+1700000000.123456 [0 127.0.0.1:40000] "PUBLISH" "channel" "payload"` as { address, name, args }. */
function commandOf(line) {
  const match = /^\+\S+ \[\d+ (\S+)\] (.*)$/s.exec(line);
  if (!match) {
    return undefined;
  }
  const [name, ...args] = [...match[2].matchAll(/"((?:[^"\\]|\\.)*)"/gs)].map(([, text]) => unescaped(text));
  return { address: match[1], name: name.toString().toUpperCase(), args };
}

export class Monitor {
  #commands = [];
  #lastChange = Date.now();
  #connection;

  static async open(url) {
    const monitor = new Monitor();
    const { hostname, port } = new URL(url);
    monitor.#connection = createConnection(Number(port), hostname).setEncoding("latin1");
    let rest = "";
    monitor.#connection.on("data", (chunk) => {
      rest += chunk;
      const lines = rest.split("\r\n");
      rest = lines.pop();
      for (const command of lines.map(commandOf).filter(Boolean)) {
        monitor.#commands.push(command);
        monitor.#lastChange = Date.now();
      }
    });
    monitor.#connection.write("MONITOR\r\n");
    await once(monitor.#connection, "data");
    return monitor;
  }

  /** The commands since the last call, once nobody sends any more. */
  async take() {
    this.#lastChange = Date.now();
    while (Date.now() - this.#lastChange < quietMilliseconds) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return this.#commands.splice(0);
  }

  close() {
    this.#connection.destroy();
  }
}
