#!/usr/bin/env bash
awk '{ print $3 }' | sort | uniq -c
