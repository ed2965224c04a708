// Values in JSON that JSON does not know: {"$bytes": "<base64>"} and {"$date": <milliseconds since 1970>}, at any depth.

/** A value as it is written in a command or in its result. */
export function toTagged(value) {
  if (ArrayBuffer.isView(value)) {
    return { $bytes: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64") };
  }
  if (value instanceof Date) {
    return { $date: value.getTime() };
  }
  if (Array.isArray(value)) {
    return value.map(toTagged);
  }
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, toTagged(member)]));
  }
  return value;
}

/** The value that a command or a result means. */
export function fromTagged(value) {
  if (Array.isArray(value)) {
    return value.map(fromTagged);
  }
  if (value === null || typeof value !== "object") {
    return value;
  }
  if (typeof value.$bytes === "string") {
    return Buffer.from(value.$bytes, "base64");
  }
  if (typeof value.$date === "number") {
    return new Date(value.$date);
  }
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, fromTagged(member)]));
}

const isoDate = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/;

/** The same value with its dates written as JavaScript does: a text with milliseconds, in UTC. Others may leave out zeros. */
export function withDatesOfJavaScript(value) {
  if (typeof value === "string" && isoDate.test(value)) {
    return new Date(value).toISOString();
  }
  if (Array.isArray(value)) {
    return value.map(withDatesOfJavaScript);
  }
  if (value !== null && typeof value === "object" && !Buffer.isBuffer(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withDatesOfJavaScript(member)]));
  }
  return value;
}
