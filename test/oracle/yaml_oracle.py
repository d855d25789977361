"""Reads a JSON list of YAML texts; answers the value of each as ansible-core's loader sees it, with types."""
import datetime
import json
import math
import sys

import yaml
from ansible.parsing.yaml.loader import AnsibleLoader
from ansible.utils.unsafe_proxy import AnsibleUnsafe


def typed(value):
    if value is None:
        return ["null"]
    if isinstance(value, bool):
        return ["bool", value]
    if isinstance(value, int):
        return ["int", str(value)]
    if isinstance(value, float):
        return ["float", "nan" if math.isnan(value) else repr(value)]
    if isinstance(value, (datetime.date, datetime.datetime)):
        return ["date"]
    if isinstance(value, bytes):
        return ["str", value.decode()]
    if isinstance(value, str):
        return ["unsafe" if isinstance(value, AnsibleUnsafe) else "str", str(value)]
    if isinstance(value, (set, frozenset)):
        return ["list", [typed(item) for item in value]]
    if isinstance(value, tuple):
        return ["list", [typed(item) for item in value]]
    if isinstance(value, list):
        return ["list", [typed(item) for item in value]]
    if isinstance(value, dict):
        return ["dict", [[typed(key), typed(item)] for key, item in value.items()]]
    raise TypeError(type(value))


def load(text):
    try:
        loader = AnsibleLoader(text, "text")
        documents = []
        while loader.check_data():
            documents.append(typed(loader.get_data()))
        return documents
    except yaml.YAMLError as error:
        return ["error", str(error)]
    except ValueError as error:
        return ["error", str(error)]


json.dump([load(text) for text in json.load(sys.stdin)], sys.stdout)
