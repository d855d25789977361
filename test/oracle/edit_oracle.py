"""Runs ansible-core's modules that edit files. Input: a list of {module, params, before}; texts are Latin-1 for bytes."""
import contextlib
import importlib
import io
import json
import os
import sys
import tempfile
import warnings

from ansible.module_utils import basic

warnings.filterwarnings("ignore")


def answer(case, folder):
    path = os.path.join(folder, "file")
    if case["before"] is None:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)
    else:
        with open(path, "wb") as file:
            file.write(case["before"].encode("latin-1"))
    given = {**case["params"], "path": path, "_ansible_remote_tmp": folder, "_ansible_keep_remote_files": False}
    basic._ANSIBLE_ARGS = json.dumps({"ANSIBLE_MODULE_ARGS": given}).encode()
    out = io.StringIO()
    failed = False
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        try:
            importlib.import_module("ansible.modules." + case["module"]).main()
        except SystemExit as ended:
            failed = ended.code != 0
        except Exception:
            failed = True
    if failed:
        return {"failed": True}
    result = json.loads(out.getvalue())
    after = None
    if os.path.exists(path):
        with open(path, "rb") as file:
            after = file.read().decode("latin-1")
    return {"after": after, "changed": result["changed"], "msg": result["msg"].replace(path, "FILE")}


with tempfile.TemporaryDirectory() as folder:
    json.dump([answer(case, folder) for case in json.load(sys.stdin)], sys.stdout)
