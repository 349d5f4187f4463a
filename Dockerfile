# One image a role: `docker build --target api|asr-worker|asr-worker-gpu|llm-worker|ui .` The relay and the migration
# run from `api`. Each holds only the packages its role needs; docker-compose.yml says how they are run.

FROM python:3.13.16-slim-bookworm AS base
LABEL org.opencontainers.image.title="CallScribe" \
      org.opencontainers.image.description="Transcripts, summaries, decisions and action items of recorded calls" \
      org.opencontainers.image.licenses="MIT"
ENV PATH=/opt/callscribe/bin:$PATH \
    PYTHONUNBUFFERED=1
# A new named volume takes its owner from the folder it is mounted on.
RUN groupadd --gid 10001 callscribe \
    && useradd --uid 10001 --gid callscribe --home-dir /data --no-create-home --shell /usr/sbin/nologin callscribe \
    && install --directory --owner callscribe --group callscribe --mode 0700 /data /media /models
USER 10001:10001
WORKDIR /data
# Scratch, each container's own: `callscribe.scratch` tells by process ids which folders are in use.
VOLUME /data

FROM python:3.13.16-slim-bookworm AS build
ENV UV_PROJECT_ENVIRONMENT=/opt/callscribe \
    UV_PYTHON_DOWNLOADS=never \
    UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy
RUN pip install --no-cache-dir --root-user-action=ignore uv==0.13.9
WORKDIR /build
COPY pyproject.toml uv.lock README.md LICENSE ./
COPY src src
COPY samples samples

FROM build AS api-packages
RUN --mount=type=cache,target=/root/.cache/uv \
    uv sync --frozen --no-dev --no-editable --refresh-package callscribe --extra api --extra kafka --extra tracing

FROM build AS asr-packages
RUN --mount=type=cache,target=/root/.cache/uv \
    uv sync --frozen --no-dev --no-editable --refresh-package callscribe --extra asr --extra kafka --extra tracing

# On a GPU CTranslate2 loads cuBLAS of CUDA 12 at run time. It needs no cuDNN.
FROM asr-packages AS asr-gpu-packages
RUN --mount=type=cache,target=/root/.cache/uv \
    uv pip install --python /opt/callscribe nvidia-cublas-cu12==12.9.1.4

FROM build AS llm-packages
RUN --mount=type=cache,target=/root/.cache/uv \
    uv sync --frozen --no-dev --no-editable --refresh-package callscribe --extra summary --extra kafka --extra tracing

FROM build AS ui-packages
RUN --mount=type=cache,target=/root/.cache/uv \
    uv sync --frozen --no-dev --no-editable --refresh-package callscribe --extra ui

FROM base AS api
COPY --from=api-packages /opt/callscribe /opt/callscribe
EXPOSE 8000
CMD ["callscribe", "api"]

FROM base AS asr-worker
COPY --from=asr-packages /opt/callscribe /opt/callscribe
CMD ["callscribe", "worker", "asr"]

FROM base AS asr-worker-gpu
COPY --from=asr-gpu-packages /opt/callscribe /opt/callscribe
ENV LD_LIBRARY_PATH=/opt/callscribe/lib/python3.13/site-packages/nvidia/cublas/lib
CMD ["callscribe", "worker", "asr"]

FROM base AS llm-worker
COPY --from=llm-packages /opt/callscribe /opt/callscribe
CMD ["callscribe", "worker", "llm"]

FROM base AS ui
COPY --from=ui-packages /opt/callscribe /opt/callscribe
EXPOSE 8501
CMD ["callscribe", "ui"]
