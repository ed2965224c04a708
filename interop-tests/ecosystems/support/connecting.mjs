// How clients of other ecosystems come in: ids, handshake, credentials, refusals, namespaces.
import assert from "node:assert/strict";
import { saw } from "../../support/behaviours.mjs";
import { privateNamespace } from "../../support/socketio-peers.mjs";

export const connecting = {
  "gives the client the id that the server knows": async (bench) => {
    const peer = await bench.connect();
    const { id, namespace, transport, rooms } = await peer.askOne("facts");
    assert.deepEqual([id, namespace, transport, rooms], [peer.id, "/", bench.mode.finalTransport, [peer.id]]);
  },
  "tells the server what the first request said": async (bench) => {
    const peer = await bench.connect({ query: { custom: "a b&é😀" }, headers: { "X-Custom": "header" } });
    const { query, header, address, eio, secure } = await peer.askOne("handshake");
    assert.deepEqual([query, header, address, secure], ["a b&é😀", "header", "127.0.0.1", false]);
    saw(bench.test, { eio });
  },
  "passes credentials on": async (bench) => {
    const auth = { token: "a b&é😀", number: 1, nested: { list: [null, true, 1.5] } };
    const peer = await bench.connect({ auth });
    assert.deepEqual((await peer.askOne("handshake")).auth, auth);
  },
  "passes on that there are no credentials": async (bench) => {
    const peer = await bench.connect();
    assert.deepEqual((await peer.askOne("handshake")).auth, {});
  },
  "is refused at a namespace that does not exist": async (bench) => {
    const peer = await bench.start({ namespaces: ["/nope"] });
    const refusal = await peer.refusal();
    assert.match(JSON.stringify(refusal), /Invalid namespace/);
    saw(bench.test, refusal);
  },
  "is refused by a middleware with a message and data": async (bench) => {
    const peer = await bench.start({ namespaces: ["/guarded"], auth: { token: "wrong" } });
    const [refusal] = await peer.refusal();
    assert.equal(refusal.message, "not authorized");
    assert.deepEqual(refusal.data, { code: 401, hints: ["log in", "é😀"] });
  },
  "is refused by a middleware with a message alone": async (bench) => {
    const peer = await bench.start({ namespaces: ["/guarded"], auth: { plain: true } });
    const refusal = await peer.refusal();
    assert.match(JSON.stringify(refusal), /not authorized/);
    saw(bench.test, refusal);
  },
  "is let in by a middleware": async (bench) => {
    const peer = await bench.connect({ namespaces: ["/guarded"], auth: { token: "secret" } });
    assert.equal((await peer.askOne("facts")).namespace, "/guarded");
  },
  "waits for a slow middleware": async (bench) => {
    const peer = await bench.connect({ namespaces: ["/slow"], auth: { delay: 100 } });
    assert.equal(await peer.askOne("sum", 1, 2), 3);
  },
  "gets what is sent before it was in, and what the connection handler sends": async (bench) => {
    const early = await bench.start({ namespaces: ["/early"], listens: ["early"] });
    assert.deepEqual(await early.take("early", 3), [[1], [Buffer.from([2])], [3]]);
    const greeted = await bench.start({ namespaces: ["/greeting"], listens: ["greeting"] });
    assert.deepEqual(await greeted.take("greeting", 2), [["first middleware", "second middleware", "connection"], [Buffer.from("hello")]]);
  },
  "joins a namespace of any name": async (bench) => {
    for (const namespace of ["/a/b/c", privateNamespace()]) {
      const peer = await bench.connect({ namespaces: [namespace] });
      assert.equal((await peer.askOne("facts")).namespace, namespace);
    }
  },
  "joins a namespace whose name is not ASCII": async (bench) => {
    const peer = await bench.connect({ namespaces: ["/grüße"] });
    assert.equal((await peer.askOne("facts")).namespace, "/grüße");
  },
  "joins a namespace whose name has a space": async (bench) => {
    const peer = await bench.connect({ namespaces: ["/with space"] });
    assert.equal((await peer.askOne("facts")).namespace, "/with space");
  },
  "is in several namespaces on one connection": async (bench) => {
    const names = ["/", "/chat", "/admin", privateNamespace()];
    const first = await bench.connect({ namespaces: names, listens: ["echo"] });
    const peers = names.map((name) => first.in(name));
    assert.equal(new Set(peers.map(({ id }) => id)).size, names.length);
    for (const [index, peer] of peers.entries()) {
      peer.emit("echo", names[index], Buffer.from([index]));
    }
    for (const [index, peer] of peers.entries()) {
      assert.deepEqual(await peer.next("echo"), [names[index], Buffer.from([index])]);
      assert.equal((await peer.askOne("facts")).namespace, names[index]);
      assert.equal(peer.waiting("echo"), 0);
    }
  },
  "stays for longer than the server waits for a sign of life": async (bench) => {
    const { path, longEnough } = bench.heartbeat;
    const peer = await bench.connect({ path });
    assert.equal(await peer.askOne("later", longEnough), "done");
    assert.equal(peer.hasDisconnected, false);
  },
};
