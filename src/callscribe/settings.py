"""The only reader of the environment: every setting, its default and its meaning."""

import json
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, LiteralString

from platformdirs import user_data_path
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, model_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

Folder = Annotated[Path, AfterValidator(Path.expanduser)]
# In a file of settings, `NAME=` is the usual way to leave one unset.
EmptyIsUnset = BeforeValidator(lambda value: value or None)


def _contradiction(sentence: LiteralString) -> PydanticCustomError:
    """A `ValueError` would be shown with words of Pydantic's before ours."""
    return PydanticCustomError("contradiction", sentence)


def _json_object(value: object) -> object:
    try:
        return json.loads(value or "{}") if isinstance(value, str) else value
    except ValueError as exc:
        raise _contradiction('It must look like {"name": "value"}') from exc


def _names(value: object) -> object:
    return tuple(name.strip() for name in value.split(",") if name.strip()) if isinstance(value, str) else value


class Settings(BaseSettings):
    """Read from `CALLSCRIBE_*` variables and from a file `.env` in the working folder; variables win."""

    model_config = SettingsConfigDict(env_prefix="CALLSCRIBE_", env_file=".env", extra="ignore", frozen=True)

    data_dir: Folder = Field(default=user_data_path("callscribe"), description="Database and media of embedded mode.")
    database_url: Annotated[str | None, EmptyIsUnset] = Field(
        default=None,
        description="PostgreSQL as postgresql://user:password@host/db. Unset: an embedded one in the data folder.",
    )
    media_url: Annotated[str | None, EmptyIsUnset] = Field(
        default=None,
        description="Where media lie: file:///folder or s3://bucket/prefix. Unset: `media` in the data folder.",
    )
    s3_endpoint: Annotated[str | None, EmptyIsUnset] = Field(
        default=None, description="Address of the S3-compatible store, as http://host:9000. Unset: Amazon's."
    )
    s3_region: str = Field(default="us-east-1", min_length=1, description="Region of the S3-compatible store.")
    s3_access_key: Annotated[SecretStr | None, EmptyIsUnset] = Field(
        default=None, description="Key of the S3-compatible store. Unset: the machine's own role."
    )
    s3_secret_key: Annotated[SecretStr | None, EmptyIsUnset] = Field(default=None, description="Secret to that key.")
    kafka_bootstrap: Annotated[str | None, EmptyIsUnset] = Field(
        default=None, description="Kafka as host:9092,host:9092. Unset: PostgreSQL itself wakes the workers."
    )
    kafka_prefix: str = Field(
        default="",
        pattern=r"^[A-Za-z0-9._-]{0,100}$",
        description="Put before the names of topics and consumer groups, for brokers that others use too.",
    )
    kafka_partitions: int = Field(
        default=12, ge=1, le=10_000, description="Partitions of each topic; no fewer than there are workers of a kind."
    )
    kafka_options: Annotated[dict[str, str], NoDecode, BeforeValidator(_json_object)] = Field(
        default={}, description='Further options of the client, as `{"security.protocol": "SASL_SSL", ...}`.'
    )

    host: str = Field(default="127.0.0.1", description="Address the API listens on.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port the API listens on.")
    ui_host: str = Field(default="127.0.0.1", description="Address the web page listens on.")
    ui_port: int = Field(default=8501, ge=0, le=65535, description="Port the web page listens on; 0: none with `up`.")
    api_url: str = Field(
        default="http://127.0.0.1:8000",
        pattern=r"^https?://[^/\s]+",
        description="Where the web page and the commands find the API.",
    )
    max_upload_mb: int = Field(default=500, ge=1, description="Largest accepted file, in MB (1,000,000 bytes).")

    window_s: float = Field(default=300, ge=5, description="Target length of a window in seconds.")
    window_max_s: float = Field(default=600, ge=10, description="Hard limit of a window in seconds.")

    asr_model: str = Field(
        default="auto",
        min_length=1,
        description="`auto`, a model's name (small, large-v3-turbo, gigaam-v3-e2e-rnnt, ...) or a folder.",
    )
    asr_model_ru: Annotated[str | None, EmptyIsUnset] = Field(
        default=None, description="Another one for Russian: a name or a folder. Unset: as CALLSCRIBE_ASR_MODEL says."
    )
    asr_model_en: Annotated[str | None, EmptyIsUnset] = Field(
        default=None, description="Another one for English: a name or a folder. Unset: as CALLSCRIBE_ASR_MODEL says."
    )
    asr_device: Literal["auto", "cpu", "cuda"] = Field(default="auto", description="Where the speech model runs.")
    asr_threads: int = Field(default=0, ge=0, description="CPU threads of the speech model; 0: one per core.")
    asr_batch_size: int = Field(
        default=0,
        ge=0,
        description="Stretches of up to 28 s that are decoded at once; 0: as the hardware allows. Whisper takes 2 at "
        "most on a CPU.",
    )
    asr_idle_s: float = Field(
        default=0, ge=0, description="Idle seconds after which speech models leave the memory; 0: they stay."
    )
    models_dir: Annotated[Folder | None, EmptyIsUnset] = Field(
        default=None, description="Where speech models are kept. Unset: `models` in the data folder."
    )
    speaker_model: str = Field(
        default="auto",
        min_length=1,
        description="What voices are told apart by: `auto`, `wespeaker`, `builtin` (approximate), `none`, or a folder.",
    )
    channel_names: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_names)] = Field(
        default=(),
        max_length=2,
        description="Who is on the left and the right channel of stereo calls, as `agent,customer`. Unset: by number.",
    )

    llm_api: Literal["ollama", "openai"] = Field(
        default="ollama",
        description="How the LLM is asked: `ollama`, or `openai` for vLLM, llama.cpp, OpenRouter and others like them.",
    )
    llm_url: str = Field(
        default="http://127.0.0.1:11434",
        description="The LLM's server. Empty, or no answer there: extractive summaries.",
    )
    llm_api_key: Annotated[SecretStr | None, EmptyIsUnset] = Field(
        default=None, description="Key of the LLM's server, where it wants one."
    )
    llm_model: str = Field(default="gemma2:2b", min_length=1, description="The model that writes summaries.")
    llm_pull: bool = Field(default=True, description="Whether Ollama is told to pull that model when it lacks it.")
    llm_context: int = Field(default=8192, ge=2048, description="Context size in tokens that is asked for.")
    prompts_dir: Annotated[Folder | None, EmptyIsUnset] = Field(
        default=None,
        description="Folder of further kinds of calls for summaries, a file `name.md` each. Unset: the shipped ones.",
    )
    llm_timeout_s: float = Field(default=300, gt=0, description="Longest silence of the LLM, in seconds.")

    job_attempts: int = Field(default=3, ge=1, description="Attempts until a job that keeps failing fails its call.")
    job_retry_s: float = Field(
        default=5, gt=0, description="Pause before the second attempt; doubles with each further one."
    )
    heartbeat_s: float = Field(default=2, gt=0, description="How often a worker says that it is alive.")
    heartbeat_timeout_s: float = Field(
        default=20, gt=0, description="Silence after which a worker's job is given to another."
    )
    shutdown_s: float = Field(
        default=30,
        ge=1,
        description="How long a worker that is asked to stop may take to finish or hand back its jobs.",
    )
    poll_s: float = Field(default=2, gt=0, description="How often an idle worker looks for jobs without being called.")

    metrics_port: int = Field(
        default=9710,
        ge=0,
        le=65533,
        description="Port for the metrics of the ASR worker; the LLM worker and the relay have the next two. 0: none.",
    )
    otlp_url: Annotated[str | None, EmptyIsUnset] = Field(
        default=None,
        pattern=r"^https?://[^/\s]+",
        description="Where traces of the stages are sent, as http://host:4318. Unset: nowhere.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="Least severity that is logged."
    )
    log_format: Literal["auto", "json", "text"] = Field(
        default="auto",
        description="A log's lines: `json` for programs, `text` for people, `auto`: text where a terminal shows them.",
    )

    @model_validator(mode="after")
    def _consistent(self) -> "Settings":
        if self.window_max_s < self.window_s:
            raise _contradiction("CALLSCRIBE_WINDOW_MAX_S must not be smaller than CALLSCRIBE_WINDOW_S")
        if self.heartbeat_timeout_s < 3 * self.heartbeat_s:
            raise _contradiction("CALLSCRIBE_HEARTBEAT_TIMEOUT_S must be at least three times CALLSCRIBE_HEARTBEAT_S")
        if (self.s3_access_key is None) != (self.s3_secret_key is None):
            raise _contradiction("CALLSCRIBE_S3_ACCESS_KEY and CALLSCRIBE_S3_SECRET_KEY must be set together")
        return self

    @property
    def max_upload_bytes(self) -> int:
        """The upload limit in bytes."""
        return self.max_upload_mb * 1_000_000

    def metrics_port_of(self, role: str) -> int:
        """Where the metrics of a worker or relay are; 0: nowhere."""
        return self.metrics_port and self.metrics_port + ("asr", "llm", "relay").index(role)

    @cached_property
    def models(self) -> Path:
        """The folder of speech models."""
        return self.models_dir or self.data_dir / "models"
