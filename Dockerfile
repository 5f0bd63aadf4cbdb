# The household in a container: docs/self-hosting.md says how to build and run it.
ARG BASE=docker.io/library/python:3.13-slim-trixie

FROM ${BASE} AS build
# 1: with the drivers for PostgreSQL and Valkey, and with pg_dump for backups.
ARG ENGINES=""
WORKDIR /opt/spotweb
COPY requirements.txt requirements-engines.txt ./
# Only wheels, and only those whose hashes stand in the lock file: no compiler is needed, and nothing can slip in.
RUN python3 -m venv .venv \
    && .venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check --only-binary :all: \
        --require-hashes -r requirements.txt \
    && if [ -n "$ENGINES" ]; then .venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check \
        --only-binary :all: --require-hashes -r requirements-engines.txt; fi \
    && .venv/bin/python -m pip uninstall --quiet --yes pip \
    && find .venv -name '*.po' -delete
COPY . .
# Whoever the container runs as has to be able to read all of it, whatever the umask of the checkout was.
RUN SPOTWEB_DATA_DIR=/tmp/build SPOTWEB_STATIC_DIR=staticfiles .venv/bin/python manage.py collectstatic -v 0 --noinput \
    && rm -rf /tmp/build requirements*.txt \
    && .venv/bin/python -m compileall -q --invalidation-mode unchecked-hash -x '[.]venv' . \
    && chmod -R a+rX,go-w .

FROM ${BASE}
ARG ENGINES=""
RUN if [ -n "$ENGINES" ]; then apt-get update && apt-get install -y --no-install-recommends postgresql-client \
    && rm -rf /var/lib/apt/lists/*; fi
# Any user may write to a new volume; the first start takes it for itself alone.
RUN useradd --uid 1000 --user-group --no-create-home --home-dir /data --shell /usr/sbin/nologin spotweb \
    && install -d -o spotweb -g spotweb -m 0777 /data
COPY --from=build /opt/spotweb /opt/spotweb
ENV PATH=/opt/spotweb/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOME=/tmp \
    container=oci \
    BIND=0.0.0.0 \
    SPOTWEB_DATA_DIR=/data \
    SPOTWEB_STATIC_DIR=/opt/spotweb/staticfiles
WORKDIR /opt/spotweb
USER 1000:1000
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 \
    CMD ["python", "-I", "deploy/check_health.py"]
CMD ["python", "manage.py", "run"]
