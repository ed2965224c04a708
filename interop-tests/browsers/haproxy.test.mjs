// Two servers behind HAProxy: a cookie keeps each client at its server, whatever its transport.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { saw, unless } from "../support/behaviours.mjs";
import { modes } from "../support/clients.mjs";
import { startHaproxy } from "../support/haproxy.mjs";
import { hostUrl } from "../support/hosts.mjs";
import { startSecondHost } from "../support/second-host.mjs";
import { generations, SocketPeer } from "../support/socketio-peers.mjs";
import { eventually, within } from "../support/waiting.mjs";
import { Tab, variants } from "./support/chromium.mjs";

let second;
let proxy;
before(async () => {
  second = await startSecondHost();
  proxy = await startHaproxy([hostUrl, second.url]);
});
after(async () => {
  await proxy?.stop();
  await second?.stop();
});

/** Which servers know the socket. A client may be told of its connection before the server has written it down. */
function serversOf(id) {
  return eventually(async () => {
    const journals = await Promise.all(
      [hostUrl, second.url].map((url) => fetch(`${url}/journal?id=${encodeURIComponent(id)}`).then((answer) => answer.json(), () => [])),
    );
    const servers = ["first", "second"].filter((_, index) => journals[index].length > 0);
    return servers.length > 0 && servers;
  }, `a server that knows ${id}`);
}

/** The same few steps for a client in a browser and one in Node. */
const clients = [
  ...variants.map((variant) => ({
    ...variant,
    connect: async (test, options) => {
      const tab = await Tab.connect(test, variant, { url: proxy.sticky, ...options });
      return {
        id: tab.id,
        ask: (...args) => tab.askOne(...args),
        moved: async () => {
          await tab.until((old) => socket.connected && socket.id !== old, tab.id);
          return tab.run(() => socket.id);
        },
      };
    },
    tryWithoutCookie: async (test) => {
      const tab = await Tab.open(test, { url: proxy.plain });
      return tab.run((transports) => {
        globalThis.socket = io({ transports, reconnection: false });
        const lost = new Promise((resolve) =>
          socket.io.once("close", (reason, details) => resolve([reason, details?.context?.status ?? details?.description])),
        );
        return Promise.race([lost, tools.happens(socket, "connect").then(() => "connected")]);
      }, variant.mode.transports);
    },
  })),
  ...modes.map((mode) => {
    const variant = { name: `${generations.latest.name}, ${mode.name}`, generation: generations.latest, mode };
    return {
      ...variant,
      connect: async (test, options) => {
        // The client keeps cookies when it may send credentials.
        const peer = await SocketPeer.connect(test, variant, { url: proxy.sticky, withCredentials: true, ...options });
        const { id } = peer;
        return {
          id,
          ask: (...args) => peer.askOne(...args),
          moved: async () => {
            await within(
              new Promise((resolve) => (peer.socket.connected && peer.id !== id ? resolve() : peer.socket.once("connect", resolve))),
              "the move",
            );
            return peer.id;
          },
        };
      },
      tryWithoutCookie: async (test) => {
        const peer = SocketPeer.start(test, variant, { url: proxy.plain });
        const lost = new Promise((resolve) =>
          peer.manager.once("close", (reason, details) => resolve([reason, details?.context?.status ?? details?.description])),
        );
        return within(Promise.race([lost, new Promise((resolve) => peer.socket.once("connect", () => resolve("connected")))]), "an outcome");
      },
    };
  }),
];

for (const client of clients) {
  const { mode } = client;

  // One after the other: the proxy gives newcomers to its servers in turn.
  describe(`behind a proxy: ${client.name} over HAProxy`, () => {
    it("stays with one server", async (test) => {
      const { id, ask } = await client.connect(test);
      assert.equal((await serversOf(id)).length, 1);
      for (let index = 0; index < 30; index++) {
        assert.equal(await ask("sum", index, 1), index + 1);
      }
      assert.equal((await ask("facts")).transport, mode.finalTransport);
    });

    it("shares the servers with others", async (test) => {
      const servers = [];
      for (let count = 0; count < 4; count++) {
        servers.push(...(await serversOf((await client.connect(test)).id)));
      }
      assert.equal(servers.length, 4);
      assert.equal(new Set(servers).size, 2);
    });

    it("is lost without the cookie", { skip: unless(mode.transports.includes("polling"), "a WebSocket stays where it is") }, async (test) => {
      const outcome = await client.tryWithoutCookie(test);
      saw(test, outcome);
      assert.equal(outcome[0], "transport error");
    });
  });
}

const left = [];
after(() => Promise.all(left.map((end) => end())));

/** Connects every client to the second server and stops that one. */
async function stopSecondServer() {
  const connected = new Map();
  const suite = { after: (end) => left.push(end) };
  for (const client of clients) {
    do {
      connected.set(client, await client.connect(suite, { reconnection: true, reconnectionDelay: 50, reconnectionDelayMax: 500 }));
    } while ((await serversOf(connected.get(client).id))[0] !== "second");
  }
  await second.stop();
  return connected;
}

let stopping;

for (const client of clients) {
  describe(`behind a proxy: ${client.name} over HAProxy`, () => {
    it("moves over when its server goes down", async () => {
      stopping ??= stopSecondServer();
      const { moved, ask } = (await stopping).get(client);
      assert.deepEqual(await serversOf(await moved()), ["first"]);
      assert.equal(await ask("sum", 1, 2), 3);
    });
  });
}
