// An nginx of our own on a free loopback port, as it usually stands in front of a Socket.IO server: upgrades are passed
// on, nothing is buffered, connections to the host are kept.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onFreePort } from "./free-port.mjs";
import { eventually } from "./waiting.mjs";

// Debian keeps it out of the path of ordinary users.
const program = existsSync("/usr/sbin/nginx") ? "/usr/sbin/nginx" : "nginx";

// The shell ends nginx when its input ends: when we close it, and also when we are killed.
const untilInputEnds = `"$@" & server=$!; cat; kill $server; wait $server`;

const settings = (folder, port, { protocol, host }) => `
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log warn;
events {
  worker_connections 8192;
}
http {
  access_log off;
  client_body_temp_path ${folder}/bodies;
  proxy_temp_path ${folder}/answers;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  map $http_upgrade $connection_to_host {
    default upgrade;
    "" "";
  }
  upstream host {
    server ${host};
    keepalive 32;
  }
  server {
    listen 127.0.0.1:${port};
    client_max_body_size 0;
    proxy_http_version 1.1;
    proxy_set_header Host $http_host;
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection $connection_to_host;
    proxy_buffering off;
    proxy_request_buffering off;
    proxy_read_timeout 1h;
    proxy_send_timeout 1h;
    location / {
      proxy_pass ${protocol}//host;
    }
    # The reference host tells by the first request of a connection that it serves no upgrades there: such connections are not kept.
    location /polling-only/ {
      proxy_pass ${protocol}//${host};
    }
  }
}
`;

function accepts(port) {
  return new Promise((resolve) => {
    const connection = createConnection(port, "127.0.0.1", () => {
      connection.destroy();
      resolve(true);
    });
    connection.on("error", () => resolve(false));
  });
}

async function tryToStart(target, port) {
  const folder = await mkdtemp(join(tmpdir(), "interop-nginx-"));
  // The workers of an nginx that root has started are somebody else.
  await chmod(folder, 0o755);
  const configuration = join(folder, "nginx.conf");
  await writeFile(configuration, settings(folder, port, new URL(target)));
  const child = spawn("sh", ["-c", untilInputEnds, "nginx", program, "-p", folder, "-e", join(folder, "error.log"), "-c", configuration], {
    stdio: ["pipe", "ignore", "inherit"],
    detached: true,
  });
  let isRunning = true;
  const ended = new Promise((resolve) => child.on("exit", resolve)).then(() => {
    isRunning = false;
    return rm(folder, { recursive: true, force: true });
  });
  child.stdin.on("error", () => {});
  const stop = () => {
    child.stdin.end();
    return ended;
  };
  try {
    await eventually(async () => {
      if (!isRunning) {
        throw new Error("nginx has ended");
      }
      return accepts(port);
    }, `nginx on port ${port}`, 5000);
    return { name: "nginx", url: `http://127.0.0.1:${port}`, stop, hasExited: () => !isRunning };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** An nginx in front of the host at `target`: { name, url, stop, hasExited }. */
export async function startNginx(target) {
  try {
    return await onFreePort((port) => tryToStart(target, port));
  } catch (error) {
    throw new Error(`no nginx: ${error.message}. Is it installed?`);
  }
}
