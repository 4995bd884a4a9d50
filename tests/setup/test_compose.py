"""docker-compose.yml and Dockerfile are valid: checked without a Docker engine, and with `docker compose` if there."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

PROJECT = Path(__file__).resolve().parents[2]
SERVICE_KEYS = {
    "image", "build", "restart", "environment", "volumes", "depends_on", "command", "ports", "healthcheck",
    "stop_grace_period",
}  # fmt: skip
HEALTHCHECK_KEYS = {"test", "interval", "timeout", "retries", "start_period"}
CONDITIONS = {"service_started", "service_healthy", "service_completed_successfully"}


@pytest.fixture(scope="module")
def compose() -> dict:
    return yaml.safe_load((PROJECT / "docker-compose.yml").read_text(encoding="utf-8"))


def test_every_service_uses_known_keys_of_the_compose_specification(compose):
    assert set(compose) - {"services", "volumes"} == {"x-airflow"}
    for name, service in compose["services"].items():
        assert set(service) <= SERVICE_KEYS, name
        assert set(service.get("healthcheck", {})) <= HEALTHCHECK_KEYS, name
        assert service.get("restart", "no") in {"no", "always", "on-failure", "unless-stopped"}


def test_the_roles_of_a_cluster_are_all_there(compose):
    assert set(compose["services"]) == {
        "postgres", "redis", "migrate", "web", "scheduler", "dag-processor", "triggerer", "worker",
    }  # fmt: skip


def test_all_airflow_roles_run_one_image(compose):
    images = {service["image"] for service in compose["services"].values() if "build" in service}
    assert images == {"huizong:0.1.0"}


def test_what_a_service_waits_for_exists_and_can_report_that_state(compose):
    services = compose["services"]
    for name, service in services.items():
        for needed, how in service.get("depends_on", {}).items():
            assert needed in services, name
            assert how["condition"] in CONDITIONS
            if how["condition"] == "service_healthy":
                assert "healthcheck" in services[needed], needed
            if how["condition"] == "service_completed_successfully":
                assert services[needed]["restart"] == "no", needed


def test_every_named_volume_is_declared(compose):
    sources = {
        volume.split(":")[0]
        for service in compose["services"].values()
        for volume in service.get("volumes", [])
        if not volume.startswith("${")
    }
    assert sources == set(compose["volumes"])


def test_every_setting_of_the_compose_file_is_explained_in_env_example_and_none_is_a_secret_in_the_file():
    text = (PROJECT / "docker-compose.yml").read_text(encoding="utf-8")
    example = (PROJECT / ".env.example").read_text(encoding="utf-8")
    settings = set(re.findall(r"\$\{([A-Z_]+)", text))
    explained = set(re.findall(r"^([A-Z_]+)=", example, flags=re.M))
    assert settings == explained
    for name in re.findall(r"\$\{([A-Z_]*(?:PASSWORD|SECRET|KEY))\b(?!:\?)", text):
        pytest.fail(f"{name} has a default")


def test_only_the_web_page_and_only_on_the_loopback_address_is_published(compose):
    published = {name: service["ports"] for name, service in compose["services"].items() if "ports" in service}
    assert published == {"web": ["127.0.0.1:${HUIZONG_WEB_PORT:-8080}:8080"]}


def test_commands_are_ones_the_installed_airflow_understands(compose):
    from airflow.cli.cli_parser import get_parser

    parser = get_parser()
    commands = [
        compose["services"][name]["command"] for name in ("web", "scheduler", "dag-processor", "triggerer", "worker")
    ]
    script = compose["services"]["migrate"]["command"][-1].replace("$$", "$")
    commands += [shlex.split(command.strip().removeprefix("exec ")) for command in script.split("&&")]
    for program, *arguments in commands:
        assert program == "airflow"
        assert parser.parse_args(arguments).func is not None


def test_what_the_dockerfile_copies_exists_and_the_packages_are_all_copied():
    text = (PROJECT / "Dockerfile").read_text(encoding="utf-8")
    copied = [source for line in re.findall(r"^COPY (.+)$", text, flags=re.M) for source in line.split()[:-1]]
    for source in copied:
        assert (PROJECT / source).exists(), source
    packages = {path.parent.name for path in PROJECT.glob("*/__init__.py")}
    assert packages - {"tests"} <= {Path(source).name for source in copied}


def test_docker_compose_itself_accepts_the_file_where_it_is_installed():
    docker = shutil.which("docker")
    if docker and subprocess.run([docker, "compose", "version"], capture_output=True).returncode == 0:
        settings = ["--env-file", str(PROJECT / ".env.example")]
        secrets = (
            "POSTGRES_PASSWORD",
            "AIRFLOW_JWT_SECRET",
            "AIRFLOW_SECRET_KEY",
            "AIRFLOW_FERNET_KEY",
            "HUIZONG_CARD_KEY",
        )
        environment = dict.fromkeys(secrets, "x")
        answer = subprocess.run(
            [docker, "compose", *settings, "config", "-q"],
            cwd=PROJECT,
            env=environment | {"AIRFLOW_ADMIN_PASSWORD": "x", "PATH": "/usr/local/bin:/usr/bin:/bin"},
            capture_output=True,
            text=True,
        )
        assert answer.returncode == 0, answer.stderr
