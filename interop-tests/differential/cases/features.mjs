// Compression, cookie, cross-origin headers, middleware and header hooks.
import { RawRequest, upgradeHeaders } from "../../support/raw-http.mjs";

const encodings = [
  undefined, "gzip", "deflate", "br", "*", "identity", "gzip, deflate", "deflate, gzip", "br, gzip;q=0.5",
  "gzip;q=0", "gzip;q=0, deflate", "deflate;q=1, gzip;q=0.5", "GZIP", "gzip;q=0, *", "",
];

const withEncoding = (encoding) => (encoding === undefined ? {} : { "accept-encoding": encoding });
const origin = { origin: "http://example.test" };
const foreign = { origin: "http://elsewhere.test" };
const handshake = (path, extra = "") => `${path}?EIO=4&transport=polling${extra}`;

async function polledBig(probe, path, size, headers) {
  const session = await probe.open(path);
  await session.post(`4big:${size}`);
  await probe.noteAnswer("GET", session.poll({ headers }));
}

const preflights = {
  "a preflight": { ...origin, "access-control-request-method": "POST", "access-control-request-headers": "content-type,x-custom" },
  "a preflight without header names": { ...origin, "access-control-request-method": "POST" },
  "a preflight of a foreign origin": { ...foreign, "access-control-request-method": "POST" },
  "OPTIONS without an origin": {},
};

const extensionOffers = {
  "permessage-deflate": false,
  "permessage-deflate; client_max_window_bits": false,
  "permessage-deflate; server_no_context_takeover; client_no_context_takeover": false,
  "x-unknown": false,
  "x-unknown, permessage-deflate": false,
  "": true,
  "permessage-deflate; nonsense=1": true,
  "permessage-deflate; server_max_window_bits=99": true,
  ";;,,==": true,
};

const upgradeWithHeaders = (path, headers) => async (probe) => {
  const socket = await probe.rawWebSocket(`${path}?EIO=4&transport=websocket`, { headers });
  const shown = Object.entries(socket.headers).filter(([name]) => /^(access-control|vary|x-)/.test(name)).sort();
  probe.note("headers of the 101", Object.fromEntries(shown));
  socket.close();
};

export const featureCases = [
  ...encodings.map((encoding) => ({
    name: `poll of 3,000 bytes with Accept-Encoding ${JSON.stringify(encoding)}`,
    run: (probe) => polledBig(probe, "/engine.io/", 3000, withEncoding(encoding)),
  })),
  ...[1022, 1023, 1024].map((size) => ({
    name: `poll of ${size + 1} bytes against the threshold of 1,024`,
    run: (probe) => polledBig(probe, "/engine.io/", size, withEncoding("gzip")),
  })),
  { name: "no compression where it is off", run: (probe) => polledBig(probe, "/uncompressed/", 3000, withEncoding("gzip")) },
  {
    name: "compressed polls keep their order",
    run: async (probe) => {
      const session = await probe.open();
      for (const size of [2000, 3000]) {
        await session.post(`4big:${size}`);
        await probe.noteAnswer(`GET ${size}`, session.poll({ headers: withEncoding("gzip") }));
      }
      await probe.noteWhetherAlive(session);
    },
  },
  {
    name: "a compressed binary payload of protocol 3",
    run: async (probe) => {
      const session = await probe.open("/eio3/", { eio: 3 });
      await session.post("12:4bigbin:3000");
      const answer = await session.poll({ headers: withEncoding("gzip") });
      probe.note("encoding", [answer.headers["content-type"], answer.headers["content-encoding"] ?? null]);
    },
  },
  {
    name: "the cookie is set once, on the polling handshake",
    run: async (probe) => {
      await probe.http(handshake("/cookie/"));
      const session = await probe.open("/cookie/");
      probe.note("is the id", session.openResponse.headers["set-cookie"].startsWith(`io=${session.sid};`));
      await probe.noteAnswer("POST", session.post("4hello"));
      await probe.noteAnswer("GET", session.poll());
      await probe.http("/cookie/?EIO=4&transport=abc");
    },
  },
  ...[origin, foreign, {}].map((headers) => ({
    name: `cross-origin headers for ${headers.origin ?? "no origin"}`,
    run: async (probe) => {
      await probe.http(handshake("/cors/"), { headers });
      const session = await probe.open("/cors/");
      await probe.noteAnswer("POST", session.post("4hello", { headers }));
      await probe.noteAnswer("GET", session.poll({ headers }));
      await probe.http("/cors/?EIO=4&transport=abc", { headers });
      await probe.http(handshake("/cors/", "&sid=unknown"), { headers });
      await upgradeWithHeaders("/cors/", headers)(probe);
    },
  })),
  ...Object.entries(preflights).flatMap(([name, headers]) =>
    ["/cors/?EIO=4&transport=polling", "/cors/?transport=abc", "/engine.io/?EIO=4&transport=polling"].map((path) => ({
      name: `${name} on ${path}`,
      run: (probe) => probe.http(path, { method: "OPTIONS", headers }),
    })),
  ),
  {
    name: "no cross-origin headers unless configured",
    run: async (probe) => {
      await probe.http(handshake("/engine.io/"), { headers: origin });
      await upgradeWithHeaders("/engine.io/", origin)(probe);
    },
  },
  {
    name: "headers of a middleware appear on every answer",
    run: async (probe) => {
      await probe.http(handshake("/middleware/"));
      await probe.http(handshake("/middleware/", "&refuse=1"));
      await probe.http("/middleware/?EIO=4&transport=abc");
      const session = await probe.open("/middleware/");
      await probe.noteAnswer("POST", session.post("4hello"));
      await probe.noteAnswer("GET", session.poll());
      await upgradeWithHeaders("/middleware/", {})(probe);
    },
  },
  {
    name: "header hooks: the first request, every request, no errors",
    run: async (probe) => {
      await probe.http(handshake("/headers/"));
      await probe.http("/headers/?EIO=4&transport=abc");
      const session = await probe.open("/headers/");
      await probe.noteAnswer("POST", session.post("4hello"));
      await probe.noteAnswer("GET", session.poll());
      await upgradeWithHeaders("/headers/", {})(probe);
      const socket = await session.openWebSocket();
      probe.note("upgrade of a session", [socket.headers["x-initial"] ?? null, socket.headers["x-every"] ?? null]);
      socket.close();
    },
  },
  ...Object.entries(extensionOffers).map(([offer, isGarbage]) => ({
    name: `extension offer ${JSON.stringify(offer)}`,
    run: async (probe) => {
      for (const path of ["/engine.io/", "/deflate/"]) {
        const request = new RawRequest(probe.url, {
          path: `${path}?EIO=4&transport=websocket`,
          headers: { ...upgradeHeaders, "sec-websocket-extensions": offer },
        });
        await request.sent;
        // An unmasked frame makes the server end the connection, so that the whole answer is there.
        request.write(Buffer.from([0x81, 0x00]));
        const { status, headers } = await request.response;
        // Garbage may be refused or ignored, but never agreed on.
        probe.note("answer", isGarbage && (status === 101 || status === 400) ? "no harm" : `status ${status}`);
        // Which parameters are agreed on is the server's choice among the legal ones.
        probe.note("extensions", headers["sec-websocket-extensions"]?.split(";")[0] ?? null);
      }
    },
  })),
];
