"""What the certificate of a TLS server says."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from monitoring.probes.facts import Fact, Value

LEAST_RSA, LEAST_EC, NEVER_ENOUGH = 2048, 224, 1_000_000


@dataclass(frozen=True, slots=True)
class Certificate:
    """The facts of a certificate that matter to its owner. `expires_at` is an instant in UTC."""

    subject: str
    issuer: str
    expires_at: datetime
    fingerprint: str
    key: str
    key_is_weak: bool

    def left(self, now: datetime) -> timedelta:
        """Return how long it is still valid; below zero when it has expired."""
        return self.expires_at - now


def read_certificate(der: bytes) -> Certificate:
    """Read a certificate in DER form. Raises ValueError when it is none."""
    found = x509.load_der_x509_certificate(der)
    name, bits, least = _strength(found.public_key())
    return Certificate(
        subject=found.subject.rfc4514_string(),
        issuer=found.issuer.rfc4514_string(),
        expires_at=found.not_valid_after_utc,
        fingerprint=found.fingerprint(SHA256()).hex(),
        key=f"{name} {bits} bits" if bits else name,
        key_is_weak=bits < least,
    )


def _strength(key: object) -> tuple[str, int, int]:
    """Return the name of a public key, its bits, and how many it should have (BSI TR-02102-2)."""
    if isinstance(key, rsa.RSAPublicKey):
        return "RSA", key.key_size, LEAST_RSA
    if isinstance(key, ec.EllipticCurvePublicKey):
        return f"EC {key.curve.name}", key.key_size, LEAST_EC
    if isinstance(key, dsa.DSAPublicKey):
        return "DSA", key.key_size, NEVER_ENOUGH
    return "EdDSA", 0, 0


def any_certificate() -> ssl.SSLContext:
    """Return a client's context that accepts every certificate and every version of TLS.

    Phone systems sign their own and old ones speak old versions: whether one is reachable and
    whether it is safe are two questions. Nothing secret may go through such a connection.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    return context


def certificate_facts(secure: ssl.SSLObject | None) -> dict[str, Value]:
    """Return when the peer's certificate ends, for a result; nothing without TLS."""
    if secure is None:
        return {}
    facts: dict[str, Value] = {Fact.TLS_VERSION: secure.version() or ""}
    try:
        found = read_certificate(secure.getpeercert(binary_form=True) or b"")
    except (ValueError, UnsupportedAlgorithm):
        # TLS works with certificates that nobody can read.
        return facts
    return facts | {
        Fact.TLS_EXPIRES_AT: found.expires_at.isoformat(),
        Fact.TLS_DAYS_LEFT: found.left(datetime.now(UTC)).days,
        Fact.TLS_FINGERPRINT: found.fingerprint,
        Fact.TLS_KEY: found.key,
        Fact.TLS_KEY_IS_WEAK: int(found.key_is_weak),
    }
