# A stand-in for node:24: the sandbox image's Debian, Node and npm, and what this machine trusts.
ARG BASE
FROM $BASE
COPY ca.crt /etc/ssl/certs/ca-certificates.crt
ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt NPM_CONFIG_CAFILE=/etc/ssl/certs/ca-certificates.crt
