// Compares what the generated code of each schema says of its payloads with what Rust says.
import { readFileSync } from "node:fs";

const all = JSON.parse(readFileSync("cases.json", "utf8"));
const faults = [];
let [nAlike, nWide] = [0, 0];

/** A number that no JavaScript number holds. */
const isWide = ({ expected }) => expected === "a number that a JavaScript number holds";
const texts = (violations) =>
  violations.map(({ pointer, keyword, expected, found }) => JSON.stringify([pointer, keyword, expected, found]));

for (const { name, module, cases } of all) {
  const { CONTRACTS: [contract] } = await import(`./out/${module}/contracts.js`);
  for (const { payload, outcome } of cases) {
    let own;
    try {
      own = { violations: contract.violations(payload) };
    } catch (error) {
      own = { rule: error.rule, message: error.message };
    }
    const rest = own.violations?.filter((violation) => !isWide(violation));
    const isAlike =
      own.rule === outcome.rule && own.message === outcome.message &&
      JSON.stringify(rest && texts(rest)) === JSON.stringify(outcome.violations && texts(outcome.violations));
    if (!isAlike) {
      faults.push({ name, payload, own, outcome });
    } else if (rest?.length !== own.violations?.length) {
      nWide += 1;
    } else {
      nAlike += 1;
    }
  }
}
console.log(JSON.stringify({ nAlike, nWide, nFaults: faults.length, faults: faults.slice(0, 12) }));
