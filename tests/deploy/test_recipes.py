"""Dockerfile and compose.yaml keep what they promise; tests/proofs/image.py tries them for real."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
UNIT = ROOT / "deploy/spotweb.service"
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]


def _list_instructions() -> list[tuple[str, str]]:
    joined = re.sub(r"\\\n", " ", re.sub(r"^#.*\n", "", DOCKERFILE, flags=re.MULTILINE))
    return [(line.split(None, 1)[0], line.split(None, 1)[1]) for line in joined.splitlines() if line.strip()]


def _is_pinned(image: str) -> bool:
    tag = image.rpartition("/")[2].partition(":")[2]
    return bool(re.search(r"\d", tag)) and "latest" not in tag


def test_the_image_is_made_as_images_are_to_be_made():
    instructions = _list_instructions()
    names = [name for name, _ in instructions]
    last = instructions[len(names) - 1 - names[::-1].index("FROM") :]
    final = {name: text for name, text in last if name != "RUN"}
    assert "ADD" not in names
    assert _is_pinned(re.search(r"^ARG BASE=(\S+)", DOCKERFILE, re.MULTILINE)[1])
    assert names.count("FROM") == 2
    assert all(text.startswith("${BASE}") for name, text in instructions if name == "FROM")
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", final["USER"]), (
        "a number, so that a cluster can see it's not root"
    )
    assert final["CMD"].startswith("["), "the app has to be the first process, or no signal reaches it"
    assert "check_health.py" in final["HEALTHCHECK"]
    assert final["VOLUME"] == "/data"
    assert final["EXPOSE"] == "8000"
    for text in (text for name, text in instructions if name == "RUN"):
        for command in re.findall(r"pip install[^&;]*", text):
            assert "--require-hashes" in command
            assert "--only-binary :all:" in command
            assert "--no-cache-dir" in command
        assert "sudo" not in text
        if "apt-get install" in text:
            assert "--no-install-recommends" in text
            assert "rm -rf /var/lib/apt/lists/*" in text


def test_the_image_is_made_of_the_app_alone():
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    lines = [line for line in lines if line and not line.startswith("#")]
    assert lines[0] == "*", "what is not named stays out: data, keys, history"
    named = [line[1:] for line in lines if line.startswith("!")]
    assert not {".env", "data", ".git", "tests"} & {*named}
    copied = [text for name, text in _list_instructions() if name == "COPY" and "--from" not in text]
    assert copied == ["requirements.txt requirements-engines.txt ./", ". ."]


@pytest.mark.parametrize("name", SERVICES)
def test_each_service_of_compose_is_closed_in(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["restart"] == "unless-stopped"
    assert service["logging"]["options"]["max-size"], "a log without end fills the disk"
    assert _is_pinned(service["image"]) or "build" in service
    assert "healthcheck" in service or "build" in service, "the image of the app has its own"
    assert not {"privileged", "network_mode", "pid", "devices"} & {*service}
    for dependency in service.get("depends_on", {}).values():
        assert dependency["condition"] == "service_healthy"


def test_compose_starts_one_service_unless_asked_for_more_and_publishes_it_to_this_machine_alone():
    assert [name for name, service in SERVICES.items() if "profiles" not in service] == ["app"]
    app = SERVICES["app"]
    assert all(port.startswith("${PUBLISH:-127.0.0.1}:") for port in app["ports"])
    assert [name for name in SERVICES if "ports" in SERVICES[name]] == ["app", "https"]
    assert app["volumes"] == ["data:/data"]
    assert app["env_file"] == [{"path": ".env", "required": False}]
    volumes = {
        volume.partition(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])
    }
    assert {volume for volume in volumes if not volume.startswith(".")} == {*COMPOSE["volumes"]}
    secrets = re.findall(
        r"^\s+\w*(?:PASSWORD|SECRET|KEY|TOKEN)\w*: (.*)$", (ROOT / "compose.yaml").read_text(), re.M
    )
    assert all(value.startswith("${") for value in secrets), "secrets stand in .env alone"


def test_compose_itself_understands_the_file():
    command = ["docker", "compose"]
    if not shutil.which("docker") or _run([*command, "version"]).returncode:
        pytest.skip("docker compose is not installed")
    checked = _run([*command, "--profile", "*", "config", "--quiet"])
    assert (checked.returncode, checked.stderr) == (0, "")


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_systemd_understands_the_unit_and_finds_it_closed_in(tmp_path):
    copy = tmp_path / "spotweb.service"
    # What the unit names is there once it is installed.
    text = UNIT.read_text().replace("/opt/spotweb/.venv/bin/python", sys.executable)
    copy.write_text(text.replace("User=spotweb", "User=daemon"))
    verified = _run(["systemd-analyze", "verify", "--man=no", str(copy)])
    assert (verified.returncode, verified.stderr) == (0, "")
    exposed = _run(["systemd-analyze", "security", "--offline=true", "--threshold=20", str(copy)])
    assert exposed.returncode == 0, exposed.stdout


def test_unit_command_and_installer_name_the_same_places():
    unit, command = UNIT.read_text(), (ROOT / "deploy/spotweb").read_text()
    installer = (ROOT / "deploy/service.py").read_text()
    for name, value in re.findall(r"^Environment=(\w+)=(.*)$", unit, re.MULTILINE):
        assert f"{name}={value}" in command, name
    for place in ("/opt/spotweb", "/var/lib/spotweb"):
        assert place in unit
        assert place in command
        assert f'Path("{place}")' in installer


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
