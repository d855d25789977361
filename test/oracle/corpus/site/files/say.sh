#!/bin/sh
for word; do echo "[$word]"; done
echo "in $(basename "$PWD")" >&2
