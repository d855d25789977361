"""What a run of ansible-playbook did, task by task, as lines of JSON in the file that RECORD_FILE names."""

import json
import os

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: record
type: stdout
short_description: results as lines of JSON
description: results as lines of JSON
"""


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "record"

    def __init__(self):
        super().__init__()
        self.lines = open(os.environ["RECORD_FILE"], "a", encoding="utf-8")

    def write(self, **line):
        self.lines.write(json.dumps(line, default=str) + "\n")
        self.lines.flush()

    def result(self, result, status, ignored=False):
        self.write(
            host=result._host.get_name(),
            task=result._task.get_name().strip(),
            module=result._task.action,
            status=status,
            ignored=ignored,
            values=result._result,
        )

    def v2_runner_on_ok(self, result):
        self.result(result, "changed" if result._result.get("changed", False) else "ok")

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self.result(result, "failed", bool(ignore_errors))

    def v2_runner_on_skipped(self, result):
        self.result(result, "skipped")

    def v2_runner_on_unreachable(self, result):
        self.result(result, "unreachable", bool(result._task.ignore_unreachable))

    def v2_playbook_on_stats(self, stats):
        self.write(recap={host: stats.summarize(host) for host in sorted(stats.processed)})
        self.lines.close()
