#!/usr/bin/env bash
awk '!seen[$0]++'
