#!/bin/bash
# Holds the manifests against the schemas of Kubernetes (PyPI: kubernetes-validate). Skips with a word where it
# is not installed.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
if ! command -v kubernetes-validate > /dev/null; then
    echo "skipped: kubernetes-validate is not installed (pip install kubernetes-validate)"
    exit 0
fi
kubernetes-validate --strict "$here"/*.yaml
# What is wrong must be found: else the above says nothing.
wrong=$(mktemp --suffix=.yaml)
trap 'rm -f "$wrong"' EXIT
sed 's/completionMode/completionModee/' "$here/load.yaml" > "$wrong"
if kubernetes-validate --strict "$wrong" > /dev/null 2>&1; then
    echo "a manifest with a wrong key was accepted"
    exit 1
fi
echo "the manifests keep the schemas of Kubernetes, and a wrong key is found"
