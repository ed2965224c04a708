// Where the hosts are. run.mjs starts them and passes their addresses on.

function requiredUrl(name) {
  const value = process.env[name];
  if (!value) {
    throw new Error(`${name} is not set: start the suites with "npm run interop"`);
  }
  return value.replace(/\/$/, "");
}

/** The host that is being judged, for example http://127.0.0.1:41234. */
export const hostUrl = requiredUrl("ENGINE_URL");

/** The Node server that it is compared with. */
export const referenceUrl = requiredUrl("REFERENCE_URL");

export const wsUrlOf = (url) => url.replace(/^http/, "ws");

/** For the names of variants: what stands between the clients and the host, or which of its engines carries them. */
export const overLine = process.env.INTEROP_LINE ? ` over ${process.env.INTEROP_LINE}` : "";
