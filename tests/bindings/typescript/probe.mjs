// Prints what the generated code says of each payload of `cases.json`, a line each.
import { readFileSync } from "node:fs";

const modules = new Map();

async function contractOf({ module, contract: name }) {
  if (!modules.has(module)) {
    const { CONTRACTS } = await import(`./out/${module}/contracts.js`);
    modules.set(module, new Map(CONTRACTS.map((contract) => [contract.name, contract])));
  }
  return modules.get(module).get(name);
}

/** What `act` returns, or the error of an event that it throws. */
function tried(act, failed) {
  try {
    return act();
  } catch (error) {
    if (error.name !== "EventError") throw error;
    return failed(error);
  }
}

const lines = [];
for (const own of JSON.parse(readFileSync("cases.json", "utf8"))) {
  const contract = await contractOf(own);
  const payload = typeof own.payload === "string" ? own.payload : Uint8Array.from(own.payload);
  const said = tried(
    () => ({ violations: contract.violations(payload) }),
    ({ rule, message }) => ({ rule, message }),
  );
  const decoded = tried(
    () => ({ event: contract.decode(payload) }),
    () => undefined,
  );
  const encoded =
    decoded &&
    tried(
      () => ({ id: contract.id(decoded.event), encoded: contract.encode(decoded.event) }),
      () => ({}),
    );
  lines.push(JSON.stringify({ ...said, isDecoded: decoded !== undefined, ...encoded }));
}
console.log(lines.join("\n"));
