// Binary events: how many attachments are announced, how many come, and where their placeholders stand.
import { joined, shown, shownAll } from "./scripts.mjs";

const bytes = (...values) => Buffer.from(values);
const one = bytes(1, 2, 3);
const hole = (num) => `{"_placeholder":true,"num":${num}}`;
const event = (count, ...args) => `45${count}-["echo",${args.join(",")}]`;

const sequences = [
  [event(1, hole(0)), one],
  [event(2, hole(0), hole(1)), one, bytes(4)],
  [event(2, hole(1), hole(0)), one, bytes(4)],
  [event(1, `{"list":[${hole(0)}]}`), one],
  [event(1, hole(0)), bytes()],
  [event(10, ...Array.from({ length: 10 }, (_, index) => hole(index))), ...Array.from({ length: 10 }, (_, index) => bytes(index))],
  [event(11, ...Array.from({ length: 11 }, (_, index) => hole(index))), ...Array.from({ length: 11 }, (_, index) => bytes(index))],
  ['451-7["echo-ack",{"_placeholder":true,"num":0}]', one],
  ['451-/chat,["echo",{"_placeholder":true,"num":0}]', one],
  ['451-/,["echo",{"_placeholder":true,"num":0}]', one],
  // Announced wrongly.
  [event(0, "1")],
  ['45-["echo"]'],
  ['45["echo",{"_placeholder":true,"num":0}]', one],
  ['451["echo",{"_placeholder":true,"num":0}]', one],
  [event("-1", hole(0)), one],
  [event("+1", hole(0)), one],
  [event(" 1", hole(0)), one],
  [event("1.5", hole(0)), one],
  [event("01", hole(0)), one],
  [event("1000000000000000000000", hole(0)), one],
  [event("a", hole(0)), one],
  ["451-"],
  ["451-", one],
  ['451-{"a":1}', one],
  ["451-[1", one],
  ['451-["disconnect"]', one],
  ["451-[]", one],
  [`451-[${hole(0)}]`, one],
  // Too many, too few, used twice, not used.
  [event(1, '"unused"'), one],
  [event(1, hole(0), hole(0)), one],
  [event(2, hole(0)), one, bytes(4)],
  [event(2, hole(0), hole(1)), one],
  [event(2, hole(0), hole(1)), one, '42["echo"]'],
  [event(1, hole(0)), '42["echo"]'],
  [event(1, hole(0)), "41"],
  [event(1, hole(0)), "40/chat,"],
  [event(1, hole(0)), event(1, hole(0)), one, one],
  [event(1, hole(0)), "3", one],
  [event(1, hole(0)), one, one],
  [one],
  [bytes()],
  // Placeholders that are none, or that count wrongly.
  ...["1", "-1", '"0"', "0.5", "null", "0.0", "1e0", "4294967296", "true", "[]", "-0", "0e5"].map((num) => [event(1, hole(num)), one]),
  [event(1, '{"_placeholder":true}'), one],
  [event(1, '{"_placeholder":"true","num":0}'), one],
  [event(1, '{"_placeholder":false,"num":0}'), one],
  [event(1, '{"_placeholder":1,"num":0}'), one],
  [event(1, '{"_placeholder":true,"num":0,"more":1}'), one],
  [event(1, '{"num":0,"_placeholder":true}'), one],
  [event(1, '{"\\u005fplaceholder":true,"num":0}'), one],
  [event(1, '{"_placeholder":true,"num":0,"num":5}'), one],
  [`42["echo",${hole(0)}]`],
  [`42["echo",${hole(0)}]`, one],
  [event(1, hole(0), '{"__proto__":{"x":1},"y":2}'), one],
  // Answers.
  ["461-0[{\"_placeholder\":true,\"num\":0}]", one],
  ["461-[{\"_placeholder\":true,\"num\":0}]", one],
  ["460-0[]"],
  ["461-0{}", one],
];

export const attachmentCases = [
  ...sequences.flatMap((packets) => joined(`attachments ${shownAll(packets)}`, packets)),
  ...joined("attachments, and a plain event in the same breath", [event(1, hole(0)), one, '42["echo","plain"]', event(1, hole(0)), bytes(9)]),
  ...joined(`an answer in binary to a question that nobody asked ${shown("461-5[]")}`, ["461-5[]", one, '42["echo","after"]']),
];
