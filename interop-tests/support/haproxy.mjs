// HAProxy in front of several servers: on one port with a cookie that keeps each client at its server, on another without.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port.mjs";
import { eventually } from "./waiting.mjs";

// The shell ends the proxy when its input ends: when we close it, and also when we are killed.
const untilInputEnds = `haproxy -db -q -f "$1/haproxy.cfg" & proxy=$!; cat; kill $proxy; wait $proxy; rm -rf "$1"`;

const attempts = 5;

const serverLines = (urls, more) => urls.map((url, index) => `  server s${index} ${new URL(url).host} check inter 200 fall 1 rise 1${more(index)}`).join("\n");

const configuration = (urls, ports) => `
defaults
  mode http
  balance roundrobin
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  timeout tunnel 60s
  option redispatch

listen sticky
  bind 127.0.0.1:${ports.sticky}
  cookie SRV insert indirect nocache
${serverLines(urls, (index) => ` cookie s${index}`)}

listen plain
  bind 127.0.0.1:${ports.plain}
${serverLines(urls, () => "")}
`;

async function tryToStart(urls) {
  const ports = { sticky: await freePort(), plain: await freePort() };
  const folder = mkdtempSync(join(tmpdir(), "haproxy-"));
  writeFileSync(join(folder, "haproxy.cfg"), configuration(urls, ports));
  const child = spawn("sh", ["-c", untilInputEnds, "haproxy", folder], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` },
  });
  const ended = new Promise((resolve) => child.on("exit", resolve));
  child.stdin.on("error", () => {});
  const stop = async () => {
    child.stdin.end();
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  const addresses = Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, `http://127.0.0.1:${port}`]));
  const answers = (url) => fetch(`${url}/stats`).then((answer) => answer.ok, () => false);
  try {
    await eventually(async () => (await answers(addresses.sticky)) && answers(addresses.plain), "HAProxy", 5000);
    return { ...addresses, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Starts it: { sticky, plain, stop }, the first two being addresses. */
export async function startHaproxy(urls) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await tryToStart(urls);
    } catch (error) {
      if (attempt === attempts) {
        throw new Error(`no HAProxy: ${error.message}. Install haproxy`);
      }
    }
  }
}
