"""Reads a JSON list of Python literals; answers str() and repr() of each."""
import ast
import json
import sys

SPECIAL = {"inf": float("inf"), "-inf": float("-inf"), "nan": float("nan")}


def read(text):
    return SPECIAL[text] if text in SPECIAL else ast.literal_eval(text)


def answer(text):
    try:
        value = read(text)
    except (ValueError, SyntaxError, TypeError, MemoryError):
        return None
    return [str(value), repr(value)]


json.dump([answer(text) for text in json.load(sys.stdin)], sys.stdout)
