// What hand-written clients do with the handshake and the frames of a WebSocket: each gives what a test compares.
import assert from "node:assert/strict";
import { expectedOf, saw } from "../../support/behaviours.mjs";
import { hostUrl, wsUrlOf } from "../../support/hosts.mjs";
import { RawWebSocket } from "../../support/raw-session.mjs";
import { serverRecord } from "../../support/socketio-peers.mjs";
import { nextEvent, within } from "../../support/waiting.mjs";
import { WebSocket } from "ws";

const target = "/socket.io/?EIO=4&transport=websocket";

/** Opens a WebSocket and joins the main namespace; gives it with the socket's id. */
async function join(test, address = target, options) {
  const socket = await RawWebSocket.open(hostUrl, address, options);
  test.after(() => socket.terminate());
  assert.match(await socket.next("the open packet"), /^0\{/);
  socket.send("40");
  const joined = await socket.next("the namespace");
  assert.match(joined, /^40\{"sid":"[\w-]{20}"\}$/);
  return { socket, id: JSON.parse(joined.slice(2)).sid };
}

async function echoes(socket, text = "é😀") {
  socket.send(`42["echo",${JSON.stringify(text)}]`);
  await socket.nextText(`42["echo",${JSON.stringify(text)}]`);
}

async function isTaken(test, address, options) {
  const { socket } = await join(test, address, options);
  await echoes(socket);
  return socket;
}

/** How a handshake is refused: the status and the body, or the code with which the connection was closed. */
async function refusalOf(address, options) {
  const socket = new WebSocket(wsUrlOf(hostUrl) + address, { perMessageDeflate: false, ...options });
  socket.on("error", () => {});
  const refused = new Promise((resolve) => {
    socket.on("unexpected-response", async (request, response) => {
      const chunks = [];
      for await (const chunk of response) {
        chunks.push(chunk);
      }
      resolve({ status: response.statusCode, body: Buffer.concat(chunks).toString() });
      request.destroy();
    });
    socket.on("close", (code) => resolve({ closed: code }));
  });
  return within(refused, `the refusal of ${address}`);
}

const accepted = {
  "with an Origin": [target, { origin: "https://elsewhere.test" }],
  "with an Origin that is null": [target, { headers: { Origin: "null" } }],
  "with cookies": [target, { headers: { Cookie: 'io=somebody-else; theme="dark"; empty=' } }],
  "with header names in unusual case": [target, { headers: { "uSER-aGENT": "Device/1.0", "ACCEPT-LANGUAGE": "de" } }],
  "with a User-Agent of a load test": [target, { headers: { "User-Agent": "k6/0.49" } }],
  "with other query parameters, also twice and empty": [`${target}&t=abc&t=def&empty=&flag&name=a%20b+c%C3%A9`, {}],
  "with the parameters in another order": ["/socket.io/?transport=websocket&foo=1&EIO=4", {}],
  "with a Host that names another name": [target, { headers: { Host: "chat.example.test" } }],
  "with a Host that names a port": [target, { headers: { Host: "chat.example.test:8443" } }],
  "with credentials in the headers": [target, { headers: { Authorization: "Bearer abc.def", "X-Forwarded-For": "203.0.113.7" } }],
  "with many headers": [target, { headers: Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`X-Header-${index}`, "value"])) }],
};

const refused = {
  "of an unknown transport": ["/socket.io/?EIO=4&transport=carrier-pigeon", {}],
  "without a transport": ["/socket.io/?EIO=4", {}],
  "for a session that does not exist": [`${target}&sid=nobody`, {}],
};

export const handshakes = {
  ...Object.fromEntries(
    Object.entries(accepted).map(([title, [address, options]]) => [
      `is taken ${title}`,
      async (test) => {
        await isTaken(test, address, options);
      },
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(refused).map(([title, [address, options]]) => [
      `${title} is answered as by Node`,
      async (test) => {
        const refusal = await refusalOf(address, options);
        assert.ok(refusal.status !== 101);
        saw(test, refusal);
      },
    ]),
  ),
  "of protocol 3, where that is off, fails": async (test) => {
    const refusal = await refusalOf("/socket.io/?EIO=3&transport=websocket");
    const isAnswered = expectedOf(test, "refusalsComeInsteadOf101");
    assert.deepEqual(refusal, isAnswered ? { status: 400, body: "Unsupported protocol version" } : { closed: 1006 });
  },
  "at the path without its slash is refused": async (test) => {
    const { status, closed } = await refusalOf("/socket.io?EIO=4&transport=websocket");
    const isAnswered = expectedOf(test, "strayUpgradesAreAnswered");
    assert.deepEqual({ status, closed }, isAnswered ? { status: 404, closed: undefined } : { status: undefined, closed: 1006 });
  },
  "that offers compression gets none, as the server has it off": async (test) => {
    const socket = await isTaken(test, target, { perMessageDeflate: true });
    assert.equal(socket.headers["sec-websocket-extensions"], undefined);
  },
  "that offers compression gets it where it is on": async (test) => {
    const socket = await RawWebSocket.openSession(hostUrl, { path: "/deflate/", perMessageDeflate: true });
    test.after(() => socket.terminate());
    assert.match(socket.headers["sec-websocket-extensions"], /^permessage-deflate/);
    const text = "compress me ".repeat(5000);
    socket.send(`4${text}`);
    assert.equal(await socket.next("the echo"), `4${text}`);
    const bytes = Buffer.alloc(50_000, 7);
    socket.send(bytes);
    assert.ok((await socket.next("the echo")).equals(bytes));
  },
};

/** Sends one message in several frames. */
function sendFragments(socket, parts, binary) {
  parts.forEach((part, index) => socket.socket.send(part, { binary, fin: index === parts.length - 1 }));
}

export const frames = {
  "of a text in several fragments are one message": async (test) => {
    const { socket } = await join(test);
    // The cuts go through a character.
    const packet = Buffer.from('42["echo","é😀é😀"]');
    sendFragments(socket, [packet.subarray(0, 1), packet.subarray(1, 11), packet.subarray(11, 12), Buffer.alloc(0), packet.subarray(12)], false);
    await socket.nextText('42["echo","é😀é😀"]');
  },
  "of a binary value in several fragments are one value": async (test) => {
    const { socket } = await join(test);
    const bytes = Buffer.from(Array.from({ length: 1000 }, (_, index) => index & 255));
    socket.send('451-["echo",{"_placeholder":true,"num":0}]');
    sendFragments(socket, [bytes.subarray(0, 1), bytes.subarray(1, 500), bytes.subarray(500)], true);
    await socket.nextText('451-["echo",{"_placeholder":true,"num":0}]');
    assert.ok((await socket.next("the value")).equals(bytes));
  },
  "of control between fragments are answered at once": async (test) => {
    const { socket } = await join(test);
    socket.socket.send('42["echo",', { fin: false });
    const pong = nextEvent(socket.socket, "pong");
    socket.socket.ping("between");
    assert.equal((await pong)[0].toString(), "between");
    socket.socket.send('"whole"]', { fin: true });
    await socket.nextText('42["echo","whole"]');
  },
  "of many messages in one piece arrive in order": async (test) => {
    const { socket } = await join(test);
    socket.socket._socket.cork();
    for (let index = 0; index < 200; index++) {
      socket.send(`42["echo",${index}]`);
    }
    socket.socket._socket.uncork();
    for (let index = 0; index < 200; index++) {
      await socket.nextText(`42["echo",${index}]`);
    }
  },
  "of a pong that nobody has asked for change nothing": async (test) => {
    const { socket } = await join(test);
    socket.socket.pong("unasked");
    await echoes(socket);
  },
  "with the engine's packet of closing are nothing to the server": async (test) => {
    const { socket } = await join(test);
    socket.send("1");
    await echoes(socket);
  },
  "that keep the connection alive are the packets, not WebSocket's own pings": async (test) => {
    const { socket, id } = await join(test, target.replace("socket.io", "io-fast"));
    await socket.nextText("2");
    socket.socket.ping();
    assert.equal((await serverRecord(id, "disconnect")).reason, "ping timeout");
    saw(test, await socket.closeCode());
  },
};

const wrong = {
  "an empty message": (socket) => socket.send(""),
  "a packet of no kind": (socket) => socket.send("9"),
  "a packet that cannot be read": (socket) => socket.send('42["echo"'),
  "a text that is not UTF-8": (socket) => socket.socket.send(Buffer.from([0x34, 0x32, 0xff]), { binary: false }),
  "a value that nobody has announced": (socket) => socket.send(Buffer.from([1, 2, 3])),
  "more than the server takes": (socket) => socket.send(`42["echo","${"x".repeat(1_000_000)}"]`),
  "a goodbye to the namespace": (socket) => socket.send("41"),
  "a close frame without a code": (socket) => socket.close(),
  "a close frame with 1000": (socket) => socket.close(1000),
  "a close frame with 1001": (socket) => socket.close(1001),
  "a close frame with a code of its own": (socket) => socket.close(4001),
  "a lost connection": (socket) => socket.terminate(),
};

/** What the server writes down when the client does that, and the close code that the client is told. */
export const closes = Object.fromEntries(
  Object.entries(wrong).map(([title, act]) => [
    `by ${title}`,
    async (test) => {
      const { socket, id } = await join(test);
      act(socket);
      const { reason } = await serverRecord(id, "disconnect");
      // After a goodbye the connection itself stays.
      const code = title === "a goodbye to the namespace" ? null : await socket.closeCode();
      saw(test, { reason, code });
      assert.match(reason, /transport|parse|client|forced|ping/);
    },
  ]),
);
