"""What each change makes of the files of a system, and what it tells people."""

from collections.abc import Mapping

import pytest

from tests.upkeep.changes.files import ANSWERS, DIALPLAN, FILES, PASSWORD, PJSIP
from upkeep.changes.answers import read_answers
from upkeep.changes.catalogue import KINDS, expected_logins, files_of, made_of
from upkeep.changes.extensions import SipLogin, extensions_of, logins_of
from upkeep.changes.problems import CannotChange

OLD = {"101": SipLogin("101", "s3cret-phone"), "102": SipLogin("102", "never-seen")}


def made(code: str, files: Mapping[str, str] = FILES, **given: str) -> dict[str, str]:
    kind = KINDS[code]
    answers = read_answers(kind.asks, {**ANSWERS.get(code, {}), **given})
    wanted = {name: files[name] for name in files_of(kind, answers)}
    return made_of(kind, wanted, answers)


def refusal(code: str, files: Mapping[str, str] = FILES, **given: str) -> CannotChange:
    with pytest.raises(CannotChange) as refused:
        made(code, files, **given)
    return refused.value


def test_a_new_extension_is_as_another_one_with_a_name_and_a_password_of_its_own() -> None:
    (name, text), *rest = made("add_extension").items()
    assert (name, rest) == ("pjsip.conf", [])
    assert text.startswith(PJSIP)
    assert text[len(PJSIP) :] == (
        "\n[103](phone)\nauth=103\naors=103\nmailboxes=103@default\n"
        'callerid="Front desk" <103>\n'
        "[103]\ntype=auth\nauth_type=userpass\nusername=103\n"
        f"password={PASSWORD}\n[103]\ntype=aor\nmax_contacts=1\n"
    )
    assert logins_of(text) == {**OLD, "103": SipLogin("103", PASSWORD)}


def test_a_removed_extension_is_gone_from_phones_and_dial_plan() -> None:
    changed = made("remove_extension", number="101")
    assert set(extensions_of(changed["pjsip.conf"])) == {"102"}
    assert "s3cret-phone" not in changed["pjsip.conf"]
    assert "VoiceMail(101@default" not in changed["extensions.conf"]
    assert "exten => 200,1,Answer()" in changed["extensions.conf"]
    assert "exten => 5551000,1,Goto(internal,101,1)" in changed["extensions.conf"]


def test_a_renamed_extension_keeps_everything_else() -> None:
    text = made("rename_extension", number="102")["pjsip.conf"]
    assert text == PJSIP.replace('callerid="Lab" <102>', 'callerid="Reception" <102>')


def test_a_new_password_replaces_the_former_one() -> None:
    text = made("renew_password")["pjsip.conf"]
    assert text == PJSIP.replace("password=s3cret-phone ; as on its label", f"password={PASSWORD}")


def test_a_forward_puts_the_former_lines_aside_and_stopping_it_brings_them_back() -> None:
    forwarded = made("forward")["extensions.conf"]
    assert "\nexten => 101,1,Goto(102,1) ; by the portal\n" in forwarded
    assert "\nexten => 101,1,Dial" not in forwarded
    stopped = made("stop_forward", {**FILES, "extensions.conf": forwarded}, number="101")
    assert stopped == {"extensions.conf": DIALPLAN}


def test_an_extension_that_only_a_pattern_reaches_can_be_forwarded_too() -> None:
    forwarded = made("forward", number="102", to="+1 (555) 123-4567")["extensions.conf"]
    assert "exten => 102,1,Goto(+15551234567,1) ; by the portal" in forwarded
    stopped = made("stop_forward", {**FILES, "extensions.conf": forwarded}, number="102")
    assert stopped == {"extensions.conf": DIALPLAN}


def test_a_ring_group_rings_its_members_and_another_one_replaces_it() -> None:
    first = made("ring_group")["extensions.conf"]
    assert "exten => 600,1,Dial(PJSIP/101&PJSIP/102,25) ; by the portal\n same => n,Hangup()" in (
        first
    )
    second = made("ring_group", {**FILES, "extensions.conf": first}, members="102")
    assert second["extensions.conf"].count("exten => 600,") == 1
    assert "Dial(PJSIP/102,25)" in second["extensions.conf"]


@pytest.mark.parametrize(
    ("code", "given", "field", "words"),
    [
        ("add_extension", {"number": "101"}, "number", "Extension 101 is there already."),
        ("add_extension", {"like": "109"}, "number", "There is no extension 109 in pjsip.conf."),
        ("remove_extension", {"number": "500"}, "number", "There is no extension 500"),
        ("forward", {"to": "101"}, "to", "cannot be forwarded to itself"),
        ("stop_forward", {"number": "101"}, "number", "Extension 101 is not forwarded"),
        ("ring_group", {"members": "101 109"}, "members", "There is no extension 109."),
        ("ring_group", {"number": "101"}, "number", "101 is an extension"),
        ("rename_extension", {"number": "102", "name": "Lab"}, "", "nothing would change"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_field(
    code: str, given: dict[str, str], field: str, words: str
) -> None:
    refused = refusal(code, FILES, **given)
    assert (refused.field, words in refused.words) == (field, True)


@pytest.mark.parametrize(
    ("code", "given", "field"),
    [
        ("add_extension", {"number": "1"}, "number"),
        ("add_extension", {"number": "١٠٣"}, "number"),
        ("add_extension", {"name": 'x" <1>'}, "name"),
        ("add_extension", {"name": "a\n[evil]"}, "name"),
        ("add_extension", {"password": "short"}, "password"),
        ("add_extension", {"password": "twelve-signs;"}, "password"),
        ("forward", {"to": "102,1)\nexten => x"}, "to"),
        ("ring_group", {"members": "101,101"}, "members"),
        ("ring_group", {"members": "101&Local/9@x"}, "members"),
        ("ring_group", {"seconds": "0"}, "seconds"),
        ("edit_file", {"path": "/etc/../etc/shadow"}, "path"),
        ("edit_file", {"put": "a\0b"}, "put"),
        ("edit_file", {"service": "-rf; true"}, "service"),
        ("edit_file", {"words": " "}, "words"),
    ],
)
def test_odd_answers_name_their_field(code: str, given: dict[str, str], field: str) -> None:
    kind = KINDS[code]
    with pytest.raises(CannotChange) as refused:
        read_answers(kind.asks, {**ANSWERS[code], **given})
    assert refused.value.field == field


PATH = "/etc/asterisk/extensions.conf"


def test_lines_of_a_file_are_replaced_added_or_taken_out() -> None:
    files = {PATH: DIALPLAN}
    assert made("edit_file", files) == {PATH: DIALPLAN.replace("200,1,Answer", "200,1,Hangup")}
    added = made("edit_file", files, find="", put="[night]")
    assert added == {PATH: f"{DIALPLAN}[night]\n"}
    gone = made("edit_file", files, put="")
    assert gone == {PATH: DIALPLAN.replace("exten => 200,1,Answer()\n", "")}


@pytest.mark.parametrize(
    ("find", "words"), [("exten =>", "stands 4 times"), ("exten => 7,1", "does not stand")]
)
def test_lines_that_do_not_stand_there_once_are_refused(find: str, words: str) -> None:
    refused = refusal("edit_file", {PATH: DIALPLAN}, find=find)
    assert (refused.field, words in refused.words) == ("find", True)


def test_files_that_freepbx_writes_are_left_alone() -> None:
    head = ";--------\n; Do NOT edit this file as it is auto-generated by FreePBX.\n"
    refused = refusal("add_extension", {**FILES, "pjsip.conf": head + PJSIP})
    assert refused.words == "pjsip.conf is written by FreePBX, which would drop this change."
    assert "record it by hand" in refused.remedy


@pytest.mark.parametrize(
    ("code", "planned", "done"),
    [
        (
            "add_extension",
            "Extension 103 (Front desk) will be added.",
            "Extension 103 (Front desk) was added.",
        ),
        (
            "ring_group",
            "Number 600 will ring extensions 101 and 102 for 25 seconds.",
            "Number 600 rings extensions 101 and 102 for 25 seconds now.",
        ),
        (
            "forward",
            "Calls to extension 101 will go to 102.",
            "Calls to extension 101 go to 102 now.",
        ),
    ],
)
def test_customers_read_plain_words(code: str, planned: str, done: str) -> None:
    kind = KINDS[code]
    answers = read_answers(kind.asks, ANSWERS[code])
    assert (kind.planned(answers), kind.done(answers)) == (planned, done)


def test_phones_must_sign_in_as_before_unless_the_change_says_otherwise() -> None:
    broken = PJSIP.replace("s3cret-phone", "typing-mistake")
    assert expected_logins(KINDS["edit_file"], {}, PJSIP, broken) == OLD
    renew = ANSWERS["renew_password"]
    after = made("renew_password")["pjsip.conf"]
    assert expected_logins(KINDS["renew_password"], renew, PJSIP, after) == {
        **OLD,
        "101": SipLogin("101", PASSWORD),
    }
    gone = made("remove_extension")["pjsip.conf"]
    assert set(expected_logins(KINDS["remove_extension"], {"number": "102"}, PJSIP, gone)) == {
        "101"
    }
    assert expected_logins(None, {}, broken, PJSIP) == OLD


def test_comments_templates_and_blocks_are_read_as_asterisk_reads_them() -> None:
    text = (
        "[base](!)\ntype=auth\nauth_type=userpass\n"
        ";-- [105]\ntype=endpoint\n--;\n"
        "[105]\ntype = endpoint\nauth => a105 ; mine\n[a105](base)\npassword=x\\;y\nusername=bob\n"
    )
    assert logins_of(text) == {"105": SipLogin("bob", "x\\;y")}
