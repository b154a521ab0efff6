# Instead of the script of this name, which was written for a JSON array: the JSON of every command is an object with a
# `version`, and `docs/json` describes it.
. "$CASES/lib.sh"
goodevent validate BookingConfirmedV1Event "$HERE/bad.json" --format json | python3 -c "import json, sys
report = json.load(sys.stdin)
print('version', report['version'])
for found in report['findings']: print(found['pointer'], found['keyword'], found['message'], sep=' | ')"
