#!/usr/bin/env bash
tr -cs "a-zA-Z'" '\n' | tr A-Z a-z | sort | uniq -c | sort -nr | head -n "$1"
