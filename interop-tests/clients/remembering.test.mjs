// A client keeps what it remembers for all of its connections: nothing else may run beside this.
import assert from "node:assert/strict";
import { it } from "node:test";
import { ClientPeer, describeEach, upgrading, variants } from "../support/clients.mjs";

describeEach("remembered upgrade", variants.filter(upgrading), (variant) => {
  const options = { rememberUpgrade: true };

  it("makes the next connection begin with WebSocket", async (test) => {
    const first = await ClientPeer.connect(test, variant, options);
    first.close();
    await first.closeReason();
    const second = new ClientPeer(test, variant, options);
    await second.waitForOpen();
    assert.equal(second.transportName, "websocket");
    assert.equal(await second.echo("transport"), "websocket");
    // A client that does not ask for it begins with polling.
    const third = new ClientPeer(test, variant);
    await third.waitForOpen();
    assert.equal(third.transportName, "polling");
  });
});
