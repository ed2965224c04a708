// Packets of Engine.IO by long-polling, each request a process of curl.
import { spawn } from "node:child_process";
import { once } from "node:events";

const separator = "\u001e";

export class CurlFailure extends Error {
  constructor(exitCode, complaint) {
    super(`curl has ended with ${exitCode}: ${complaint}`);
    this.exitCode = exitCode;
  }
}

/** Starts curl; `answer` resolves to { status, headers, body }. */
export function startCurl(parameters, body) {
  const child = spawn("curl", ["--silent", "--show-error", "--include", "--max-time", "30", "--output", "-", ...parameters], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  const chunks = { stdout: [], stderr: [] };
  for (const [name, list] of Object.entries(chunks)) {
    child[name].on("data", (chunk) => list.push(chunk));
  }
  child.stdin.on("error", () => {});
  child.stdin.end(body);
  const answer = once(child, "close").then(([code]) => {
    if (code !== 0) {
      throw new CurlFailure(code, Buffer.concat(chunks.stderr).toString().trim());
    }
    return parseAnswer(Buffer.concat(chunks.stdout));
  });
  answer.catch(() => {});
  return { answer, stop: () => child.kill() };
}

/** Runs curl to its end. */
export const curl = (parameters, body) => startCurl(parameters, body).answer;

/** The answers of all requests in the output of one curl, the last one being what it was about. */
function parseAnswer(output) {
  let rest = output;
  let head;
  do {
    const end = rest.indexOf("\r\n\r\n");
    head = rest.subarray(0, end).toString("latin1").split("\r\n");
    rest = rest.subarray(end + 4);
    // "100 Continue" comes before the answer.
  } while (/^HTTP\/1\.1 100/.test(head[0]));
  const [statusLine, ...lines] = head;
  const headers = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]));
  return { version: statusLine.split(" ")[0], status: Number(statusLine.split(" ")[1]), headers, body: rest.toString() };
}

export class CurlLine {
  #address;
  #headers;
  #poll;
  #waiting = [];
  #isPosting = false;
  #isClosed = false;

  constructor({ url, path, query, headers = {} }) {
    this.#address = `${url}${path}?EIO=4&transport=polling${query ? `&${query}` : ""}`;
    this.#headers = Object.entries(headers).flatMap(([name, value]) => ["--header", `${name}: ${value}`]);
    this.#run();
  }

  async #run() {
    try {
      while (!this.#isClosed) {
        this.#poll = startCurl([...this.#headers, this.#address]);
        const { status, body } = await this.#poll.answer;
        if (status !== 200) {
          throw new Error(`a poll was answered with ${status}`);
        }
        for (const packet of body.split(separator)) {
          this.#received(packet);
        }
      }
    } catch (error) {
      this.#end(error.exitCode === undefined ? error.message : `curl has ended with ${error.exitCode}`);
    }
  }

  #received(packet) {
    if (packet.startsWith("0")) {
      this.#address += `&sid=${JSON.parse(packet.slice(1)).sid}`;
    }
    if (packet === "1") {
      this.#end("closed by the server");
    } else {
      this.onPacket(packet.startsWith("b") ? Buffer.from(packet.slice(1), "base64") : packet);
    }
  }

  #end(reason) {
    if (!this.#isClosed) {
      this.#isClosed = true;
      this.onClose?.(reason);
    }
  }

  send(packet) {
    this.#waiting.push(Buffer.isBuffer(packet) ? `b${packet.toString("base64")}` : packet);
    if (!this.#isPosting) {
      this.#isPosting = true;
      this.#post();
    }
  }

  /** One request after another, each with everything that has been said meanwhile. */
  async #post() {
    // What is said in one go is sent in one go.
    await null;
    while (this.#waiting.length > 0 && !this.#isClosed) {
      const body = this.#waiting.splice(0).join(separator);
      try {
        await curl([...this.#headers, "--header", "Content-Type: text/plain;charset=UTF-8", "--data-binary", "@-", this.#address], body);
      } catch (error) {
        this.#end(error.message);
      }
    }
    this.#isPosting = false;
  }

  close() {
    this.#isClosed = true;
    this.#poll?.stop();
  }
}
