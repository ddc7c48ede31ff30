"""Runs the Python that "Use via API" shows: snippets.py PYTHON-SNIPPETS.json, which snippets.ts writes while it serves."""
import contextlib
import io
import json
import os
import sys
import tempfile

snippets = json.load(open(sys.argv[1], encoding="utf-8"))
os.chdir(tempfile.mkdtemp())
for name in ("picture.png", "voice.wav", "file.txt"):
    with open(name, "w", encoding="utf-8") as file:
        file.write("12345")
failed = 0
for name, code in snippets.items():
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            exec(compile(code, name, "exec"), {})
        print(f"{name}: {printed.getvalue().strip().splitlines()[-1]}")
    except Exception as error:  # noqa: BLE001
        failed += 1
        print(f"{name}: FAILED {type(error).__name__}: {error}")
sys.exit(1 if failed else 0)
