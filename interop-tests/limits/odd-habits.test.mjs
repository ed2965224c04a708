// Habits of harmless clients that come nearest to the limits that Node lacks.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { hostUrl } from "../support/hosts.mjs";
import { RawSession, RawWebSocket } from "../support/raw-session.mjs";
import { isOpenOnServer } from "../support/stats.mjs";
import { eventually } from "../support/waiting.mjs";

const paths = [
  { path: "/engine.io/", eio: 4 },
  { path: "/eio3/", eio: 3 },
];
const bigMessages = 4;
const bigLength = 1_000_000;
const big = "a".repeat(bigLength);
const pause = () => new Promise((resolve) => setTimeout(resolve, 2_000));

describe("a client near no limit", { concurrency: true }, () => {
  for (const { path, eio } of paths) {
    it(`may split a message into 1,000 fragments (protocol ${eio})`, async () => {
      const raw = await RawWebSocket.openSession(hostUrl, { path, eio });
      const text = Array.from({ length: 1000 }, (_, index) => String(index % 10)).join("");
      for (const [index, character] of [...text].entries()) {
        raw.socket.send(index === 0 ? `4${character}` : character, { fin: index === text.length - 1 });
      }
      assert.equal(await raw.next("the echo"), `4${text}`);
      raw.close();
    });

    it(`may stop reading for 2 s while 4 MB wait for it, and gets everything (WebSocket, protocol ${eio})`, async () => {
      const raw = await RawWebSocket.openSession(hostUrl, { path, eio });
      raw.socket.pause();
      for (let index = 0; index < bigMessages; index++) {
        raw.send(`4big:${bigLength}`);
      }
      await pause();
      assert.equal(raw.waiting, 0);
      raw.socket.resume();
      for (let index = 0; index < bigMessages; index++) {
        assert.ok((await raw.next("a big message")) === `4${big}`);
      }
      raw.send("4still here");
      assert.equal(await raw.next("the echo"), "4still here");
      assert.ok(await isOpenOnServer(hostUrl, raw.sid));
      raw.close();
    });

    it(`may poll again after 2 s while 4 MB wait for it, and gets everything (polling, protocol ${eio})`, async () => {
      const session = await RawSession.open(hostUrl, { path, eio });
      const packet = `4big:${bigLength}`;
      for (let index = 0; index < bigMessages; index++) {
        await session.post(eio === 3 ? `${packet.length}:${packet}` : packet);
      }
      await pause();
      const first = await session.pollText({ query: "&b64=1" });
      assert.equal(first.split(big).length - 1, bigMessages);
      await session.post(eio === 3 ? "1:1" : "1");
    });

    it(`may send 100 pings while it does not read (protocol ${eio})`, async () => {
      const raw = await RawWebSocket.openSession(hostUrl, { path, eio });
      let lastPong;
      raw.socket.on("pong", (data) => {
        lastPong = data.toString();
      });
      raw.socket.pause();
      for (let index = 0; index < bigMessages; index++) {
        raw.send(`4big:${bigLength}`);
      }
      for (let index = 0; index < 100; index++) {
        raw.socket.ping(String(index));
      }
      await pause();
      raw.socket.resume();
      for (let index = 0; index < bigMessages; index++) {
        assert.ok((await raw.next("a big message")) === `4${big}`);
      }
      await eventually(() => lastPong === "99", "the answer to the last ping");
      raw.close();
    });
  }

  it("may keep a message under way for 2 s between its fragments", async () => {
    const raw = await RawWebSocket.openSession(hostUrl);
    raw.socket.send("4one", { fin: false });
    await pause();
    raw.socket.send("two", { fin: true });
    assert.equal(await raw.next("the echo"), "4onetwo");
    raw.close();
  });

  it("may have a query of 4,000 characters", async () => {
    const session = await RawSession.open(hostUrl, { query: `&token=${"a".repeat(4_000)}` });
    await session.post("1");
  });
});
