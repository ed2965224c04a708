// Options of the clients and of the server that change what goes over the wire.
import assert from "node:assert/strict";
import { it } from "node:test";
import { saw, unless } from "../support/behaviours.mjs";
import { ClientPeer, byPolling, describeEach, upgrading, variants } from "../support/clients.mjs";
import { CuttingProxy } from "../support/cutting-proxy.mjs";
import { hostUrl } from "../support/hosts.mjs";

/** A proxy that collects the heads of all requests. */
async function startCollectingProxy(test) {
  const heads = [];
  const proxy = await CuttingProxy.startFor(test, ({ kind, head }) => {
    if (kind === "request") {
      heads.push(head);
    }
  });
  return { proxy, heads };
}

describeEach("options", variants, (variant) => {
  const { generation, mode } = variant;
  const onlyOneTransport = { skip: unless(!upgrading(variant), "the same as with the transport that it begins with") };
  const connect = (test, options) => ClientPeer.connect(test, variant, options);

  it("query reaches the server with the handshake and with every later request", async (test) => {
    const { proxy, heads } = await startCollectingProxy(test);
    const peer = await connect(test, { url: proxy.url, query: { room: "a b&c=ä€😀", empty: "", number: 7 } });
    assert.equal(await peer.echo("query:room"), "a b&c=ä€😀");
    // To some versions an empty text comes as no data at all.
    assert.equal((await peer.echo("query:empty")) ?? "", "");
    assert.equal(await peer.echo("query:number"), "7");
    assert.equal(await peer.echo("query:missing"), "none");
    assert.ok(heads.length >= (mode.name === "websocket" ? 1 : 3));
    for (const head of heads) {
      assert.match(head, /[?&]room=a(%20|\+)b%26c%3D%C3%A4%E2%82%AC%F0%9F%98%80&/);
    }
  });

  it("a query in the address reaches the server", async (test) => {
    const peer = await connect(test, { url: `${hostUrl}?room=in%20the%20address` });
    assert.equal(await peer.echo("query:room"), "in the address");
  });

  it("extraHeaders reach the server with the handshake and with every later request", async (test) => {
    const { proxy, heads } = await startCollectingProxy(test);
    const peer = await connect(test, { url: proxy.url, extraHeaders: { "x-token": "a secret", Authorization: "Bearer b" } });
    assert.equal(await peer.echo("header:x-token"), "a secret");
    assert.equal(await peer.echo("header:authorization"), "Bearer b");
    assert.equal(await peer.echo("header:x-missing"), "none");
    for (const head of heads) {
      assert.match(head, /^x-token: a secret\r$/im);
    }
  });

  it("the path may lack its slash at the end", async (test) => {
    const { proxy, heads } = await startCollectingProxy(test);
    const peer = await connect(test, { url: proxy.url, path: "/bare", addTrailingSlash: false });
    assert.equal(await peer.echo("hello"), "hello");
    assert.deepEqual([...new Set(heads.map((head) => head.split(" ")[1].split("?")[0]))], generation.mayLackSlash ? ["/bare"] : ["/bare/"]);
  });

  it("timestampRequests marks each request so that nothing answers it from a cache", async (test) => {
    const { proxy, heads } = await startCollectingProxy(test);
    const peer = await connect(test, { url: proxy.url, timestampRequests: true, timestampParam: "stamp" });
    assert.equal(await peer.echo("hello"), "hello");
    const stamps = heads.map((head) => /[?&]stamp=([^& ]+)/.exec(head)?.[1]);
    assert.ok(stamps.every(Boolean), heads.join("\n"));
    assert.equal(new Set(stamps).size, stamps.length);
  });

  it("the server knows the client's address, and whether the line is secure", async (test) => {
    const peer = await connect(test);
    assert.equal(await peer.echo("address"), "127.0.0.1");
    assert.match(await peer.echo("secure"), /^(true|false)$/);
  });

  it("the handshake tells the limits of the server", async (test) => {
    const peer = new ClientPeer(test, variant, { path: "/small/" });
    let handshake;
    peer.socket.on("handshake", (data) => {
      handshake = data;
    });
    await peer.waitForOpen();
    const { sid, ...rest } = handshake;
    assert.match(sid, /^[\w-]{20}$/);
    assert.equal(rest.maxPayload, 10_000);
    saw(test, rest);
  });

  it("a cookie of the handshake comes back from a client that keeps cookies", { skip: keepingCookies(variant) }, async (test) => {
    const { proxy, heads } = await startCollectingProxy(test);
    const peer = await connect(test, { path: "/cookie/", url: proxy.url, withCredentials: true });
    assert.equal(await peer.echo("hello"), "hello");
    const later = heads.filter((head) => head.includes("sid="));
    assert.ok(later.length >= 1);
    for (const head of later) {
      assert.match(head, new RegExp(`^cookie: io=${peer.sid}\r$`, "im"));
    }
  });

  it("a cookie of the handshake harms no client that ignores it", async (test) => {
    const { proxy, heads } = await startCollectingProxy(test);
    const peer = await connect(test, { path: "/cookie/", url: proxy.url });
    assert.equal(await peer.echo("hello"), "hello");
    assert.deepEqual(heads.filter((head) => /^cookie:/im.test(head)), []);
  });

  it("the only transport of a server is used", onlyOneTransport, async (test) => {
    const peer = await connect(test, { path: byPolling(variant) ? "/polling-only/" : "/websocket-only/" });
    assert.equal(await peer.echo("transport"), mode.finalTransport);
  });

  it("a transport that the server does not have is refused", onlyOneTransport, async (test) => {
    const peer = new ClientPeer(test, variant, { path: byPolling(variant) ? "/websocket-only/" : "/polling-only/" });
    assert.equal(await peer.closeReason(), "transport error");
    assert.equal(peer.errors.length, 1);
    saw(test, await peer.closeDetails());
  });

  const triesAll = { skip: unless(generation.triesAllTransports && !upgrading(variant), "it has no such option, or tries both already") };
  it("tryAllTransports leads to the transport that works", triesAll, async (test) => {
    const works = byPolling(variant) ? "websocket" : "polling";
    const peer = new ClientPeer(test, variant, { path: `/${works}-only/`, transports: [mode.name, works], tryAllTransports: true });
    await peer.waitForOpen();
    assert.equal(await peer.echo("transport"), works);
  });

  for (const path of ["/allow/", "/middleware/", "/headers/", "/cors/"]) {
    const lacksProtocol3 = { skip: unless(path !== "/allow/" || generation.eio === 4, "that path has no protocol 3") };
    it(`a server with the options of ${path} lets a harmless client in`, lacksProtocol3, async (test) => {
      const peer = await connect(test, { path });
      assert.equal(await peer.echo("hello"), "hello");
    });
  }
});

describeEach("refusals", variants.filter((variant) => !upgrading(variant)), (variant) => {
  const refusals = {
    "a request that allowRequest denies": { path: variant.generation.eio === 4 ? "/allow/" : "/certified/", query: { deny: "1" } },
    "a request that a middleware fails": { path: "/middleware/", query: { refuse: "1" } },
    "a path that nobody serves": { path: "/nobody/" },
  };
  for (const [name, options] of Object.entries(refusals)) {
    it(`are told to the client: ${name}`, async (test) => {
      const peer = new ClientPeer(test, variant, options);
      assert.equal(await peer.closeReason(), "transport error");
      assert.equal(peer.sid, undefined);
      if (byPolling(variant)) {
        saw(test, await peer.closeDetails());
      }
    });
  }

  const onlyProtocol3 = { skip: unless(variant.generation.eio === 3, "it does not speak protocol 3") };
  it("are told to the client: protocol 3 where it is not allowed", onlyProtocol3, async (test) => {
    const peer = new ClientPeer(test, variant, { path: "/engine.io/" });
    // On WebSocket the refusal comes after the 101: a close, with or without an error.
    assert.match(await peer.closeReason(), byPolling(variant) ? /^transport error$/ : /^transport (error|close)$/);
    assert.equal(peer.sid, undefined);
  });
});

/** Why a variant does not give cookies back, or false. */
function keepingCookies({ generation, mode }) {
  if (!generation.keepsCookies) {
    return "it keeps no cookies outside of browsers";
  }
  return unless(mode.name !== "websocket", "the server sets the cookie on polling alone");
}
