// The JSONP transport of the protocol 3 client: answers are scripts, messages are posted by a form.
import assert from "node:assert/strict";
import { it } from "node:test";
import { ClientPeer, byPolling, describeEach, ofOldest, variants } from "../support/clients.mjs";
import { installFakeBrowser } from "../support/fake-browser.mjs";
import { hostUrl } from "../support/hosts.mjs";
import { serverCloseOf } from "../support/stats.mjs";

const scripts = installFakeBrowser();

describeEach("JSONP", variants.filter((variant) => ofOldest(variant) && byPolling(variant)), (variant) => {
  const connect = (test) => ClientPeer.connect(test, variant, { forceJSONP: true });

  it("answers with a call of the client's own function", async (test) => {
    await connect(test);
    assert.match(scripts[0].code, /^___eio\[\d+\]\(".*"\);$/s);
    assert.match(scripts[0].type, /^text\/plain; charset=utf-8$/i);
  });

  const texts = {
    "plain text": "hello",
    "quotes and markup": "\"double\" 'single' </script> <!-- & + %20",
    newlines: "one\ntwo\r\nthree",
    "backslashes before n": "C:\\new\\\\name \\n \\\\n",
    "line separators": "a\u2028b\u2029c",
    "every plane of Unicode": Array.from({ length: 17 }, (_, plane) => String.fromCodePoint(plane * 0x10000 + 0xa3)).join(""),
    "a long message": "long ".repeat(50_000),
  };
  for (const [name, text] of Object.entries(texts)) {
    it(`echoes ${name}`, async (test) => {
      const peer = await connect(test);
      assert.equal(await peer.echo(text), text);
    });
  }

  it("echoes binary as base64", async (test) => {
    const peer = await connect(test);
    const data = Buffer.from([0, 1, 2, 253, 254, 255]);
    assert.deepEqual(Buffer.from(await peer.echo(data)), data);
  });

  it("keeps 200 messages in order", async (test) => {
    const peer = await connect(test);
    const sent = Array.from({ length: 200 }, (_, index) => `line ${index}\n`);
    sent.forEach((text) => peer.send(text));
    assert.deepEqual(await peer.messages.take(200), sent);
  });

  it("tells the client that the server has closed", async (test) => {
    const peer = await connect(test);
    peer.send("close");
    assert.equal(await peer.closeReason(), "transport close");
    assert.equal((await serverCloseOf(hostUrl, peer.sid)).reason, "forced close");
  });
});
