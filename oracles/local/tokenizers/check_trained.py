"""The ids that Hugging Face's tokenizers give with a tokenizer.json that trainBpe wrote.

    python check_trained.py TOKENIZER_JSON OUT

TOKENIZER_JSON is what train-bpe.test.ts trains; OUT is packages/providers/local/src/tokenizer/fixtures/trained.json.
Made with tokenizers 0.23.3.
"""
import json, pathlib, sys
from tokenizers import Tokenizer

path, out = map(pathlib.Path, sys.argv[1:])
tokenizer = Tokenizer.from_file(str(path))
texts = ["", "lower newest", "  widest\n\nlow", "春眠不觉晓，处处闻啼鸟。", "花落知多少？知！", "aaaaaaaaaaaaaaa", "banana<|endoftext|>bananas", "👋🏽 👋 é", "I'll 12345", "\x00\t\r\n \u3000"]
cases = [{"text": text, "ids": tokenizer.encode(text).ids} for text in texts]
out.write_text(json.dumps({"tokenizer": json.loads(path.read_text()), "cases": cases}, ensure_ascii=False, separators=(",", ":")) + "\n")
