"""docker-compose.yml: valid, without secrets, and the same processes as `make run`."""

import json
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema.validators import validator_for

from calcom_portal.processes import MIGRATE, PROCESSES, SECRETS

ROOT = Path(__file__).parent.parent.parent
TEXT = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OUR_OWN = [name for name, service in SERVICES.items() if "build" in service]
ONE_SHOT = ["provision", "migrate"]
LONG_RUNNING = [name for name in OUR_OWN if name not in ONE_SHOT]


def schema_faults(compose: dict[str, Any]) -> list[str]:
    """Return what the JSON schema of the Compose specification says about the file."""
    vendored = files("check_jsonschema") / "builtin_schemas" / "vendor" / "compose-spec.json"
    schema = json.loads(vendored.read_text(encoding="utf-8"))
    validator = validator_for(schema)(schema)
    return [f"{list(fault.path)}: {fault.message}" for fault in validator.iter_errors(compose)]


def test_the_file_follows_the_compose_specification() -> None:
    assert schema_faults(COMPOSE) == []


def test_the_specification_would_notice_a_misspelt_key() -> None:
    misspelt = {"services": {"web": {"image": "x", "depend_on": ["postgres"]}}}
    assert len(schema_faults(misspelt)) == 1


@pytest.mark.parametrize("process", PROCESSES, ids=lambda process: str(process.name))
def test_a_container_runs_the_command_that_make_run_uses(process: Any) -> None:
    assert tuple(SERVICES[process.name]["command"]) == process.command


def test_the_migration_is_the_one_that_make_run_does() -> None:
    assert tuple(SERVICES["migrate"]["command"]) == MIGRATE.command


def test_every_process_of_the_portal_has_a_container_and_no_other_exists() -> None:
    assert sorted(LONG_RUNNING) == sorted(process.name for process in PROCESSES)


def test_the_image_starts_the_web_process_by_default() -> None:
    (line,) = re.findall(r"^CMD (.*)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert json.loads(line) == SERVICES["web"]["command"]


@pytest.mark.parametrize("process", PROCESSES, ids=lambda process: str(process.name))
def test_a_container_gets_longer_to_stop_than_its_process_may_take(process: Any) -> None:
    grace = int(SERVICES[process.name]["stop_grace_period"].removesuffix("s"))
    assert grace > process.patience.total_seconds()


# The address is no secret, and former keys are there only while one is being changed.
OPTIONAL = ("PORTAL_URL", "SECRET_KEY_FALLBACKS")


def test_every_secret_comes_from_outside_and_stops_the_start_when_missing() -> None:
    values = [
        (name, str(value))
        for service in SERVICES.values()
        for name, value in service.get("environment", {}).items()
        if re.search(r"PASSWORD|SECRET|_URL$", name) and name not in OPTIONAL
    ]
    assert len(values) > 10
    assert [name for name, value in values if ":?" not in value] == []


def test_every_required_variable_is_explained_in_the_example() -> None:
    required = set(re.findall(r"\$\{(\w+):\?", TEXT))
    explained = set(
        re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert required == explained


@pytest.mark.parametrize("name", LONG_RUNNING)
def test_a_process_that_serves_people_knows_only_the_app_role(name: str) -> None:
    known = json.dumps(SERVICES[name]["environment"])
    assert "portal_app:" in known
    assert "POSTGRES_OWNER_PASSWORD" not in known
    assert "POSTGRES_SUPERUSER_PASSWORD" not in known


@pytest.mark.parametrize("process", PROCESSES, ids=lambda process: str(process.name))
def test_only_the_process_that_is_named_for_it_is_given_a_secret(process: Any) -> None:
    given = SECRETS.intersection(SERVICES[process.name]["environment"])
    assert given == set(process.secrets)


@pytest.mark.parametrize("name", LONG_RUNNING)
def test_a_process_starts_only_after_the_migration_succeeded(name: str) -> None:
    assert SERVICES[name]["depends_on"]["migrate"] == {
        "condition": "service_completed_successfully"
    }


@pytest.mark.parametrize("name", OUR_OWN)
def test_a_container_of_ours_cannot_write_its_own_code(name: str) -> None:
    service = SERVICES[name]
    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])


def test_only_the_proxy_the_hub_of_agents_and_the_drop_can_be_reached_from_outside() -> None:
    reached = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert reached == {
        "runner": ["7022:7022"],
        "drop": ["7023:7023"],
        "proxy": ["80:80", "443:443", "443:443/udp"],
    }


@pytest.mark.parametrize("name", ["postgres", "valkey", "web", "proxy"])
def test_what_others_wait_for_has_a_health_check(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}


def stages() -> dict[str, str]:
    """Return the stages of the image by name."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    found = re.split(r"^FROM (?:\S+) AS (\w+)$", text, flags=re.MULTILINE)[1:]
    return dict(zip(found[::2], found[1::2], strict=True))


def test_every_container_of_ours_is_built_from_a_stage_that_ends_as_our_user() -> None:
    targets = {SERVICES[name]["build"]["target"] for name in OUR_OWN}
    assert targets == {"portal", "vault"}
    assert all("\nUSER portal\n" in stages()[target] for target in targets)


def test_only_the_vault_has_a_database_server_and_a_place_for_what_it_rehearses() -> None:
    place = SERVICES["vault"]["environment"]["REHEARSALS_DIR"]
    assert [name for name, text in stages().items() if "mariadb-server" in text] == ["vault"]
    assert f"install -d -o portal -g portal -m 0700 {place}\n" in stages()["vault"]
    mounted = [name for name in OUR_OWN for volume in SERVICES[name]["volumes"] if place in volume]
    assert mounted == ["vault"]
    assert f"vault-rehearsals:{place}" in SERVICES["vault"]["volumes"]
    assert "vault-rehearsals" in COMPOSE["volumes"]


def test_only_the_vault_is_given_an_asterisk_to_rehearse_in_and_cannot_change_it() -> None:
    named = [name for name in OUR_OWN if "REHEARSAL_ASTERISK" in SERVICES[name]["environment"]]
    assert named == ["vault"]
    vault = SERVICES["vault"]
    assert vault["environment"]["REHEARSAL_ASTERISK"] == "${REHEARSAL_ASTERISK:+/opt/asterisk}"
    assert "${REHEARSAL_ASTERISK:-vault-asterisk}:/opt/asterisk:ro" in vault["volumes"]
    assert "vault-asterisk" in COMPOSE["volumes"]


def test_the_image_does_not_run_as_root_and_holds_no_data_or_tests() -> None:
    users = re.findall(r"^USER (\w+)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    allowed = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert users == ["portal", "portal"]
    assert not {"!tests", "!var", "!.env", "!.venv", "!.git"} & set(allowed)
