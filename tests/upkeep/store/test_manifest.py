"""Signed documents in a chain: what is changed, taken away or put in between is noticed."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from calcom_portal.common.chain import canonical
from upkeep.store.errors import NoVaultKey
from upkeep.store.keys import Place, mac_of_plain, new_pair, open_identity, signer_id
from upkeep.store.manifest import Kept, digest_of, first_fault, manifest_in, signed

OLD, NEW = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
SIGNERS = {signer_id(key.public_key()): key.public_key() for key in (OLD, NEW)}
ONLY_NEW = {signer_id(NEW.public_key()): NEW.public_key()}


def chain_of(*keys: Ed25519PrivateKey) -> list[Kept]:
    """Return the documents that were signed with these keys, oldest first."""
    kept: list[Kept] = []
    for number, key in enumerate(keys):
        previous = kept[-1].digest if kept else ""
        document = signed({"name": f"B{number}", "parts": [number]}, previous, key)
        kept.append(Kept(f"B{number}", document.text, document.digest, previous))
    return kept


def rewritten(kept: Kept, **changes: object) -> Kept:
    """Return a document whose manifest was changed, with its digest made right again."""
    document = json.loads(kept.text)
    document["manifest"] |= changes
    text = canonical(document)
    return replace(kept, text=text, digest=digest_of(text))


def test_a_chain_as_it_was_written_holds() -> None:
    assert first_fault(chain_of(OLD, OLD, NEW), SIGNERS) == ""
    assert first_fault([], SIGNERS) == ""


def test_a_changed_document_is_named() -> None:
    one, two, three = chain_of(NEW, NEW, NEW)
    changed = replace(two, text=two.text.replace("[1]", "[9]"))
    assert first_fault([one, changed, three], SIGNERS).startswith("B1: the document was changed")
    forged = rewritten(two, parts=[9])
    assert first_fault([one, forged], SIGNERS) == "B1: the signature is not right"


def test_one_taken_away_put_in_or_moved_is_noticed() -> None:
    one, two, three = chain_of(NEW, NEW, NEW)
    follows = "the document does not follow the one before it"
    assert first_fault([one, three], SIGNERS) == f"B2: {follows}"
    assert first_fault([two, three], SIGNERS) == f"B1: {follows}"
    assert first_fault([one, three, two], SIGNERS) == f"B2: {follows}"
    named = replace(two, name="B7")
    assert first_fault([one, named], SIGNERS) == "B7: the document is that of another backup"


def test_a_key_that_is_known_no_longer_is_held_by_what_follows() -> None:
    assert first_fault(chain_of(OLD, OLD, NEW), ONLY_NEW) == ""
    assert (
        first_fault(chain_of(NEW, OLD), ONLY_NEW)
        == "B1: its key is not known, and nothing follows it"
    )
    one, two = chain_of(OLD, NEW)
    assert first_fault([rewritten(one, parts=[9]), two], ONLY_NEW).startswith(
        "B1: the document does"
    )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.text(min_size=1, max_size=6), JSON, max_size=4))
def test_any_manifest_comes_back_as_it_was_and_holds(manifest: dict[str, object]) -> None:
    document = signed({**manifest, "name": "B0"}, "", NEW)
    inside = manifest_in(document.text)
    assert {key: inside[key] for key in manifest if key not in {"name", "format", "previous"}} == {
        key: value for key, value in manifest.items() if key not in {"name", "format", "previous"}
    }
    assert first_fault([Kept("B0", document.text, document.digest, "")], SIGNERS) == ""


def test_a_customers_key_opens_in_its_own_row_only() -> None:
    place = Place(1, 7)
    pair = new_pair(place)
    assert open_identity(pair.sealed_identity, place).startswith("AGE-SECRET-KEY-1")
    for other in (Place(1, 8), Place(2, 7)):
        with pytest.raises(NoVaultKey, match="row of another one"):
            open_identity(pair.sealed_identity, other)


def test_only_the_vault_opens_a_customers_key(settings: Any) -> None:
    pair = new_pair(Place(1, 7))
    settings.VAULT_IDENTITY = ""
    with pytest.raises(NoVaultKey, match="does not hold the key of the vault"):
        open_identity(pair.sealed_identity, Place(1, 7))
    for spoilt in ("", "@@", "AAAA"):
        settings.VAULT_IDENTITY = (
            "AGE-SECRET-KEY-1LDUTX25FTAZL9QXWVZA0Q2QY2A3CVYZ75842WDRDNY7MSL5SPWCS78G5A0"
        )
        with pytest.raises(NoVaultKey, match="does not open"):
            open_identity(spoilt or pair.sealed_identity, Place(1, 7))


def test_without_a_key_of_the_vault_no_backup_begins(settings: Any) -> None:
    settings.VAULT_RECIPIENT = ""
    with pytest.raises(NoVaultKey, match="given no key"):
        new_pair(Place(1, 7))


def test_equal_parts_of_two_customers_cannot_be_told() -> None:
    same = [
        mac_of_plain("ab" * 32, place)
        for place in (Place(1, 7), Place(1, 7), Place(1, 8), Place(2, 7))
    ]
    assert (len(set(same)), same[0] == same[1]) == (3, True)
