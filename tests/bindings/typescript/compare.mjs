// Compares what the generated code says of each payload of `cases.json` with what Rust says.
import { readFileSync } from "node:fs";
import { CONTRACTS } from "./out/index.js";

const { cases, ids } = JSON.parse(readFileSync("cases.json", "utf8"));
const contracts = new Map(CONTRACTS.map((contract) => [contract.name, contract]));
const faults = [];
let [nAlike, nWide] = [0, 0];

/** A number that a Rust type or a JavaScript number does not hold. */
const isWide = ({ expected }) => /^a number that a (?:Rust .*|JavaScript number) holds$/.test(expected);

const outcomeOf = (contract, message) => {
  try {
    return { violations: contract.violations(message) };
  } catch (error) {
    return { rule: error.rule, message: error.message };
  }
};
const isDecodedBy = (contract, message) => {
  try {
    contract.decode(message);
    return true;
  } catch (error) {
    if (error.name !== "EventError") throw error;
    return false;
  }
};
const texts = (violations) =>
  violations.map(({ pointer, keyword, expected, found }) => JSON.stringify([pointer, keyword, expected, found]));

for (const { contract: name, payload, outcome, isDecoded } of cases) {
  const contract = contracts.get(name);
  const message = typeof payload === "string" ? payload : Uint8Array.from(payload);
  const own = outcomeOf(contract, message);
  const all = [...(own.violations ?? []), ...(outcome.violations ?? [])];
  const wide = all.filter(isWide);
  // The types of both languages hold different numbers: that is looked at alone, and what else is wrong is the same.
  const rest = (outcome) => outcome.violations && texts(outcome.violations.filter((violation) => !isWide(violation)));
  const alike =
    JSON.stringify(rest(own)) === JSON.stringify(rest(outcome)) && own.rule === outcome.rule && own.message === outcome.message;
  const accepted = isDecodedBy(contract, message);
  const isConsistent = accepted === (own.violations?.length === 0);
  if (!alike || !isConsistent || (wide.length === 0 && accepted !== isDecoded)) {
    faults.push({ name, payload, own, outcome, accepted, isDecoded });
  } else if (wide.length > 0) {
    nWide += 1;
  } else {
    nAlike += 1;
  }
}

for (const { contract: name, payload, ids: [keyed] } of ids) {
  const contract = contracts.get(name);
  const value = contract.decode(payload);
  const own = contract.id(value);
  if (own !== keyed || contract.decode(contract.encode(value)) === undefined) {
    faults.push({ name, payload, own, keyed });
  }
}
console.log(JSON.stringify({ nAlike, nWide, nIds: ids.length, faults: faults.slice(0, 5), nFaults: faults.length }));
