// Values that a host makes with the means of its own language, by name: the arguments of an event.

const bytes = (...values) => Buffer.from(values);

export function fixedValues(name) {
  switch (name) {
    case "nothing":
      return [];
    case "null":
      return [null];
    case "many":
      return [1, "two", true, null, [4], { five: 5 }, false, "eight"];
    case "numbers":
      return [[0, -1, 1.5, 1e21, 1e-7, 9007199254740991, -9007199254740991, 2147483648, 0.1]];
    case "safe-numbers":
      return [[0, -1, 1.5, 1e-7, 9007199254740991, -9007199254740991, 2147483648, 0.1]];
    case "texts":
      return [["", "h€llo", "😀", "\u2028\u2029", "quote\" back\\ slash/ \b\f\n\r\t", "\u0000\u001f\u007f", "<b>&'"]];
    case "nested":
      return [{ list: [{ deep: [[], {}] }], empty: {}, nothing: null }];
    case "array":
      return [["an", "array"]];
    case "binary":
      return [bytes(1, 2, 3)];
    case "empty-binary":
      return [bytes()];
    case "nested-binary":
      return ["text", { list: [bytes(1), { deep: bytes(2, 3) }], same: 1 }, bytes(255, 0)];
    case "twice-the-same": {
      const same = bytes(9, 8);
      return [same, { again: same }];
    }
    case "ten-binaries":
      return [Array.from({ length: 10 }, (_, index) => bytes(index))];
    case "big-binary":
      return [Buffer.alloc(200_000, 0x61)];
    case "big-text":
      return ["é".repeat(100_000)];
    case "date":
      return [new Date(1700000000123)];
    case "placeholder":
      return [{ _placeholder: true, num: 0 }];
    default:
      throw new Error(`no value named ${name}`);
  }
}
