// HTTP/1.1 spoken by hand over one TCP connection per request, so that nothing is hidden: statuses, exact headers,
// half-sent bodies, connections that end without an answer.
import { gunzipSync, inflateSync } from "node:zlib";
import { connectTo } from "./connecting.mjs";
import { within } from "./waiting.mjs";

/** One request under way. `response` resolves to { status, headers, body } or to { aborted: true }. */
export class RawRequest {
  #socket;
  #received = Buffer.alloc(0);

  constructor(url, { method = "GET", path, headers = {}, body, contentLength } = {}) {
    const { host } = new URL(url);
    const bytes = body === undefined ? undefined : Buffer.from(body);
    const sent = { host, connection: "close", ...headers };
    if (bytes !== undefined || contentLength !== undefined) {
      sent["content-length"] = String(contentLength ?? bytes.length);
    }
    const head = Object.entries(sent).flatMap(([name, value]) => [].concat(value).map((one) => `${name}: ${one}\r\n`));
    this.method = method;
    this.#socket = connectTo(url);
    this.#socket.setNoDelay(true);
    this.response = this.#readResponse();
    // A body that a test holds back makes the caller await `response` late: no rejection is unhandled meanwhile.
    this.response.catch(() => {});
    this.sent = new Promise((resolve) => {
      const text = Buffer.from(`${method} ${path} HTTP/1.1\r\n${head.join("")}\r\n`, "latin1");
      this.#socket.write(bytes === undefined ? text : Buffer.concat([text, bytes]), () => resolve());
    });
  }

  /** Sends more of the body. */
  write(bytes) {
    this.#socket.write(bytes);
  }

  /** Drops the connection. */
  abort() {
    this.#socket.destroy();
  }

  #readResponse() {
    return new Promise((resolve) => {
      const finish = (complete) => {
        const response = parseResponse(this.#received, this.method, complete);
        if (response !== undefined || complete) {
          resolve(response ?? { aborted: true });
          this.#socket.destroy();
        }
      };
      this.#socket.on("data", (chunk) => {
        this.#received = Buffer.concat([this.#received, chunk]);
        finish(false);
      });
      this.#socket.on("error", () => finish(true));
      this.#socket.on("close", () => finish(true));
    });
  }
}

function parseResponse(bytes, method, isComplete) {
  const headEnd = bytes.indexOf("\r\n\r\n");
  if (headEnd < 0) {
    return undefined;
  }
  const [statusLine, ...lines] = bytes.subarray(0, headEnd).toString("latin1").split("\r\n");
  const status = Number(statusLine.split(" ")[1]);
  const headers = {};
  for (const line of lines) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    headers[name] = name in headers ? `${headers[name]}, ${value}` : value;
  }
  const rest = bytes.subarray(headEnd + 4);
  const body = readBody(rest, headers, method, status, isComplete);
  return body === undefined ? undefined : { status, statusLine, headers, body };
}

function readBody(rest, headers, method, status, isComplete) {
  if (method === "HEAD" || status === 204 || status === 304) {
    return Buffer.alloc(0);
  }
  if (status === 101) {
    return isComplete ? rest : undefined;
  }
  if (headers["transfer-encoding"]?.toLowerCase() === "chunked") {
    return readChunks(rest);
  }
  const length = headers["content-length"];
  if (length === undefined) {
    return isComplete ? rest : undefined;
  }
  return rest.length >= Number(length) ? rest.subarray(0, Number(length)) : undefined;
}

function readChunks(rest) {
  const chunks = [];
  let position = 0;
  for (;;) {
    const lineEnd = rest.indexOf("\r\n", position);
    if (lineEnd < 0) {
      return undefined;
    }
    const size = Number.parseInt(rest.subarray(position, lineEnd).toString("latin1"), 16);
    const start = lineEnd + 2;
    if (rest.length < start + size + 2) {
      return undefined;
    }
    if (size === 0) {
      return Buffer.concat(chunks);
    }
    chunks.push(rest.subarray(start, start + size));
    position = start + size + 2;
  }
}

/** Sends one request and waits for its answer. */
export function rawRequest(url, options) {
  const request = new RawRequest(url, options);
  return within(request.response, `the answer to ${options.method ?? "GET"} ${options.path}`);
}

/** The body as text, inflated when the response says so. */
export function textOf({ headers, body }) {
  switch (headers["content-encoding"]) {
    case "gzip":
      return gunzipSync(body).toString();
    case "deflate":
      return inflateSync(body).toString();
    default:
      return body.toString();
  }
}

export const upgradeHeaders = {
  connection: "Upgrade",
  upgrade: "websocket",
  "sec-websocket-version": "13",
  "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
};
