// A script and its two transcripts in words: packets stand there literally, bytes as <hex>.

const literal = (value) => {
  if (Buffer.isBuffer(value)) {
    return `<${value.toString("hex")}>`;
  }
  if (Array.isArray(value)) {
    return `[${value.map(literal).join(", ")}]`;
  }
  return value !== null && typeof value === "object"
    ? `{ ${Object.entries(value)
        .map(([name, member]) => `${name}: ${literal(member)}`)
        .join(", ")} }`
    : JSON.stringify(value);
};

/** Scripts as JSON and back; bytes are { hex }. */
export const toText = (script) =>
  JSON.stringify(script, (_, value) =>
    value?.type === "Buffer" && Array.isArray(value.data) ? { hex: Buffer.from(value.data).toString("hex") } : value,
  );
export const fromText = (text) =>
  JSON.parse(text, (_, value) => (typeof value?.hex === "string" && Object.keys(value).length === 1 ? Buffer.from(value.hex, "hex") : value));

const shell = (text) => `'${text.replaceAll("'", "'\\''")}'`;

export function described({ kind, seed, steps, ...options }, { node, ours }, whole) {
  const command = "node interop-tests/differential/random/run.mjs";
  return [
    `kind ${kind}, seed ${seed}: Node and the host under test differ. ${JSON.stringify(options)}`,
    ...steps.map((step, index) => `  step ${index + 1}: ${literal(step)}`),
    "  Node:",
    ...node.map((line) => `    ${JSON.stringify(line)}`),
    "  host under test:",
    ...ours.map((line) => `    ${JSON.stringify(line)}`),
    `  again, in full: ${command} --kind ${kind} --seed ${seed} --count 1`,
    `  again, shrunk:  ${command} --script ${shell(toText({ kind, seed, ...options, steps }))}`,
    ...(whole ? [`  it had ${whole.steps.length} steps`] : []),
  ].join("\n");
}
