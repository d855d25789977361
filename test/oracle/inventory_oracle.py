"""Reads JSON {sources, patterns}; answers hosts, groups and variables as ansible-core's inventory has them."""
import json
import sys

from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.inventory.helpers import sort_groups
from ansible.utils.display import Display
from ansible.vars.manager import VariableManager

Display().verbosity = 0
question = json.load(sys.stdin)
loader = DataLoader()
loader.set_basedir(question["folder"])
inventory = InventoryManager(loader, sources=question["sources"])
variables = VariableManager(loader, inventory)

MAGIC = {"groups", "group_names", "inventory_hostname", "inventory_hostname_short", "playbook_dir", "omit", "vars",
         "ansible_playbook_python", "ansible_config_file", "hostvars", "ansible_facts", "ansible_local",
         "ansible_python_interpreter", "environment", "ansible_version"}


def match(pattern):
    try:
        inventory.subset(None)
        if isinstance(pattern, list):
            pattern, limit = pattern
            inventory.subset(limit)
        return [host.name for host in inventory.get_hosts(pattern)]
    except Exception as error:  # the wording is not compared
        return ["error"]


hosts = {}
for name in list(inventory.hosts) + ["localhost"]:
    host = inventory.get_host(name)
    found = variables.get_vars(host=host)
    hosts[name] = {
        "groups": [group.name for group in sort_groups(host.get_groups()) if group.name != "all"],
        "vars": {key: repr(value) for key, value in sorted(found.items()) if key not in MAGIC},
        "short": found["inventory_hostname_short"],
    }
json.dump(
    {
        "hosts": hosts,
        "groups": {name: [host.name for host in group.get_hosts()] for name, group in inventory.groups.items()},
        "matches": [match(pattern) for pattern in question["patterns"]],
    },
    sys.stdout,
    default=str,
)
