# One image for everything: alone it is a whole house, under Compose a server or a worker.
# What is made here is the same, byte for byte, as long as its base and Debian's archive are.
ARG SOURCE_DATE_EPOCH=1767225600

# Debian's ffmpeg, built for sound alone: why, and what is in it, tells docs/decisions/0036.
FROM python:3.13-slim-trixie AS ffmpeg
COPY containers/ffmpeg/packages /
RUN apt-get -qq update && xargs apt-get -qq install --yes --no-install-recommends </packages
COPY containers/ffmpeg/build /
RUN /build /ffmpeg

FROM python:3.13-slim-trixie AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_NO_COMPILE=1
RUN apt-get -qq update && apt-get -qq install --yes --no-install-recommends binutils \
 && python -m venv --without-pip /venv
WORKDIR /src
COPY requirements.lock ./
RUN pip --python /venv/bin/python install --require-hashes --requirement requirements.lock
# The front end, built by the Node that came as a wheel.
COPY web ./web
RUN /venv/bin/python web/npm.py ci --omit=dev && /venv/bin/python web/npm.py run build \
 && /venv/bin/python web/npm.py sbom --package-lock-only --omit=dev --sbom-format=cyclonedx >/web.json
COPY . .
RUN pip --python /venv/bin/python install --no-deps . && containers/trim /venv

# What Debian has to be there for all of it, and a first process that takes leave of orphans.
FROM python:3.13-slim-trixie AS base
ARG SOURCE_DATE_EPOCH
RUN touch /begun && apt-get -qq update && apt-get -qq install --yes --no-install-recommends \
      libchromaprint1 libmp3lame0 libopus0 libsoxr0 tini \
 && rm -rf /var/lib/apt/lists/* /var/cache/* /var/log/* /var/lib/dpkg/*-old \
 && useradd --uid 10001 --create-home refrain && install --directory --owner=refrain /data \
 && find /data /etc /home /usr /var -xdev -newer /begun \
      ! -path /etc/hosts ! -path /etc/hostname ! -path /etc/resolv.conf \
      -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} + && rm /begun

# All that is added to it, and a list of everything, made by who knows best of each part.
FROM build AS whole
ARG SOURCE_DATE_EPOCH
COPY containers/sbom/tools.lock /
RUN python -m venv --without-pip /tools \
 && pip --python /tools/bin/python install --require-hashes --requirement /tools.lock
COPY --from=ffmpeg /ffmpeg /ffmpeg
COPY --from=base /var/lib/dpkg /dpkg
COPY containers/sbom/join.py /
RUN mkdir -p /whole/usr/local/bin /whole/usr/share/doc/refrain \
 && dpkg-query --admindir=/dpkg --show --showformat='${Package} ${Version} ${Architecture}\n' >/debian \
 && /tools/bin/cyclonedx-py environment --output-reproducible --spec-version 1.6 \
      --output-file /python.json /venv/bin/python \
 && /tools/bin/python /join.py /python.json /web.json /debian /ffmpeg/version \
      /whole/usr/share/doc/refrain/sbom.cdx.json \
 && mv /ffmpeg/ffmpeg /ffmpeg/ffprobe /whole/usr/local/bin && mv /venv /whole/venv \
 && find /whole -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +

FROM base
ARG VERSION=0.1.0 REVISION=
LABEL org.opencontainers.image.title="Refrain" \
      org.opencontainers.image.description="The open streaming service that a music co-operative can own" \
      org.opencontainers.image.licenses="AGPL-3.0-or-later" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.base.name="docker.io/library/python:3.13-slim-trixie" \
      org.cyclonedx.sbom="/usr/share/doc/refrain/sbom.cdx.json"
COPY --from=whole /whole /
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 \
    REFRAIN_DATA_DIR=/data REFRAIN_HOST=0.0.0.0 REFRAIN_PORT=8080 \
    REFRAIN_URL=http://127.0.0.1:8080 REFRAIN_LOG_FORMAT=json
USER refrain
WORKDIR /data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --start-period=60s CMD ["python", "-c", \
  "import os, urllib.request as u; u.urlopen(f\"http://127.0.0.1:{os.environ['REFRAIN_PORT']}/readyz\", timeout=5)"]
ENTRYPOINT ["tini", "--"]
CMD ["refrain", "up"]
