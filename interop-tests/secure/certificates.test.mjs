// TLS between the stock clients and a host that listens with HTTPS: whom the client trusts, and whom the server.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { it } from "node:test";
import { rootCertificates } from "node:tls";
import { saw } from "../support/behaviours.mjs";
import { ClientPeer, describeEach, variants } from "../support/clients.mjs";
import { hostUrl } from "../support/hosts.mjs";

assert.match(hostUrl, /^https:/, "these suites need a host with TLS");

const cert = readFileSync(process.env.TLS_CERT, "utf8");
const key = readFileSync(process.env.TLS_KEY, "utf8");
const strangers = rootCertificates[0];

describeEach("TLS", variants, (variant) => {
  const connect = (test, options) => ClientPeer.connect(test, variant, options);

  async function assertNotConnected(test, options) {
    const peer = new ClientPeer(test, variant, options);
    assert.equal(await peer.closeReason(), "transport error");
    assert.equal(peer.sid, undefined);
    assert.equal(peer.errors.length, 1);
    saw(test, await peer.closeDetails());
  }

  it("connects a client to a server that it trusts, and both know that the line is secure", async (test) => {
    const peer = await connect(test);
    assert.equal(await peer.echo("secure"), "true");
    assert.equal(peer.transportName, variant.mode.finalTransport);
  });

  it("takes an address that begins with wss", async (test) => {
    const peer = await connect(test, { url: hostUrl.replace(/^https/, "wss") });
    assert.equal(await peer.echo("secure"), "true");
  });

  it("connects a client that names the authority itself", async (test) => {
    const peer = await connect(test, { ca: cert });
    assert.equal(await peer.echo("secure"), "true");
  });

  it("connects no client that trusts others", (test) => assertNotConnected(test, { ca: strangers }));

  it("connects a client that trusts others and does not check", async (test) => {
    const peer = await connect(test, { ca: strangers, rejectUnauthorized: false });
    assert.equal(await peer.echo("secure"), "true");
  });

  it("lets in a client that shows the certificate that the server wants", async (test) => {
    const peer = await connect(test, { path: "/certified/", cert, key, ca: cert });
    assert.equal(await peer.echo("secure"), "true");
    assert.equal(peer.transportName, variant.mode.finalTransport);
  });

  it("refuses a client that shows none", (test) => assertNotConnected(test, { path: "/certified/" }));

  it("carries binary and text of 300,000 bytes", async (test) => {
    const peer = await connect(test);
    const bytes = Buffer.alloc(300_000, "0123456789abcdef");
    assert.ok(bytes.equals(Buffer.from(await peer.echo(bytes))));
    assert.ok((await peer.echo(bytes.toString())) === bytes.toString(), "the echo is not what was sent");
  });
});
