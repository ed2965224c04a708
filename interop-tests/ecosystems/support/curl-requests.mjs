// What people send with curl, and what it is answered: whole sessions of long-polling, odd requests, wrong requests.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { expectedOf, saw } from "../../support/behaviours.mjs";
import { hostUrl } from "../../support/hosts.mjs";
import { serverRecord } from "../../support/socketio-peers.mjs";
import { within } from "../../support/waiting.mjs";
import { curl } from "./curl-line.mjs";

const separator = "\u001e";
const textPlain = ["--header", "Content-Type: text/plain;charset=UTF-8"];
const post = (body, ...more) => ["--data-binary", body, ...more];

/** Without what differs from one request to the next. */
const masked = (text) => text.replace(/(sid\\?":\\?")[\w-]{20}/g, "$1...");

/** Opens a session and joins the main namespace: { address, id }. */
async function join(path = "/socket.io/", ...parameters) {
  const address = `${hostUrl}${path}?EIO=4&transport=polling`;
  const { body } = await curl([...parameters, address]);
  const session = `${address}&sid=${JSON.parse(body.slice(1)).sid}`;
  assert.equal((await curl([...parameters, ...textPlain, ...post("40"), session])).body, "ok");
  const joined = (await curl([...parameters, session])).body;
  assert.match(joined, /^40\{"sid":"[\w-]{20}"\}$/);
  return { address: session, id: JSON.parse(joined.slice(2)).sid };
}

/** Sends an echo in that way and reads it. */
async function echoes(address, parameters = [], text = "hello") {
  const answer = await curl([...parameters, ...post(`42["echo","${text}"]`), address]);
  assert.deepEqual([answer.status, answer.body], [200, "ok"]);
  assert.equal((await curl([address])).body, `42["echo","${text}"]`);
  return answer;
}

export const sessions = {
  "begins with the handshake that Node gives": async (test) => {
    const { version, status, headers, body } = await curl([`${hostUrl}/socket.io/?EIO=4&transport=polling`]);
    assert.match(body, /^0\{/);
    saw(test, { version, status, type: headers["content-type"], body: masked(body) });
  },
  "joins, emits and is answered": async () => {
    const { address } = await join();
    assert.equal((await curl([...textPlain, ...post('427["sum",1,2]'), address])).body, "ok");
    assert.equal((await curl([address])).body, "437[3]");
  },
  "sends a binary value as base64, and gets it so": async () => {
    const { address } = await join();
    await curl([...textPlain, ...post(`451-["echo",{"_placeholder":true,"num":0}]${separator}bAQID`), address]);
    assert.equal((await curl([address])).body, `451-["echo",{"_placeholder":true,"num":0}]${separator}bAQID`);
  },
  "sends several packets in one request": async () => {
    const { address } = await join();
    await curl([...textPlain, ...post(["40/chat,", '42["echo",1]', '42["echo",2]', '42["echo",3]'].join(separator)), address]);
    const packets = [];
    while (packets.length < 4) {
      packets.push(...(await curl([address])).body.split(separator));
    }
    assert.deepEqual(packets.filter((packet) => packet.startsWith("42")), ['42["echo",1]', '42["echo",2]', '42["echo",3]']);
    assert.match(packets.find((packet) => packet.startsWith("40")), /^40\/chat,\{"sid":"[\w-]{20}"\}$/);
  },
  "leaves with a goodbye, and its session is gone": async (test) => {
    const { address, id } = await join();
    await curl([...textPlain, ...post("41"), address]);
    await curl([...textPlain, ...post("1"), address]);
    saw(test, (await serverRecord(id, "disconnect")).reason);
    const { status, body } = await curl([address]);
    saw(test, { status, body });
    assert.equal(status, 400);
  },
  "leaves with a goodbye and the end of its session in one piece": async (test) => {
    const { address, id } = await join();
    await curl([...textPlain, ...post(`41${separator}1`), address]);
    const { reason } = await serverRecord(id, "disconnect");
    assert.equal(reason, expectedOf(test, "goodbyeBeforeAnEndCounts") ? "client namespace disconnect" : "transport close");
  },
  "is held until there is something to say": async () => {
    const { address } = await join();
    const held = curl([address]);
    await curl([...textPlain, ...post('421["later",300]'), address]);
    assert.equal((await held).body, '431["done"]');
  },
};

export const habits = {
  "HTTP/1.0": async (test) => {
    const { address } = await join("/socket.io/", "--http1.0");
    const { headers } = await echoes(address, ["--http1.0", ...textPlain]);
    saw(test, headers["content-type"]);
  },
  "one connection for many requests": async () => {
    const { address } = await join();
    const report = ["--write-out", "%{num_connects} %{http_code};"];
    const request = [...textPlain, ...report, ...post('42["echo",1]'), address];
    const { body } = await curl([...request, "--next", "--silent", "--include", ...request, "--next", "--silent", "--include", ...report, address]);
    assert.deepEqual(body.match(/\d \d{3};/g), ["1 200;", "0 200;", "0 200;"]);
  },
  "Expect: 100-continue": async () => {
    const { address } = await join();
    await echoes(address, [...textPlain, "--header", "Expect: 100-continue"]);
  },
  "a body in chunks": async () => {
    const { address } = await join();
    await echoes(address, [...textPlain, "--header", "Transfer-Encoding: chunked"], "x".repeat(50_000));
  },
  "a compressed answer": async (test) => {
    const { address } = await join();
    await curl([...textPlain, ...post('42["give","big-text"]'), address]);
    const { headers, body } = await curl(["--compressed", "--header", "Accept-Encoding: gzip", address]);
    assert.equal(body, `42["given","${"é".repeat(100_000)}"]`);
    saw(test, headers["content-encoding"]);
  },
  "a small answer that asks for compression": async (test) => {
    const { address } = await join();
    await curl([...textPlain, ...post('42["echo",1]'), address]);
    const { headers, body } = await curl(["--compressed", address]);
    assert.equal(body, '42["echo",1]');
    saw(test, headers["content-encoding"] ?? null);
  },
  "no User-Agent and no Accept": async () => {
    const { address } = await join("/socket.io/", "--header", "User-Agent:", "--header", "Accept:");
    await echoes(address, textPlain);
  },
  "cookies, credentials and a Referer": async () => {
    const { address } = await join("/socket.io/", "--cookie", "io=other; a=b", "--user", "name:password", "--referer", "https://elsewhere.test/");
    await echoes(address, textPlain);
  },
  "a Host that names a port": async () => {
    const { address } = await join("/socket.io/", "--header", "Host: chat.example.test:8443");
    await echoes(address, textPlain);
  },
};

const bodyTypes = [
  "text/plain;charset=UTF-8", "text/plain", "application/x-www-form-urlencoded", "application/json", "TEXT/PLAIN", "multipart/form-data", "",
];

for (const type of bodyTypes) {
  habits[`a body of the type ${type === "" ? "that nobody names" : type}`] = async () => {
    const { address } = await join();
    await echoes(address, ["--header", `Content-Type:${type && ` ${type}`}`]);
  };
}

const known = "/socket.io/?EIO=4&transport=polling";
const preflight = ["--request", "OPTIONS", "--header", "Origin: http://example.test", "--header", "Access-Control-Request-Method: POST"];

const asked = {
  "an unknown session": [`${known}&sid=nobody`],
  "an unknown transport": ["/socket.io/?EIO=4&transport=pigeon"],
  "no parameters": ["/socket.io/"],
  "protocol 3, where that is off": ["/socket.io/?EIO=3&transport=polling"],
  "no protocol at all": ["/socket.io/?transport=polling"],
  "a protocol of the future": ["/socket.io/?EIO=5&transport=polling"],
  "the path without its slash": ["/socket.io?EIO=4&transport=polling"],
  "a path below": ["/socket.io/below?EIO=4&transport=polling"],
  "POST without a session": [known, ...post("40")],
  "PUT": [known, "--request", "PUT"],
  "DELETE": [known, "--request", "DELETE"],
  "HEAD": [known, "--head"],
  "OPTIONS without CORS": [known, ...preflight],
  "OPTIONS with CORS": ["/cors/?EIO=4&transport=polling", ...preflight],
  "GET from another origin": ["/cors/?EIO=4&transport=polling", "--header", "Origin: http://elsewhere.test"],
  "WebSocket's transport without an upgrade": ["/socket.io/?EIO=4&transport=websocket"],
  "JSONP of protocol 3": ["/io-v2/?EIO=3&transport=polling&j=7"],
  "JSONP of protocol 4": [`${known}&j=7`],
  "base64 of protocol 3": ["/io-v2/?EIO=3&transport=polling&b64=1"],
};

const corsHeaders = [
  "access-control-allow-origin", "access-control-allow-methods", "access-control-allow-headers", "access-control-allow-credentials", "vary", "allow",
];

export const answers = Object.fromEntries(
  Object.entries(asked).map(([title, [path, ...parameters]]) => [
    `to ${title}`,
    async (test) => {
      const { status, headers, body } = await curl([...parameters, hostUrl + path]);
      const cors = Object.fromEntries(corsHeaders.filter((name) => name in headers).map((name) => [name, headers[name]]));
      // What is not the server's is the application's to answer.
      saw(test, status === 404 ? { status } : { status, type: headers["content-type"] ?? null, body: masked(body), cors });
      assert.ok(status >= 200 && status < 500, `status ${status}`);
    },
  ]),
);

const bodies = {
  "nothing": "",
  "what is no packet": "garbage",
  "a packet of no kind": "9",
  "an event without a namespace joined": '42/admin,["echo",1]',
  "JSON that is broken": '42["echo"',
  "the payload of protocol 3": '12:42["echo",1]',
  "base64 that nobody has announced": "bAQID",
};

for (const [title, body] of Object.entries(bodies)) {
  answers[`to a body with ${title}`] = async (test) => {
    const { address, id } = await join();
    const { status, body: answer } = await curl([...textPlain, ...post(body), address]);
    // A session that closes waits for the next poll to say so.
    const next = await curl([address]);
    const { reason } = await serverRecord(id, "disconnect");
    saw(test, { status, answer, reason, next: next.status });
    assert.ok(reason.length > 0);
  };
}

answers["to a body larger than the server takes"] = async (test) => {
  const { address } = await join();
  const { status } = await curl([...textPlain, "--data-binary", "@-", address], `42["echo","${"x".repeat(1_100_000)}"]`);
  saw(test, status);
  assert.equal(status, 413);
};

/** The head of the answer; curl itself would wait for more. */
function headOfAnswer(test, parameters) {
  const child = spawn("curl", ["--silent", "--include", "--no-buffer", "--http1.1", "--max-time", "20", ...parameters], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  test.after(() => child.kill());
  let text = "";
  return within(
    new Promise((resolve) => {
      child.stdout.on("data", (chunk) => {
        text += chunk.toString("latin1");
        if (text.includes("\r\n\r\n")) {
          resolve(text.split("\r\n\r\n")[0]);
        }
      });
      child.on("close", () => resolve(text));
    }),
    "the head of the answer",
  );
}

const upgrade = ["--header", "Connection: Upgrade", "--header", "Upgrade: websocket", "--header", "Sec-WebSocket-Version: 13"];

export const upgrades = {
  "by its headers is accepted": async (test) => {
    const key = Buffer.from("sixteen bytes ..").toString("base64");
    const head = await headOfAnswer(test, [...upgrade, "--header", `Sec-WebSocket-Key: ${key}`, `${hostUrl}/socket.io/?EIO=4&transport=websocket`]);
    assert.match(head, /^HTTP\/1\.1 101 Switching Protocols\r\n/);
    const expected = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
    assert.equal(/^sec-websocket-accept: *(\S+)/im.exec(head)?.[1], expected);
    assert.match(head, /^upgrade: *websocket/im);
    assert.match(head, /^connection: *upgrade/im);
  },
};
