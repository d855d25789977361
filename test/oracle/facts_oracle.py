"""Facts of this machine as ansible-core's setup module gathers them. In: anything."""
import json
import subprocess
import sys

json.load(sys.stdin)
answer = subprocess.run(
    [sys.executable, "-m", "ansible.modules.setup"],
    input=json.dumps({"ANSIBLE_MODULE_ARGS": {"gather_subset": ["all"]}}),
    capture_output=True,
    text=True,
    check=True,
)
json.dump(json.loads(answer.stdout)["ansible_facts"], sys.stdout)
