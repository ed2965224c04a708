// Declares every behaviour for a client of another ecosystem, by each way in which it connects. A client is
//   { name, modes, lacks(behaviour, mode): reason or undefined, start(test, mode, options), connect(test, mode, options) }
// whose peers have the face of mailbox.mjs: emit, ask, listen, mirror, disconnect, in(namespace) and what was heard.
import { describe, it } from "node:test";
import { acknowledgements } from "./acknowledgements.mjs";
import { binary } from "./binary.mjs";
import { connecting } from "./connecting.mjs";
import { endings } from "./endings.mjs";
import { events } from "./events.mjs";
import { messagePack } from "./message-pack.mjs";
import { rooms } from "./rooms.mjs";

const groups = {
  connecting,
  events,
  binary,
  acknowledgements,
  rooms,
  endings,
  MessagePack: messagePack,
};

const together = { concurrency: 8 };
const fewer = { concurrency: 5 };

/** What a behaviour works with. */
class Bench {
  constructor(test, client, mode) {
    Object.assign(this, { test, client, mode });
  }

  /** A server that soon misses a sign of life, and how long to stay there to see it; not too soon for who starts a process each time. */
  get heartbeat() {
    return { path: "/io-steady/", longEnough: 4000 };
  }

  start(options) {
    return this.client.start(this.test, this.mode, options);
  }

  connect(options) {
    return this.client.connect(this.test, this.mode, options);
  }

  connectMany(count, options) {
    return Promise.all(Array.from({ length: count }, () => this.connect(options)));
  }
}

export function declareBehaviours(client) {
  for (const mode of client.modes) {
    for (const [group, behaviours] of Object.entries(groups)) {
      describe(`${group} with other libraries: ${client.name}, ${mode.name}`, client.isSlow ? fewer : together, () => {
        for (const [title, run] of Object.entries(behaviours)) {
          it(title, { skip: client.lacks(title, mode, group) ?? false }, (test) => run(new Bench(test, client, mode)));
        }
      });
    }
  }
}
