// Every run draws other ids. In a recording each is replaced by a fixed one of the same length, wherever it stands.
import { decode } from "notepack.io";

function* requestIdsIn(value) {
  if (Array.isArray(value)) {
    for (const item of value) {
      yield* requestIdsIn(item);
    }
  } else if (value !== null && typeof value === "object" && !Buffer.isBuffer(value)) {
    for (const [name, item] of Object.entries(value)) {
      if (name === "requestId" && typeof item === "string") {
        yield item;
      } else {
        yield* requestIdsIn(item);
      }
    }
  }
}

function decoded(payload) {
  try {
    return payload[0] === 0x7b ? JSON.parse(payload.toString()) : decode(payload);
  } catch {
    return undefined;
  }
}

const isBase64 = (text) => text !== "" && !text.startsWith("{");

export class Masks {
  #fixed = new Map();
  #requests = 0;

  /** From now on `id` is written as `fixed`. */
  add(id, fixed) {
    if (id.length !== fixed.length) {
      throw new Error(`${fixed} is not as long as ${id}`);
    }
    this.#fixed.set(id, fixed);
  }

  /** Gives fixed names to the requests of a payload. */
  learnFrom(payload) {
    for (const id of requestIdsIn(decoded(payload))) {
      if (!this.#fixed.has(id) && /^[\w-]{6}$|^[0-9a-f]{16}$/.test(id)) {
        this.add(id, `${++this.#requests}`.padStart(id.length, "0"));
      }
    }
  }

  text(text) {
    for (const [id, fixed] of this.#fixed) {
      text = text.replaceAll(id, fixed);
    }
    return text;
  }

  bytes(bytes) {
    return Buffer.from(this.text(bytes.toString("latin1")), "latin1");
  }

  /** The same for a text that may be bytes in base64. */
  textOrBase64(text) {
    return isBase64(text) ? this.bytes(Buffer.from(text, "base64")).toString("base64") : this.text(text);
  }
}
