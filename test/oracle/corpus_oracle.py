"""Runs playbooks one after another by ansible-playbook's own program in this one process: stdin has a list of argument
lists, RECORD_FILE gets what each did (corpus/record.py), stdout the exit code and complaints of each."""

import contextlib
import io
import json
import os
import sys

from ansible.cli.playbook import PlaybookCLI
from ansible.errors import AnsibleError, AnsibleOptionsError, AnsibleParserError
from ansible.utils import vars as ansible_vars
from ansible.utils.context_objects import GlobalCLIArgs
from ansible.utils.display import Display


def forget():
    """What the program keeps for the length of its one command."""
    GlobalCLIArgs._Singleton__instance = None
    ansible_vars.load_extra_vars.__dict__.pop("extra_vars", None)
    ansible_vars.load_options_vars.__dict__.pop("options_vars", None)
    Display()._warns.clear()


def run(argv):
    forget()
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            cli = PlaybookCLI(["ansible-playbook", *argv])
            code = cli.run()
        except AnsibleOptionsError as error:
            code = 5
            said.write(str(error))
        except AnsibleParserError as error:
            code = 4
            said.write(str(error))
        except AnsibleError as error:
            code = 1
            said.write(str(error))
    with open(os.environ["RECORD_FILE"], "a", encoding="utf-8") as lines:
        lines.write(json.dumps({"end": argv[-1], "code": code, "said": said.getvalue()[-2000:]}) + "\n")


for one in json.load(sys.stdin):
    run(one)
