// Puts the two columns side by side: what a client is shown by Node's server, and by ours.
import { readFileSync } from "node:fs";
import { expectations } from "../support/host-expectations.mjs";
import { byKey, keyOf } from "./cells.mjs";

/** How a skip names the entry of host-expectations.mjs that is its reason. */
const differenceReason = /^differs: (\w+)$/;

/** The entry of host-expectations.mjs for which Node's server is excused from the whole test, if this cell names one. */
const excuseOf = (nodeCell) => differenceReason.exec(nodeCell?.reason ?? "")?.[1];

/** The entries of host-expectations.mjs for which this cell is not the same with both servers: excuses, and what the test itself expects. */
function differencesOf(ours, node) {
  const excuse = excuseOf(node);
  return [...new Set([...(excuse ? [excuse] : []), ...ours.differs, ...(node?.differs ?? [])])];
}

/** Heads of the rows of the page with the differences, as they stand there. */
function documentedRows(page) {
  return new Set(
    readFileSync(page, "utf8")
      .split("\n")
      .filter((line) => line.startsWith("| "))
      .map((line) => line.split(" | ")[0].slice(2).trim()),
  );
}

/** Expectations without a row on the page. */
function undocumented(page) {
  const rows = documentedRows(page);
  return Object.entries(expectations)
    .filter(([, { row }]) => !rows.has(row))
    .map(([name, { row }]) => `host-expectations.mjs, ${name}: the page has no row "${row}"`);
}

const shown = ({ outcome, reason }) => (outcome === "skip" ? `skipped (${reason})` : outcome === "pass" ? "passed" : "failed");

/** What is wrong with a cell of ours beside Node's, or nothing. */
function problemOf(ours, node) {
  const key = keyOf(ours);
  if (ours.outcome === "skip" && !ours.reason) {
    return `${key}: skipped without a reason`;
  }
  if (!node) {
    return `${key}: Node's column has no such cell`;
  }
  if (excuseOf(node)) {
    return ours.outcome === "pass" ? undefined : `${key}: Node's server is excused here, and ours has ${shown(ours)}`;
  }
  if (shown(ours) !== shown(node)) {
    return `${key}: with Node's server it has ${shown(node)}, with ours ${shown(ours)}`;
  }
  if (JSON.stringify(ours.saw) !== JSON.stringify(node.saw)) {
    return `${key}: Node's server has shown ${JSON.stringify(node.saw)}, ours ${JSON.stringify(ours.saw)}`;
  }
  if (JSON.stringify(ours.differs) !== JSON.stringify(node.differs)) {
    return `${key}: the test names other differences with Node's server (${node.differs.join(", ")}) than with ours (${ours.differs.join(", ")})`;
  }
  return undefined;
}

/**
 * { problems, compared, differences }: what may not be, in words; our cells, each with Node's as `node` and the names of what is not the
 * same as `differences`; and how many cells each of those names accounts for. A line that only we have is compared with the direct one.
 */
export function compareColumns(nodeCells, ourCells, { page, linesOfOurs = [], isWhole = true }) {
  const nodes = byKey(nodeCells);
  const counterpart = (cell) => nodes.get(keyOf(linesOfOurs.includes(cell.line) ? { ...cell, line: "" } : cell));
  const problems = undocumented(page);
  const compared = [];
  const differences = new Map();
  for (const cell of byKey(ourCells).values()) {
    const node = counterpart(cell);
    const names = differencesOf(cell, node);
    compared.push({ ...cell, node, differences: names });
    for (const name of names) {
      differences.set(name, (differences.get(name) ?? 0) + 1);
    }
    const problem = problemOf(cell, node);
    if (problem) {
      problems.push(problem);
    }
  }
  if (isWhole) {
    const ours = byKey(ourCells);
    problems.push(...[...nodes.keys()].filter((key) => !ours.has(key)).map((key) => `${key}: not run with our server`));
  }
  return { problems, compared, differences };
}
