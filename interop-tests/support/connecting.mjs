// A TCP connection to whoever listens at a URL, in TLS when it says https.
import { connect as connectPlainly } from "node:net";
import { connect as connectSecurely } from "node:tls";

export function connectTo(url, options = {}) {
  const { protocol, hostname, port } = new URL(url);
  const target = { ...options, host: hostname, port: Number(port) };
  return protocol === "https:" ? connectSecurely({ ...target, ALPNProtocols: ["http/1.1"] }) : connectPlainly(target);
}
