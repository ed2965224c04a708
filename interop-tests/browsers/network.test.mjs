// A browser whose network goes away and comes back.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { saw } from "../support/behaviours.mjs";
import { CuttingProxy } from "../support/cutting-proxy.mjs";
import { hostUrl } from "../support/hosts.mjs";
import { serverRecord } from "../support/socketio-peers.mjs";
import { Tab, together, variants } from "./support/chromium.mjs";

const reconnecting = { reconnection: true, reconnectionDelay: 20, reconnectionDelayMax: 200 };

/** A connected tab that writes down how it fares. */
async function watched(test, variant, options) {
  const tab = await Tab.connect(test, variant, { ...reconnecting, ...options });
  await tab.run(() => tools.watch(socket));
  return tab;
}

/** Takes the network away; comes back when the page has noticed. */
async function goOffline(tab) {
  await tab.context.setOffline(true);
  await tab.until(() => !navigator.onLine && seen.disconnects.length === 1);
}

async function goOnline(tab) {
  await tab.context.setOffline(false);
  await tab.until(() => seen.connects.length === 1 && socket.connected);
}

/** Between two polls there may be nothing to cut, and a browser asks once more for what it has had no answer to. */
async function cutUntilNoticed(proxy, tab) {
  for (let attempt = 1; ; attempt++) {
    proxy.cutAll();
    try {
      return await tab.until(() => seen.disconnects.length > 0, undefined, 1500);
    } catch (error) {
      if (error.name !== "TimeoutError" || attempt === 20) {
        throw error;
      }
    }
  }
}

for (const variant of variants) {
  describe(`network: ${variant.name}`, together, () => {
    it("gone and back: the page notices at once, and connects again", async (test) => {
      const tab = await watched(test, variant);
      await goOffline(tab);
      saw(test, await tab.run(() => seen.disconnects));
      await goOnline(tab);
      assert.notEqual(await tab.run(() => socket.id), tab.id);
      assert.equal(await tab.askOne("sum", 1, 2), 3);
    });

    it("gone and back: what the page has sent meanwhile arrives in order and once", async (test) => {
      const tab = await watched(test, variant);
      await goOffline(tab);
      await tab.run(() => {
        for (let index = 0; index < 50; index++) {
          socket.emit("numbered-up", index);
        }
      });
      await goOnline(tab);
      assert.deepEqual(await tab.askOne("report-numbers"), Array.from({ length: 50 }, (_, index) => index));
    });

    it("gone and back: a question is answered after all when it is asked again", async (test) => {
      const tab = await watched(test, variant, { retries: 20, ackTimeout: 1000 });
      await goOffline(tab);
      await tab.run(() => {
        globalThis.answered = new Promise((resolve) => socket.emit("sum", 3, 4, (error, sum) => resolve([error?.message ?? null, sum])));
      });
      await goOnline(tab);
      assert.deepEqual(await tab.run(() => answered), [null, 7]);
    });

    it("gone and back: what the server has sent meanwhile arrives in order and once, with recovery", async (test) => {
      // A polling server notices by its heartbeat alone.
      const path = "/io-recovery-fast/";
      const tab = await watched(test, variant, { path });
      const other = await Tab.connect(test, variant, { path });
      const room = `recovery ${tab.id}`;
      await tab.run(() => void tools.listen(socket, "missed"));
      await tab.askOne("join", [room]);
      // The first one gives the client a position that it can resume from.
      await other.askOne("broadcast", { to: [room] }, "missed", 0);
      await tab.until(() => socket.received.missed.items.length === 1);
      await goOffline(tab);
      await serverRecord(tab.id, "disconnect");
      for (let index = 1; index <= 20; index++) {
        await other.askOne("broadcast", { to: [room] }, "missed", index);
      }
      await goOnline(tab);
      await other.askOne("broadcast", { to: [room] }, "missed", 21);
      const numbers = await tab.run(async () => (await tools.take(socket, "missed", 22)).map(([index]) => index));
      assert.deepEqual(numbers, Array.from({ length: 22 }, (_, index) => index));
      assert.deepEqual(await tab.run(() => [socket.recovered, socket.received.missed.items.length]), [true, 0]);
      assert.equal(await tab.run(() => socket.id), tab.id);
    });

    it("gone while the page connects: it tries again until it is in", async (test) => {
      const tab = await Tab.open(test);
      await tab.context.setOffline(true);
      const message = await tab.run(async ([transports, options]) => {
        globalThis.socket = io({ transports, ...options });
        const { message } = await tools.happens(socket, "connect_error");
        return message;
      }, [variant.mode.transports, reconnecting]);
      saw(test, message);
      await tab.context.setOffline(false);
      await tab.until(() => socket.connected);
      assert.equal(await tab.askOne("sum", 1, 2), 3);
    });

    it("cut: the page connects again and goes on", async (test) => {
      const proxy = await CuttingProxy.start(hostUrl);
      test.after(() => proxy.stop());
      const tab = await watched(test, variant, { url: proxy.url });
      await cutUntilNoticed(proxy, tab);
      await tab.until(() => socket.connected && seen.connects.length === seen.disconnects.length);
      saw(test, await tab.run(() => seen.disconnects.slice(0, 1)));
      assert.equal(await tab.askOne("sum", 1, 2), 3);
    });

    it("silent: the page notices by the missing heartbeat, and connects again", async (test) => {
      const proxy = await CuttingProxy.start(hostUrl);
      test.after(() => proxy.stop());
      const tab = await watched(test, variant, { url: proxy.url, path: "/io-steady/" });
      // After the second one, a ping that was under way during the upgrade has been answered: Node's server forgets one that never is.
      await tab.askOne("sum", 1, 2);
      await tab.askOne("sum", 1, 2);
      proxy.goSilent();
      await tab.until(() => seen.disconnects.length === 1);
      saw(test, await tab.run(() => seen.disconnects));
      saw(test, (await serverRecord(tab.id, "disconnect")).reason);
      proxy.cutAll();
      proxy.isSilent = false;
      await tab.until(() => socket.connected);
      assert.equal(await tab.askOne("sum", 1, 2), 3);
    });
  });
}
