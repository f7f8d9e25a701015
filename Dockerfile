# syntax=docker/dockerfile:1.17
# Targets: silo (processors), silo-gpu (NVIDIA cards), gridctl. k8s/README.md says how each is built, with its bill of materials.
# Bases are pinned by the exact version of SDK and runtime. For digests, which only a registry can tell:
#   docker buildx imagetools inspect --format '{{.Manifest.Digest}}' IMAGE:TAG
ARG SDK=mcr.microsoft.com/dotnet/sdk:10.0.401-noble
ARG ASPNET=mcr.microsoft.com/dotnet/aspnet:10.0.12-noble-chiseled
ARG VERSION=0.1.0
ARG COMMIT=unknown

FROM ${SDK} AS source
ARG VERSION
ARG COMMIT
ENV DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
WORKDIR /src
COPY . .

FROM source AS publish-silo
RUN --mount=type=cache,target=/root/.nuget/packages,sharing=locked \
    dotnet publish Silo/Silo.csproj -c Release -r linux-x64 --self-contained false \
    -p:PublishReadyToRun=true -p:DebugType=none -p:Version=${VERSION} -p:SourceRevisionId=${COMMIT} -o /out/silo

FROM source AS publish-silo-gpu
RUN --mount=type=cache,target=/root/.nuget/packages,sharing=locked \
    dotnet publish Silo/Silo.csproj -c Release -r linux-x64 --self-contained false \
    -p:PublishReadyToRun=true -p:DebugType=none -p:Version=${VERSION} -p:SourceRevisionId=${COMMIT} -p:LibTorch=cuda -o /out/silo-gpu

FROM source AS publish-gridctl
RUN --mount=type=cache,target=/root/.nuget/packages,sharing=locked \
    dotnet publish Client/Client.csproj -c Release -r linux-x64 --self-contained false \
    -p:PublishReadyToRun=true -p:DebugType=none -p:Version=${VERSION} -p:SourceRevisionId=${COMMIT} -o /out/gridctl

# A folder that a volume takes its owner from.
FROM source AS folders
RUN install -d /folders/grid

# No shell, no package manager: what is looked at is looked at from a debug container.
FROM ${ASPNET} AS silo
ARG VERSION
ARG COMMIT
LABEL org.opencontainers.image.title="Grid silo" \
      org.opencontainers.image.description="Runs the cells of Grid sweeps on processors" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${COMMIT}"
COPY --from=folders --chown=1654:1654 /folders/grid /var/lib/grid
COPY --from=publish-silo /out/silo /app
# The port is Grid:HttpPort's to say; the base image's own would only be warned about.
ENV ASPNETCORE_HTTP_PORTS="" \
    Grid__Folder=/var/lib/grid \
    XDG_CACHE_HOME=/var/lib/grid/cache
WORKDIR /var/lib/grid
VOLUME ["/var/lib/grid", "/tmp"]
EXPOSE 8080 11111 30000
STOPSIGNAL SIGTERM
USER 1654:1654
ENTRYPOINT ["/app/Silo"]

# libtorch brings CUDA's libraries along; the driver's come from the node.
FROM ${ASPNET} AS silo-gpu
ARG VERSION
ARG COMMIT
LABEL org.opencontainers.image.title="Grid silo for GPUs" \
      org.opencontainers.image.description="Runs the cells of Grid sweeps on NVIDIA cards" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${COMMIT}"
COPY --from=folders --chown=1654:1654 /folders/grid /var/lib/grid
COPY --from=publish-silo-gpu /out/silo-gpu /app
ENV ASPNETCORE_HTTP_PORTS="" \
    Grid__Folder=/var/lib/grid \
    XDG_CACHE_HOME=/var/lib/grid/cache \
    NVIDIA_VISIBLE_DEVICES=all \
    NVIDIA_DRIVER_CAPABILITIES=compute,utility
WORKDIR /var/lib/grid
VOLUME ["/var/lib/grid", "/tmp"]
EXPOSE 8080 11111 30000
STOPSIGNAL SIGTERM
USER 1654:1654
ENTRYPOINT ["/app/Silo"]

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
