"""Who signs in over SSH. Apart from `ssh`, whose library only those load who sign in."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SshLogin:
    """Who signs in, with a password or with a private key (OpenSSH or PEM text).

    `host_key` is the confirmed fingerprint of the machine as OpenSSH writes it: `SHA256:…`; ""
    when nobody has confirmed one.
    """

    username: str
    password: str = field(default="", repr=False)
    private_key: str = field(default="", repr=False)
    passphrase: str = field(default="", repr=False)
    host_key: str = ""
