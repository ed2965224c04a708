// How a browser comes in: with each file of the client that the server serves, by each transport, past what is in its way.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { saw, unless } from "../support/behaviours.mjs";
import { CuttingProxy } from "../support/cutting-proxy.mjs";
import { hostUrl } from "../support/hosts.mjs";
import { eventually } from "../support/waiting.mjs";
import { Tab, together, traffic, variants } from "./support/chromium.mjs";

/** A proxy that lets no WebSocket through. */
async function startProxyWithoutWebSockets(test, how) {
  const proxy = await CuttingProxy.start(hostUrl, ({ isUpgrade, direction }) => (isUpgrade && direction === "up" ? how : undefined));
  test.after(() => proxy.stop());
  return proxy;
}

/** The rest of what the tab has to show once it is connected. */
async function assertWorks(tab, finalTransport) {
  const facts = await tab.askOne("facts");
  assert.deepEqual([facts.id, facts.transport], [tab.id, finalTransport]);
}

for (const variant of variants) {
  const { mode } = variant;
  const upgrades = mode.transports.length > 1;

  describe(`connecting: ${variant.name}`, together, () => {
    for (const bundle of ["socket.io.js", "socket.io.min.js"]) {
      it(`with ${bundle}`, async (test) => {
        await assertWorks(await Tab.connect(test, variant, { bundle }), mode.finalTransport);
      });
    }

    it("with socket.io.esm.min.js, which is imported", async (test) => {
      const tab = await Tab.open(test, { bundle: null });
      await tab.run(async () => {
        globalThis.io = (await import("/socket.io/socket.io.esm.min.js")).io;
      });
      await assertWorks(await tab.connect(variant), mode.finalTransport);
    });

    it("with socket.io.msgpack.min.js", async (test) => {
      const tab = await Tab.connect(test, variant, { bundle: "socket.io.msgpack.min.js", path: "/io-msgpack/" });
      await assertWorks(tab, mode.finalTransport);
      const echoed = await tab.run(async () => {
        socket.emit("echo", "é😀", { list: [new Uint8Array([1, 2]).buffer, null, 1.5] }, new Uint8Array([3]));
        return tools.shape(await tools.next(socket, "echo"));
      });
      saw(test, echoed);
      assert.deepEqual(echoed[1].list[0].bytes, [1, 2]);
    });

    it("with the file that its source map leads to", { skip: unless(!upgrades, "is about the files, not the way") }, async (test) => {
      const tab = await Tab.open(test, { bundle: null });
      const maps = await tab.run(async () => {
        const files = ["socket.io.js", "socket.io.min.js", "socket.io.esm.min.js", "socket.io.msgpack.min.js"];
        const answers = await Promise.all(files.map((file) => fetch(`/socket.io/${file}.map`)));
        return Promise.all(answers.map(async (answer) => (await answer.json()).file));
      });
      saw(test, maps);
      assert.equal(maps.length, 4);
    });

    it("takes the file from its cache at the next visit", async (test) => {
      const tab = await Tab.open(test);
      const again = await tab.run(async () => {
        const first = await fetch("/socket.io/socket.io.min.js");
        const second = await fetch("/socket.io/socket.io.min.js", { headers: { "if-none-match": first.headers.get("etag") }, cache: "no-store" });
        return [first.headers.get("content-type"), second.status];
      });
      saw(test, again);
      assert.equal(again[1], 304);
    });

    it("uses the network as it should", async (test) => {
      const tab = await Tab.open(test);
      const seen = traffic(tab.page);
      await tab.connect(variant);
      await tab.askOne("sum", 1, 2);
      if (mode.finalTransport === "polling") {
        assert.deepEqual(seen.webSockets, []);
      } else {
        // The browser tells of a frame a moment after it has been there.
        const frames = await eventually(() => seen.webSockets[0]?.some((frame) => frame.startsWith("<430[")) && seen.webSockets[0], "the frames");
        const expected = upgrades ? [">2probe", "<3probe", ">5"] : ["<0{", ">40", "<40{"];
        expected.forEach((start, index) => assert.ok(frames[index].startsWith(start), `frame ${index}: ${frames[index]}`));
        assert.equal(seen.webSockets.length, 1);
      }
      if (mode.transports.includes("polling")) {
        assert.deepEqual([seen.requests.includes("GET"), seen.requests.includes("POST")], [true, true]);
      } else {
        assert.deepEqual(seen.requests, []);
      }
    });

    it("stays with one polling session for hundreds of messages", async (test) => {
      const tab = await Tab.connect(test, variant);
      const numbers = await tab.run(async () => {
        tools.listen(socket, "echo");
        for (let index = 0; index < 300; index++) {
          socket.emit("echo", index);
        }
        return (await tools.take(socket, "echo", 300)).map(([index]) => index);
      });
      assert.deepEqual(numbers, Array.from({ length: 300 }, (_, index) => index));
    });

    for (const [what, how] of [["refuses", "refuse"], ["cuts off", "cut-before"]]) {
      it(`where the network ${what} WebSockets`, { skip: unless(mode.name !== "polling", "makes no WebSocket") }, async (test) => {
        const proxy = await startProxyWithoutWebSockets(test, how);
        const tab = await Tab.open(test, { url: proxy.url });
        if (upgrades) {
          await tab.connect({ mode: { ...mode, finalTransport: "polling" } });
          await assertWorks(tab, "polling");
        } else {
          await tab.run((transports) => {
            globalThis.socket = io({ transports, reconnection: false });
            return tools.happens(socket, "connect_error").then(() => undefined);
          }, mode.transports);
          await tab.connect({ mode: { transports: ["websocket", "polling"] } }, { tryAllTransports: true });
          await assertWorks(tab, "polling");
        }
      });
    }

    it("in a worker", async (test) => {
      const tab = await Tab.open(test);
      const seen = await tab.run(async ({ transports, finalTransport }) => {
        const script = `
          importScripts("${location.origin}/socket.io/socket.io.min.js");
          const socket = io("${location.origin}", { transports: ${JSON.stringify(transports)} });
          const tell = () => socket.emit("echo", "é😀", new Uint8Array([1, 2, 3]));
          socket.on("connect", () => {
            const isUpgraded = socket.io.engine.transport.name === "${finalTransport}";
            isUpgraded ? tell() : socket.io.engine.once("upgrade", tell);
          });
          socket.on("echo", (text, bytes) => postMessage([text, bytes, socket.io.engine.transport.name, typeof document]));`;
        globalThis.worker = new Worker(URL.createObjectURL(new Blob([script])));
        return tools.shape(await new Promise((resolve) => worker.addEventListener("message", ({ data }) => resolve(data), { once: true })));
      }, mode);
      assert.deepEqual(seen, ["é😀", { is: "ArrayBuffer", bytes: [1, 2, 3] }, mode.finalTransport, "undefined"]);
    });

    it("from a page that may connect to its own origin alone", async (test) => {
      const tab = await Tab.open(test);
      const isStrict = await tab.run(async () => {
        const policy = Object.assign(document.createElement("meta"), { httpEquiv: "Content-Security-Policy", content: "connect-src 'self'" });
        document.head.append(policy);
        const violated = new Promise((resolve) => document.addEventListener("securitypolicyviolation", () => resolve(true), { once: true }));
        await fetch("http://localhost:1/").catch(() => {});
        return violated;
      });
      assert.equal(isStrict, true);
      await tab.connect(variant);
      await assertWorks(tab, mode.finalTransport);
    });

    it("with fetch instead of XMLHttpRequest", { skip: unless(mode.transports.includes("polling"), "sends no requests") }, async (test) => {
      const tab = await Tab.open(test, { bundle: null });
      const seen = await tab.run(async (withUpgrade) => {
        const { io, Fetch, WebSocket } = await import("/socket.io/socket.io.esm.min.js");
        const transports = withUpgrade ? [Fetch, WebSocket] : [Fetch];
        await tools.connect(io, "/", { transports, finalTransport: withUpgrade ? "websocket" : "polling" });
        socket.emit("echo", "é😀", new Uint8Array([1, 2, 3]));
        return tools.shape(await tools.next(socket, "echo"));
      }, upgrades);
      assert.deepEqual(seen, ["é😀", { is: "ArrayBuffer", bytes: [1, 2, 3] }]);
    });

    it("again by WebSocket at once when it remembers the upgrade", { skip: unless(upgrades, "makes no upgrade") }, async (test) => {
      const tab = await Tab.connect(test, variant, { rememberUpgrade: true });
      const seen = traffic(tab.page);
      await tab.run(() => void socket.disconnect());
      await tab.connect(variant, { rememberUpgrade: true });
      await assertWorks(tab, "websocket");
      assert.deepEqual(seen.requests, []);
    });

    it("fails where no server is", async (test) => {
      const tab = await Tab.open(test);
      const message = await tab.run(async (transports) => {
        globalThis.socket = io({ path: "/nowhere/", transports, reconnection: false });
        return (await tools.happens(socket, "connect_error")).message;
      }, mode.transports);
      saw(test, message);
      assert.ok(message.length > 0);
    });
  });
}
