"""Reads JSON {password, id, plain, texts}; answers vault text made by ansible-core, and what it decrypts texts to."""
import json
import sys

from ansible.constants import DEFAULT_VAULT_ID_MATCH  # noqa: F401  (loads the configuration)
from ansible.parsing.vault import VaultLib, VaultSecret

question = json.load(sys.stdin)
secret = VaultSecret(question["password"].encode())
vault = VaultLib([(question["id"], secret)])
json.dump(
    {
        "plain11": vault.encrypt(question["plain"].encode(), secret).decode(),
        "plain12": vault.encrypt(question["plain"].encode(), secret, vault_id=question["id"]).decode(),
        "opened": [vault.decrypt(text.encode()).decode() for text in question["texts"]],
    },
    sys.stdout,
)
