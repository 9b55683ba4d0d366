# Lifeboat in a container: not root, nothing writable but /data. See docs/operations.md.
#   docker build --tag lifeboat .
#   docker run --read-only --tmpfs /tmp --cap-drop ALL --init --volume lifeboat:/data --publish 127.0.0.1:8080:8080 lifeboat

# The module in machine code; everything works without it, slower.
FROM rust:1.95.0-slim-bookworm AS native
WORKDIR /build
COPY native ./native
RUN cd native && cargo build --release --locked --target-dir /build/target

# Packages, and the console that is built of them.
FROM node:24.21.0-bookworm-slim AS build
WORKDIR /opt/lifeboat
COPY package.json package-lock.json tsconfig.json ./
COPY scripts ./scripts
COPY src ./src
RUN npm ci --no-audit --no-fund \
 && npm run console \
 && npm prune --omit=dev --ignore-scripts --no-audit --no-fund \
 # The short names of the embedded PostgreSQL's libraries: the root file system is read-only later.
 && node --input-type=module --eval "await (await import('/opt/lifeboat/src/db/postgres-binaries.ts')).postgresBinaries()"

FROM node:24.21.0-bookworm-slim
WORKDIR /opt/lifeboat
COPY LICENSE ./
COPY --from=build /opt/lifeboat/package.json ./
COPY --from=build /opt/lifeboat/node_modules ./node_modules
COPY --from=build /opt/lifeboat/src ./src
COPY --from=build /opt/lifeboat/dist ./dist
COPY --from=native /build/target/release/liblifeboat_native.so ./native/lifeboat.node
RUN mkdir /data && chown node:node /data && chmod 700 /data
ENV NODE_ENV=production LIFEBOAT_DATA=/data LIFEBOAT_LISTEN=0.0.0.0:8080
USER node
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
# With HTTPS, or on another port, give another one (`--health-cmd`, `healthcheck` in compose.yaml).
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=4 \
  CMD ["node", "--eval", "fetch('http://127.0.0.1:8080/healthz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/opt/lifeboat/src/cli/main.ts"]
CMD ["serve"]
