# davit alone. Apache in front of it, and the published tree, come from outside: see docker-compose.yml.
FROM node:20-bookworm-slim AS build
WORKDIR /src
COPY .npmrc package.json package-lock.json ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY app app
RUN npm run build:program && npm prune --omit=dev

FROM node:20-bookworm-slim
LABEL org.opencontainers.image.title="davit" org.opencontainers.image.licenses="Apache-2.0"
ENV NODE_ENV=production
WORKDIR /opt/davit
COPY --from=build /src/node_modules node_modules
COPY --from=build /src/dist dist
COPY package.json LICENSE ./
# In a container, loopback would reach nobody.
ENV DAVIT_SERVER_LISTEN=:5000
EXPOSE 5000
# For the key that tokens are signed by, which must outlive the container and be the same in all of them.
RUN install -d -o node -g node -m 700 /var/lib/davit
VOLUME /var/lib/davit
USER node
# By https where [server] tls_cert is set; its certificate is for other names than this address.
HEALTHCHECK --interval=10s --timeout=3s \
  CMD ["node", "-e", "const ask = (scheme, otherwise) => require(scheme).get({ host: '127.0.0.1', port: 5000, path: '/healthz', rejectUnauthorized: false }, ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1)).on('error', otherwise); ask('http', () => ask('https', () => process.exit(1)))"]
ENTRYPOINT ["node", "/opt/davit/dist/main.js"]
CMD ["serve"]
