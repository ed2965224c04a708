// An Engine.IO peer that says exactly what a test tells it to say: polling over raw HTTP, frames over `ws`.
import { WebSocket } from "ws";
import { wsUrlOf } from "./hosts.mjs";
import { RawRequest, rawRequest, textOf } from "./raw-http.mjs";
import { Arrivals, within } from "./waiting.mjs";

/** The handshake object inside an open packet, whichever payload format carries it. */
export function readHandshake(text) {
  const object = /\{.*?\}/s.exec(text);
  if (object === null) {
    throw new Error(`no handshake in ${JSON.stringify(text)}`);
  }
  // In a script (JSONP) the object stands inside a string.
  return JSON.parse(object[0].replaceAll('\\"', '"'));
}

/**
 * A request on another connection may overtake this one. Exchanges with the same server behind it, each on a connection that was
 * opened later, make that as unlikely as a client can make it.
 */
export async function settled(url, request) {
  await request.sent;
  for (let exchange = 0; exchange < 3; exchange++) {
    await rawRequest(url, { path: "/stats?sid=none" });
  }
}

export class RawSession {
  constructor(url, path, eio, handshake) {
    this.url = url;
    this.path = path;
    this.eio = eio;
    this.handshake = handshake;
    this.sid = handshake.sid;
  }

  /** Opens a polling session. */
  static async open(url, { path = "/engine.io/", eio = 4, query = "", headers } = {}) {
    const target = `${path}?EIO=${eio}&transport=polling${query}`;
    const response = await rawRequest(url, { path: target, headers });
    if (response.status !== 200) {
      throw new Error(`handshake refused: ${response.status} ${response.body}`);
    }
    const session = new RawSession(url, path, eio, readHandshake(textOf(response)));
    session.openResponse = response;
    return session;
  }

  target(transport = "polling", query = "") {
    return `${this.path}?EIO=${this.eio}&transport=${transport}&sid=${this.sid}${query}`;
  }

  /** Starts a GET without waiting for its answer; resolves when the server has had the time to hold it. */
  async startPoll({ headers, query } = {}) {
    const request = new RawRequest(this.url, { path: this.target("polling", query), headers });
    await settled(this.url, request);
    return request;
  }

  poll(options = {}) {
    return rawRequest(this.url, { path: this.target("polling", options.query), headers: options.headers });
  }

  async pollText(options) {
    return textOf(await this.poll(options));
  }

  post(body, { contentType = "text/plain;charset=UTF-8", headers, query } = {}) {
    return rawRequest(this.url, {
      method: "POST",
      path: this.target("polling", query),
      headers: { "content-type": contentType, ...headers },
      body,
    });
  }

  request(method, options = {}) {
    return rawRequest(this.url, { method, path: this.target(), ...options });
  }

  /** Opens a WebSocket for this session, as a client that wants to upgrade does. */
  openWebSocket(options) {
    return RawWebSocket.open(this.url, this.target("websocket"), options);
  }

  /** Opens a WebSocket and takes the session over to it. */
  async upgrade() {
    const socket = await this.openWebSocket();
    socket.send("2probe");
    await socket.nextText("3probe");
    socket.send("5");
    return socket;
  }
}

export class RawWebSocket {
  #arrivals = new Arrivals();

  constructor(socket) {
    this.socket = socket;
    this.headers = {};
    this.closed = new Promise((resolve) => socket.on("close", (code) => resolve({ code })));
    this.closed.then(({ code }) => this.#arrivals.fail(new Error(`the WebSocket was closed with ${code}`)));
    socket.on("upgrade", (response) => {
      this.headers = response.headers;
    });
    socket.on("message", (data, isBinary) => this.#arrivals.push(isBinary ? data : data.toString()));
    socket.on("error", () => {});
  }

  /** Resolves when the 101 has arrived, or when the connection has failed (see `closed`). */
  static async open(url, target, options = {}) {
    const socket = new WebSocket(wsUrlOf(url) + target, { perMessageDeflate: false, ...options });
    const raw = new RawWebSocket(socket);
    await within(
      new Promise((resolve) => {
        socket.on("open", resolve);
        socket.on("close", resolve);
      }),
      `the WebSocket ${target}`,
    );
    return raw;
  }

  /** Opens a session that begins on WebSocket; `handshake` is filled from the open packet. */
  static async openSession(url, { path = "/engine.io/", eio = 4, query = "", ...options } = {}) {
    const raw = await RawWebSocket.open(url, `${path}?EIO=${eio}&transport=websocket${query}`, options);
    raw.openPacket = await raw.next("the open packet");
    raw.handshake = readHandshake(raw.openPacket);
    raw.sid = raw.handshake.sid;
    return raw;
  }

  send(data) {
    this.socket.send(data);
  }

  next(what = "a WebSocket message", milliseconds) {
    return this.#arrivals.next(what, milliseconds);
  }

  async nextText(expected) {
    const received = await this.next(expected);
    if (received !== expected) {
      throw new Error(`expected ${expected}, received ${JSON.stringify(received)}`);
    }
    return received;
  }

  get waiting() {
    return this.#arrivals.waiting;
  }

  /** The close code that the server's close led to: 1005 = a close frame without a code, 1006 = no close frame. */
  async closeCode(milliseconds) {
    return (await within(this.closed, "the WebSocket to close", milliseconds)).code;
  }

  close(code) {
    this.socket.close(code);
  }

  terminate() {
    this.socket.terminate();
  }
}
