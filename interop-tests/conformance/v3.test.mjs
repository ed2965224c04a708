// One case for each requirement of the Engine.IO protocol 3 that its public test suite names.
// The path /fast/ has a heartbeat of 300 ms and a timeout of 200 ms: for what waits for these. Everything else has the times of the
// defaults, at /eio3/: a busy machine may hold an honest client up.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { hostUrl } from "../support/hosts.mjs";
import { rawRequest, upgradeHeaders } from "../support/raw-http.mjs";
import { RawSession, RawWebSocket } from "../support/raw-session.mjs";
import { serverCloseOf } from "../support/stats.mjs";

const path = "/eio3/";
const fastPath = "/fast/";
const openPolling = (query = "&b64=1", from = path) => RawSession.open(hostUrl, { path: from, eio: 3, query });
const openWebSocket = (from = path) => RawWebSocket.openSession(hostUrl, { path: from, eio: 3 });
const statusOf = async (target, method = "GET") => (await rawRequest(hostUrl, { path: target, method })).status;

function assertHandshake(handshake, upgrades) {
  assert.equal(typeof handshake.sid, "string");
  assert.deepEqual(handshake.upgrades, upgrades);
  assert.equal(handshake.pingInterval, 300);
  assert.equal(handshake.pingTimeout, 200);
  assert.equal(handshake.maxPayload, 1_000_000);
}

async function assertWebSocketRefused(target) {
  const answer = await rawRequest(hostUrl, { path: target, headers: upgradeHeaders });
  if (answer.status === 101) {
    assert.notEqual(answer.body[0], 0x81);
  } else {
    assert.equal(answer.status, 400);
  }
}

describe("protocol 3, handshake by polling", () => {
  it("answers with a length, a colon and the open packet", async () => {
    const { openResponse, handshake } = await openPolling("&b64=1", fastPath);
    const [, length, packet] = /^(\d+):(.*)$/s.exec(openResponse.body.toString());
    assert.equal(packet.length, Number(length));
    assert.equal(packet[0], "0");
    assertHandshake(handshake, ["websocket"]);
  });

  for (const query of ["EIO=3", "EIO=3&transport=abc"]) {
    it(`refuses the transport in ?${query}`, async () => {
      assert.equal(await statusOf(`${path}?${query}`), 400);
    });
  }

  it("refuses a handshake by POST", async () => {
    assert.equal(await statusOf(`${path}?EIO=3&transport=polling`, "POST"), 400);
  });
});

describe("protocol 3, handshake by WebSocket", () => {
  it("sends an open packet without upgrades as the first frame", async () => {
    const socket = await openWebSocket(fastPath);
    assert.equal(socket.openPacket[0], "0");
    assertHandshake(socket.handshake, []);
    socket.close();
  });

  for (const query of ["transport=websocket", "EIO=abc&transport=websocket"]) {
    // Both count as protocol 3, which this path does not allow.
    it(`refuses the protocol version in ?${query}`, () => assertWebSocketRefused(`/engine.io/?${query}`));
  }

  for (const query of ["EIO=3", "EIO=3&transport=abc"]) {
    it(`refuses the transport in ?${query}`, () => assertWebSocketRefused(`${path}?${query}`));
  }
});

describe("protocol 3, messages by polling", () => {
  const payloads = {
    "one text packet": "6:4hello",
    "several text packets": "4:4one4:4two6:4three",
    "text beside base64 binary": "6:4hello10:b4AQIDBA==",
  };
  for (const [name, payload] of Object.entries(payloads)) {
    it(`takes ${name} and gives the same back`, async () => {
      const session = await openPolling();
      const posted = await session.post(payload);
      assert.equal(posted.status, 200);
      assert.equal(posted.body.toString(), "ok");
      assert.equal(await session.pollText(), payload);
    });
  }

  it("answers a client that supports binary with a binary payload", async () => {
    const session = await openPolling("");
    assert.equal((await session.post("6:4hello10:b4AQIDBA==")).status, 200);
    const polled = await session.poll();
    assert.equal(polled.headers["content-type"], "application/octet-stream");
    const text = [0, 6, 255, ...Buffer.from("4hello")];
    const binary = [1, 5, 255, 4, 1, 2, 3, 4];
    assert.deepEqual(polled.body, Buffer.from([...text, ...binary]));
  });

  it("ends the session when a packet is malformed", async () => {
    const session = await openPolling();
    await session.post("abc");
    assert.equal((await session.poll()).status, 400);
    assert.equal((await serverCloseOf(hostUrl, session.sid)).reason, "parse error");
  });

  it("ends the session when a second poll overlaps the first", async () => {
    const session = await openPolling();
    const first = await session.startPoll();
    assert.equal((await session.poll()).status, 400);
    const ended = await first.response;
    assert.equal(ended.status, 200);
    assert.equal(ended.body.toString(), "1:1");
    assert.equal((await session.poll()).status, 400);
  });
});

describe("protocol 3, messages by WebSocket", () => {
  it("echoes a text packet", async () => {
    const socket = await openWebSocket();
    socket.send("4hello");
    await socket.nextText("4hello");
    socket.close();
  });

  it("echoes a binary frame, whose first byte is the packet type", async () => {
    const socket = await openWebSocket();
    socket.send(Uint8Array.from([4, 1, 2, 3, 4]));
    assert.deepEqual(await socket.next(), Buffer.from([4, 1, 2, 3, 4]));
    socket.close();
  });

  it("ends the session when a packet is malformed", async () => {
    const socket = await openWebSocket();
    socket.send("abc");
    assert.equal(await socket.closeCode(), 1005);
    assert.equal((await serverCloseOf(hostUrl, socket.sid)).reason, "parse error");
  });
});

describe("protocol 3, heartbeat", () => {
  it("answers each ping of a polling client", async () => {
    const session = await openPolling();
    for (let beat = 0; beat < 3; beat++) {
      assert.equal((await session.post("1:2")).status, 200);
      assert.equal(await session.pollText(), "1:3");
    }
  });

  it("gives up a polling client that never pings", async () => {
    const session = await openPolling("&b64=1", fastPath);
    assert.equal((await serverCloseOf(hostUrl, session.sid)).reason, "ping timeout");
    assert.equal((await session.post("1:2")).status, 400);
  });

  it("answers each ping of a WebSocket client", async () => {
    const socket = await openWebSocket();
    for (let beat = 0; beat < 3; beat++) {
      socket.send("2");
      await socket.nextText("3");
    }
    socket.close();
  });

  it("gives up a WebSocket client that never pings", async () => {
    const socket = await openWebSocket(fastPath);
    assert.equal(await socket.closeCode(), 1005);
    assert.equal((await serverCloseOf(hostUrl, socket.sid)).reason, "ping timeout");
    assert.equal(socket.waiting, 0);
  });
});

describe("protocol 3, close by the client", () => {
  it("ends the session and releases the pending poll with a noop", async () => {
    const session = await openPolling();
    const pending = await session.startPoll();
    assert.equal((await session.post("1:1")).body.toString(), "ok");
    const released = await pending.response;
    assert.equal(released.status, 200);
    assert.equal(released.body.toString(), "1:6");
    assert.equal((await session.poll()).status, 400);
  });

  it("leaves no open WebSocket behind after a close packet", async () => {
    // Which is nothing to the server: the heartbeat ends it.
    const socket = await openWebSocket(fastPath);
    socket.send("1");
    await socket.closeCode();
  });
});

describe("protocol 3, upgrade", () => {
  it("answers the probe, releases the poll with a noop and goes on over WebSocket", async () => {
    const session = await openPolling();
    const socket = await session.openWebSocket();
    socket.send("2probe");
    await socket.nextText("3probe");
    assert.equal(await session.pollText(), "1:6");
    socket.send("5");
    socket.send("4hello");
    await socket.nextText("4hello");
    socket.close();
  });

  it("refuses polls of an upgraded session without hurting it", async () => {
    const session = await openPolling();
    const socket = await session.upgrade();
    socket.send("4before");
    await socket.nextText("4before");
    assert.equal((await session.poll()).status, 400);
    socket.send("4hello");
    await socket.nextText("4hello");
    socket.close();
  });

  it("closes a second WebSocket of an upgraded session without hurting it", async () => {
    const session = await openPolling();
    const socket = await session.upgrade();
    const intruder = await session.openWebSocket();
    await intruder.closeCode();
    socket.send("4hello");
    await socket.nextText("4hello");
    socket.close();
  });
});
