// Prints the failed tests of a run once more, with what they said, so that they stand together at the end of a long log.
// Arguments: the folders with the results: *.trx of the .NET projects, *.log of the npm scripts, *.jsonl of the passes of the interop tests.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

const mostLines = 12;
const folders = process.argv.slice(2).filter((folder) => existsSync(folder));
const filesEndingWith = (extension) =>
  folders.flatMap((folder) => readdirSync(folder).filter((name) => name.endsWith(extension)).sort().map((name) => join(folder, name)));

const entities = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&#xD;": "", "&amp;": "&" };
const plain = (xml) => xml.replace(/&(?:lt|gt|quot|apos|#xD|amp);/g, (entity) => entities[entity]);

function print(title, text) {
  const lines = text.trim().split("\n");
  console.log(`✖ ${title}`);
  for (const line of lines.slice(0, mostLines)) {
    console.log(`    ${line.trimEnd()}`);
  }
  if (lines.length > mostLines) {
    console.log(`    (${lines.length - mostLines} more lines)`);
  }
}

function printFailuresOfDotnet(file) {
  const xml = readFileSync(file, "utf8");
  for (const [, attributes, body] of xml.matchAll(/<UnitTestResult ([^>]*outcome="Failed"[^>]*)>([^]*?)<\/UnitTestResult>/g)) {
    const title = plain(/testName="([^"]*)"/.exec(attributes)[1]);
    const said = ["Message", "StackTrace"].map((tag) => new RegExp(`<${tag}>([^]*?)</${tag}>`).exec(body)?.[1] ?? "");
    print(`${basename(file, ".trx")}: ${title}`, plain(said.join("\n")));
  }
}

/** The spec reporter repeats the failed tests of a pass behind a line of its own: "test at file", "✖ name (time)", and what was wrong. */
function printFailuresOfNode(file) {
  const text = readFileSync(file, "utf8").replace(/\u001b\[[0-9;]*m/g, "");
  for (const pass of text.split(/^=== /m)) {
    const [title] = pass.split("\n", 1);
    const failed = /^✖ failing tests:\n([^]*)/m.exec(pass)?.[1] ?? "";
    for (const [, place, test, said] of failed.matchAll(/^test at (.*)\n✖ (.*)\n((?:(?!test at ).*\n)*)/gm)) {
      print(`${title}: ${test} (${place})`, said);
    }
    for (const [line] of pass.matchAll(/^(?:not the same: .*|the .* ended while the suites ran)$/gm)) {
      print(title, line);
    }
  }
}

/** The records know the suites around a test, which tell the client and its transport. */
function printTitles(file) {
  for (const line of readFileSync(file, "utf8").split("\n")) {
    if (line.includes('"outcome":"fail"')) {
      const { suite, name } = JSON.parse(line);
      console.log(`✖ ${suite} > ${name}`);
    }
  }
}

filesEndingWith(".trx").forEach(printFailuresOfDotnet);
filesEndingWith(".log").filter((file) => basename(file) !== "beside.log").forEach(printFailuresOfNode);
filesEndingWith(".jsonl").forEach(printTitles);
