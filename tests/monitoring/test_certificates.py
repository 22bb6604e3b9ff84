"""What a certificate says of itself."""

from datetime import UTC, datetime, timedelta
from ssl import SSLObject
from typing import cast

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from monitoring.probes.certificates import certificate_facts, read_certificate

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


def signed_by_itself(key: Key) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "pbx.example.com")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=30))
        .sign(key, None if isinstance(key, ed25519.Ed25519PrivateKey) else SHA256())
    )
    return made.public_bytes(Encoding.DER)


@pytest.mark.parametrize(
    ("key", "words", "is_weak"),
    [
        (rsa.generate_private_key(65537, 1024), "RSA 1024 bits", True),  # noqa: S505
        (rsa.generate_private_key(65537, 2048), "RSA 2048 bits", False),
        (ec.generate_private_key(ec.SECP256R1()), "EC secp256r1 256 bits", False),
        (ec.generate_private_key(ec.SECP192R1()), "EC secp192r1 192 bits", True),
        (ed25519.Ed25519PrivateKey.generate(), "EdDSA", False),
    ],
)
def test_the_key_is_named_and_a_short_one_is_weak(key: Key, words: str, is_weak: bool) -> None:
    found = read_certificate(signed_by_itself(key))
    assert (found.key, found.key_is_weak) == (words, is_weak)
    assert found.left(NOW) == timedelta(days=30)
    assert found.subject == found.issuer == "CN=pbx.example.com"


def test_what_is_no_certificate_is_refused() -> None:
    with pytest.raises(ValueError):
        read_certificate(b"garbage")


def test_one_that_nobody_can_read_is_a_connection_all_the_same() -> None:
    class Secure:
        def version(self) -> str:
            return "TLSv1.3"

        def getpeercert(self, binary_form: bool) -> bytes:
            return b"garbage"

    assert certificate_facts(cast("SSLObject", Secure())) == {"tls.version": "TLSv1.3"}
