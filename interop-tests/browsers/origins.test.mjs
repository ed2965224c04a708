// Pages of another origin than the server's: what the browser lets them do, and which cookies go along.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, describe, it } from "node:test";
import { saw, unless } from "../support/behaviours.mjs";
import { hostUrl } from "../support/hosts.mjs";
import { Tab, together, variants } from "./support/chromium.mjs";

const bundle = "socket.io.min.js";

/** A server with pages and nothing else. */
const pages = createServer((request, response) => response.setHeader("content-type", "text/html").end("<!doctype html>"));
before(() => new Promise((resolve) => pages.listen(0, "127.0.0.1", resolve)));
after(() => pages.closeAllConnections() ?? pages.close());

/** A page of that host name, on another port than the server under test. */
async function openPage(test, hostName = "127.0.0.1") {
  const url = `http://${hostName}:${pages.address().port}`;
  const tab = await Tab.open(test, { url, address: `${url}/`, bundle: null });
  await tab.load(bundle, hostUrl);
  return tab;
}

const toServer = { server: hostUrl, path: "/io-cors/" };

/** Tries to connect; what comes of it. */
const attempt = (tab, { mode }, { server, ...options }) =>
  tab.run(async ([url, given]) => {
    globalThis.socket = io(url, { reconnection: false, ...given });
    return Promise.race([
      tools.happens(socket, "connect").then(() => "connected"),
      tools.happens(socket, "connect_error").then((error) => error.message),
    ]);
  }, [server, { transports: mode.transports, ...options }]);

/** The cookies that the browser keeps for the server, without the changing value. */
async function keptCookies(tab) {
  const cookies = await tab.context.cookies(`${hostUrl}/`);
  return cookies.map(({ name, path, httpOnly, secure, sameSite, expires }) => ({ name, path, httpOnly, secure, sameSite, expires }));
}

/** Writes down the requests of the page: how many the browser sends by itself, the cookies of all others. */
async function watchRequests(tab) {
  const seen = { preflights: 0, cookies: [] };
  const devTools = await tab.context.newCDPSession(tab.page);
  devTools.on("Network.requestWillBeSent", ({ request }) => {
    seen.preflights += request.method === "OPTIONS" ? 1 : 0;
  });
  await devTools.send("Network.enable");
  tab.page.on("requestfinished", (request) => {
    if (request.url().includes("transport=polling")) {
      seen.cookies.push(request.allHeaders().then((headers) => headers.cookie ?? null, () => null));
    }
  });
  return seen;
}

for (const variant of variants) {
  const { mode } = variant;
  const polls = mode.transports.includes("polling");
  const noRequests = unless(polls, "browsers put no such limits on WebSockets");

  describe(`foreign origins: ${variant.name}`, together, () => {
    it("that are allowed connect, and exchange what they like", async (test) => {
      const tab = await openPage(test);
      await tab.connect(variant, toServer);
      const seen = await tab.run(async () => {
        socket.emit("echo", "é😀", new Blob(["ab"]));
        return tools.shape(await tools.next(socket, "echo"));
      });
      assert.deepEqual(seen, ["é😀", { is: "ArrayBuffer", bytes: [97, 98] }]);
      const { xdomain } = await tab.askOne("handshake");
      assert.equal(xdomain, true);
    });

    it("with credentials keep the cookie of the session and send it", async (test) => {
      const tab = await openPage(test);
      const seen = await watchRequests(tab);
      await tab.connect(variant, { ...toServer, withCredentials: true });
      await tab.askOne("sum", 1, 2);
      const cookies = await tab.context.cookies(`${hostUrl}/`);
      // It comes with the answer to the first poll.
      assert.deepEqual(cookies.map(({ name, value }) => [name, value]), polls ? [["io", tab.engine]] : []);
      saw(test, await keptCookies(tab));
      if (polls) {
        const sent = await Promise.all(seen.cookies);
        assert.equal(sent[0], null);
        assert.ok(sent.includes(`io=${tab.engine}`), JSON.stringify(sent));
      }
    });

    it("without credentials neither keep a cookie nor send one", { skip: noRequests }, async (test) => {
      const tab = await openPage(test);
      const seen = await watchRequests(tab);
      await tab.connect({ mode: { transports: ["polling"], finalTransport: "polling" } }, toServer);
      await tab.askOne("sum", 1, 2);
      assert.deepEqual(await keptCookies(tab), []);
      const cookies = await Promise.all(seen.cookies);
      assert.ok(cookies.length > 0 && cookies.every((cookie) => cookie === null), JSON.stringify(cookies));
    });

    it("send headers of their own after asking for leave", { skip: noRequests }, async (test) => {
      const tab = await openPage(test);
      const seen = await watchRequests(tab);
      await tab.connect(variant, { ...toServer, extraHeaders: { "X-Custom": "from afar" }, withCredentials: true });
      assert.equal((await tab.askOne("handshake")).header, "from afar");
      assert.ok(seen.preflights > 0);
    });

    it("are refused with a header that the server does not allow", { skip: noRequests }, async (test) => {
      const tab = await openPage(test);
      const outcome = await attempt(tab, variant, { ...toServer, extraHeaders: { "X-Other": "1" } });
      saw(test, outcome);
      assert.equal(outcome, "xhr poll error");
    });

    it("that are not allowed are refused by polling, and let in by WebSocket", async (test) => {
      const tab = await openPage(test, "localhost");
      const outcome = await attempt(tab, variant, toServer);
      saw(test, outcome);
      assert.equal(outcome, polls ? "xhr poll error" : "connected");
    });

    it("are refused by polling when the server knows no others, and let in by WebSocket", async (test) => {
      const tab = await openPage(test);
      const outcome = await attempt(tab, variant, { server: hostUrl });
      saw(test, outcome);
      assert.equal(outcome, polls ? "xhr poll error" : "connected");
    });
  });
}
