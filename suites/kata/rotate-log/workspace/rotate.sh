#!/usr/bin/env bash
file=$1
keep=$2
for i in $(seq 1 $keep); do
  [ -f $file.$i ] && mv $file.$i $file.$((i + 1))
done
mv $file $file.1
touch $file
