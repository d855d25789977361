"""Evaluates patterns of Python's re. Input: a list of {pattern, text, replacement, flags}; None stands for a refusal."""
import json
import re
import sys
import warnings

warnings.filterwarnings("ignore")


def answer(case):
    flags = 0
    for letter in case["flags"]:
        flags |= getattr(re, letter.upper())
    try:
        found = re.compile(case["pattern"], flags)
    except Exception:
        return None
    matches = [[m.start(), *[m.group(i) for i in range(found.groups + 1)]] for m in found.finditer(case["text"])]
    try:
        replaced = list(found.subn(case["replacement"], case["text"]))
    except Exception:
        replaced = None
    return {"matches": matches, "replaced": replaced}


json.dump([answer(case) for case in json.load(sys.stdin)], sys.stdout)
