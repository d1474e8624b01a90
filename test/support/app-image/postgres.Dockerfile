# Debian's PostgreSQL, started as the official image starts its own: what compose.yml says to one holds for the other.
ARG BASE
FROM $BASE
RUN apt-get update && apt-get install -y --no-install-recommends postgresql && rm -rf /var/lib/apt/lists/*
COPY postgres.sh /postgres.sh
ENTRYPOINT ["sh", "/postgres.sh"]
