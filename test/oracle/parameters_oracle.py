"""The documented parameters of modules: {"modules": ["ansible.builtin.copy", ...]} on stdin; without it, every module of
ansible.builtin. Gives {full name: {parameter: {aliases, choices, default, required, type, elements}}}; null for a module
that is not there."""

import json
import os
import sys

from ansible.plugins.loader import init_plugin_loader, fragment_loader, module_loader
from ansible.utils.plugin_docs import get_plugin_docs


def plain(value):
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return str(value)


def parameter(option):
    choices = option.get("choices")
    return {
        "aliases": plain(option.get("aliases") or []),
        "choices": plain(list(choices)) if choices is not None else None,
        "default": plain(option.get("default")),
        "required": bool(option.get("required")),
        "type": option.get("type", "str"),
        "elements": option.get("elements"),
    }


def parameters(name):
    try:
        doc, _, _, _ = get_plugin_docs(name, "module", module_loader, fragment_loader, False)
    except Exception:
        return None
    return {word: parameter(option) for word, option in (doc.get("options") or {}).items()}


def builtin_names():
    import ansible.modules

    folder = os.path.dirname(ansible.modules.__file__)
    words = (os.path.splitext(file)[0] for file in os.listdir(folder) if file.endswith(".py"))
    return ["ansible.builtin." + word for word in words if not word.startswith("_")]


question = json.load(sys.stdin)
init_plugin_loader()
names = question.get("modules") or sorted(builtin_names())
json.dump({name: parameters(name) for name in names}, sys.stdout)
