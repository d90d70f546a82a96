#!/bin/sh
# Writes what it is told beside itself.
cat >> "$0.log"
