"""The age keys of backups: made once by `make run`, by hand for any other place.

`python -m calcom_portal.age_keys` prints a new pair of the vault and a new break-glass pair. The
public tool `age-keygen` makes keys just as good.
"""

import sys
from pathlib import Path

import pyrage

from calcom_portal.embedded.secrets import kept_secret

VAULT = "vault_identity"
BREAK_GLASS = "break_glass_identity"


def new_identity() -> str:
    """Return a new private key."""
    return str(pyrage.x25519.Identity.generate())


def recipient_of(identity: str) -> str:
    """Return the public half of a private key."""
    return str(pyrage.x25519.Identity.from_str(identity).to_public())


def kept_vault_keys(var: Path) -> dict[str, str]:
    """Return the variables of the vault's keys, made and kept in `var`/secrets at their first use.

    The break-glass key lies there too: whoever means it moves it to a safe (docs/runbook.md).
    """
    identity = kept_secret(var, VAULT, new_identity)
    break_glass = kept_secret(var, f"{BREAK_GLASS}.recipient", lambda: _break_glass(var))
    return {
        "VAULT_IDENTITY": identity,
        "VAULT_RECIPIENT": recipient_of(identity),
        "BREAK_GLASS_RECIPIENTS": break_glass,
    }


def _break_glass(var: Path) -> str:
    return recipient_of(kept_secret(var, BREAK_GLASS, new_identity))


def main() -> int:
    """Print new keys, with where each of them belongs."""
    vault, break_glass = new_identity(), new_identity()
    sys.stdout.write(
        f"# In .env:\nVAULT_IDENTITY={vault}\nVAULT_RECIPIENT={recipient_of(vault)}\n"
        f"BREAK_GLASS_RECIPIENTS={recipient_of(break_glass)}\n\n"
        f"# On paper, in a safe, and nowhere on a server:\n# {break_glass}\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
