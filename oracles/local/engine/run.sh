#!/bin/sh
# Writes every fixture of the local engine again. PYTHON is the interpreter of an environment with requirements.txt installed.
set -e
cd "$(dirname "$0")"
export TOKENIZERS_PARALLELISM=false OMP_NUM_THREADS=1 PYTHONWARNINGS=ignore
for script in checkpoints.py decoders.py processors.py adapters.py embedding_adapters.py encoders.py; do
  "${PYTHON:-python}" "$script"
done
