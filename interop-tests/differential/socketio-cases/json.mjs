// JSON that is odd, wrong, huge or deep: as the argument of an event that is echoed.
import { joined, shown } from "./scripts.mjs";

const values = [
  '"\\ud800"', '"\\udc00\\ud800"', '"\\ud83d\\ude00"', '"\\u0000"', '"\\u2028"', '"\u2028"', '"\\/"', '"\\x41"', '"\\u12"', '"\\u{1F600}"', '"\t"',
  '"\u001f"', '"\u007f"', '"\ufeff"',
  "1e400", "-1e400", "1e-400", "-0", "0", "00", "01", "-", "+1", ".5", "5.", "1e", "1E5", "1e+5", "123456789012345678901234567890",
  "0.1000000000000000055511151231257827", "1.7976931348623157e308",
  "NaN", "Infinity", "undefined", "TRUE", "nul", "True", "null", "true", "false",
  '{"a":1,"a":2}', '{"__proto__":{"x":1}}', '{"constructor":1}', '{"toJSON":1}', '{"":1}', '{"\\u0061":1}', '{"\\ud800":1}', '{"\\u0000":1}', "{a:1}",
  "{'a':1}", '{"a":1,}', '{"a"}', '{"a":}', '{,}', "[1,]", "[,]", "[1 2]", "[1]]", "[[1]",
  "/* no */1", "1//x", "'x'", "`x`", "\u00a01", "\u000b1", "\r\n1", "[ ]", "{ }",
  '{"_placeholder":true,"num":0}', '{"type":"Buffer","data":[1,2]}',
];

const nested = (depth) => "[".repeat(depth) + "]".repeat(depth);
const nestedObject = (depth) => '{"a":'.repeat(depth) + "1" + "}".repeat(depth);

export const jsonCases = [
  ...values.flatMap((json) => joined(`argument ${shown(json)}`, [`427["echo-ack",${json}]`])),
  ...[10, 50, 100, 1000, 10_000].flatMap((depth) => [
    ...joined(`arrays ${depth} levels deep`, [`427["echo-ack",${nested(depth)}]`]),
    ...joined(`objects ${depth} levels deep`, [`427["echo-ack",${nestedObject(depth)}]`]),
  ]),
  ...joined("arrays that are not closed, 100,000 levels deep", [`427["echo-ack",${"[".repeat(100_000)}`]),
  ...joined("an array of 10,000 values", [`427["echo-ack",[${"1,".repeat(9_999)}1]]`]),
  ...joined("5,000 arguments", [`427["echo-ack",${"1,".repeat(4_999)}1]`]),
  ...joined("a text of 500,000 characters", [`427["echo-ack","${"x".repeat(500_000)}"]`]),
  ...joined("an object of 5,000 names", [`427["echo-ack",{${Array.from({ length: 5000 }, (_, index) => `"${index}":${index}`)}}]`]),
  ...joined("a name of 10,000 characters", [`42["${"n".repeat(10_000)}"]`]),
];
