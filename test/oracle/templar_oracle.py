"""Evaluates templates as ansible-core does. Input: {variables, expressions, conditions, templates}; answers encoded."""
import json
import os
import sys
import warnings

warnings.filterwarnings("ignore")
os.environ.setdefault("ANSIBLE_DEPRECATION_WARNINGS", "False")
sys.stderr = open(os.devnull, "w")

from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar, AnsibleEnvironment
from ansible.utils.display import Display
from ansible.plugins.loader import init_plugin_loader

Display.warning = lambda *args, **kwargs: None
Display.deprecated = lambda *args, **kwargs: None
init_plugin_loader()


def encode(value):
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**53 else {"int": str(value)}
    if isinstance(value, float):
        return {"float": repr(value)}
    if isinstance(value, str):
        return str(value)
    if isinstance(value, (list, tuple, set)):
        return [encode(item) for item in value]
    if isinstance(value, dict):
        return {"dict": [[encode(key), encode(item)] for key, item in value.items()]}
    return {"other": type(value).__name__}


def answer(evaluate):
    try:
        return encode(evaluate())
    except RecursionError:
        return {"error": True}
    except Exception:
        return {"error": True}


def condition(templar, text):
    result = templar.template("{%% if %s %%} True {%% else %%} False {%% endif %%}" % text)
    return result.strip() == "True" if isinstance(result, str) else result


def rendered(templar, text):
    file_templar = templar.copy_with_new_env(environment_class=AnsibleEnvironment, searchpath=[question["folder"]])
    return file_templar.do_template(text, preserve_trailing_newlines=True, escape_backslashes=False)


question = json.load(sys.stdin)
loader = DataLoader()
loader.set_basedir(question["folder"])
templar = Templar(loader, json.loads(question["variables"]))
templar.environment.loader.searchpath = [question["folder"]]
os.chdir(question["folder"])
json.dump(
    {
        "expressions": [answer(lambda: templar.template(text)) for text in question["expressions"]],
        "conditions": [answer(lambda: condition(templar, text)) for text in question["conditions"]],
        "templates": [answer(lambda: rendered(templar, text)) for text in question["templates"]],
    },
    sys.stdout,
)
