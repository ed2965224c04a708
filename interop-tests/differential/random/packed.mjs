// MessagePack by hand: values in any of their spellings, and packets as text that can be compared.
import { createRequire } from "node:module";

const fromHere = createRequire(import.meta.url);
const fromParser = createRequire(fromHere.resolve("socket.io-msgpack-parser"));

/** The decoder that Node's parser uses, of its own version. */
const { decode } = fromParser("notepack.io");

const head = (code, length, size) => {
  const bytes = Buffer.alloc(1 + size);
  bytes[0] = code;
  if (size > 0) {
    bytes.writeUIntBE(length, 1, size);
  }
  return bytes;
};

/** A length in one of the forms that can carry it: [largest length, code, bytes of the length]. */
function lengthHead(chance, forms, length) {
  const fitting = forms.filter(([most]) => length <= most);
  const [, code, size] = chance.hits(85) ? fitting[0] : chance.pick(fitting);
  return size === 0 ? Buffer.from([code | length]) : head(code, length, size);
}

const textForms = [[31, 0xa0, 0], [255, 0xd9, 1], [65535, 0xda, 2], [2 ** 31, 0xdb, 4]];
const binaryForms = [[255, 0xc4, 1], [65535, 0xc5, 2], [2 ** 31, 0xc6, 4]];
const arrayForms = [[15, 0x90, 0], [65535, 0xdc, 2], [2 ** 31, 0xdd, 4]];
const mapForms = [[15, 0x80, 0], [65535, 0xde, 2], [2 ** 31, 0xdf, 4]];

export const packedText = (chance, text) => {
  const bytes = Buffer.from(text);
  return Buffer.concat([lengthHead(chance, textForms, bytes.length), bytes]);
};

export const packedBinary = (chance, bytes) => Buffer.concat([lengthHead(chance, binaryForms, bytes.length), bytes]);
export const packedArray = (chance, items) => Buffer.concat([lengthHead(chance, arrayForms, items.length), ...items]);
export const packedMap = (chance, members) =>
  Buffer.concat([lengthHead(chance, mapForms, members.length), ...members.flatMap(([name, value]) => [packedText(chance, name), value])]);

/** A whole number in one of its widths of up to 32 bits; wider ones are a difference of their own (rows.packedIntegers). */
export function packedInteger(chance, value) {
  const forms = [
    [-32, 127, () => Buffer.from([value & 0xff])],
    [0, 0xff, () => head(0xcc, value, 1)],
    [0, 0xffff, () => head(0xcd, value, 2)],
    [0, 0xffffffff, () => head(0xce, value, 4)],
    [-0x80, 0x7f, () => Buffer.from([0xd0, value & 0xff])],
    [-0x8000, 0x7fff, () => Buffer.from([0xd1, (value >> 8) & 0xff, value & 0xff])],
    [-0x80000000, 0x7fffffff, () => head(0xd2, value >>> 0, 4)],
  ].filter(([low, high]) => value >= low && value <= high);
  return (chance.hits(70) ? forms[0] : chance.pick(forms))[2]();
}

export function packedFloat(chance, value) {
  const bytes = Buffer.alloc(9, 0xcb);
  bytes.writeDoubleBE(value, 1);
  if (chance.hits(30)) {
    const short = Buffer.alloc(5, 0xca);
    short.writeFloatBE(value, 1);
    return short;
  }
  return bytes;
}

export const closingPacket = Buffer.concat([Buffer.from([0x82, 0xa4]), Buffer.from("type"), Buffer.from([0, 0xa3]), Buffer.from("nsp"), Buffer.from([0xa6]), Buffer.from("/a/b/c")]);

/** A value of the decoder as JSON can tell it. */
function told(value) {
  if (value === undefined) {
    return { undefined: true };
  }
  if (value instanceof Date) {
    return { date: value.getTime() };
  }
  if (Buffer.isBuffer(value) || value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
    return { binary: Buffer.from(value.buffer ? value : new Uint8Array(value)).toString("hex") };
  }
  if (Array.isArray(value)) {
    return value.map(told);
  }
  if (typeof value === "number" && !Number.isFinite(value)) {
    return { number: String(value) };
  }
  return value !== null && typeof value === "object" ? Object.fromEntries(Object.entries(value).map(([name, member]) => [name, told(member)])) : value;
}

/** A packet as text: its members in a fixed order, absent ones left out. */
export function shownPacket(packet) {
  if (typeof packet === "string") {
    return packet;
  }
  try {
    const { type, nsp, id, data } = decode(packet);
    const number = id === undefined ? {} : { id: type === 2 ? "<id>" : id };
    // The other members of an answer to a join may be there as undefined.
    const shown = data !== null && typeof data === "object" && !Array.isArray(data) && !Buffer.isBuffer(data) ? Object.fromEntries(Object.entries(data).filter(([, member]) => member !== undefined)) : data;
    return JSON.stringify({ type, nsp, ...number, ...(data !== undefined && { data: told(shown) }) });
  } catch (error) {
    return `unreadable: ${error.message} <${packet.toString("hex")}>`;
  }
}

export { decode };
