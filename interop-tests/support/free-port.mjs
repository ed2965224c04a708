// Between the search for a free port and its use another program may take it: whoever uses it tries several times.
import { createServer } from "node:net";

const attempts = 5;

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** What `start` makes of a free loopback port; its last failure when it has failed too often. */
export async function onFreePort(start) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start(await freePort());
    } catch (error) {
      if (attempt === attempts) {
        throw error;
      }
    }
  }
}
