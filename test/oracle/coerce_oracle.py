"""Coerces values by kind of parameter as ansible-core's modules do it. In: [[kind, json text, choices]]."""
import json
import sys

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

answers = []
for kind, text, choices in json.load(sys.stdin):
    spec = {"type": kind}
    if choices:
        spec["choices"] = choices
    result = ArgumentSpecValidator({"it": spec}).validate({"it": json.loads(text)})
    if result.error_messages:
        answers.append({"refused": True})
    else:
        answers.append({"value": result.validated_parameters["it"]})
json.dump(answers, sys.stdout)
