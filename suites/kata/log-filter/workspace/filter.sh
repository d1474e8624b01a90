#!/usr/bin/env bash
cat
