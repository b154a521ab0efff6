"""Prints what the generated code says of each payload of `cases.json`, a line each."""

import importlib
import json
import sys


def contracts_of(module):
    """Return the contracts of the code in a folder, by their names."""
    name = f"generated.{module}.contracts" if module else "contracts.contracts"
    return {contract.name: contract for contract in importlib.import_module(name).CONTRACTS}


def outcome_of(contract, payload):
    """Return what a contract says of a payload."""
    try:
        violations = contract.violations(payload)
        names = ("pointer", "keyword", "expected", "found")
        return {"violations": [{name: getattr(own, name) for name in names} for own in violations]}
    except Exception as error:
        if type(error).__name__ != "EventError":
            raise
        return {"rule": error.rule, "message": error.message}


def event_of(contract, payload):
    """Return whether a payload is decoded, with the id and the text of the event."""
    try:
        event = contract.decode(payload)
    except ValueError as error:
        if type(error).__name__ != "EventError":
            raise
        return {"isDecoded": False}
    try:
        return {"isDecoded": True, "id": contract.id(event), "encoded": contract.encode(event).decode()}
    except ValueError as error:
        if type(error).__name__ != "EventError":
            raise
        return {"isDecoded": True, "unwritten": error.message}


def main():
    """Print a line for each case."""
    modules = {}
    for case in json.load(open("cases.json", encoding="utf-8")):
        module = case["module"]
        if module not in modules:
            modules[module] = contracts_of(module)
        contract = modules[module][case["contract"]]
        own = case["payload"]
        payload = own if isinstance(own, str) else bytes(own)
        said = outcome_of(contract, payload) | event_of(contract, payload)
        sys.stdout.write(json.dumps(said) + "\n")


main()
