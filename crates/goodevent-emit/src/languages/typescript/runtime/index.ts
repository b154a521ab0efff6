/** What all contracts share: JSON, schemas as tables, violations, envelopes and ids. */

export { type Check, type Node, type Ref } from "./check.js";
export {
  Contract, EventError, type Facts, MAX_EVENT_BYTES, type Message, type Metadata, type Received, newActivity,
} from "./contract.js";
export { type Json } from "./json.js";
export { type Violation, line as violationLine } from "./violation.js";
