// Single packets, right and wrong, from a client that is in the main namespace, and from one that is in none.
import { fresh, joined, shown } from "./scripts.mjs";

const events = [
  '42["echo"]', '42["echo",1]', '42/,["echo"]', "42", "42[]", "42[null]", '42[true,"x"]', "42[{}]", '42[["echo"]]', '42[7,"x"]',
  '421[7,"x"]', '42[1.5,"x"]', "42[-1]", '42[""]', '42["echo"', '42["echo",]', '42{"0":"echo"}', '42"echo"', "42null", "42true", "421",
  '42["echo"] ', '42["echo"]x', '42["echo"]["echo"]', '42\n["echo"]', '42\t["echo"]', '42[ "echo" , 1 ]', '42["unknown",1]',
  '42["echo",undefined]', "42['echo']", '42["echo"]\u0000', '42\ufeff["echo"]',
];

const identifiers = [
  "0", "12", "007", "9007199254740991", "9007199254740992", "9007199254740993", "18446744073709551615", "18446744073709551616",
  "123456789012345678901234567890", "-1", "1.5", "+1", "1e3", "0x10", "١", "１",
];

const reserved = ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"];
const unreserved = ["error", "connection", "message", "toString", "__proto__", "constructor", "hasOwnProperty", "ping", "Connect", " connect"];

const acknowledgements = [
  "43", "431", "431[]", "43[]", "430[1]", "43abc[]", "43999999[1]", "430{}", '430"x"', "430null", "430[1", "43-1[]", "430[1]x", "46", "460[]",
  "461-0[]",
];

const types = ["4", "47", "48", "49", "4a", "4-", "4/", "4 ", "4,", '44{"message":"x"}', "44", '44"x"', '44/chat,"x"', "4\u0661", "4٢[]", "4\u0000"];

const disconnects = ["41", "41{}", "41[]", '41"x"', "41null", "411", "41/chat,", "41/chat", "41,", "41/", "41/,"];

const connects = ["40", "40{}", "40[]", '40{"token":"x"}', "40/", "40/,", "40,", "40x", "405", "405{}"];

const namespaces = [
  '42/chat,["echo"]', '42/chat["echo"]', '42/nope,["echo"]', '42//,["echo"]', '42/?x=1,["echo"]', '42/ ,["echo"]', "42/", "42/,", "43/chat,0[]",
  '420/,["echo-ack"]', '42/,5["echo-ack"]', '42/,/,["echo"]',
];

export const packetCases = [
  ...events.flatMap((packet) => joined(`event ${shown(packet)}`, [packet])),
  ...identifiers.flatMap((id) => joined(`event with the id ${shown(id)}`, [`42${id}["echo-ack",1]`])),
  ...identifiers.flatMap((id) => joined(`answer with the id ${shown(id)}`, [`43${id}[1]`])),
  ...reserved.flatMap((name) => joined(`reserved event ${name}`, [`42["${name}","x"]`])),
  ...unreserved.flatMap((name) => joined(`event named ${shown(name)}`, [`42["${name}","x"]`])),
  ...acknowledgements.flatMap((packet) => joined(`answer ${shown(packet)}`, [packet])),
  ...types.flatMap((packet) => joined(`packet ${shown(packet)}`, [packet])),
  ...connects.flatMap((packet) => joined(`a second ${shown(packet)}`, [packet])),
  ...disconnects.flatMap((packet) => fresh(`goodbye ${shown(packet)}`, [packet])),
  ...namespaces.flatMap((packet) => joined(`packet for a namespace ${shown(packet)}`, [packet])),
  ...['42["echo"]', "41", "430[]", "43", "44{}", '44"x"', "4", "47", "49", '451-["echo"]', "45", "46", "42[", "3", "6"].flatMap((packet) =>
    fresh(`before any namespace ${shown(packet)}`, [packet]),
  ),
  ...fresh("before any namespace a binary message", [Buffer.from([1, 2, 3])]),
  ...fresh("before any namespace an empty binary message", [Buffer.alloc(0)]),
];
