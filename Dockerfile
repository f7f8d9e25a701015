# Targets: silo (processors), silo-gpu (NVIDIA GPUs), gridctl (the cluster's client), grid (sweeps on one machine). BuildKit, buildah and
# podman build them alike; k8s/README.md says how each is built, with its bill of materials.
# Bases are pinned by the exact version of SDK and runtime. For digests, which only a registry can tell:
#   docker buildx imagetools inspect --format '{{.Manifest.Digest}}' IMAGE:TAG
ARG SDK=mcr.microsoft.com/dotnet/sdk:10.0.401-noble
ARG ASPNET=mcr.microsoft.com/dotnet/aspnet:10.0.12-noble-chiseled
ARG VERSION=0.1.0
ARG COMMIT=unknown

FROM ${SDK} AS source
ENV DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
WORKDIR /src
COPY . .

# A stage declares every argument that it uses itself: buildah before 1.41 does not hand on those of the stage before.
FROM source AS publish-silo
ARG VERSION
ARG COMMIT
RUN --mount=type=cache,target=/root/.nuget/packages,sharing=locked \
    dotnet publish Silo/Silo.csproj -c Release -r linux-x64 --self-contained false \
    -p:PublishReadyToRun=true -p:DebugType=none -p:Version=${VERSION} -p:SourceRevisionId=${COMMIT} -p:Cards=false -o /out/silo
RUN --mount=type=cache,target=/root/.nuget/packages,sharing=locked eng/bill-of-materials Silo ${VERSION} /out/silo

FROM source AS publish-silo-gpu
ARG VERSION
ARG COMMIT
RUN --mount=type=cache,target=/root/.nuget/packages,sharing=locked \
    dotnet publish Silo/Silo.csproj -c Release -r linux-x64 --self-contained false \
    -p:PublishReadyToRun=true -p:DebugType=none -p:Version=${VERSION} -p:SourceRevisionId=${COMMIT} -p:LibTorch=cuda -o /out/silo-gpu
RUN --mount=type=cache,target=/root/.nuget/packages,sharing=locked eng/bill-of-materials Silo ${VERSION} /out/silo-gpu

FROM source AS publish-gridctl
ARG VERSION
ARG COMMIT
RUN --mount=type=cache,target=/root/.nuget/packages,sharing=locked \
    dotnet publish Client/Client.csproj -c Release -r linux-x64 --self-contained false \
    -p:PublishReadyToRun=true -p:DebugType=none -p:Version=${VERSION} -p:SourceRevisionId=${COMMIT} -o /out/gridctl
RUN --mount=type=cache,target=/root/.nuget/packages,sharing=locked eng/bill-of-materials Client ${VERSION} /out/gridctl

FROM source AS publish-grid
ARG VERSION
ARG COMMIT
RUN --mount=type=cache,target=/root/.nuget/packages,sharing=locked \
    dotnet publish Local/Local.csproj -c Release -r linux-x64 --self-contained false \
    -p:PublishReadyToRun=true -p:DebugType=none -p:Version=${VERSION} -p:SourceRevisionId=${COMMIT} -o /out/grid
RUN --mount=type=cache,target=/root/.nuget/packages,sharing=locked eng/bill-of-materials Local ${VERSION} /out/grid

# A folder that a volume takes its owner from.
FROM source AS folders
RUN install -d /folders/grid

# What both silos are, but for the program. No shell, no package manager: what is looked at is looked at from a debug container.
FROM ${ASPNET} AS any-silo
COPY --from=folders --chown=1654:1654 /folders/grid /var/lib/grid
# The port is Grid:HttpPort's to say; the base image's own would only be warned about. There is no Kerberos here to encrypt by.
ENV ASPNETCORE_HTTP_PORTS="" \
    Grid__Folder=/var/lib/grid \
    PGGSSENCMODE=disable \
    XDG_CACHE_HOME=/var/lib/grid/cache
WORKDIR /var/lib/grid
VOLUME ["/var/lib/grid", "/tmp"]
EXPOSE 8080 11111 30000
STOPSIGNAL SIGTERM
USER 1654:1654
ENTRYPOINT ["/app/Silo"]

FROM any-silo AS silo
ARG VERSION
ARG COMMIT
LABEL org.opencontainers.image.title="Grid silo" \
      org.opencontainers.image.description="Runs the cells of Grid sweeps on processors" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${COMMIT}"
COPY --from=publish-silo /out/silo /app

# libtorch brings CUDA's libraries along; the driver's come from the node.
FROM any-silo AS silo-gpu
ARG VERSION
ARG COMMIT
LABEL org.opencontainers.image.title="Grid silo for GPUs" \
      org.opencontainers.image.description="Runs the cells of Grid sweeps on NVIDIA GPUs" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${COMMIT}"
ENV NVIDIA_VISIBLE_DEVICES=all \
    NVIDIA_DRIVER_CAPABILITIES=compute,utility
COPY --from=publish-silo-gpu /out/silo-gpu /app

# The report it writes is made by the page's components, which are of the web's runtime.
FROM ${ASPNET} AS gridctl
ARG VERSION
ARG COMMIT
LABEL org.opencontainers.image.title="gridctl" \
      org.opencontainers.image.description="Submits sweeps to a Grid cluster and follows them" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${COMMIT}"
COPY --from=publish-gridctl /out/gridctl /app
WORKDIR /sweeps
USER 1654:1654
ENTRYPOINT ["/app/gridctl"]

# docker run --rm --user "$(id -u):$(id -g)" --volume "$PWD:/sweeps" grid run examples/quickstart.yaml
FROM ${ASPNET} AS grid
ARG VERSION
ARG COMMIT
LABEL org.opencontainers.image.title="grid" \
      org.opencontainers.image.description="Runs Grid sweeps on one machine" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${COMMIT}"
ENV ASPNETCORE_HTTP_PORTS="" \
    XDG_CACHE_HOME=/tmp/cache
COPY --from=publish-grid /out/grid /app
WORKDIR /sweeps
VOLUME ["/tmp"]
USER 1654:1654
ENTRYPOINT ["/app/grid"]
