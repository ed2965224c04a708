// The cells of the matrix: one for each client, way to connect and behaviour, as the titles of the suites tell.
import { readFileSync } from "node:fs";

/** "client, transport", and "over line" where something stands between client and server. */
const variantTitle = /^(?<client>.+), (?<transport>polling, then upgraded|polling|websocket)(?: over (?<line>.+))?$/u;

/** { client, transport, line } of such a title, or nothing. */
export function parseVariant(title) {
  const found = variantTitle.exec(title)?.groups;
  return found && { ...found, line: found.line ?? "" };
}

/** Client and way to connect. */
export const variantOf = ({ client, transport, line }) => `${client}, ${transport}${line && ` over ${line}`}`;

/** What a pass has recorded: all of it, or an error. */
export function readRecords(file) {
  const lines = readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
  const { total } = lines.pop() ?? {};
  if (total !== lines.length) {
    throw new Error(`${file} holds ${lines.length} tests of ${total ?? "an unknown number"}`);
  }
  return lines;
}

/** The title of a suite is its group and its variant: "events: socket.io-client 4.8, polling". */
function cellOf({ suite, name, outcome, reason, saw, differs }) {
  const [title, ...inner] = suite.split(" > ");
  const [, group, variantText] = /^([^:]+): (.+)$/u.exec(title) ?? [];
  const variant = variantText && parseVariant(variantText);
  return variant && { group, ...variant, behaviour: [...inner, name].join(": "), outcome, reason, saw, differs };
}

/** { cells, others }: `others` are the records of suites that are not part of the matrix. */
export function cellsOf(records) {
  const cells = [];
  const others = [];
  for (const record of records) {
    const cell = cellOf(record);
    if (cell) {
      cells.push(cell);
    } else {
      others.push(record);
    }
  }
  return { cells, others };
}

/** What distinguishes a cell from all others. */
export const keyOf = (cell) => `${cell.group}: ${variantOf(cell)}: ${cell.behaviour}`;

/** Cells by their keys. Two tests with the same title would hide each other. */
export function byKey(cells) {
  const found = new Map();
  for (const cell of cells) {
    const key = keyOf(cell);
    if (found.has(key)) {
      throw new Error(`two tests are called "${key}"`);
    }
    found.set(key, cell);
  }
  return found;
}
