// Scripts of Socket.IO packets in JSON: joins, events, answers, goodbyes, attachments, and damaged ones of each.
// A script is { transport, eio, path, steps }; a step is a list of packets (text or bytes) that leave in one piece.
// Several packets share a piece only where their handlers need no turn of Node's event loop in between; see model.mjs.
import { damagedBytes, damagedText } from "../mutations.mjs";
import { Model } from "../model.mjs";
import { randomEvent } from "../scenarios.mjs";
import { json, jsonObject } from "../values.mjs";

const hole = (number) => `{"_placeholder":true,"num":${number}}`;

/** Names of namespaces, most of which exist. `/a/b/c` is kept for the end of each script. */
function namespaceName(chance, seed) {
  const kind = chance.weighted({ main: 5, chat: 4, private: 4, open: 3, guarded: 2, family: 1, byFunction: 1, unknown: 2 });
  const names = {
    main: "/",
    chat: "/chat",
    // Scripts that are played at the same time do not hear each other's broadcasts.
    private: `/private-${seed % 97}`,
    open: chance.pick(["/admin", "/grüße", "/with space", "/early", "/greeting", "/prepared"]),
    guarded: "/guarded",
    family: "/family-7",
    byFunction: "/by-function-x",
    unknown: chance.pick(["/nope", "/chat?x=1", "/CHAT", "/chat/", "/😀", "/private-", "/private-é", "/family-x", "/a b", "/%63hat"]),
  };
  return names[kind];
}

const prefix = (namespace) => (namespace === "/" ? "" : `${namespace},`);

const suitableAuth = { "/guarded": '{"token":"secret"}', "/family-7": '{"name":"child"}', "/by-function-x": '{"pass":"yes"}' };

function authentication(chance, namespace) {
  if (suitableAuth[namespace]) {
    return chance.weighted({ right: 3, wrong: 1, none: 1 }) === "right"
      ? suitableAuth[namespace]
      : chance.pick(["", "{}", '{"token":"no"}', '{"plain":true}']);
  }
  return chance.hits(50) ? "" : chance.hits(85) ? jsonObject(chance) : json(chance);
}

export class SocketIOScript {
  constructor(chance, seed, { eio }) {
    this.chance = chance;
    this.seed = seed;
    this.eio = eio;
  }

  connect(namespace = namespaceName(this.chance, this.seed)) {
    const { chance } = this;
    if (this.eio === 4) {
      return [`40${prefix(namespace)}${authentication(chance, namespace)}`];
    }
    const query = namespace in suitableAuth && chance.hits(70)
      ? `?${new URLSearchParams(JSON.parse(suitableAuth[namespace]))}`
      : chance.pick(["", "", "?", "?x=1", "?a=%20b&a=2", "?token=a+b#c", "?😀=%F0%9F%98%80"]);
    return [`40${namespace}${query}${chance.hits(80) ? "," : ""}`];
  }

  event(namespaces) {
    const { chance } = this;
    const namespace = namespaces.length > 0 && chance.hits(92) ? chance.pick(namespaces) : namespaceName(chance, this.seed);
    const { name, args, asks, isBinary } = randomEvent(chance, { isPrivate: namespace.startsWith("/private-") });
    const id = asks ? chance.pick(["0", "7", "12", "007", "999999999999999"]) : "";
    if (isBinary || chance.hits(15)) {
      return this.#binary("5", namespace, id, name, args, isBinary);
    }
    return [`42${prefix(namespace)}${id}[${[name, ...args].join(",")}]`];
  }

  /** A packet with attachments: as many as it says, or not. */
  #binary(type, namespace, id, name, args, isFixed) {
    const { chance } = this;
    const count = isFixed ? 1 : chance.pick([1, 1, 1, 2, 2, 3, 10, 11]);
    const holes = Array.from({ length: count }, (_, index) => hole(index));
    const odd = chance.hits(12) ? chance.pick([hole(count), hole(-1), hole('"0"'), hole(0), hole("1e0"), hole("-0")]) : undefined;
    const nested = chance.hits(30) ? [`{"list":[${holes.join(",")}]}`] : holes;
    const values = [...(name === undefined ? [] : [name]), ...(isFixed ? holes : [...nested, ...args]), ...(odd ? [odd] : [])];
    const announced = chance.hits(6) ? chance.pick([0, count + 1, Math.max(1, count - 1), "", "-1", "01"]) : count;
    const sent = Math.max(0, chance.hits(8) ? count + chance.pick([-1, 1]) : count);
    const parts = [`4${type}${announced}-${prefix(namespace)}${id}[${values.join(",")}]`, ...Array.from({ length: sent }, () => chance.bytes(0, 5))];
    if (parts.length > 1 && chance.hits(5)) {
      parts.splice(chance.between(1, parts.length - 1), 0, ...this.#interruption(namespace));
    }
    return parts;
  }

  #interruption(namespace) {
    return [this.chance.pick(["3", "6", `42${prefix(namespace)}["echo"]`, `41${prefix(namespace)}`, "5"])];
  }

  /** An answer; `<id>` stands for the number of the server's latest question. */
  answer(namespaces) {
    const { chance } = this;
    const namespace = namespaces.length > 0 ? chance.pick(namespaces) : "/";
    const id = chance.hits(85) ? "<id>" : chance.pick(["", "999999999"]);
    if (chance.hits(20)) {
      return this.#binary("6", namespace, id, undefined, [json(chance)], false);
    }
    return [`43${prefix(namespace)}${id}${chance.hits(95) ? `[${chance.list(0, 3, () => json(chance)).join(",")}]` : ""}`];
  }

  question(namespaces) {
    const namespace = namespaces.length > 0 ? this.chance.pick(namespaces) : "/";
    return [`42${prefix(namespace)}["ask-me","question",0,${json(this.chance)}]`];
  }

  leave(namespaces) {
    const namespace = namespaces.length > 0 && this.chance.hits(90) ? this.chance.pick(namespaces) : namespaceName(this.chance, this.seed);
    return [`41${prefix(namespace)}`];
  }

  oddity() {
    return [
      this.chance.pick(["3", "6", "0", "5", "4", "42", "43", "44{}", '44"x"', "1", "2", "7", "47", "", "b", "bAQID", "2probe", Buffer.from([1])]),
    ];
  }

  damage(packets) {
    const { chance } = this;
    const at = chance.below(packets.length);
    return packets.map((packet, index) =>
      index !== at ? packet : typeof packet === "string" ? damagedText(chance, packet) : damagedBytes(chance, packet),
    );
  }

  step(model) {
    const { chance } = this;
    const namespaces = [...model.joined];
    const kind = chance.weighted({ connect: 3, event: 14, question: 1, answer: 2, leave: 1, oddity: chance.hits(20) ? 1 : 0 });
    const packets = this[kind](namespaces);
    return chance.hits(5) ? this.damage(packets) : packets;
  }
}

/** A packet that polling would take for two. */
const isWhole = (packet) => typeof packet !== "string" || !packet.includes("\x1e");

/** Adds steps of a maker until there are enough; what the model objects to is left out. */
export function collectSteps(chance, options, maker, first) {
  const steps = [];
  const isAccepted = (group) => {
    const model = new Model(options);
    return group.every(isWhole) && [...steps, group].every((step) => model.take(step) === undefined);
  };
  const add = (packets) => {
    const groups = packets.length > 1 && chance.hits(30) ? [packets] : packets.map((packet) => [packet]);
    for (const group of groups) {
      const separately = group.map((packet) => [packet]);
      for (const part of isAccepted(group) ? [group] : separately) {
        if (isAccepted(part)) {
          steps.push(part);
        }
      }
    }
  };
  const modelNow = () => {
    const model = new Model(options);
    steps.forEach((step) => model.take(step));
    return model;
  };
  first.forEach(add);
  for (let count = chance.between(2, 12); count > 0; count--) {
    const model = modelNow();
    if (model.hasEnded && chance.hits(80)) {
      break;
    }
    const packets = maker.step(model);
    add(chance.hits(15) && packets.length === 1 ? [...packets, ...maker.step(model)] : packets);
  }
  return steps;
}

function scriptOf(transport, eio) {
  return (chance, seed) => {
    const options = { transport, eio, path: eio === 3 ? "/io-v2/" : "/socket.io/" };
    const maker = new SocketIOScript(chance, seed, options);
    const first = chance.hits(90) ? [maker.connect(eio === 4 && chance.hits(80) ? "/" : undefined)] : [];
    return { ...options, steps: collectSteps(chance, options, maker, first) };
  };
}

export const socketIOKinds = {
  "packets-websocket": scriptOf("websocket", 4),
  "packets-polling": scriptOf("polling", 4),
  "packets-websocket-3": scriptOf("websocket", 3),
  "packets-polling-3": scriptOf("polling", 3),
};
