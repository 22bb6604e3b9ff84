"""Diffs for people: what changed is seen, and no secret is."""

import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.upkeep.changes.files import PJSIP
from upkeep.changes.diffs import MASK, DiffLine, Side, counted, masked, masked_diff

SIGNS = string.ascii_letters + string.digits + "!#%&*+-.^_~"
# Begins as no word of the files does: what stands there anyway tells nothing.
secrets = st.text(SIGNS, min_size=7, max_size=30).map(lambda text: f"Q{text}")
PLACES = (
    "password={}\n",
    "secret => {}\n",
    " Password = {} ; on its label\n",
    ";password={}\n",
    "md5_cred={}\n",
    'DB_PASS="{}"\n',
    '  "ami_password": "{}",\n',
    "<AdminPassword>{}</AdminPassword>\n",
    "snmp-server community {} RO\n",
    "username admin secret 5 {}\n",
    "register => 101:{}@carrier.example/101\n",
    "dsn=postgres://asterisk:{}@db.example/cdr\n",
    "api_key: {}\n",
    "exten => 9,1,Authenticate({})\n",
    "exten => 9,1,Set(PIN={})\n",
    "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
)


def shown(diff: list[DiffLine]) -> str:
    return "\n".join(line.text for line in diff)


@given(secrets, secrets, st.sampled_from(PLACES), st.sampled_from(PLACES), st.booleans())
@example("Qbcdefgh", "Qbcdefghi", PLACES[0], PLACES[1], True)
def test_no_secret_is_ever_seen_in_a_diff(
    old: str, new: str, place: str, other: str, repeats: bool
) -> None:
    elsewhere = f"; it was {old} before\n" if repeats else ""
    before = PJSIP + place.format(old) + other.format(old)
    after = elsewhere + PJSIP.replace("max_contacts=1", "max_contacts=2") + place.format(new)
    text = shown(masked_diff(before, after))
    assert old not in text
    assert new not in text
    assert "s3cret-phone" not in text
    assert "never-seen" not in text


@given(st.text(), st.text())
def test_any_two_texts_have_a_diff_that_can_be_shown(before: str, after: str) -> None:
    diff = masked_diff(before, after)
    assert all(line.text.isprintable() or "\t" in line.text for line in diff)
    assert bool(diff) == (before.splitlines() != after.splitlines())


def test_a_diff_shows_what_changed_with_three_lines_around_it() -> None:
    diff = masked_diff(PJSIP, PJSIP.replace("allow=ulaw", "allow=alaw"))
    assert [(line.side, line.text) for line in diff] == [
        (Side.SAME, "type=endpoint"),
        (Side.SAME, "context=internal"),
        (Side.SAME, "disallow=all"),
        (Side.OUT, "allow=ulaw"),
        (Side.IN, "allow=alaw"),
        (Side.SAME, "; the front desk"),
        (Side.SAME, "[101](phone)"),
        (Side.SAME, "auth=101"),
    ]
    assert counted(diff) == (1, 1)


def test_another_password_is_seen_to_be_another_one() -> None:
    diff = masked_diff(PJSIP, PJSIP.replace("never-seen", "seen-by-nobody"))
    assert [(line.side, line.text) for line in diff if line.side is not Side.SAME] == [
        (Side.OUT, f"password={MASK}"),
        (Side.IN, f"password={MASK}"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "client_uri=sip:trunk1@127.0.0.1:25060",
        "contact=sip:127.0.0.1:25060",
        "exten => 101,1,Dial(PJSIP/101,20)",
        "bind=127.0.0.1:15060",
        "mailboxes=101@default",
        'callerid="Front desk" <101>',
    ],
)
def test_what_is_no_secret_stays_readable(line: str) -> None:
    assert masked(line) == line


def test_the_pin_of_a_mailbox_is_masked_and_its_owner_is_not() -> None:
    assert masked("101 => 1234,Alice Desk") == f"101 => {MASK},Alice Desk"


def test_a_very_long_diff_is_cut_and_says_so() -> None:
    diff = masked_diff("", "line\n" * 1000)
    assert (len(diff), diff[-1]) == (401, DiffLine(Side.GAP, "600 lines more"))
