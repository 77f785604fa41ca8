# One image for the web process, the migration job and the worker; compose.yaml starts them.

FROM python:3.12-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/katalog
# First the packages alone: this layer stays as long as the locked versions do.
COPY requirements-run.lock /src/
RUN /opt/katalog/bin/pip install --require-hashes -r /src/requirements-run.lock
COPY . /src
RUN pip wheel --no-deps --wheel-dir /dist /src \
 && /opt/katalog/bin/pip install --no-deps /dist/*.whl

FROM python:3.12-slim-bookworm AS katalog
RUN groupadd --gid 10001 katalog \
 && useradd --uid 10001 --gid katalog --home-dir /srv/katalog --create-home katalog \
 && install --directory --owner katalog --group katalog /srv/katalog/var
COPY --from=build /opt/katalog /opt/katalog
ENV PATH=/opt/katalog/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /srv/katalog
USER 10001:10001
# The only place the portal writes to: embedded database, search index, mails without a server.
VOLUME /srv/katalog/var
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
ENTRYPOINT ["katalog"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]

# The official images below start as root only because their data directory belongs to root.
FROM caddy:2-alpine AS proxy
RUN chown -R 10002:10002 /data /config
COPY docs/betrieb/Caddyfile /etc/caddy/Caddyfile
USER 10002:10002

FROM getmeili/meilisearch:v1.50 AS meilisearch
RUN mkdir -p /meili_data && chown -R 10003:10003 /meili_data
USER 10003:10003

# Last, so that `docker build .` without a target makes the portal.
FROM katalog
