"""Words that ansible-core's iptables module makes of parameters, and the names of all that it takes.
In: a list of dicts of parameters. Out: {"names": [...], "rules": [[word, ...], ...]}."""
import json
import sys

from ansible.modules import iptables


class Declared(Exception):
    pass


def declare(**declaration):
    raise Declared(declaration["argument_spec"])


iptables.AnsibleModule = declare
try:
    iptables.main()
except Declared as declared:
    spec = declared.args[0]

given = json.load(sys.stdin)
defaults = {name: option.get("default") for name, option in spec.items()}
rules = [iptables.construct_rule({**defaults, **params}) for params in given]
json.dump({"names": sorted(spec), "rules": rules}, sys.stdout)
