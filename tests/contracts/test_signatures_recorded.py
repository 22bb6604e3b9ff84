"""What the provider writes down about a signature that was given elsewhere."""

from __future__ import annotations

import pytest

from contracts.models import Contract, ContractState, Signature
from tests.cast import Cast
from tests.contracts.agreements import PDF, drafted, flat, key, scan, text_of
from tests.contracts.life import signed
from tests.stage import acting, browser_of


def test_a_signature_needs_its_scan_or_the_words_why_there_is_none(with_catalogue: Cast) -> None:
    contract = drafted(with_catalogue)
    browser, url = browser_of(with_catalogue.ruth), f"/contracts/{contract.pk}/sign/"
    refused = browser.post(url, {"name": "Olga Sutter", "submission": key()})
    assert refused.status_code == 422
    assert refused.context["form"].errors == {
        "no_scan_reason": ["Choose the scan, or write why there is none."]
    }
    with acting(with_catalogue.ruth):
        assert Contract.objects.get(pk=contract.pk).state == ContractState.DRAFT
    form = {"name": "Olga Sutter", "no_scan_reason": "The office burnt down.", "submission": key()}
    assert browser.post(url, form).status_code == 303
    with acting(with_catalogue.ruth):
        signature = Signature.objects.get()
    assert (signature.how, signature.no_scan_reason) == (
        "Told to the provider",
        "The office burnt down.",
    )
    paper = flat(text_of(browser.get(f"/contracts/{contract.pk}/agreement.pdf").content))
    assert "The office burnt down." in paper


@pytest.mark.parametrize("size", [0, 600_000])
def test_a_scan_is_kept_whether_it_is_small_or_large(with_catalogue: Cast, size: int) -> None:
    contract = drafted(with_catalogue)
    data = PDF + b"%" * size
    form = {"name": "Olga Sutter", "scan": scan(data=data), "submission": key()}
    browser, place = browser_of(with_catalogue.ruth), f"/contracts/{contract.pk}/"
    assert browser.post(f"{place}sign/", form).status_code == 303
    answer = browser.get(f"{place}scan-1/")
    assert answer.content == data


def test_an_overlap_at_signing_stands_in_the_form_with_the_other_number(
    with_catalogue: Cast,
) -> None:
    contract = drafted(with_catalogue)
    other = signed(with_catalogue, ends_on=None)
    form = {"name": "Olga Sutter", "no_scan_reason": "Lost.", "submission": key()}
    answer = browser_of(with_catalogue.ruth).post(f"/contracts/{contract.pk}/sign/", form)
    assert answer.status_code == 422
    assert f"Contract {other.number} covers the whole company already" in answer.content.decode()
    with acting(with_catalogue.ruth):
        assert Contract.objects.get(pk=contract.pk).state == ContractState.DRAFT
        assert Signature.objects.count() == 1
