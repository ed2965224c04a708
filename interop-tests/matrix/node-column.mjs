// Node's column, kept beside the suites: it only changes with the npm packages, the suites and the reference host.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { parseVariant, variantOf } from "./cells.mjs";

const folder = dirname(fileURLToPath(import.meta.url));
const suites = dirname(folder);
const file = join(folder, "node-column.json");

/** What has no part in how Node's server is judged: our host, the clusters, and what only prints. */
const isWithoutInfluence = (path) =>
  /^(host|cluster|differential|limits|conformance|matrix)\/|^run\.mjs$/.test(path) || /\/(bin|obj|__pycache__)\//.test(path) || /\.md$/.test(path);

/** A digest of everything that Node's column depends on. */
export function columnKey() {
  const digest = createHash("sha256");
  const paths = readdirSync(suites, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(suites, join(entry.parentPath ?? entry.path, entry.name)).split(sep).join("/"))
    .filter((path) => !isWithoutInfluence(path))
    .sort();
  digest.update(readFileSync(join(dirname(suites), "package-lock.json")));
  for (const path of paths) {
    digest.update(`\n${path}\n`).update(readFileSync(join(suites, path)));
  }
  return digest.digest("hex");
}

const isPlainPass = ({ outcome, saw, differs }) => outcome === "pass" && saw.length === 0 && differs.length === 0;

/** Groups with their variants; a behaviour names only those variants in which there is more to tell than that it passed. */
export function packed(cells) {
  const groups = {};
  for (const cell of cells) {
    const group = (groups[cell.group] ??= { variants: [], behaviours: {} });
    const variant = variantOf(cell);
    if (!group.variants.includes(variant)) {
      group.variants.push(variant);
    }
  }
  for (const cell of cells) {
    const { variants, behaviours } = groups[cell.group];
    const behaviour = (behaviours[cell.behaviour] ??= Object.fromEntries(variants.map((_, index) => [index, null])));
    const index = variants.indexOf(variantOf(cell));
    if (isPlainPass(cell)) {
      delete behaviour[index];
    } else {
      const { outcome, reason, saw, differs } = cell;
      behaviour[index] = { outcome, ...(reason && { reason }), ...(saw.length > 0 && { saw }), ...(differs.length > 0 && { differs }) };
    }
  }
  return groups;
}

export function unpacked(groups) {
  return Object.entries(groups).flatMap(([group, { variants, behaviours }]) =>
    Object.entries(behaviours).flatMap(([behaviour, told]) =>
      variants.flatMap((variant, index) => {
        const special = told[index];
        if (special === null) {
          return [];
        }
        return [{ group, behaviour, ...parseVariant(variant), outcome: "pass", saw: [], differs: [], ...special }];
      }),
    ),
  );
}

/** The cells of the last run, if it was one of these suites with these packages. */
export function readNodeColumn() {
  try {
    const { key, groups } = JSON.parse(readFileSync(file, "utf8"));
    return key === columnKey() ? unpacked(groups) : undefined;
  } catch (error) {
    if (error.code === "ENOENT") {
      return undefined;
    }
    throw error;
  }
}

/** One behaviour a line, so that a change can be read. */
export function writeNodeColumn(cells) {
  const groups = Object.entries(packed(cells)).map(([name, { variants, behaviours }]) => {
    const lines = Object.entries(behaviours).map(([behaviour, told]) => `        ${JSON.stringify(behaviour)}: ${JSON.stringify(told)}`);
    const inner = lines.join(",\n");
    return `    ${JSON.stringify(name)}: {\n      "variants": ${JSON.stringify(variants)},\n      "behaviours": {\n${inner}\n      }\n    }`;
  });
  writeFileSync(file, `{\n  "key": "${columnKey()}",\n  "groups": {\n${groups.join(",\n")}\n  }\n}\n`);
}
