// One case for each requirement of the Engine.IO protocol 4 that its public test suite names.
// The path /fast/ has a heartbeat of 300 ms and a timeout of 200 ms: for what waits for these. Everything else has the times of the
// defaults, at /engine.io/, which speaks protocol 4 alone: a busy machine may hold an honest client up.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { hostUrl } from "../support/hosts.mjs";
import { rawRequest, upgradeHeaders } from "../support/raw-http.mjs";
import { RawSession, RawWebSocket } from "../support/raw-session.mjs";
import { serverCloseOf } from "../support/stats.mjs";

const path = "/engine.io/";
const fastPath = "/fast/";
// The same interval with a longer timeout.
const patientPath = "/patient/";
const openPolling = (from = path) => RawSession.open(hostUrl, { path: from });
const openWebSocket = (from = path) => RawWebSocket.openSession(hostUrl, { path: from });
const statusOf = async (target, method = "GET") => (await rawRequest(hostUrl, { path: target, method })).status;

function assertHandshake(handshake, upgrades) {
  assert.deepEqual(Object.keys(handshake), ["sid", "upgrades", "pingInterval", "pingTimeout", "maxPayload"]);
  assert.match(handshake.sid, /^[\w-]{20}$/);
  assert.deepEqual({ ...handshake, sid: "" }, { sid: "", upgrades, pingInterval: 300, pingTimeout: 200, maxPayload: 1_000_000 });
}

async function assertWebSocketRefused(target) {
  const answer = await rawRequest(hostUrl, { path: target, headers: upgradeHeaders });
  if (answer.status === 101) {
    // Node finds the wrong protocol only after the 101: no frame of a session may follow, the connection just ends.
    assert.notEqual(answer.body[0], 0x81);
  } else {
    assert.equal(answer.status, 400);
  }
}

describe("protocol 4, handshake by polling", () => {
  it("answers with an open packet that tells the id, the upgrades and the limits", async () => {
    const { openResponse, handshake } = await openPolling(fastPath);
    assert.equal(openResponse.status, 200);
    assert.equal(openResponse.body.toString()[0], "0");
    assertHandshake(handshake, ["websocket"]);
  });

  for (const query of ["transport=polling", "EIO=abc&transport=polling", "EIO=5&transport=polling"]) {
    it(`refuses the protocol version in ?${query}`, async () => {
      assert.equal(await statusOf(`/engine.io/?${query}`), 400);
    });
  }

  for (const query of ["EIO=4", "EIO=4&transport=abc", "EIO=4&transport=__proto__"]) {
    it(`refuses the transport in ?${query}`, async () => {
      assert.equal(await statusOf(`${path}?${query}`), 400);
    });
  }

  for (const method of ["POST", "PUT", "DELETE"]) {
    it(`refuses a handshake by ${method}`, async () => {
      assert.equal(await statusOf(`${path}?EIO=4&transport=polling`, method), 400);
    });
  }
});

describe("protocol 4, handshake by WebSocket", () => {
  it("sends an open packet without upgrades as the first frame", async () => {
    const socket = await openWebSocket(fastPath);
    assert.equal(socket.openPacket[0], "0");
    assertHandshake(socket.handshake, []);
    socket.close();
  });

  for (const query of ["transport=websocket", "EIO=abc&transport=websocket"]) {
    it(`refuses the protocol version in ?${query}`, () => assertWebSocketRefused(`/engine.io/?${query}`));
  }

  for (const query of ["EIO=4", "EIO=4&transport=abc"]) {
    it(`refuses the transport in ?${query}`, () => assertWebSocketRefused(`${path}?${query}`));
  }
});

describe("protocol 4, messages by polling", () => {
  const payloads = {
    "one text packet": "4hello",
    "several text packets": "4one\x1e4two\x1e4three",
    "text beside base64 binary": "4hello\x1ebAQIDBA==",
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

  it("ends the session when a packet is malformed", async () => {
    const session = await openPolling();
    await session.post("abc");
    assert.equal((await session.poll()).status, 400);
    assert.equal((await serverCloseOf(hostUrl, session.sid)).reason, "parse error");
  });

  it("ends the session when a second poll overlaps the first", async () => {
    const session = await openPolling();
    const first = await session.startPoll();
    const second = await session.poll();
    assert.equal(second.status, 400);
    const ended = await first.response;
    assert.equal(ended.status, 200);
    assert.equal(ended.body.toString(), "1");
    assert.equal((await session.poll()).status, 400);
  });

  it("ends the session when the client abandons its poll", async () => {
    const session = await openPolling();
    const pending = await session.startPoll();
    pending.abort();
    assert.equal((await serverCloseOf(hostUrl, session.sid)).reason, "transport error");
    assert.equal((await session.poll()).status, 400);
  });
});

describe("protocol 4, messages by WebSocket", () => {
  it("echoes a text packet", async () => {
    const socket = await openWebSocket();
    socket.send("4hello");
    await socket.nextText("4hello");
    socket.close();
  });

  it("echoes a binary frame, which has no type byte", async () => {
    const socket = await openWebSocket();
    socket.send(Uint8Array.from([1, 2, 3, 4]));
    assert.deepEqual(await socket.next(), Buffer.from([1, 2, 3, 4]));
    socket.close();
  });

  it("ends the session when a packet is malformed", async () => {
    const socket = await openWebSocket();
    socket.send("abc");
    assert.equal(await socket.closeCode(), 1005);
    assert.equal((await serverCloseOf(hostUrl, socket.sid)).reason, "parse error");
  });
});

describe("protocol 4, heartbeat", () => {
  it("pings a polling client that answers, again and again", async () => {
    const session = await openPolling(patientPath);
    for (let beat = 0; beat < 3; beat++) {
      assert.equal(await session.pollText(), "2");
      assert.equal((await session.post("3")).status, 200);
    }
  });

  it("gives up a polling client that stays silent", async () => {
    const session = await openPolling(fastPath);
    assert.equal((await serverCloseOf(hostUrl, session.sid)).reason, "ping timeout");
    assert.equal((await session.poll()).status, 400);
  });

  it("pings a WebSocket client that answers, again and again", async () => {
    const socket = await openWebSocket(patientPath);
    for (let beat = 0; beat < 3; beat++) {
      await socket.nextText("2");
      socket.send("3");
    }
    socket.close();
  });

  it("gives up a WebSocket client that stays silent", async () => {
    const socket = await openWebSocket(fastPath);
    assert.equal(await socket.closeCode(), 1005);
    assert.equal((await serverCloseOf(hostUrl, socket.sid)).reason, "ping timeout");
  });
});

describe("protocol 4, close by the client", () => {
  it("ends the session and releases the pending poll with a noop", async () => {
    const session = await openPolling();
    const pending = await session.startPoll();
    assert.equal((await session.post("1")).body.toString(), "ok");
    const released = await pending.response;
    assert.equal(released.status, 200);
    assert.equal(released.body.toString(), "6");
    assert.equal((await session.poll()).status, 400);
  });

  it("leaves no open WebSocket behind after a close packet", async () => {
    // Which is nothing to the server: the heartbeat ends it.
    const socket = await openWebSocket(fastPath);
    socket.send("1");
    await socket.closeCode();
  });
});

describe("protocol 4, upgrade", () => {
  it("answers the probe, releases the poll with a noop and goes on over WebSocket", async () => {
    const session = await openPolling();
    const socket = await session.openWebSocket();
    socket.send("2probe");
    await socket.nextText("3probe");
    assert.equal(await session.pollText(), "6");
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
