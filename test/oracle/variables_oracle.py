"""Reads JSON {folder, playbook, inventory, args}; answers what each debug task said on each host under ansible-playbook."""
import json
import os
import subprocess
import sys

question = json.load(sys.stdin)
folder = question["folder"]
plugins = os.path.join(folder, "oracle_plugins")
os.makedirs(plugins, exist_ok=True)
with open(os.path.join(plugins, "collect.py"), "w") as handle:
    handle.write('''
import json
from ansible.plugins.callback import CallbackBase


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "collect"

    def v2_runner_on_ok(self, result):
        if result._task.action == "debug":
            print("@@" + json.dumps([result._task.name, result._host.name, result._result["msg"]]))

    def v2_runner_on_failed(self, result, ignore_errors=False):
        print("@@" + json.dumps([result._task.name, result._host.name, ["failed", result._result.get("msg")]]))
''')
done = subprocess.run(
    [sys.executable, "-m", "ansible", "playbook", "-i", question["inventory"],
     question["playbook"], *question["args"]],
    cwd=folder,
    capture_output=True,
    text=True,
    env={
        **os.environ,
        "ANSIBLE_CALLBACK_PLUGINS": plugins,
        "ANSIBLE_STDOUT_CALLBACK": "collect",
        "ANSIBLE_LOCALHOST_WARNING": "0",
        "ANSIBLE_HOME": os.path.join(folder, "home"),
    },
)
lines = [json.loads(line[2:]) for line in done.stdout.splitlines() if line.startswith("@@")]
if not lines:
    raise SystemExit(done.stdout + done.stderr)
json.dump(lines, sys.stdout)
