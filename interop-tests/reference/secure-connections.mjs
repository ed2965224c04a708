// With TLS_CERT and TLS_KEY, paths of PEM files, the host listens with HTTPS. Clients may show a certificate; one engine
// lets in only those that show the host's own.
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";

const certificate = process.env.TLS_CERT && readFileSync(process.env.TLS_CERT);

export const tlsOptions = certificate && {
  cert: certificate,
  key: readFileSync(process.env.TLS_KEY),
  requestCert: true,
  rejectUnauthorized: false,
  ALPNProtocols: ["http/1.1"],
};

const ownFingerprint = certificate && new X509Certificate(certificate).fingerprint256;

/** Whether the client at the other end has shown the certificate of the host. */
export const isCertified = (socket) => Boolean(ownFingerprint) && socket.getPeerCertificate().fingerprint256 === ownFingerprint;
