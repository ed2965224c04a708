// A certificate of our own for 127.0.0.1 and localhost, made with the command `openssl`. A host listens with it, a client
// may show it, and a process with NODE_EXTRA_CA_CERTS trusts it.
import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

async function make() {
  const folder = await mkdtemp(join(tmpdir(), "interop-certificate-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const certificate = join(folder, "certificate.pem");
  const key = join(folder, "key.pem");
  const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc", "-days", "2"];
  const names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"];
  try {
    await run("openssl", ["req", "-x509", ...kind, ...names, "-keyout", key, "-out", certificate]);
  } catch (error) {
    throw new Error(`no certificate: ${error.stderr || error.message}`);
  }
  return {
    certificate,
    key,
    /** Makes a host listen with HTTPS. */
    hostEnvironment: { TLS_CERT: certificate, TLS_KEY: key },
    /** Makes the clients of a test process trust that host, without any option of theirs. */
    testEnvironment: { NODE_EXTRA_CA_CERTS: certificate, TLS_CERT: certificate, TLS_KEY: key },
  };
}

let made;

/** Once per run: { certificate, key, hostEnvironment, testEnvironment }, the first two are paths of PEM files. */
export function ownCertificate() {
  made ??= make();
  return made;
}
