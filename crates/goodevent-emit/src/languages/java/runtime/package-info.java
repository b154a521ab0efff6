/** What all contracts share: JSON, the evaluation of schemas, violations, envelopes and ids. */
package goodevent;
