// HAProxy in front of several servers: at 127.0.0.1 with a cookie that keeps each client at its server, at localhost without.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onFreePort } from "./free-port.mjs";
import { eventually } from "./waiting.mjs";

// The shell ends the proxy when its input ends: when we close it, and also when we are killed.
const untilInputEnds = `haproxy -db -q -f "$1/haproxy.cfg" & proxy=$!; cat; kill $proxy; wait $proxy; rm -rf "$1"`;

const serverLines = (urls, more) =>
  urls.map((url, index) => `  server s${index} ${new URL(url).host} check inter 200 fall 1 rise 1${more(index)}`).join("\n");

const configuration = (urls, port) => `
defaults
  mode http
  balance roundrobin
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  timeout tunnel 60s
  option redispatch

frontend both
  bind 127.0.0.1:${port}
  use_backend plain if { hdr_beg(host) localhost }
  default_backend sticky

backend sticky
  cookie SRV insert indirect nocache
${serverLines(urls, (index) => ` cookie s${index}`)}

backend plain
${serverLines(urls, () => "")}
`;

async function tryToStart(urls, port) {
  const folder = mkdtempSync(join(tmpdir(), "haproxy-"));
  writeFileSync(join(folder, "haproxy.cfg"), configuration(urls, port));
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
  const sticky = `http://127.0.0.1:${port}`;
  try {
    await eventually(() => fetch(`${sticky}/stats`).then((answer) => answer.ok, () => false), "HAProxy (is haproxy installed?)");
    return { sticky, plain: `http://localhost:${port}`, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Starts it: { sticky, plain, stop }, the first two being addresses. */
export const startHaproxy = (urls) => onFreePort((port) => tryToStart(urls, port));
