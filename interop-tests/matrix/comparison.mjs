// Puts the two columns side by side: what a client is shown by Node's server, and by ours.
import { readFileSync } from "node:fs";
import { expectations } from "../support/host-expectations.mjs";
import { byKey, keyOf } from "./cells.mjs";

/** How a skip names the entry of host-expectations.mjs that is its reason. */
const differenceReason = /^differs: (\w+)$/;

/** The entry of host-expectations.mjs for which Node's server is excused, if this cell names one. */
export const differenceOf = (nodeCell) => differenceReason.exec(nodeCell?.reason ?? "")?.[1];

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
  if (differenceOf(node)) {
    return ours.outcome === "pass" ? undefined : `${key}: Node's server is excused here, and ours has ${shown(ours)}`;
  }
  if (shown(ours) !== shown(node)) {
    return `${key}: with Node's server it has ${shown(node)}, with ours ${shown(ours)}`;
  }
  if (JSON.stringify(ours.saw) !== JSON.stringify(node.saw)) {
    return `${key}: Node's server has shown ${JSON.stringify(node.saw)}, ours ${JSON.stringify(ours.saw)}`;
  }
  return undefined;
}

/**
 * { problems, differences }: what may not be, in words, and how many cells each known difference accounts for.
 * A line that only one of the servers has is compared with the direct one.
 */
export function compareColumns(nodeCells, ourCells, { page, linesOfOurs = [], isWhole = true }) {
  const nodes = byKey(nodeCells);
  const counterpart = (cell) => nodes.get(keyOf(linesOfOurs.includes(cell.line) ? { ...cell, line: "" } : cell));
  const problems = undocumented(page);
  const differences = new Map();
  for (const cell of byKey(ourCells).values()) {
    const node = counterpart(cell);
    const difference = differenceOf(node);
    if (difference) {
      differences.set(difference, (differences.get(difference) ?? 0) + 1);
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
  return { problems, differences };
}
