"""Docker Compose and the images, as far as they can be checked without an engine."""

import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from callscribe.settings import Settings
from tests.unit.test_docs import is_usage
from tools.settings_reference import COMPOSE, settings

ROOT = Path(__file__).parents[2]
#: They run to their end, so there is no health to check; Compose waits for their success instead.
ONE_SHOTS = {"migrate", "ollama-pull"}
#: Those that have a port for nothing but their metrics, by what they are in Compose.
ROLES = {"asr": "asr-worker", "llm": "llm-worker", "relay": "relay"}
PORTS = {"ui": 8501, "api": 8000, "grafana": 3000, "ollama": 11434, "prometheus": 9090}
# Of the inner kind first: the default of a reference may hold another one.
REFERENCE = re.compile(r"\$\{(\w+)(?::-([^${}]*))?\}")


def example(*, uncommented: bool) -> dict[str, str]:
    """What `.env.example`, copied to `.env`, sets."""
    mark = "# " if uncommented else ""
    return dict(re.findall(rf"^{mark}(\w+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE))


def interpolated(text: str, environment: Mapping[str, str]) -> str:
    """With `${NAME}` and `${NAME:-default}` replaced as Compose does it; a name without either is a `KeyError`."""

    def value(reference: re.Match[str]) -> str:
        name, default = reference.groups()
        return environment.get(name) or (environment[name] if default is None else default)

    while (replaced := REFERENCE.sub(value, text)) != text:
        text = replaced
    return text


def compose(environment: Mapping[str, str], name: str = "docker-compose.yml") -> dict[str, Any]:
    text = interpolated((ROOT / name).read_text(), environment)
    assert "$" not in text
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


@pytest.fixture(params=[False, True], ids=["as it is", "uncommented"])
def services(request: pytest.FixtureRequest) -> dict[str, Any]:
    return dict(compose(example(uncommented=request.param))["services"])


@pytest.fixture(scope="module")
def dockerfile() -> str:
    return (ROOT / "Dockerfile").read_text().replace("\\\n", " ")


def environment_of(service: Mapping[str, Any], env: Mapping[str, str]) -> dict[str, str]:
    """What a container finds in its environment: `environment` wins over the file."""
    listed = {name: env.get(name) if value is None else str(value) for name, value in service["environment"].items()}
    from_file = env if service.get("env_file") else {}
    return {**from_file, **{name: value for name, value in listed.items() if value is not None}}


def test_variables_are_interpolated_as_compose_does_it() -> None:
    assert interpolated("${A:-${B:-b}@x}", {}) == "b@x"
    assert interpolated("${A:-${B:-b}@x}", {"A": "", "B": "c"}) == "c@x"
    assert interpolated("${A:-${B:-b}@x}", {"A": "a"}) == "a"
    with pytest.raises(KeyError, match="A"):
        interpolated("${A}", {})


def test_the_services_are_those_of_the_design(services: Mapping[str, Any]) -> None:
    ours = {"migrate", "api", "ui", "relay", "asr-worker", "llm-worker"}
    assert set(services) == ours | {"postgres", "kafka", "ollama", "ollama-pull", "prometheus", "grafana"}


def test_images_are_pinned(services: Mapping[str, Any], dockerfile: str) -> None:
    stages = set(re.findall(r"^FROM \S+ AS (\S+)$", dockerfile, re.MULTILINE))
    bases = set(re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE)) - stages
    images = bases | {service["image"] for service in services.values() if "image" in service}
    assert len(bases) == 1
    assert [image for image in images if not re.fullmatch(r"[\w./-]+:v?\d+\.\d+[\w.-]+", image)] == []
    assert all(re.search(r"==[\d.]+( |$)", line) for line in re.findall(r"pip install .*", dockerfile))


def test_images_are_built_from_stages_that_exist(services: Mapping[str, Any], dockerfile: str) -> None:
    stages = set(re.findall(r"^FROM \S+ AS (\S+)$", dockerfile, re.MULTILINE))
    gpu = compose({}, "docker-compose.gpu.yml")["services"]
    built = [service["build"] for service in (*services.values(), *gpu.values()) if "build" in service]
    assert {build["target"] for build in built} == {"api", "asr-worker", "asr-worker-gpu", "llm-worker", "ui"}
    assert {build["target"] for build in built} <= stages
    assert all(("image" in service) != ("build" in service) for service in services.values())


def test_services_are_checked_and_started_again(services: Mapping[str, Any]) -> None:
    for name, service in services.items():
        if name in ONE_SHOTS:
            assert (service["restart"], service["healthcheck"]) == ("on-failure", {"disable": True}), name
        else:
            assert service["restart"] == "unless-stopped", name
            assert service["healthcheck"]["test"][0] == "CMD", name
            assert {"interval", "timeout", "retries", "start_period"} <= service["healthcheck"].keys(), name


def test_dependencies_can_be_met(services: Mapping[str, Any]) -> None:
    for service in services.values():
        for name, wanted in service.get("depends_on", {}).items():
            done = "service_completed_successfully" if name in ONE_SHOTS else "service_healthy"
            assert wanted["condition"] == done, name
    assert services["migrate"]["depends_on"].keys() == {"postgres", "kafka"}
    needs_tables = {name for name, service in services.items() if "migrate" in service.get("depends_on", {})}
    assert needs_tables == {"api", "relay", "asr-worker", "llm-worker"}


def test_summaries_do_not_wait_for_an_ollama_that_does_not_start(services: Mapping[str, Any]) -> None:
    assert services["llm-worker"]["depends_on"]["ollama"]["required"] is False
    assert all("ollama-pull" not in service.get("depends_on", {}) for service in services.values())


def test_ports_are_open_to_this_machine_alone(services: Mapping[str, Any]) -> None:
    published = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert published == {name: [f"127.0.0.1:{port}:{port}"] for name, port in PORTS.items()}


def test_workers_can_be_multiplied(services: Mapping[str, Any]) -> None:
    assert all("container_name" not in service for service in services.values())
    assert all("ports" not in services[name] for name in ("asr-worker", "llm-worker", "relay"))


def test_workers_are_given_the_time_that_they_may_take(services: Mapping[str, Any]) -> None:
    for name in ("asr-worker", "llm-worker"):
        (minutes,) = re.findall(r"^(\d+)m$", services[name]["stop_grace_period"])
        assert int(minutes) * 60 > Settings.model_construct().shutdown_s + 30


def test_state_is_on_volumes_that_are_declared() -> None:
    file = compose({})
    mounts = [mount.split(":") for service in file["services"].values() for mount in service.get("volumes", [])]
    named = {source for source, *_ in mounts if not source.startswith(".")}
    assert named == set(file["volumes"]) == {"postgres", "kafka", "media", "models", "ollama", "prometheus", "grafana"}
    assert [source for source, *_ in mounts if source.startswith(".") and not (ROOT / source).exists()] == []
    assert {mount[1] for mount in mounts if mount[0] == "postgres"} == {"/var/lib/postgresql"}


def test_containers_have_no_more_rights_than_they_need(services: Mapping[str, Any], dockerfile: str) -> None:
    for name, service in services.items():
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["logging"]["options"].keys() == {"max-size", "max-file"}, name
        assert service.get("read_only", False) == ("build" in service), name
    assert re.findall(r"^USER (\S+)$", dockerfile, re.MULTILINE) == ["10001:10001"]


def test_ours_find_each_other_whatever_the_file_of_settings_says() -> None:
    for env in (example(uncommented=False), example(uncommented=True)):
        services = compose(env)["services"]
        for name in ("migrate", "api", "relay", "asr-worker", "llm-worker"):
            found = environment_of(services[name], env)
            assert found["CALLSCRIBE_DATABASE_URL"] == "postgresql://callscribe:callscribe@postgres:5432/callscribe"
            assert found["CALLSCRIBE_KAFKA_BOOTSTRAP"] == "kafka:9092"
            assert found["CALLSCRIBE_LLM_URL"] == "http://ollama:11434"
            assert found["CALLSCRIBE_MEDIA_URL"] == "file:///media"
            assert (found["CALLSCRIBE_HOST"], found["CALLSCRIBE_PORT"]) == ("0.0.0.0", "8000")
            assert (found["CALLSCRIBE_DATA_DIR"], found["CALLSCRIBE_MODELS_DIR"]) == ("/data", "/models")
        page = environment_of(services["ui"], env)
        assert page["CALLSCRIBE_API_URL"] == "http://api:8000"
        assert (page["CALLSCRIBE_UI_HOST"], page["CALLSCRIBE_UI_PORT"]) == ("0.0.0.0", "8501")


def test_other_servers_and_passwords_may_be_set() -> None:
    env = {
        "CALLSCRIBE_DATABASE_URL": "postgresql://x@db/calls",
        "CALLSCRIBE_KAFKA_BOOTSTRAP": "broker:9092",
        "CALLSCRIBE_MEDIA_URL": "s3://calls",
        "CALLSCRIBE_LLM_MODEL": "gemma2:9b",
    }
    services = compose(env)["services"]
    assert env.items() <= environment_of(services["asr-worker"], env).items()
    assert services["ollama-pull"]["command"] == ["gemma2:9b"]
    services = compose({"POSTGRES_PASSWORD": "one", "GRAFANA_PASSWORD": "two", "BIND_ADDRESS": "10.0.0.1"})["services"]
    assert services["postgres"]["environment"]["POSTGRES_PASSWORD"] == "one"
    assert ":one@" in services["api"]["environment"]["CALLSCRIBE_DATABASE_URL"]
    assert services["grafana"]["environment"]["GF_SECURITY_ADMIN_PASSWORD"] == "two"
    assert services["api"]["ports"] == ["10.0.0.1:8000:8000"]


def test_the_page_gets_no_passwords() -> None:
    env = {"CALLSCRIBE_S3_SECRET_KEY": "secret", "CALLSCRIBE_MAX_UPLOAD_MB": "700"}
    page = environment_of(compose(env)["services"]["ui"], env)
    assert page["CALLSCRIBE_MAX_UPLOAD_MB"] == "700"
    assert page.keys().isdisjoint({"CALLSCRIBE_S3_SECRET_KEY", "CALLSCRIBE_DATABASE_URL"})


def test_every_variable_is_a_setting_or_in_the_example_file() -> None:
    known = {setting.name for setting in settings()}
    texts = [(ROOT / name).read_text() for name in ("docker-compose.yml", "docker-compose.gpu.yml", "Dockerfile")]
    named = set(re.findall(r"CALLSCRIBE_\w+", "".join(texts)))
    assert len(named) >= 10
    assert named <= known
    referred = dict(REFERENCE.findall("".join(texts)))
    others = {name: default for name, default in referred.items() if name not in known}
    assert others == {setting.name: setting.default for setting in COMPOSE}
    assert example(uncommented=True).keys() == known | others.keys()


def commands(services: Mapping[str, Any], dockerfile: str) -> Iterator[list[str]]:
    for service in services.values():
        if "build" in service:
            yield service["command"].split()
        yield service["healthcheck"].get("test", [])[1:]
    for command in re.findall(r"^CMD (\[.*\])$", dockerfile, re.MULTILINE):
        yield yaml.safe_load(command)


def test_commands_exist(services: Mapping[str, Any], dockerfile: str) -> None:
    usages = [words[1:] for words in commands(services, dockerfile) if words[:1] == ["callscribe"]]
    assert len(usages) >= 14
    assert [usage for usage in usages if not is_usage(list(usage))] == []


def test_what_is_copied_into_an_image_is_in_the_repository(dockerfile: str) -> None:
    copied = set(" ".join(re.findall(r"^COPY (?!--from)(.*) \S+$", dockerfile, re.MULTILINE)).split())
    allowed = set(re.findall(r"^!(.*)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE))
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    assert copied == allowed == {"pyproject.toml", "uv.lock", "README.md", "LICENSE", "src", "samples"}
    assert copied <= {name.partition("/")[0] for name in tracked.stdout.splitlines()}


def test_images_hold_no_secrets(dockerfile: str) -> None:
    assert re.findall(r"(?i)password|secret|token|_key", dockerfile) == []
    assert not re.search(r"^(ARG|ADD)\b", dockerfile, re.MULTILINE)


def test_a_gpu_changes_only_services_that_exist() -> None:
    gpu = compose({}, "docker-compose.gpu.yml")["services"]
    assert gpu.keys() == {"asr-worker", "ollama"}
    assert gpu.keys() <= compose({})["services"].keys()
    for service in gpu.values():
        (device,) = service["deploy"]["resources"]["reservations"]["devices"]
        assert device == {"driver": "nvidia", "count": 1, "capabilities": ["gpu"]}


def test_monitoring_knows_what_runs() -> None:
    configuration = yaml.safe_load((ROOT / "monitoring/prometheus/prometheus.yml").read_text())
    itself, api, *found = configuration["scrape_configs"]
    assert itself["static_configs"] == [{"targets": [f"127.0.0.1:{PORTS['prometheus']}"]}]
    assert api["static_configs"] == [{"targets": [f"api:{PORTS['api']}"]}]
    asked = {
        name: (job["job_name"], where["port"])
        for job in found
        for where in job["dns_sd_configs"]
        for name in where["names"]
    }
    ports = {service: Settings.model_construct().metrics_port_of(role) for role, service in ROLES.items()}
    assert asked == {service: (service, port) for service, port in ports.items()}
    services = compose({})["services"]
    assert ports.keys() <= services.keys()
    mounted = {mount.split(":")[1]: mount.split(":")[0] for mount in services["prometheus"]["volumes"]}
    assert [mounted[f"/etc/prometheus/{name}"] for name in configuration["rule_files"]] == [
        "./monitoring/prometheus/alerts.yml"
    ]
    provisioned = (ROOT / "monitoring/grafana/provisioning/datasources/prometheus.yml").read_text()
    (source,) = yaml.safe_load(provisioned)["datasources"]
    assert source["url"] == f"http://prometheus:{PORTS['prometheus']}"
    assert source["jsonData"]["timeInterval"] == configuration["global"]["scrape_interval"]
    provisioned = (ROOT / "monitoring/grafana/provisioning/dashboards/callscribe.yml").read_text()
    (provider,) = yaml.safe_load(provisioned)["providers"]
    assert f"./monitoring/grafana/dashboards:{provider['options']['path']}:ro" in services["grafana"]["volumes"]
