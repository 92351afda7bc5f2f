# syntax=docker/dockerfile:1
FROM node:24.14.0-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
RUN npm run build && npm prune --omit=dev

FROM node:24.14.0-bookworm-slim
# git lists the tags of upstreams and reads the fork's tree. bookworm's is 2.39; 2.37 is needed.
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates git \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 MODPROBOT_DATA=/data
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY app.yml ./
COPY schema ./schema
RUN install -d -o node -g node /data
USER node
VOLUME /data
EXPOSE 3000
# SIGTERM ends it: running jobs are finished or stored again within eight seconds.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then(({ok})=>process.exit(ok?0:1),()=>process.exit(1))"]
CMD ["node", "dist/cli.js", "serve"]
