"""Trains the tiny tokenizers: byte-level BPE, BPE with byte fallback, WordPiece, Unigram. Each returns a `tokenizers.Tokenizer`."""

import json
import math
from collections import Counter

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

from texts import CORPUS

GPT2_SPLIT = "gpt2"
LLAMA3_SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
QWEN_SPLIT = LLAMA3_SPLIT.replace(r"\p{N}{1,3}", r"\p{N}")


def byte_level(size, specials, split=GPT2_SPLIT, digits=False, nfc=False, bos=None):
    tokenizer = Tokenizer(models.BPE())
    if nfc:
        tokenizer.normalizer = normalizers.NFC()
    if split == GPT2_SPLIT:
        parts = [pre_tokenizers.Digits(individual_digits=True)] if digits else []
        parts.append(pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True))
    else:
        parts = [
            pre_tokenizers.Split(Regex(split), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    tokenizer.pre_tokenizer = parts[0] if len(parts) == 1 else pre_tokenizers.Sequence(parts)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(
        CORPUS,
        trainers.BpeTrainer(
            vocab_size=size - len(specials),
            initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
            show_progress=False,
        ),
    )
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in specials])
    if bos:
        tokenizer.post_processor = processors.Sequence(
            [
                processors.ByteLevel(trim_offsets=False),
                processors.TemplateProcessing(
                    single=f"{bos} $A",
                    pair=f"{bos} $A {bos}:1 $B:1",
                    special_tokens=[(bos, tokenizer.token_to_id(bos))],
                ),
            ]
        )
    else:
        tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    return tokenizer


def byte_fallback(size):
    """As converted from SentencePiece BPE: spaces become a block, unknown characters become bytes."""
    specials = ["<unk>", "<s>", "</s>"]
    trained = Tokenizer(models.BPE(unk_token="<unk>"))
    trained.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    english = [text for text in CORPUS if text.isascii()]
    trained.train_from_iterator(
        [word for text in english for word in text.split(" ")] + ["今天天气很好"],
        trainers.BpeTrainer(vocab_size=size - 256, special_tokens=specials, show_progress=False),
    )
    model = json.loads(trained.to_str())["model"]
    order = sorted(model["vocab"], key=model["vocab"].get)
    pieces = specials + [f"<0x{byte:02X}>" for byte in range(256)] + order[len(specials) :]
    tokenizer = Tokenizer(
        models.BPE(
            vocab={piece: index for index, piece in enumerate(pieces)},
            merges=[tuple(pair) for pair in model["merges"]],
            unk_token="<unk>",
            fuse_unk=True,
            byte_fallback=True,
        )
    )
    tokenizer.normalizer = trained.normalizer
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in specials])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A", pair="<s> $A <s>:1 $B:1", special_tokens=[("<s>", 1)]
    )
    return tokenizer


def counted(pieces):
    """Pieces with their counts, most frequent first, then in code-point order: the libraries' trainers differ from run to run here."""
    return sorted(Counter(pieces).items(), key=lambda item: (-item[1], item[0]))


def word_piece(size):
    splitter = pre_tokenizers.BertPreTokenizer()
    normalizer = normalizers.BertNormalizer(lowercase=True, handle_chinese_chars=True)
    words = [word for text in CORPUS for word, _ in splitter.pre_tokenize_str(normalizer.normalize_str(text))]
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    letters = "abcdefghijklmnopqrstuvwxyz"
    pieces += sorted({character for word in words for character in word} | set(letters + "0123456789.,;:!?'\"-"))
    pieces += [f"##{letter}" for letter in letters]
    pieces += [f"##{end}" for end in ("ing", "er", "ed", "es", "ly", "tion", "at", "an", "ow")]
    pieces += [word for word, _ in counted(words) if word not in set(pieces)]
    vocabulary = {piece: index for index, piece in enumerate(pieces[:size])}
    tokenizer = Tokenizer(models.WordPiece(vocab=vocabulary, unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = splitter
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in pieces[:5]])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return tokenizer


def unigram(size):
    specials = ["<s>", "<pad>", "</s>", "<unk>"]
    words = [f"▁{word}" for text in CORPUS for word in normalizers.NFKC().normalize_str(text).split(" ")]
    characters = counted(character for word in words for character in word)
    spans = [word[a:b] for word in words for a in range(len(word)) for b in range(a + 2, min(len(word), a + 8) + 1)]
    longer = counted(span for span in spans if span.lstrip("▁").isascii() or len(span) == 2)
    # A longer piece is worth its count times what it saves.
    longer.sort(key=lambda item: (-item[1] * (len(item[0]) - 1), item[0]))
    room = size - len(specials) - 1 - len(characters)
    kept = characters + longer[:room]
    total = sum(count for _, count in kept)
    scored = sorted(((piece, round(math.log(count / total), 4)) for piece, count in kept), key=lambda item: (-item[1], item[0]))
    tokenizer = Tokenizer(models.Unigram([(token, 0.0) for token in specials] + scored, unk_id=3, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")]
    )
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in specials])
    tokenizer.add_special_tokens([AddedToken("<mask>", special=True, normalized=False, lstrip=True)])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return tokenizer
