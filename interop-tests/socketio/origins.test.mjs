// Foreign origins and cookies: the headers as they are on the wire.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { saw, unless } from "../support/behaviours.mjs";
import { CuttingProxy } from "../support/cutting-proxy.mjs";
import { hostUrl } from "../support/hosts.mjs";
import { rawRequest } from "../support/raw-http.mjs";
import { SocketPeer, together, variantsOf } from "../support/socketio-peers.mjs";

/** The headers of an answer that browsers ask about, by name. */
const corsHeaders = (head) =>
  Object.fromEntries(
    head
      .split("\r\n")
      .map((line) => /^([^:]+): *(.*)$/.exec(line))
      .filter((match) => match && /^(access-control-|vary$)/i.test(match[1]))
      .map(([, name, value]) => [name.toLowerCase(), value])
      .sort(),
  );

const cookiesOf = (head, name) =>
  head
    .split("\r\n")
    .filter((line) => line.toLowerCase().startsWith(`${name}:`))
    .map((line) => line.slice(name.length + 1).trim());

for (const variant of variantsOf("origins and cookies")) {
  const isPolling = variant.mode.transports[0] === "polling";
  const { hasCookieJar } = variant.generation;

  /** Connects through a proxy, talks a little, and gives the heads of requests and answers. */
  async function talk(test, options) {
    const heads = { request: [], answer: [] };
    const proxy = await CuttingProxy.start(hostUrl, ({ kind, head }) => {
      heads[kind]?.push(head);
    });
    test.after(() => proxy.stop());
    const peer = await SocketPeer.connect(test, variant, { url: proxy.url, path: "/io-guarded/", ...options });
    const handshake = await peer.askOne("handshake");
    const { id } = peer.manager.engine;
    return { peer, handshake, ...heads, engineId: id };
  }

  describe(`origins and cookies: ${variant.name}`, together, () => {
    for (const [name, origin] of [["the allowed origin", "http://example.test"], ["another origin", "http://other.test"], ["no origin", undefined]]) {
      it(`tell a client of ${name} what browsers ask about`, async (test) => {
        const { handshake, answer } = await talk(test, { extraHeaders: origin ? { Origin: origin } : {} });
        assert.deepEqual([handshake.origin, handshake.xdomain], [origin ?? null, origin !== undefined]);
        const headers = answer.map(corsHeaders);
        // Every answer but that to the WebSocket has them.
        const sets = [...new Set(headers.map((one) => JSON.stringify(one)))].sort();
        saw(test, sets);
        if (isPolling) {
          assert.equal(headers[0]["access-control-allow-origin"], "http://example.test");
          assert.equal(headers[0]["access-control-allow-credentials"], "true");
        }
      });
    }

    it("are answered before the request itself", { skip: unless(isPolling, "WebSockets have no such question") }, async (test) => {
      const { status, headers } = await rawRequest(hostUrl, {
        method: "OPTIONS",
        path: `/io-guarded/?EIO=${variant.generation.speaks === 4 ? 3 : 4}&transport=polling`,
        headers: {
          origin: "http://example.test",
          "access-control-request-method": "POST",
          "access-control-request-headers": "content-type,x-custom",
        },
      });
      assert.equal(status, 204);
      assert.equal(headers["access-control-allow-headers"], "content-type,x-custom");
      saw(test, Object.entries(headers).filter(([name]) => /^(access-control-|vary$)/.test(name)).sort());
    });

    it("leave a server alone that was told nothing of them", async (test) => {
      const { answer } = await talk(test, { path: variant.generation.path, extraHeaders: { Origin: "http://other.test" } });
      assert.deepEqual([...new Set(answer.map((head) => JSON.stringify(corsHeaders(head))))], ["{}"]);
    });

    it("name the session in a cookie of the first answer", async (test) => {
      const { answer, engineId } = await talk(test, {});
      const cookies = answer.map((head) => cookiesOf(head, "set-cookie").map((value) => value.replace(engineId, "SESSION")));
      // A connection that begins with a WebSocket has no cookie.
      assert.equal(cookies[0].length, isPolling ? 1 : 0);
      assert.deepEqual(cookies.slice(1).flat(), []);
      saw(test, cookies[0]);
    });

    const withCookieJar = { skip: unless(hasCookieJar, "came with client 4.7") };

    it("come back with every further request when the client has credentials", withCookieJar, async (test) => {
      const { peer, request, engineId, handshake } = await talk(test, { withCredentials: true });
      await peer.askOne("sum", 1, 2);
      const sent = request.map((head) => cookiesOf(head, "cookie"));
      assert.deepEqual(sent[0], []);
      assert.equal(handshake.cookie, null);
      assert.equal(sent.length > 1, isPolling);
      assert.deepEqual(sent.slice(1).flat(), sent.slice(1).map(() => `io=${engineId}`));
    });

    it("do not come back without credentials", async (test) => {
      const { request } = await talk(test, {});
      assert.deepEqual(request.flatMap((head) => cookiesOf(head, "cookie")), []);
    });

    it("that the client has of its own reach the server", async (test) => {
      const { handshake } = await talk(test, { extraHeaders: { Cookie: "a=1; b=two" } });
      assert.equal(handshake.cookie, "a=1; b=two");
    });
  });
}
