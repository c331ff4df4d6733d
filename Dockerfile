# The signal service and the programs beside it, run from their sources as in development.
FROM node:26-slim AS dependencies
WORKDIR /levels
COPY package.json package-lock.json .npmrc ./
COPY tools/package.json tools/pin-node.mjs tools/
COPY apps/board/package.json apps/board/
COPY apps/replayer/package.json apps/replayer/
COPY apps/signal-service/package.json apps/signal-service/
COPY packages packages
# Of the packages the manifests are enough: their sources come with the next stage.
RUN find packages -mindepth 2 -maxdepth 2 ! -name package.json -exec rm -rf {} + \
  && npm ci --omit=dev --omit=optional --ignore-scripts

FROM node:26-slim
WORKDIR /levels
ENV NODE_ENV=production LEVELS_HTTP_HOST=0.0.0.0
COPY --from=dependencies /levels ./
COPY . .
USER node
EXPOSE 9464
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["node", "-e", "fetch('http://127.0.0.1:9464/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Exec form: signals reach the service itself, which then stops in order.
ENTRYPOINT ["node", "--conditions=@levels/source"]
CMD ["apps/signal-service/src/main.ts"]
