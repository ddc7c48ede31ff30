"""Writes the tiny random checkpoints: folders as the Hugging Face hub has them.

    python checkpoints.py            # all
    python checkpoints.py llama gpt2
"""

import json
import shutil
import sys
import zlib

import numpy as np
import torch
from safetensors.torch import save_file
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    BertModel,
    GPT2Config,
    GPT2LMHeadModel,
    LlamaConfig,
    LlamaForCausalLM,
    MistralConfig,
    MistralForCausalLM,
    Qwen2Config,
    Qwen2ForCausalLM,
    Qwen3Config,
    Qwen3ForCausalLM,
    XLMRobertaConfig,
    XLMRobertaForSequenceClassification,
    XLMRobertaModel,
)

import templates
import tokenizer_files
from record import FIXTURES, versions

CHATML_TOKENS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
LLAMA3_TOKENS = ["<|begin_of_text|>", "<|end_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"]


def fill(model, seed):
    """Random weights that do not depend on the release of PyTorch: one generator for each parameter's name."""
    for name, parameter in model.named_parameters():
        random = np.random.RandomState((seed + zlib.crc32(name.encode())) % 2**32)
        values = random.randn(*parameter.shape)
        if parameter.dim() == 1:
            is_scale = name.endswith("weight") and ("norm" in name.lower() or "ln_" in name)
            values = 0.1 * values + (1.0 if is_scale else 0.0)
        else:
            # The encoders' embeddings are small, as real ones are, so that the epsilon of their first norm shows.
            small = "embeddings." in name
            values = values * (0.06 if small else 0.4 if "embed" in name or "wte" in name or "lm_head" in name else 0.3)
        with torch.no_grad():
            parameter.copy_(torch.from_numpy(values))
    return model.eval()


def write_json(path, value):
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def write_tokenizer(folder, tokenizer, config):
    (folder / "tokenizer.json").write_text(tokenizer.to_str())
    template = config.pop("chat_template_file", None)
    if template:
        (folder / "chat_template.jinja").write_text(template)
    write_json(folder / "tokenizer_config.json", {"tokenizer_class": "PreTrainedTokenizerFast", **config})


def write_weights(folder, model, dtype=torch.float32, rename=lambda name: name, extra=None, shards=1):
    tensors = {}
    seen = set()
    for name, tensor in model.state_dict().items():
        if tensor.data_ptr() in seen or (name == "lm_head.weight" and model.config.tie_word_embeddings):
            continue
        seen.add(tensor.data_ptr())
        tensors[rename(name)] = tensor.to(dtype).contiguous()
    tensors.update(extra or {})
    if shards == 1:
        save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
        return
    # Cut where a real index cuts: by bytes, in the order of the names.
    total = sum(t.numel() * t.element_size() for t in tensors.values())
    weight_map, parts, size = {}, [{}], 0
    for name, tensor in tensors.items():
        bytes_ = tensor.numel() * tensor.element_size()
        if size + bytes_ > total / shards * 1.05 and len(parts) < shards:
            parts.append({})
            size = 0
        parts[-1][name] = tensor
        size += bytes_
    for index, part in enumerate(parts):
        file = f"model-{index + 1:05d}-of-{len(parts):05d}.safetensors"
        save_file(part, folder / file, metadata={"format": "pt"})
        weight_map.update({name: file for name in part})
    write_json(folder / "model.safetensors.index.json", {"metadata": {"total_size": total}, "weight_map": weight_map})


COMMON = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "attention_dropout": 0.0}


def llama(folder):
    tokenizer = tokenizer_files.byte_level(320, CHATML_TOKENS, digits=True)
    config = LlamaConfig(
        **COMMON, vocab_size=320, intermediate_size=48, num_key_value_heads=2, max_position_embeddings=128,
        rms_norm_eps=1e-5, tie_word_embeddings=True,
        rope_parameters={"rope_type": "default", "rope_theta": 10000.0},
        bos_token_id=318, eos_token_id=319, pad_token_id=317,
    )  # fmt: skip
    model = fill(LlamaForCausalLM(config), 1)
    write_weights(folder, model)
    # The way hub checkpoints of 2023 to 2025 spell it: rope_theta at the top, torch_dtype, no head_dim.
    raw = {
        "architectures": ["LlamaForCausalLM"], "attention_bias": False, "attention_dropout": 0.0, "bos_token_id": 318,
        "eos_token_id": 319, "pad_token_id": 317, "hidden_act": "silu", "hidden_size": 32, "initializer_range": 0.02,
        "intermediate_size": 48, "max_position_embeddings": 128, "model_type": "llama", "num_attention_heads": 4,
        "num_hidden_layers": 2, "num_key_value_heads": 2, "pretraining_tp": 1, "rms_norm_eps": 1e-05,
        "rope_scaling": None, "rope_theta": 10000.0, "tie_word_embeddings": True, "torch_dtype": "float32",
        "transformers_version": "4.42.3", "use_cache": True, "vocab_size": 320,
    }  # fmt: skip
    write_json(folder / "config.json", raw)
    write_json(folder / "generation_config.json", {"bos_token_id": 318, "eos_token_id": 319, "pad_token_id": 317})
    write_tokenizer(
        folder, tokenizer,
        {"bos_token": "<|im_start|>", "eos_token": "<|im_end|>", "pad_token": "<|endoftext|>", "unk_token": "<|endoftext|>",
         "clean_up_tokenization_spaces": False, "model_max_length": 128, "chat_template": templates.CHATML},
    )  # fmt: skip


def llama_untied(folder):
    tokenizer = tokenizer_files.byte_level(320, LLAMA3_TOKENS, split=tokenizer_files.LLAMA3_SPLIT, bos=LLAMA3_TOKENS[0])
    scaling = {
        "factor": 8.0, "high_freq_factor": 4.0, "low_freq_factor": 1.0, "original_max_position_embeddings": 128,
        "rope_type": "llama3",
    }  # fmt: skip
    config = LlamaConfig(
        **COMMON, vocab_size=320, intermediate_size=48, num_key_value_heads=2, max_position_embeddings=1024,
        rms_norm_eps=1e-5, tie_word_embeddings=False, rope_parameters={"rope_theta": 10000.0, **scaling},
        bos_token_id=315, eos_token_id=[316, 319],
    )  # fmt: skip
    write_weights(folder, fill(LlamaForCausalLM(config), 2), torch.bfloat16, shards=2)
    raw = {
        "architectures": ["LlamaForCausalLM"], "attention_bias": False, "attention_dropout": 0.0, "bos_token_id": 315,
        "eos_token_id": [316, 319], "head_dim": 8, "hidden_act": "silu", "hidden_size": 32, "initializer_range": 0.02,
        "intermediate_size": 48, "max_position_embeddings": 1024, "mlp_bias": False, "model_type": "llama",
        "num_attention_heads": 4, "num_hidden_layers": 2, "num_key_value_heads": 2, "pretraining_tp": 1,
        "rms_norm_eps": 1e-05, "rope_scaling": scaling, "rope_theta": 10000.0, "tie_word_embeddings": False,
        "torch_dtype": "bfloat16", "transformers_version": "4.45.0", "use_cache": True, "vocab_size": 320,
    }  # fmt: skip
    write_json(folder / "config.json", raw)
    write_json(
        folder / "generation_config.json",
        {"bos_token_id": 315, "do_sample": True, "eos_token_id": [316, 319], "temperature": 0.6, "top_p": 0.9},
    )
    write_tokenizer(
        folder, tokenizer,
        {"bos_token": LLAMA3_TOKENS[0], "eos_token": LLAMA3_TOKENS[4], "clean_up_tokenization_spaces": True,
         "model_input_names": ["input_ids", "attention_mask"], "model_max_length": 1024, "chat_template": templates.LLAMA3},
    )  # fmt: skip


def mistral(folder):
    tokenizer = tokenizer_files.byte_fallback(352)
    config = MistralConfig(
        **COMMON, vocab_size=352, intermediate_size=48, num_key_value_heads=2, max_position_embeddings=256,
        rms_norm_eps=1e-5, sliding_window=8, rope_parameters={"rope_type": "default", "rope_theta": 1e6},
        bos_token_id=1, eos_token_id=2, architectures=["MistralForCausalLM"], dtype="bfloat16",
    )  # fmt: skip
    write_weights(folder, fill(MistralForCausalLM(config), 3), torch.bfloat16)
    config.save_pretrained(folder)
    write_json(folder / "generation_config.json", {"bos_token_id": 1, "eos_token_id": 2})
    write_tokenizer(
        folder, tokenizer,
        {"add_bos_token": True, "add_eos_token": False, "bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>",
         "clean_up_tokenization_spaces": False, "model_max_length": 256, "chat_template_file": templates.MISTRAL},
    )  # fmt: skip


def qwen(folder, config_class, model_class, seed, **options):
    tokenizer = tokenizer_files.byte_level(320, CHATML_TOKENS, split=tokenizer_files.QWEN_SPLIT, nfc=True)
    config = config_class(
        **COMMON, vocab_size=320, num_key_value_heads=2, max_position_embeddings=256, rms_norm_eps=1e-6,
        tie_word_embeddings=True, use_sliding_window=False, rope_parameters={"rope_type": "default", "rope_theta": 1e6},
        bos_token_id=317, eos_token_id=319, pad_token_id=317, architectures=[model_class.__name__], dtype="float32",
        **options,
    )  # fmt: skip
    write_weights(folder, fill(model_class(config), seed))
    config.save_pretrained(folder)
    write_json(
        folder / "generation_config.json",
        {"bos_token_id": 317, "do_sample": True, "eos_token_id": [319, 317], "pad_token_id": 317,
         "repetition_penalty": 1.05, "temperature": 0.7, "top_k": 20, "top_p": 0.8},
    )  # fmt: skip
    write_tokenizer(
        folder, tokenizer,
        {"add_bos_token": False, "bos_token": None, "eos_token": "<|im_end|>", "pad_token": "<|endoftext|>",
         "clean_up_tokenization_spaces": False, "model_max_length": 256, "chat_template": templates.QWEN},
    )  # fmt: skip


def qwen2(folder):
    qwen(folder, Qwen2Config, Qwen2ForCausalLM, 4, intermediate_size=48, sliding_window=256, max_window_layers=2)


def qwen3(folder):
    qwen(folder, Qwen3Config, Qwen3ForCausalLM, 5, intermediate_size=48, head_dim=16, attention_bias=False)


def gpt2(folder):
    tokenizer = tokenizer_files.byte_level(300, ["<|endoftext|>"])
    config = GPT2Config(
        vocab_size=300, n_embd=32, n_layer=2, n_head=4, n_inner=64, n_positions=56, resid_pdrop=0.0, embd_pdrop=0.0,
        attn_pdrop=0.0, bos_token_id=299, eos_token_id=299,
    )  # fmt: skip
    # The hub's gpt2 has no "transformer." prefix, and keeps the causal mask of each layer as a tensor.
    mask = torch.tril(torch.ones(56, 56)).view(1, 1, 56, 56)
    write_weights(
        folder, fill(GPT2LMHeadModel(config), 6), rename=lambda name: name.removeprefix("transformer."),
        extra={f"h.{layer}.attn.bias": mask.clone() for layer in range(2)},
    )  # fmt: skip
    raw = {
        "activation_function": "gelu_new", "architectures": ["GPT2LMHeadModel"], "attn_pdrop": 0.0, "bos_token_id": 299,
        "embd_pdrop": 0.0, "eos_token_id": 299, "initializer_range": 0.02, "layer_norm_epsilon": 1e-05,
        "model_type": "gpt2", "n_ctx": 56, "n_embd": 32, "n_head": 4, "n_inner": 64, "n_layer": 2, "n_positions": 56,
        "resid_pdrop": 0.0, "vocab_size": 300,
    }  # fmt: skip
    write_json(folder / "config.json", raw)
    write_json(folder / "generation_config.json", {"bos_token_id": 299, "eos_token_id": 299})
    # As on the hub: no chat template.
    write_tokenizer(
        folder, tokenizer,
        {"bos_token": "<|endoftext|>", "eos_token": "<|endoftext|>", "unk_token": "<|endoftext|>", "model_max_length": 56,
         "add_prefix_space": False},
    )  # fmt: skip


BERT_TOKENS = {
    "cls_token": "[CLS]", "sep_token": "[SEP]", "pad_token": "[PAD]", "unk_token": "[UNK]", "mask_token": "[MASK]",
    "do_lower_case": True, "clean_up_tokenization_spaces": True, "model_max_length": 64,
    "tokenizer_class": "BertTokenizer",
}  # fmt: skip
XLMR_TOKENS = {
    "bos_token": "<s>", "cls_token": "<s>", "eos_token": "</s>", "sep_token": "</s>", "pad_token": "<pad>",
    "unk_token": "<unk>", "mask_token": "<mask>", "clean_up_tokenization_spaces": True, "model_max_length": 64,
}  # fmt: skip
ENCODER = {
    "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 48, "hidden_act": "gelu",
    "hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0, "classifier_dropout": 0.0,
}  # fmt: skip


def bert_config(**options):
    return BertConfig(
        **ENCODER, vocab_size=253, max_position_embeddings=64, type_vocab_size=2, layer_norm_eps=1e-12, pad_token_id=0,
        **options,
    )  # fmt: skip


def xlmr_config(**options):
    return XLMRobertaConfig(
        **ENCODER, vocab_size=350, max_position_embeddings=66, type_vocab_size=1, layer_norm_eps=1e-5, pad_token_id=1,
        bos_token_id=0, eos_token_id=2, **options,
    )  # fmt: skip


def write_encoder(folder, config, model, tokenizer, tokens, dtype=torch.float32):
    config.architectures = [type(model).__name__]
    config.dtype = str(dtype).removeprefix("torch.")
    write_weights(folder, model, dtype)
    config.save_pretrained(folder)
    write_tokenizer(folder, tokenizer, dict(tokens))


def write_sentence_transformers(folder, mode, prompts=None, max_length=64):
    """The files of sentence-transformers as the hub's MiniLM, bge and e5 folders have them."""
    modules = ["Transformer", "Pooling", "Normalize"]
    paths = ["", "1_Pooling", "2_Normalize"]
    write_json(
        folder / "modules.json",
        [
            {"idx": index, "name": str(index), "path": path, "type": f"sentence_transformers.models.{name}"}
            for index, (name, path) in enumerate(zip(modules, paths))
        ],
    )
    (folder / "1_Pooling").mkdir()
    flags = {f"pooling_mode_{one}": one == mode for one in ("cls_token", "mean_tokens", "max_tokens", "mean_sqrt_len_tokens")}
    write_json(folder / "1_Pooling" / "config.json", {"word_embedding_dimension": 32, **flags})
    write_json(folder / "sentence_bert_config.json", {"max_seq_length": max_length, "do_lower_case": False})
    about = {"__version__": {"sentence_transformers": "2.2.2", "transformers": "4.28.1", "pytorch": "2.0.1"}}
    if prompts:
        about.update({"prompts": prompts, "default_prompt_name": None, "similarity_fn_name": "cosine"})
    write_json(folder / "config_sentence_transformers.json", about)


def bert_mean(folder):
    config = bert_config()
    write_encoder(folder, config, fill(BertModel(config), 7), tokenizer_files.word_piece(400), BERT_TOKENS)
    write_sentence_transformers(folder, "mean_tokens", max_length=24)


def bert_cls(folder):
    config = bert_config()
    write_encoder(folder, config, fill(BertModel(config), 8), tokenizer_files.word_piece(400), BERT_TOKENS)
    write_sentence_transformers(folder, "cls_token", {"query": "为这个句子生成表示以用于检索相关文章："})


def xlmr_mean(folder):
    config = xlmr_config()
    write_encoder(folder, config, fill(XLMRobertaModel(config), 9), tokenizer_files.unigram(350), XLMR_TOKENS)
    write_sentence_transformers(folder, "mean_tokens", {"query": "query: ", "passage": "passage: "})


def bert_classifier(folder):
    labels = {0: "lost", 1: "transfer", 2: "天气"}
    config = bert_config(id2label=labels, label2id={name: index for index, name in labels.items()})
    model = fill(BertForSequenceClassification(config), 10)
    write_encoder(folder, config, model, tokenizer_files.word_piece(400), BERT_TOKENS, torch.float16)


def xlmr_reranker(folder):
    config = xlmr_config(num_labels=1)
    model = fill(XLMRobertaForSequenceClassification(config), 11)
    write_encoder(folder, config, model, tokenizer_files.unigram(350), XLMR_TOKENS)


MAKERS = {
    "llama": llama, "llama-untied": llama_untied, "mistral": mistral, "qwen2": qwen2, "qwen3": qwen3, "gpt2": gpt2,
    "bert-mean": bert_mean, "bert-cls": bert_cls, "xlmr-mean": xlmr_mean, "bert-classifier": bert_classifier,
    "xlmr-reranker": xlmr_reranker,
}  # fmt: skip


def main():
    for name in sys.argv[1:] or MAKERS:
        folder = FIXTURES / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        MAKERS[name](folder)
        write_json(folder / "made-by.json", {"script": "oracles/local/engine/checkpoints.py", "versions": versions()})
        size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
        print(f"{name}: {size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
