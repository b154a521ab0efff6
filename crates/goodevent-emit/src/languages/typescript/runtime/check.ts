/** Schemas as tables, and their evaluation. */

import { FORMATS, decoded, isTraceParent } from "./formats.js";
import { Members, type Value, join, order, parse, quoted } from "./json.js";
import { Num, compare, isMultipleOf } from "./number.js";
import { type Pattern, matches, sourceOf } from "./pattern.js";
import {
  type Violation, alternatives, kind, listed, nearestOf, quotedNames, shown, typeNames, undecided,
} from "./violation.js";

/** One keyword; the first entry is its name. Numbers and values are their JSON text. */
export type Check =
  | readonly ["resource", number]
  | readonly ["personal", readonly string[]]
  | readonly ["false"]
  | readonly ["type", readonly string[]]
  | readonly ["enum", string]
  | readonly ["const" | "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf", string]
  | readonly ["minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties", number]
  | readonly ["pattern", Pattern]
  | readonly ["format" | "contentEncoding", string]
  | readonly ["traceparent" | "attributeName" | "uniqueItems"]
  | readonly ["contentMediaType", string | null]
  | readonly ["prefixItems" | "allOf" | "anyOf" | "oneOf", readonly Ref[]]
  | readonly ["items", number, Ref]
  | readonly ["contains", Ref, number, number | null]
  | readonly ["unevaluatedItems", Ref, boolean]
  | readonly ["patternProperties", readonly (readonly [Pattern, Ref])[]]
  | readonly ["properties" | "dependentSchemas", readonly (readonly [string, Ref])[]]
  | readonly ["additionalProperties" | "propertyNames" | "unevaluatedProperties" | "not" | "$ref", Ref]
  | readonly ["required", readonly string[]]
  | readonly ["dependentRequired", readonly (readonly [string, readonly string[]])[]]
  | readonly ["if", Ref, Ref | null, Ref | null]
  | readonly ["$dynamicRef", readonly (readonly [number, Ref])[], Ref];

/** One schema. */
export type Node = readonly Check[];

/** A schema, or a function that returns it, since schemas can refer to each other. */
export type Ref = Node | (() => Node);

function resolve(ref: Ref): Node {
  return typeof ref === "function" ? ref() : ref;
}

/** The steps of a message, and eight for each of its values. */
const MAX_STEPS = 250_000;
const STEPS_A_VALUE = 8;

/** A verdict of fewer steps is found faster than looked up. */
const FEW_STEPS = 16;

/** Schemas within schemas. */
const MAX_DEPTH = 600;

const MAX_VIOLATIONS = 1_000;
const MAX_REASONS = 16;
const MAX_EXPLAINED = 400;

/** Lists every violation of `value`; none if it is valid and JavaScript numbers hold its numbers. */
export function violations(node: Node, value: Value, max = MAX_VIOLATIONS): Violation[] {
  const ledger = new Ledger(MAX_STEPS + STEPS_A_VALUE * countValues(value));
  const found = new Found(max);
  const scope = Scope.root(ledger);
  look(node, value, "", scope, found);
  if (found.violations.length === 0) {
    const marks = scope.enter(node).marked(node, "");
    findMisfits(value, "", marks, found);
  }
  return found.violations;
}

/** Finds the numbers that a JavaScript number does not hold; they matter only where the contract has no objection. */
function findMisfits(value: Value, pointer: string, scope: Scope, found: Found): void {
  if (found.isFull) {
    return;
  }
  if (value instanceof Num && !value.isHeld) {
    const expected = "a number that a JavaScript number holds";
    found.violations.push({ pointer, keyword: "type", expected, found: scope.shown(pointer, value) });
  } else if (Array.isArray(value)) {
    value.forEach((item, index) => findMisfits(item, join(pointer, String(index)), scope, found));
  } else if (value instanceof Members) {
    value.sorted.forEach(([name, member]) => findMisfits(member, join(pointer, name), scope, found));
  }
}

function countValues(value: Value): number {
  const parts = Array.isArray(value) ? value : value instanceof Members ? [...value.values()] : [];
  return parts.reduce<number>((sum, part) => sum + countValues(part), 1);
}

/** The budget and the memory of an evaluation: nested alternatives cost a product and not a power. */
class Ledger {
  readonly #maxSteps: number;
  #nSteps = 0;
  #nExplained = 0;
  readonly #verdicts = new Map<Node, Map<Value, Map<string, boolean>>>();

  constructor(maxSteps: number) {
    this.#maxSteps = maxSteps;
  }

  get isExhausted(): boolean {
    return this.#nSteps >= this.#maxSteps;
  }

  exhaust(): void {
    this.#nSteps = this.#maxSteps;
  }

  take(nSteps: number): boolean {
    this.#nSteps += nSteps;
    return !this.isExhausted;
  }

  verdict(node: Node, value: Value, chain: string, evaluate: () => boolean): boolean {
    const known = this.#verdicts.get(node)?.get(value)?.get(chain);
    if (known !== undefined) {
      return known;
    }
    const before = this.#nSteps;
    const verdict = evaluate();
    if (this.#nSteps - before >= FEW_STEPS) {
      const byValue = this.#verdicts.get(node) ?? new Map<Value, Map<string, boolean>>();
      const byChain = byValue.get(value) ?? new Map<string, boolean>();
      this.#verdicts.set(node, byValue.set(value, byChain.set(chain, verdict)));
    }
    return verdict;
  }

  mayExplain(): boolean {
    this.#nExplained += 1;
    return this.#nExplained <= MAX_EXPLAINED;
  }
}

/** The resources that an evaluation came through, which dynamic references look at, and what is personal. */
class Scope {
  readonly resources: readonly number[];
  readonly chain: string;
  readonly depth: number;
  readonly ledger: Ledger;
  readonly personal: readonly [pointers: readonly string[], from: number] | undefined;

  private constructor(resources: readonly number[], depth: number, ledger: Ledger, personal: Scope["personal"]) {
    this.resources = resources;
    this.chain = resources.join();
    this.depth = depth;
    this.ledger = ledger;
    this.personal = personal;
  }

  static root(ledger: Ledger): Scope {
    return new Scope([], 0, ledger, undefined);
  }

  enter(node: Node): Scope {
    const first = node[0];
    const own = first?.[0] === "resource" ? first[1] : 0;
    const resources = this.resources.includes(own) ? this.resources : [...this.resources, own];
    return new Scope(resources, this.depth + 1, this.ledger, this.personal);
  }

  marked(node: Node, pointer: string): Scope {
    const mark = node.slice(0, 2).find((check) => check[0] === "personal");
    return mark?.[0] === "personal"
      ? new Scope(this.resources, this.depth, this.ledger, [mark[1], pointer.length])
      : this;
  }

  mayGoOn(): boolean {
    if (this.depth > MAX_DEPTH) {
      this.ledger.exhaust();
    }
    return this.ledger.take(1);
  }

  target(anchors: readonly (readonly [number, Ref])[], fallback: Ref): Node {
    for (const resource of this.resources) {
      const anchor = anchors.find(([anchored]) => anchored === resource);
      if (anchor !== undefined) {
        return resolve(anchor[1]);
      }
    }
    return resolve(fallback);
  }

  /** The value at `pointer`, shortened; of what may be personal only its kind. */
  shown(pointer: string, value: Value): string {
    if (this.personal === undefined) {
      return shown(value);
    }
    const [pointers, from] = this.personal;
    const isWhole = Array.isArray(value) || value instanceof Members;
    const place = pointer.slice(from);
    return isWhole || pointers.some((marked) => meets(marked, place)) ? kind(value) : shown(value);
  }

  /** A value that the contract does not have, which may be a personal one under a wrong name. */
  shownUnknown(value: Value): string {
    return this.personal === undefined ? shown(value) : kind(value);
  }
}

/** Whether one of two places is inside of the other, or is it; indices may be left out of the marked one. */
function meets(marked: string, place: string): boolean {
  const own = marked.split("/").slice(1);
  let next = 0;
  for (const token of place.split("/").slice(1)) {
    if (next >= own.length) {
      return true;
    }
    if (own[next] === token) {
      next += 1;
    } else if (!/^\d*$/.test(token)) {
      return false;
    }
  }
  return true;
}

function isValid(ref: Ref, value: Value, outer: Scope): boolean {
  const node = resolve(ref);
  const scope = outer.enter(node);
  const evaluate = (): boolean => node.every((check) => holds(node, check, value, scope));
  return scope.mayGoOn() && scope.ledger.verdict(node, value, scope.chain, evaluate);
}

const VALUES = new Map<string, Value>();

/** The value of a JSON text in a table. */
function literal(text: string): Value {
  const known = VALUES.get(text) ?? parse(text);
  VALUES.set(text, known);
  return known;
}

function listOf(text: string): Value[] {
  const values = literal(text);
  return Array.isArray(values) ? values : [];
}

function number(text: string): Num {
  const value = literal(text);
  return value instanceof Num ? value : new Num("0");
}

const nChars = (text: string): number => [...text].length;

function isOfType(name: string, value: Value): boolean {
  switch (name) {
    case "null": return value === null;
    case "boolean": return typeof value === "boolean";
    case "string": return typeof value === "string";
    case "number": return value instanceof Num;
    case "integer": return value instanceof Num && value.isInteger;
    case "plain integer": return value instanceof Num && value.isInteger && value.isPlain;
    case "array": return Array.isArray(value);
    default: return value instanceof Members;
  }
}

/** Whether `value` satisfies one keyword of `node`. */
function holds(node: Node, check: Check, value: Value, scope: Scope): boolean {
  scope.ledger.take(cost(check, value));
  switch (check[0]) {
    case "false": return false;
    case "type": return check[1].some((name) => isOfType(name, value));
    case "enum": return listOf(check[1]).some((own) => order(own, value) === 0);
    case "const": return order(literal(check[1]), value) === 0;
    case "allOf": return check[1].every((own) => isValid(own, value, scope));
    case "anyOf": return check[1].some((own) => isValid(own, value, scope));
    case "oneOf": {
      let nValid = 0;
      for (const own of check[1]) {
        nValid += Number(isValid(own, value, scope));
        if (nValid > 1) break;
      }
      return nValid === 1;
    }
    case "not": return !isValid(check[1], value, scope);
    case "if": {
      const branch = isValid(check[1], value, scope) ? check[2] : check[3];
      return branch === null || isValid(branch, value, scope);
    }
    case "$ref": return isValid(check[1], value, scope);
    case "$dynamicRef": return isValid(scope.target(check[1], check[2]), value, scope);
  }
  if (value instanceof Num) {
    switch (check[0]) {
      case "minimum": return compare(value, number(check[1])) >= 0;
      case "maximum": return compare(value, number(check[1])) <= 0;
      case "exclusiveMinimum": return compare(value, number(check[1])) > 0;
      case "exclusiveMaximum": return compare(value, number(check[1])) < 0;
      case "multipleOf": return isMultipleOf(value, number(check[1]));
      default: return true;
    }
  }
  if (typeof value === "string") {
    switch (check[0]) {
      case "minLength": return value.length >= check[1] && nChars(value) >= check[1];
      case "maxLength": return value.length <= check[1] || nChars(value) <= check[1];
      case "pattern": return matches(check[1], value);
      case "format": return FORMATS[check[1]]?.(value) ?? true;
      case "traceparent": return isTraceParent(value);
      case "attributeName": return /^[a-z0-9]+$/.test(value);
      case "contentEncoding": return decoded(check[1], value) !== undefined;
      case "contentMediaType": return isJson(value, check[1]);
      default: return true;
    }
  }
  if (Array.isArray(value)) {
    switch (check[0]) {
      case "prefixItems": return check[1].every((own, index) => {
        const item = value[index];
        return item === undefined || isValid(own, item, scope);
      });
      case "items": return value.slice(check[1]).every((item) => isValid(check[2], item, scope));
      case "contains": {
        const nMatches = value.filter((item) => isValid(check[1], item, scope)).length;
        return nMatches >= check[2] && (check[3] === null || nMatches <= check[3]);
      }
      case "minItems": return value.length >= check[1];
      case "maxItems": return value.length <= check[1];
      case "uniqueItems": return areUnique(value);
      case "unevaluatedItems": {
        const seen = evaluatedItems(node, value, check[2], scope);
        return value.every((item, index) => seen[index] === true || isValid(check[1], item, scope));
      }
      default: return true;
    }
  }
  if (value instanceof Members) {
    const members = value.sorted;
    switch (check[0]) {
      case "properties": return check[1].every(([name, own]) => {
        const member = value.get(name);
        return member === undefined || isValid(own, member, scope);
      });
      case "patternProperties": return check[1].every(([pattern, own]) =>
        members.every(([name, member]) => !matches(pattern, name) || isValid(own, member, scope)));
      case "additionalProperties":
        return members.every(([name, member]) => names(node, name) || isValid(check[1], member, scope));
      case "propertyNames": return members.every(([name]) => isValid(check[1], name, scope));
      case "required": return check[1].every((name) => value.has(name));
      case "minProperties": return value.size >= check[1];
      case "maxProperties": return value.size <= check[1];
      case "dependentRequired":
        return check[1].every(([name, others]) => !value.has(name) || others.every((other) => value.has(other)));
      case "dependentSchemas":
        return check[1].every(([name, own]) => !value.has(name) || isValid(own, value, scope));
      case "unevaluatedProperties": {
        const seen = evaluatedProperties(node, value, scope);
        return members.every(([name, member]) => seen === "all" || seen.has(name) || isValid(check[1], member, scope));
      }
      default: return true;
    }
  }
  return true;
}

function isJson(text: string, encoding: string | null): boolean {
  const bytes = encoding === null ? undefined : decoded(encoding, text);
  if (encoding !== null && bytes === undefined) {
    return false;
  }
  try {
    parse(bytes === undefined ? text : new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
    return true;
  } catch {
    return false;
  }
}

function areUnique(items: readonly Value[]): boolean {
  const sorted = [...items].sort(order);
  return sorted.every((item, index) => index === 0 || order(sorted[index - 1] ?? null, item) !== 0);
}

/** The steps of a keyword that examines more than a few bytes or names. */
function cost(check: Check, value: Value): number {
  const few = 16;
  switch (check[0]) {
    case "pattern":
    case "format":
    case "contentEncoding":
    case "contentMediaType": return typeof value === "string" ? Math.floor(value.length / few) : 0;
    case "enum": return Math.floor(listOf(check[1]).length / few);
    case "properties": return value instanceof Members ? Math.floor(check[1].length / few) : 0;
    case "patternProperties": return value instanceof Members ? check[1].length * value.size : 0;
    case "additionalProperties":
    case "required": return value instanceof Members ? Math.floor(value.size / few) : 0;
    case "uniqueItems": return Array.isArray(value) ? value.length : 0;
    default: return 0;
  }
}

/** Whether `properties` or `patternProperties` of `node` name a member. */
function names(node: Node, name: string): boolean {
  return node.some((check) =>
    check[0] === "properties" ? check[1].some(([known]) => known === name)
    : check[0] === "patternProperties" && check[1].some(([pattern]) => matches(pattern, name)));
}

/** The schemas that a keyword applies to the value itself, and that it is valid for. */
function inPlace(check: Check, value: Value, scope: Scope): Node[] {
  const valid = (refs: readonly (Ref | null)[]): Node[] =>
    refs.flatMap((ref) => (ref !== null && isValid(ref, value, scope) ? [resolve(ref)] : []));
  switch (check[0]) {
    case "allOf":
    case "anyOf":
    case "oneOf": return valid(check[1]);
    case "if": return isValid(check[1], value, scope) ? valid([check[1], check[2]]) : valid([check[3]]);
    case "$ref": return valid([check[1]]);
    case "$dynamicRef": return valid([scope.target(check[1], check[2])]);
    case "dependentSchemas":
      return value instanceof Members ? valid(check[1].flatMap(([name, own]) => (value.has(name) ? [own] : []))) : [];
    default: return [];
  }
}

/** The schemas that a walk over one value has been to, each with the resources that it came through. */
class Seen {
  readonly #known = new Map<Node, Set<string>>();

  isNew(node: Node, chain: string): boolean {
    const chains = this.#known.get(node) ?? new Set();
    const isNew = !chains.has(chain);
    this.#known.set(node, chains.add(chain));
    return isNew;
  }
}

/** Names of the members that `node` evaluates, its own `unevaluatedProperties` apart. */
function evaluatedProperties(node: Node, members: Members, scope: Scope): Set<string> | "all" {
  const found = new Set<string>();
  let isAll = false;
  const seen = new Seen();
  const all = members.sorted.map(([name]) => name);
  const visit = (own: Node, check: Check, inner: Scope): void => {
    const isAboutAll = check[0] === "patternProperties" || check[0] === "additionalProperties";
    if (isAll || !inner.ledger.take(isAboutAll ? members.size * 4 : 1)) {
      return;
    }
    switch (check[0]) {
      case "properties":
        check[1].forEach(([name]) => members.has(name) && found.add(name));
        break;
      case "patternProperties":
        all.filter((name) => check[1].some(([pattern]) => matches(pattern, name))).forEach((name) => found.add(name));
        break;
      case "additionalProperties":
        all.filter((name) => !names(own, name)).forEach((name) => found.add(name));
        break;
      case "unevaluatedProperties":
        isAll = true;
        break;
      default:
        for (const below of inPlace(check, members, inner)) {
          const scopeBelow = inner.enter(below);
          if (seen.isNew(below, scopeBelow.chain)) {
            below.forEach((checkBelow) => visit(below, checkBelow, scopeBelow));
          }
        }
    }
  };
  node.filter((check) => check[0] !== "unevaluatedProperties").forEach((check) => visit(node, check, scope));
  return isAll ? "all" : found;
}

/** For each item whether `node` evaluates it, its own `unevaluatedItems` apart. */
function evaluatedItems(node: Node, items: Value[], seesContains: boolean, scope: Scope): boolean[] {
  const found = items.map(() => false);
  const seen = new Seen();
  const visit = (check: Check, inner: Scope): void => {
    const isAboutAll = check[0] === "items" || check[0] === "unevaluatedItems";
    if (!inner.ledger.take(isAboutAll ? items.length * 4 : 1)) {
      return;
    }
    switch (check[0]) {
      case "prefixItems":
        check[1].forEach((_, index) => index < found.length && (found[index] = true));
        break;
      case "items":
      case "unevaluatedItems":
        found.fill(true);
        break;
      default:
        if (check[0] === "contains" && seesContains) {
          items.forEach((item, index) => isValid(check[1], item, inner) && (found[index] = true));
          break;
        }
        for (const below of inPlace(check, items, inner)) {
          const scopeBelow = inner.enter(below);
          if (seen.isNew(below, scopeBelow.chain)) {
            below.forEach((checkBelow) => visit(checkBelow, scopeBelow));
          }
        }
    }
  };
  node.filter((check) => check[0] !== "unevaluatedItems").forEach((check) => visit(check, scope));
  return found;
}

/** The violations of one value, or of one of its alternatives, each listed once. */
class Found {
  readonly violations: Violation[] = [];
  readonly #max: number;
  #isCut = false;
  readonly #seen = new Map<Node, Map<Value, Set<string>>>();

  constructor(max: number) {
    this.#max = max;
  }

  get isFull(): boolean {
    return this.#isCut || this.violations.length >= this.#max;
  }

  /** Notes that nothing is examined from `pointer` on. */
  cut(pointer: string): void {
    if (!this.#isCut) {
      this.violations.push(undecided(pointer));
      this.#isCut = true;
    }
  }

  isNew(node: Node, value: Value, place: string): boolean {
    const byValue = this.#seen.get(node) ?? new Map<Value, Set<string>>();
    const places = byValue.get(value) ?? new Set<string>();
    const isNew = !places.has(place);
    this.#seen.set(node, byValue.set(value, places.add(place)));
    return isNew;
  }
}

function look(ref: Ref, value: Value, pointer: string, outer: Scope, found: Found): void {
  const node = resolve(ref);
  const scope = outer.enter(node).marked(node, pointer);
  if (!scope.mayGoOn()) {
    found.cut(pointer);
  }
  // Equal texts are one value here, so that the place is part of the question.
  if (found.isFull || !found.isNew(node, value, `${scope.chain} ${pointer}`)) {
    return;
  }
  for (const check of node) {
    if (found.isFull) {
      return;
    }
    if (descends(node, check, value, pointer, scope, found)) {
      continue;
    }
    const isHeld = holds(node, check, value, scope);
    if (scope.ledger.isExhausted) {
      found.cut(pointer);
      return;
    }
    if (!isHeld) {
      found.violations.push(explained(check, value, pointer, scope));
    }
  }
}

/** Examines the parts that a keyword is about; false if it is about the value itself. */
function descends(node: Node, check: Check, value: Value, pointer: string, scope: Scope, found: Found): boolean {
  const part = (ref: Ref, token: string, own: Value, keyword: string): void => {
    if (found.isFull) {
      return;
    }
    const inner = join(pointer, token);
    const target = resolve(ref);
    if (target.length === 1 && target[0]?.[0] === "false") {
      found.violations.push({ pointer: inner, keyword, expected: "allowed here", found: scope.shownUnknown(own) });
    } else {
      look(target, own, inner, scope, found);
    }
  };
  switch (check[0]) {
    case "allOf":
      check[1].forEach((own) => look(own, value, pointer, scope, found));
      return true;
    case "$ref":
      look(check[1], value, pointer, scope, found);
      return true;
    case "$dynamicRef":
      look(scope.target(check[1], check[2]), value, pointer, scope, found);
      return true;
    case "if": {
      const branch = isValid(check[1], value, scope) ? check[2] : check[3];
      if (branch !== null) {
        look(branch, value, pointer, scope, found);
      }
      return true;
    }
  }
  if (value instanceof Members) {
    switch (check[0]) {
      case "properties":
        for (const [name, own] of check[1]) {
          const member = value.get(name);
          if (member !== undefined) {
            part(own, name, member, "properties");
          }
        }
        return true;
      case "patternProperties":
        for (const [pattern, own] of check[1]) {
          for (const [name, member] of value.sorted) {
            if (matches(pattern, name)) {
              part(own, name, member, "patternProperties");
            }
          }
        }
        return true;
      case "additionalProperties":
        for (const [name, member] of value.sorted) {
          if (!names(node, name)) {
            part(check[1], name, member, "additionalProperties");
          }
        }
        return true;
      case "unevaluatedProperties": {
        const seen = evaluatedProperties(node, value, scope);
        for (const [name, member] of value.sorted) {
          if (seen !== "all" && !seen.has(name)) {
            part(check[1], name, member, "unevaluatedProperties");
          }
        }
        return true;
      }
      case "dependentSchemas":
        check[1].filter(([name]) => value.has(name)).forEach(([, own]) => look(own, value, pointer, scope, found));
        return true;
    }
  }
  if (Array.isArray(value)) {
    switch (check[0]) {
      case "prefixItems":
        check[1].forEach((own, index) => {
          const item = value[index];
          if (item !== undefined) {
            part(own, String(index), item, "prefixItems");
          }
        });
        return true;
      case "items":
        value.slice(check[1]).forEach((item, index) => part(check[2], String(check[1] + index), item, "items"));
        return true;
      case "unevaluatedItems": {
        const seen = evaluatedItems(node, value, check[2], scope);
        value.forEach((item, index) => {
          if (seen[index] !== true) {
            part(check[1], String(index), item, "unevaluatedItems");
          }
        });
        return true;
      }
    }
  }
  return false;
}

function explained(check: Check, value: Value, pointer: string, scope: Scope): Violation {
  const nearest = (refs: readonly Ref[]): Violation | undefined => {
    if (!scope.ledger.mayExplain()) {
      return undefined;
    }
    const reasons = refs.map((own) => {
      const found = new Found(MAX_REASONS);
      look(own, value, pointer, scope, found);
      return found.violations;
    });
    return nearestOf(reasons, pointer);
  };
  const missing = (wanted: readonly string[]): string[] =>
    wanted.filter((name) => !(value instanceof Members && value.has(name)));
  const at = (keyword: string, expected: string): Violation =>
    ({ pointer, keyword, expected, found: scope.shown(pointer, value) });
  switch (check[0]) {
    case "type": return at("type", typeNames(check[1].map((name) => name.replace("plain ", ""))));
    case "enum": return at("enum", listed(listOf(check[1])));
    case "const": return at("const", shown(literal(check[1])));
    case "minimum": return at("minimum", `at least ${number(check[1])}`);
    case "maximum": return at("maximum", `at most ${number(check[1])}`);
    case "exclusiveMinimum": return at("exclusiveMinimum", `more than ${number(check[1])}`);
    case "exclusiveMaximum": return at("exclusiveMaximum", `less than ${number(check[1])}`);
    case "multipleOf": return at("multipleOf", `a multiple of ${number(check[1])}`);
    case "minLength": return at("minLength", `at least ${check[1]} characters long`);
    case "maxLength": return at("maxLength", `at most ${check[1]} characters long`);
    case "pattern": return at("pattern", `a match of ${sourceOf(check[1])}`);
    case "format": return at("format", `a valid ${check[1].replace("-rfc1034", "")}`);
    case "traceparent": return at("format", "a valid W3C traceparent");
    case "attributeName": return at("format", "a valid name of an attribute, in a-z and 0-9");
    case "contentEncoding": return at("contentEncoding", `in ${check[1]}`);
    case "contentMediaType": return at("contentMediaType", "JSON");
    case "minItems": return at("minItems", `at least ${check[1]} items long`);
    case "maxItems": return at("maxItems", `at most ${check[1]} items long`);
    case "uniqueItems": return at("uniqueItems", "free of repeated items");
    case "contains": {
      const max = check[3] === null ? "" : ` to ${check[3]}`;
      return at("contains", `an array with ${check[2]}${max} items as \`contains\` requires`);
    }
    case "required": return at("required", `an object with ${quotedNames(missing(check[1]))}`);
    case "dependentRequired": {
      const [name, others] = check[1].find(([own, wanted]) => missing([own]).length === 0 && missing(wanted).length > 0) ?? ["", []];
      return at("dependentRequired", `an object with ${quotedNames(missing(others))}, as one with ${quoted(name)} has to be`);
    }
    case "minProperties": return at("minProperties", `an object of at least ${check[1]} members`);
    case "maxProperties": return at("maxProperties", `an object of at most ${check[1]} members`);
    case "anyOf": return at("anyOf", alternatives(check[1].length, nearest(check[1])));
    case "oneOf": {
      const nValid = check[1].filter((own) => isValid(own, value, scope)).length;
      return at("oneOf", nValid === 0
        ? alternatives(check[1].length, nearest(check[1]))
        : `just one of ${check[1].length} alternatives but ${nValid}`);
    }
    case "not": return at("not", "allowed: it is what `not` excludes");
    case "propertyNames": {
      const wrong = value instanceof Members ? value.sorted.find(([name]) => !isValid(check[1], name, scope))?.[0] : undefined;
      const reasons = new Found(1);
      if (wrong !== undefined) {
        look(check[1], wrong, pointer, scope, reasons);
      }
      const expected = reasons.violations[0]?.expected ?? "a name that is allowed";
      return { pointer, keyword: "propertyNames", expected, found: `the name ${wrong === undefined ? "" : shown(wrong)}` };
    }
    default: return at("false", "allowed here");
  }
}
