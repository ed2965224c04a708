// One case's view of one host: it acts, and writes down what can be seen from outside. Two transcripts are compared.
import { RawSession, RawWebSocket } from "../support/raw-session.mjs";
import { RawRequest, rawRequest, textOf, upgradeHeaders } from "../support/raw-http.mjs";
import { resetStats, serverCloseOf, serverErrors } from "../support/stats.mjs";
import { within } from "../support/waiting.mjs";

const comparedHeaders =
  /^(content-type|content-encoding|set-cookie|cache-control|access-control-.*|vary|x-xss-protection|x-mw|x-initial|x-every)$/;

/** Only these close details are Engine.IO's own words; others come from the libraries below it. */
const comparedDetails = new Set([
  "overlap from client",
  "data request overlap from client",
  "invalid content",
  "poll connection closed prematurely",
  "data request connection closed prematurely",
  "invalid heartbeat direction",
]);

export class Probe {
  transcript = [];
  #masks = [];

  constructor(url) {
    this.url = url;
  }

  /** Writes one line of the transcript. */
  note(label, value) {
    this.transcript.push({ [this.#masked(label)]: this.#masked(value) });
  }

  #masked(value) {
    if (typeof value === "string") {
      return this.#masks.reduce((text, sid) => text.replaceAll(sid, "<sid>"), value);
    }
    if (value !== null && typeof value === "object") {
      return Array.isArray(value)
        ? value.map((one) => this.#masked(one))
        : Object.fromEntries(Object.entries(value).map(([name, one]) => [name, this.#masked(one)]));
    }
    return value;
  }

  mask(sid) {
    this.#masks.push(sid);
    return sid;
  }

  /** Writes an answer down; resolves to it. */
  async noteAnswer(label, answer) {
    const response = await within(Promise.resolve(answer), `the answer "${label}"`);
    if (response.aborted) {
      this.note(label, { aborted: true });
      return response;
    }
    const { status, headers, body } = response;
    const isBinary = headers["content-type"] === "application/octet-stream";
    const text = isBinary ? body.toString("hex") : textOf(response);
    const opened = /"sid\\?":\\?"([\w-]+)/.exec(text);
    if (opened) {
      this.mask(opened[1]);
    }
    const seen = Object.entries(headers).filter(([name]) => comparedHeaders.test(name));
    this.note(label, {
      status,
      headers: Object.fromEntries(seen.sort()),
      framing: framingOf(response),
      body: text.length > 2000 ? `${text.length} characters, ${new Set(text).size} different` : text,
    });
    return response;
  }

  /** Sends a request and writes its answer down. */
  http(path, options = {}) {
    const { label = `${options.method ?? "GET"} ${path}`, ...rest } = options;
    return this.noteAnswer(label, rawRequest(this.url, { path, ...rest }));
  }

  /** Sends an upgrade request by hand and writes down what comes before the connection ends. */
  async refusedUpgrade(path, headers = {}) {
    const response = await within(
      new RawRequest(this.url, { path, headers: { ...upgradeHeaders, ...headers } }).response,
      `the refusal of ${path}`,
    );
    if (!response.aborted) {
      this.note("status line", response.statusLine);
      this.note("ends the connection", response.headers.connection?.toLowerCase() === "close");
    }
    return this.noteAnswer(`upgrade ${path}`, response);
  }

  async open(path = "/engine.io/", options = {}) {
    const session = await RawSession.open(this.url, { path, ...options });
    this.mask(session.sid);
    return session;
  }

  async openWebSocket(path = "/engine.io/", options = {}) {
    const socket = await RawWebSocket.openSession(this.url, { path, ...options });
    this.mask(socket.sid);
    return socket;
  }

  async rawWebSocket(target, options) {
    return RawWebSocket.open(this.url, target, options);
  }

  async noteCloseCode(label, socket) {
    this.note(label, await socket.closeCode());
  }

  async noteMessage(label, socket) {
    const data = await socket.next(label);
    this.note(label, shown(data));
  }

  /** Writes down why the server has closed the session. */
  async noteClose({ sid }) {
    const { reason, details } = await serverCloseOf(this.url, sid);
    this.note("closed on the server", { reason, details: comparedDetails.has(details) ? details : null });
  }

  async resetErrors() {
    await resetStats(this.url);
  }

  /** Writes down the refused requests since the last reset. */
  async noteErrors(count = 1) {
    const errors = await serverErrors(this.url, count);
    this.note("connection errors", errors.map(({ path, code, message, context }) => ({
      path,
      code,
      message,
      context: context && "error" in context ? { ...context, error: "<error>" } : context,
    })));
  }

  /** Writes down whether a polling session still echoes; if not, why it has closed. */
  async noteWhetherAlive(session, text = session.eio === 3 ? "6:4alive" : "4alive") {
    const posted = await session.post(text);
    if (posted.status === 200) {
      this.note("alive", await nextMessagesOf(session));
    } else {
      this.note("not alive", posted.status);
      await this.noteClose(session);
    }
  }

  /** Writes down whether a WebSocket session still echoes; if not, how it has closed. */
  async noteWhetherSocketAlive(socket) {
    socket.send("4alive");
    const first = await Promise.race([
      nextMessageOf(socket).then((data) => ({ data })),
      socket.closed.then(({ code }) => ({ code })),
    ]).catch(async () => ({ code: await socket.closeCode() }));
    if (first.code === undefined) {
      this.note("alive", shown(first.data));
      socket.close();
    } else {
      this.note("not alive", first.code);
      await this.noteClose(socket);
    }
  }
}

/** What a poll brings beside pings, which come when it is slow. */
async function nextMessagesOf(session) {
  for (;;) {
    const { status, ...response } = await session.poll();
    const packets = textOf(response).split("\x1e");
    const messages = packets.filter((packet) => packet !== "2");
    if (messages.length > 0 || status !== 200) {
      return messages.join("\x1e");
    }
    await session.post("3");
  }
}

/** The next message that is no ping, which comes when it is slow. */
async function nextMessageOf(socket) {
  for (;;) {
    const message = await socket.next("an echo");
    if (message !== "2") {
      return message;
    }
    socket.send("3");
  }
}

const shown = (data) => (typeof data === "string" ? data : { hex: data.toString("hex") });

function framingOf({ status, headers }) {
  if (status === 204) {
    // Node writes a Content-Length of 0, which HTTP forbids here; a client sees no difference.
    return "none";
  }
  if (headers["content-length"] !== undefined) {
    return "length";
  }
  return headers["transfer-encoding"] ? "chunked" : "none";
}
