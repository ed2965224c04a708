// A program in another language that runs clients for the tests: commands to its stdin, answers and events from its stdout,
// each a line of JSON. Binary values are { "$bytes": base64 } there.
//   to it    { number, peer, do, ... }      make (path, url, namespaces, transports, ...), connect, listen, listen-to-all, mirror,
//                                           emit, ask, call, facts, disconnect
//   from it  { tells: "ready" }, { answers: number, result } or { answers: number, error },
//            { peer, namespace, tells: "connected", "disconnected", "refused", "event" or "any", ... }
import { spawn } from "node:child_process";
import { after } from "node:test";
import { within } from "../../support/waiting.mjs";

const newline = 10;

export function toLine(value) {
  if (Buffer.isBuffer(value)) {
    return { $bytes: value.toString("base64") };
  }
  if (Array.isArray(value)) {
    return value.map(toLine);
  }
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, toLine(item)]));
  }
  return value;
}

export function fromLine(value) {
  if (Array.isArray(value)) {
    return value.map(fromLine);
  }
  if (value !== null && typeof value === "object") {
    return typeof value.$bytes === "string"
      ? Buffer.from(value.$bytes, "base64")
      : Object.fromEntries(Object.entries(value).map(([name, item]) => [name, fromLine(item)]));
  }
  return value;
}

export class LineDriver {
  #child;
  #unread = [];
  #questions = new Map();
  #listeners = new Map();
  #number = 0;
  #end;

  /** Starts the program; `ready` says when it takes commands, or why it never will. */
  constructor(name, [command, ...parameters]) {
    this.name = name;
    this.#child = spawn(command, parameters, { stdio: ["pipe", "pipe", "pipe"] });
    this.ready = new Promise((resolve, reject) => {
      this.#questions.set("ready", { resolve, reject });
    });
    this.ready.catch(() => {});
    this.#child.stdin.on("error", () => {});
    this.#child.stdout.on("data", (chunk) => this.#read(chunk));
    const complaints = [];
    this.#child.stderr.on("data", (chunk) => complaints.push(chunk));
    this.#child.on("error", (error) => this.#ended(error.message));
    this.#child.on("close", (code) => this.#ended(`exit code ${code}: ${Buffer.concat(complaints).toString().slice(-2000)}`));
    after(() => this.#child.kill());
  }

  listen(peer, handler) {
    this.#listeners.set(peer, handler);
  }

  /** Sends a command and gives its result. */
  ask(command) {
    if (this.#end) {
      return Promise.reject(this.#end);
    }
    const number = ++this.#number;
    const answer = new Promise((resolve, reject) => this.#questions.set(number, { resolve, reject }));
    this.#child.stdin.write(`${JSON.stringify(toLine({ number, ...command }))}\n`);
    return answer;
  }

  #ended(why) {
    this.#end ??= new Error(`the ${this.name} has ended: ${why}`);
    for (const { reject } of this.#questions.values()) {
      reject(this.#end);
    }
    this.#questions.clear();
  }

  // Not with readline, which takes other characters for the end of a line as well.
  #read(chunk) {
    let rest = chunk;
    for (let end = rest.indexOf(newline); end >= 0; end = rest.indexOf(newline)) {
      this.#unread.push(rest.subarray(0, end));
      this.#understand(fromLine(JSON.parse(Buffer.concat(this.#unread).toString())));
      this.#unread = [];
      rest = rest.subarray(end + 1);
    }
    this.#unread.push(rest);
  }

  #understand(line) {
    if (line.peer !== undefined) {
      this.#listeners.get(line.peer)?.(line);
      return;
    }
    const question = line.tells ?? line.answers;
    const { resolve, reject } = this.#questions.get(question) ?? {};
    this.#questions.delete(question);
    if (line.error) {
      reject?.(new Error(line.error));
    } else {
      resolve?.(line.result);
    }
  }

  waitUntilReady() {
    return within(this.ready, `the ${this.name}`, 30_000);
  }
}
