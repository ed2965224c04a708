// Polling requests of one session of the engine, one after the other: payloads right and damaged, polls, wrong methods and wrong ids.
// A step is { do, ... }. A poll is asked for only where something waits for it: the step sends a text that is echoed first, or the
// session has ended. What one POST brings about may come in one answer or in several (rows.answersToOnePost), so that what the polls
// of a step have brought is put together.
import { eventually } from "../../../support/waiting.mjs";
import { rows } from "../known.mjs";
import { send } from "../lines.mjs";
import { damagedBytes, damagedText } from "../mutations.mjs";
import { decodeBinary, decodePayload, decodeText, encodeBinaryPayload, encodePayload } from "../payloads.mjs";
import { text } from "../values.mjs";

const marker = "4the end of a step";

function packet(chance) {
  if (chance.hits(25)) {
    return chance.bytes(0, 6);
  }
  return chance.hits(85)
    ? `4${text(chance).replaceAll("\x1e", "")}`
    : chance.pick(["0", "3", "5", "6", "6x", "5x", "4", "4close", "4transport", "4burst:3", "2", "1", "2probe", "7", "b4AQI=", "bAQI", "b", "é"]);
}

function post(chance, eio) {
  // Behind a goodbye, or behind a packet that cannot be read, nothing counts any more; what is in front of it has been echoed.
  const packets = chance.list(0, 4, () => packet(chance));
  if (eio === 3 && chance.hits(30)) {
    const body = encodeBinaryPayload(packets);
    return { do: "POST", type: "application/octet-stream", body: chance.hits(30) ? damagedBytes(chance, body) : body };
  }
  const body = encodePayload(packets, eio);
  return {
    do: "POST",
    type: chance.hits(90) ? "text/plain;charset=UTF-8" : chance.pick(["application/json", "", "application/octet-stream"]),
    body: chance.hits(30) ? damagedText(chance, body) : body,
  };
}

function oddRequest(chance) {
  const query = chance.pick([
    { sid: "unknown" },
    { sid: "" },
    { transport: "websocket" },
    { transport: "none" },
    { transport: "" },
    { EIO: "5" },
    { EIO: "3" },
    { EIO: "4" },
    { sid: undefined },
    { b64: "1" },
    { t: "x" },
  ]);
  return { do: "request", method: chance.pick(["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]), query };
}

/** A GET of the session that has nothing waiting for it would hang; a handshake would open a session that nobody ends. */
const mayHang = ({ method, query }) =>
  method === "GET" && ("b64" in query || "t" in query || "EIO" in query || query.sid === "" || ("sid" in query && query.sid === undefined));

function make(eio) {
  return (chance) => {
    const steps = chance.list(1, 8, () => {
      switch (chance.weighted({ post: 8, poll: 3, odd: 2, overlap: 1 })) {
        case "post":
          return post(chance, eio);
        case "poll":
          return { do: "drain" };
        case "overlap":
          return chance.hits(20) ? { do: "two polls" } : { ...post(chance, eio), do: "POST under a poll" };
        default:
          return oddRequest(chance);
      }
    });
    return { eio, path: eio === 3 ? "/eio3/" : "/engine.io/", steps };
  };
}

/** Whether the length of a packet is no run of digits, and yet a number to JavaScript. */
function hasOddLength(body) {
  for (let at = 0; at < body.length; ) {
    const colon = body.indexOf(":", at);
    const length = body.slice(at, colon);
    if (colon < 0 || !/^\d+$/.test(length)) {
      return colon >= 0 && length !== "" && String(Number(length)) !== "NaN";
    }
    at = colon + 1 + Number(length);
  }
  return false;
}

/** Whether nothing in the payload ends the session: Node would lose all answers but the first, which alone takes the waiting poll. */
function isHarmless(body, eio) {
  if (Buffer.isBuffer(body)) {
    return (
      encodeBinaryPayload(decodeBinary(body)).equals(body) &&
      decodeBinary(body).every((packet) => typeof packet !== "string" || /^4(?!close|say)/s.test(packet))
    );
  }
  const packets = eio === 4 ? body.split("\x1e") : decodeText(body);
  const isWhole = eio === 4 || encodePayload(packets, 3) === body;
  return isWhole && packets.every((packet) => typeof packet !== "string" || /^(4(?!close|say)|[056]|b[\w+/=]*$)/s.test(packet));
}

/** Whether a length of a binary payload has bytes that are no digits. */
function hasOddDigits(body) {
  for (let at = 0; at < body.length; ) {
    const mark = body.indexOf(0xff, at);
    const digits = [...body.subarray(at + 1, mark < 0 ? body.length : mark)];
    if (digits.some((digit) => digit > 9)) {
      return true;
    }
    at = mark < 0 ? body.length : mark + 1 + Number(digits.join(""));
  }
  return false;
}

function hasBase64BeyondLatin(body, eio) {
  if (Buffer.isBuffer(body)) {
    return decodeBinary(body).some((packet) => /^b.*[^\x00-\xff]/s.test(String(packet)));
  }
  return (eio === 4 ? /(^|\x1e)b[^\x1e]*[^\x00-\xff]/ : /(^|\d:)b[^:]*[^\x00-\xff]/).test(body);
}

function objectionTo({ eio, steps }) {
  for (const step of steps) {
    if (step.do === "request" && mayHang(step)) {
      return "a request that nobody answers";
    }
    if (step.body === undefined) {
      continue;
    }
    const body = step.body.toString();
    if (eio === 3 && typeof step.body === "string" && hasOddLength(body)) {
      return rows.lengthOfVersion3;
    }
    if (eio === 3 && step.type === "application/octet-stream" && hasOddDigits(Buffer.from(step.body))) {
      return rows.binaryLengthOfVersion3;
    }
    if (hasBase64BeyondLatin(step.body, eio)) {
      return rows.base64BeyondLatin;
    }
    if (step.do === "POST under a poll" && !isHarmless(step.body, eio)) {
      return rows.answersToOnePost;
    }
    if (/stream|later|big|close-discard/.test(body)) {
      return "a command with a clock";
    }
  }
  return undefined;
}

class RequestPlayer {
  transcript = [];

  constructor(url, { eio, path, steps }) {
    Object.assign(this, { url, eio, path, steps });
  }

  note(label, value) {
    this.transcript.push({ [label]: JSON.parse(JSON.stringify(value).replaceAll(this.sid, "<sid>")) });
  }

  target(changes = {}) {
    const query = { EIO: this.eio, transport: "polling", sid: this.sid, ...changes };
    return `${this.path}?${new URLSearchParams(Object.entries(query).filter(([, value]) => value !== undefined))}`;
  }

  #post(body, type = "text/plain;charset=UTF-8") {
    return send(this.url, this.target(), { method: "POST", body, headers: { "content-type": type } });
  }

  /** Polls until the marker of this step is there, or the session has ended. */
  async #drain(firstPoll) {
    const received = [];
    const marked = await this.#post(encodePayload([marker], this.eio));
    for (let poll = firstPoll ?? send(this.url, this.target()); ; poll = send(this.url, this.target())) {
      const answer = await poll;
      if (answer.status !== 200) {
        received.push(this.#shown(answer));
        break;
      }
      const packets = decodePayload(answer, this.eio);
      received.push(...packets.map((one) => (typeof one === "string" ? one : `<${one.toString("hex")}>`)));
      if (packets.includes(marker) || packets.includes("1")) {
        break;
      }
    }
    this.note("polled", { marked: marked.status, received });
  }

  #shown({ status, headers, body }) {
    return { status, type: headers["content-type"], cache: headers["cache-control"], body: body.toString() };
  }

  async #do(step, index) {
    switch (step.do) {
      case "POST":
        this.note(`POST ${index}`, this.#shown(await this.#post(step.body, step.type)));
        break;
      case "drain":
        await this.#drain();
        break;
      case "POST under a poll": {
        const poll = await this.#heldPoll();
        this.note(`POST ${index} under a poll`, this.#shown(await this.#post(step.body, step.type)));
        await this.#drain(poll.answer);
        break;
      }
      case "two polls": {
        const first = await this.#heldPoll();
        const second = send(this.url, this.target());
        const answers = [await second, await first.answer].map((answer) => this.#shown(answer));
        this.note("two polls", answers);
        break;
      }
      default:
        this.note(
          `${step.method} ${index}`,
          this.#shown(await send(this.url, this.target(step.query), { method: step.method, ...(step.method !== "GET" && { body: "" }) })),
        );
    }
  }

  /** A poll that waits: everything has been fetched before it. Requests that the server has answered meanwhile show that it is there. */
  async #heldPoll() {
    await this.#drain();
    const answer = send(this.url, this.target());
    answer.catch(() => {});
    await new Promise((resolve) => setImmediate(resolve));
    for (let exchange = 0; exchange < 3; exchange++) {
      await send(this.url, "/journal?id=none");
    }
    return { answer };
  }

  async play() {
    const opened = await send(this.url, `${this.path}?EIO=${this.eio}&transport=polling`);
    this.sid = JSON.parse(/\{.*\}/.exec(opened.body.toString())[0]).sid;
    for (const [index, step] of this.steps.entries()) {
      await this.#do(step, index + 1);
    }
    await this.#drain();
    await this.#post(encodePayload(["1"], this.eio));
    const { reason } = await eventually(
      async () => JSON.parse((await send(this.url, `/stats?sid=${this.sid}`)).body.toString()).closes.find(({ sid }) => sid === this.sid),
      `the close of the session; so far ${JSON.stringify(this.transcript)}`,
    );
    this.note("closed on the server", reason);
    return this.transcript;
  }
}

const kindOf = (eio) => ({ make: make(eio), objectionTo, play: (url, script) => new RequestPlayer(url, script).play() });

export const requestKinds = { requests: kindOf(4), "requests-3": kindOf(3) };
