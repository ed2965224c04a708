// What happens to a connection when its page is reloaded, closed, left, put aside or has a second tab beside it.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { saw } from "../support/behaviours.mjs";
import { hostUrl } from "../support/hosts.mjs";
import { journalOf, serverRecord } from "../support/socketio-peers.mjs";
import { eventually } from "../support/waiting.mjs";
import { newContext, Tab, together, variants } from "./support/chromium.mjs";

/** How the server has seen the socket leave. */
const leaving = async (id) => (await serverRecord(id, "disconnect")).reason;

/** A page of the same origin without a client. */
const elsewhere = `${hostUrl}/journal?id=none`;

/** A server with many heartbeats, and patience. */
const steady = { path: "/io-steady/" };

/** The reasons under which a page may leave that has gone. */
const gone = /^(transport close|transport error)$/;

for (const variant of variants) {
  describe(`pages: ${variant.name}`, together, () => {
    it("reload, and connect anew", async (test) => {
      const tab = await Tab.connect(test, variant);
      const first = tab.id;
      await tab.page.reload();
      await tab.load("socket.io.min.js");
      await tab.connect(variant);
      assert.notEqual(tab.id, first);
      saw(test, await leaving(first));
      assert.equal(await tab.askOne("sum", 1, 2), 3);
      assert.deepEqual((await journalOf(tab.id)).map(({ what }) => what), ["connection"]);
    });

    it("reload again and again and leave nothing behind", async (test) => {
      const tab = await Tab.open(test);
      const room = `reloads ${Math.random()}`;
      const ids = [];
      for (let count = 0; count < 6; count++) {
        await tab.connect(variant);
        await tab.askOne("join", [room]);
        ids.push(tab.id);
        await tab.page.reload();
        await tab.load("socket.io.min.js");
      }
      await tab.connect(variant);
      const reasons = await Promise.all(ids.map(leaving));
      reasons.forEach((reason) => assert.match(reason, gone));
      assert.deepEqual(await tab.askOne("fetch-sockets", { to: [room] }), []);
    });

    it("are closed, and the server notices", async (test) => {
      const tab = await Tab.connect(test, variant);
      await tab.page.close();
      saw(test, await leaving(tab.id));
      assert.match(await leaving(tab.id), gone);
    });

    it("say goodbye on their way out when they are told to", async (test) => {
      const tab = await Tab.connect(test, variant, { closeOnBeforeunload: true });
      await tab.page.goto(elsewhere);
      // Whether the goodbye or the end of its request is noticed first is a matter of chance.
      assert.match(await leaving(tab.id), gone);
    });

    it("close the connection at the event beforeunload when they are told to", async (test) => {
      const tab = await Tab.connect(test, variant, { closeOnBeforeunload: true });
      await tab.run(() => void dispatchEvent(new Event("beforeunload")));
      saw(test, await leaving(tab.id));
    });

    it("keep the connection at the event beforeunload otherwise", async (test) => {
      const tab = await Tab.connect(test, variant);
      await tab.run(() => void dispatchEvent(new Event("beforeunload")));
      assert.equal(await tab.askOne("sum", 1, 2), 3);
      assert.equal(await tab.run(() => socket.id), tab.id);
    });

    it("are connected when the user comes back to them", async (test) => {
      const tab = await Tab.connect(test, variant, { ...steady, reconnection: true, reconnectionDelay: 20 });
      await tab.run(() => {
        globalThis.isKept = true;
      });
      await tab.page.goto(elsewhere);
      await tab.page.goBack({ waitUntil: "commit" });
      // The browser may have kept the page as it was, or loads it again: both are right.
      const wasKept = await eventually(
        () => tab.run(() => globalThis.tools && (globalThis.isKept ? "kept" : "loaded")).catch(() => false),
        "the page",
      );
      if (wasKept === "loaded") {
        await tab.load("socket.io.min.js");
        await tab.connect(variant, steady);
      }
      await tab.until((old) => socket.connected && socket.id !== old, tab.id);
      const next = await tab.run(() => socket.id);
      assert.equal(await tab.askOne("sum", 1, 2), 3);
      assert.match(await leaving(tab.id), /^(transport|ping)/);
      assert.deepEqual((await journalOf(next)).map(({ what }) => what), ["connection"]);
    });

    it("stay connected behind another tab over several heartbeats", async (test) => {
      const tab = await Tab.connectInBackground(test, variant, steady);
      await tab.run(() => new Promise((resolve) => {
        let heartbeats = 0;
        socket.io.on("ping", () => ++heartbeats === 4 && resolve());
      }));
      assert.equal(await tab.askOne("sum", 1, 2), 3);
      assert.deepEqual((await journalOf(tab.id)).map(({ what }) => what), ["connection"]);
      assert.equal(await tab.run(() => document.visibilityState), "hidden");
    });

    it("that are frozen are dropped by the server, and come back when they thaw", async (test) => {
      const tab = await Tab.connectInBackground(test, variant, { ...steady, reconnection: true, reconnectionDelay: 20 });
      const devTools = await tab.context.newCDPSession(tab.page);
      await tab.run(() => tools.watch(socket));
      await devTools.send("Page.setWebLifecycleState", { state: "frozen" });
      saw(test, await leaving(tab.id));
      await devTools.send("Page.setWebLifecycleState", { state: "active" });
      await tab.until(() => seen.connects.length > 0 && socket.connected);
      assert.equal(await tab.askOne("sum", 1, 2), 3);
      assert.notEqual(await tab.run(() => socket.id), tab.id);
    });

    it("have a socket for each tab, and a broadcast reaches all of them", async (test) => {
      const context = await newContext(test);
      const [first, second] = await Promise.all([Tab.connect(test, variant, { context }), Tab.connect(test, variant, { context })]);
      const stranger = await Tab.connect(test, variant);
      const room = `tabs ${first.id}`;
      assert.equal(new Set([first.id, second.id, stranger.id]).size, 3);
      for (const tab of [first, second, stranger]) {
        await tab.run(() => void tools.listen(socket, "shared"));
        await tab.askOne("join", [room]);
      }
      await stranger.askOne("broadcast", { to: [room] }, "shared", "é😀");
      for (const tab of [first, second, stranger]) {
        assert.deepEqual(await tab.run(() => tools.next(socket, "shared")), ["é😀"]);
      }
    });

    it("with several clients share one connection, or have one for each", async (test) => {
      const tab = await Tab.open(test);
      const engines = await tab.run(async ([transports, finalTransport]) => {
        const sockets = [io({ transports }), io("/chat", { transports }), io("/chat", { transports, forceNew: true })];
        await Promise.all(sockets.map((socket) => tools.ready(socket, finalTransport)));
        return sockets.map((socket) => socket.io.engine.id);
      }, [variant.mode.transports, variant.mode.finalTransport]);
      assert.equal(engines[0], engines[1]);
      assert.notEqual(engines[0], engines[2]);
    });
  });
}
