"""Small tokenizers of every kind, trained here, with the ids and texts that Hugging Face's tokenizers give.

    python make_fixtures.py DATA OUT

DATA is the folder that holds text_tinyshakespeare and text_chinese_poetry; OUT is packages/providers/local/src/tokenizer/fixtures.
Made with tokenizers 0.23.3, sentencepiece 0.2.3, protobuf 7.36.2, Python 3.11.
"""
import base64, io, json, pathlib, random, sys, tempfile
import sentencepiece
from sentencepiece import sentencepiece_model_pb2 as pb
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

data, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
english = next((data / "text_tinyshakespeare").glob("*.txt")).read_text()[:60_000]
poems = json.loads((data / "text_chinese_poetry" / "唐诗三百首.json").read_text())
chinese = "\n".join("".join(p.get("paragraphs", p.get("para", []))) for p in poems)[:20_000]
corpus = [line for line in (english + "\n" + chinese).split("\n") if line.strip()]

texts = [
    "", " ", "  ", "\n", "\t", "\n\n", " \n \n", "Hello", " Hello", "Hello ", "  Hello  world  ", "Hello, world!", "hello\nworld\r\n",
    "你好，世界", "春眠不觉晓，处处闻啼鸟。", "中文 and English 混排 3.14！", "日本語テキスト、カタカナ。", "한국어 텍스트", "ｆｕｌｌｗｉｄｔｈ　ＡＢＣ１２３",
    "naïve café résumé", "nai\u0308ve cafe\u0301", "Ångström ﬁ ﬂ ½ ² ㍿ ①", "ÀÉÎÕÜ ßſ", "ΣΊΣΥΦΟΣ ΟΔΟΣ", "İstanbul ıi", "Привет, мир", "مرحبا بالعالم", "नमस्ते दुनिया",
    "👋🏽 🤦🏼‍♂️ 👨‍👩‍👧‍👦 🇨🇳🇩🇪", "emoji😀between😀words", "I'm you're they've she'd it'll don't I'LL CAN'T 'S", "3 33 333 3333 33333.333 ３３",
    "a" * 70, "x" * 120, "    indented\n        more\n", "tab\tseparated\tvalues", "\x00\x01\x7f\x85\xa0", "zero\u200bwidth\u200djoin\ufeffbom\u00adsoft",
    "line\u2028sep\u2029par", "\u3000全角空格\u3000", "$100 + 5% = €105 ≈ £90 ~ ^caret `tick` |pipe|", "http://example.com/a?b=c&d=e#f", "def f(x):\n    return x ** 2  # 注释\n",
    "<s>not bos</s>", "<|im_start|>user\nhi<|im_end|>\n", "<think>\nhm\n</think>\n\nyes", "[CLS] raw [SEP] [MASK] x[MASK]y", "a<|endoftext|> b <|endoftext|>",
    "<0x0A> literal", "▁ the mark ▁▁ itself", "##hash ##ing", "\ufffd replacement", "\ud7a3\u1112\u1161\u11ab", "e\u0301\u0301\u0301", "ｶﾞｷﾞ ﾊﾟ", "a\u0300b", "\r\n\r\n", "ends with space \n",
]
rng = random.Random(20261124)
alphabets = [
    "abcdefghij ETAOIN.,;'!?-\n", "的一是在不了有和人这中大为上个国我以要他，。！？ ", "áèïõñçøß éÉ\u0301\u0308", "0123456789 .,%", " \t\n\r\u00a0\u3000\u2003",
    "😀👍🏿❤️‍🔥🇫🇷", "<|im_end|>s/ [INST]think", "\u0000\u0008\u001b\u200b\u200f\ufeff\u00ad", "ﬁﬂ①½ｱｲｳﾞｶﾟ㌔", "ابتثनमस한국어กขค",
]
for n in range(60):
    chosen = rng.sample(alphabets, rng.randint(1, 4))
    texts.append("".join(rng.choice(rng.choice(chosen)) for _ in range(rng.randint(1, 40))))
pairs = [("What is it?", "It is 中文."), ("", "b"), ("a", ""), ("  the king ", "the queen")]


def write(name, tokenizer, config=None):
    tokenizer.no_padding(); tokenizer.no_truncation()
    cases = []
    for text in texts:
        plain = tokenizer.encode(text, add_special_tokens=False).ids
        full = tokenizer.encode(text).ids
        cases.append({"text": text, "ids": plain, "full": full, "decoded": tokenizer.decode(full, skip_special_tokens=False), "skipped": tokenizer.decode(full)})
    both = [{"a": a, "b": b, "ids": (e := tokenizer.encode(a, b)).ids, "typeIds": e.type_ids} for a, b in pairs]
    body = {"tokenizer": json.loads(tokenizer.to_str()), "config": config or {}, "cases": cases, "pairs": both}
    (out / f"{name}.json").write_text(json.dumps(body, ensure_ascii=False, separators=(",", ":")) + "\n")


def train(tokenizer, trainer):
    tokenizer.train_from_iterator(corpus, trainer)
    return tokenizer


special = lambda text, **more: AddedToken(text, special=True, normalized=False, **more)
plain = lambda text, **more: AddedToken(text, special=False, **more)
alphabet = pre_tokenizers.ByteLevel.alphabet()

# GPT-2: bytes, its own pattern; runs of spaces as plain added tokens, as in GPT-NeoX.
t = Tokenizer(models.BPE())
t.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
t.decoder = decoders.ByteLevel()
t.post_processor = processors.ByteLevel(trim_offsets=False)
train(t, trainers.BpeTrainer(vocab_size=700, initial_alphabet=alphabet, special_tokens=["<|endoftext|>"], show_progress=False))
t.add_tokens([plain("    ", normalized=True), plain("  ", normalized=True)])
write("gpt2", t, {"bos_token": "<|endoftext|>", "eos_token": "<|endoftext|>"})

# Llama 3: a pattern with (?i:…), whole words before merges, BOS by a template.
pattern = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
t = Tokenizer(models.BPE(ignore_merges=True))
t.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(pattern), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
t.decoder = decoders.ByteLevel()
train(t, trainers.BpeTrainer(vocab_size=700, initial_alphabet=alphabet, show_progress=False))
# A word that the merges cannot make, as Llama 3 has some: only a whole word may become it.
body = json.loads(t.to_str()); body["model"]["vocab"]["Ġzqx"] = len(body["model"]["vocab"]); t = Tokenizer.from_str(json.dumps(body))
t.add_special_tokens([special("<|begin_of_text|>"), special("<|end_of_text|>"), special("<|start_header_id|>"), special("<|end_header_id|>"), special("<|eot_id|>")])
bos = t.token_to_id("<|begin_of_text|>")
t.post_processor = processors.Sequence([processors.ByteLevel(trim_offsets=False), processors.TemplateProcessing(single="<|begin_of_text|> $A", pair="<|begin_of_text|> $A <|begin_of_text|>:1 $B:1", special_tokens=[("<|begin_of_text|>", bos)])])
texts.append("a zqx zqxy zqx")
write("llama3", t, {"bos_token": "<|begin_of_text|>", "eos_token": {"content": "<|eot_id|>"}})

# Qwen: NFC, single digits, markup that is added but not special.
pattern = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
t = Tokenizer(models.BPE())
t.normalizer = normalizers.NFC()
t.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(pattern), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
t.decoder = decoders.ByteLevel()
t.post_processor = processors.ByteLevel(trim_offsets=False)
train(t, trainers.BpeTrainer(vocab_size=700, initial_alphabet=alphabet, show_progress=False))
t.add_special_tokens([special("<|endoftext|>"), special("<|im_start|>"), special("<|im_end|>")])
t.add_tokens([plain(x, normalized=False) for x in ("<tool_call>", "</tool_call>", "<think>", "</think>")])
write("qwen", t, {"bos_token": None, "eos_token": "<|im_end|>", "pad_token": "<|endoftext|>", "additional_special_tokens": ["<|im_start|>", "<|im_end|>"]})


def sentencepiece_bpe(**stages):
    t = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    for stage, value in stages.items():
        setattr(t, stage, value)
    tokens = ["<unk>", "<s>", "</s>"] + [f"<0x{byte:02X}>" for byte in range(256)]
    t.train_from_iterator(corpus, trainers.BpeTrainer(vocab_size=900, special_tokens=tokens, limit_alphabet=120, show_progress=False))
    body = json.loads(t.to_str())
    body["added_tokens"] = body["added_tokens"][:3]
    return Tokenizer.from_str(json.dumps(body))


bos = [("<s>", 1)]
# Llama 1 and 2: a mark before the text and for each space, by the normaliser.
t = sentencepiece_bpe(normalizer=normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")]), pre_tokenizer=pre_tokenizers.Metaspace(prepend_scheme="never"))
t.pre_tokenizer = None
body = json.loads(t.to_str()); body["pre_tokenizer"] = None; t = Tokenizer.from_str(json.dumps(body))
t.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
t.post_processor = processors.TemplateProcessing(single="<s> $A", pair="<s> $A <s>:1 $B:1", special_tokens=bos)
write("llama2", t, {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"})

# Mistral and newer Llama 2 files: the mark by the pre-tokenizer, at the beginning only.
t = sentencepiece_bpe(pre_tokenizer=pre_tokenizers.Metaspace(prepend_scheme="first"))
t.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first", split=False)
t.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
t.post_processor = processors.TemplateProcessing(single="<s> $A", pair="<s> $A <s>:1 $B:1", special_tokens=bos)
t.add_special_tokens([special("[INST]"), special("[/INST]")])
write("mistral", t, {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"})

# BERT, uncased and cased.
for name, lower in (("bert-uncased", True), ("bert-cased", False)):
    t = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    t.normalizer = normalizers.BertNormalizer(lowercase=lower)
    t.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    t.decoder = decoders.WordPiece(cleanup=lower)
    train(t, trainers.WordPieceTrainer(vocab_size=900, special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]"], show_progress=False))
    t.add_special_tokens([special("[MASK]", lstrip=True)])
    cls, sep = t.token_to_id("[CLS]"), t.token_to_id("[SEP]")
    t.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", cls), ("[SEP]", sep)])
    roles = {f"{role}_token": f"[{role.upper()}]" for role in ("pad", "unk", "cls", "sep", "mask")}
    write(name, t, roles)

# XLM-RoBERTa (e5): unigrams after SentencePiece's compiled normalisation, here with a small table of rules.
rules = ["200B\t", "FEFF\t", "00AD\t", "3000\t20", "A0\t20", "9\t20", "A\t20", "D\t20", "FB01\t66 69", "FB02\t66 6C", "2460\t31", "BD\t31 2044 32", "FF76 FF9E\t30AC", "FF77 FF9E\t30AE", "FF8A FF9F\t30D1", "FF71\t30A2", "FF72\t30A4", "FF76\t30AB", "65 301\tE9", "61 300\tE0", "69 308\tEF", "2126\t3A9"]
rules += [f"{code:X}\t{code - 0xFEE0:X}" for code in range(0xFF01, 0xFF5F)]
with tempfile.TemporaryDirectory() as folder:
    table = pathlib.Path(folder, "rules.tsv"); table.write_text("\n".join(rules) + "\n")
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(sentence_iterator=iter(english.split("\n") + chinese[:3_000].split("。")), model_writer=model, model_type="unigram", vocab_size=900, character_coverage=0.98, normalization_rule_tsv=str(table), bos_id=0, pad_id=1, eos_id=2, unk_id=3, minloglevel=2)
proto = pb.ModelProto.FromString(model.getvalue())
pieces = [(p.piece, p.score) for p in proto.pieces] + [("<mask>", 0.0)]
t = Tokenizer(models.Unigram(pieces, unk_id=3, byte_fallback=False))
t.normalizer = normalizers.Precompiled(proto.normalizer_spec.precompiled_charsmap)
t.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(prepend_scheme="always")])
t.decoder = decoders.Metaspace(prepend_scheme="always")
t.add_special_tokens([special("<s>"), special("<pad>"), special("</s>"), special("<unk>"), special("<mask>", lstrip=True)])
t.post_processor = processors.TemplateProcessing(single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)])
write("xlm-roberta", t, {"bos_token": "<s>", "cls_token": "<s>", "eos_token": "</s>", "sep_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>", "mask_token": "<mask>"})
