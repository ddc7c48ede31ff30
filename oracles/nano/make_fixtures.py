"""Conversations as transformers renders and encodes them with nano's tokenizer and chat template.

    python make_fixtures.py

Reads packages/nano/weights and writes packages/nano/src/fixtures/chat.json. To be run again when the tokenizer has changed.
Made with transformers 5.24.0, tokenizers 0.23.3.
"""
import json, pathlib
import tokenizers, transformers
from transformers import AutoTokenizer

package = pathlib.Path(__file__).parents[2] / "packages/nano"
tok = AutoTokenizer.from_pretrained(package / "weights")
weather = {"name": "get_weather", "description": "Tells the weather of a town", "parameters": {"type": "object", "properties": {"city": {"type": "string"}, "unit": {"type": "string", "enum": ["C", "F"]}, "days": {"type": "integer"}}, "required": ["city"]}}
bare = {"name": "ping", "parameters": {"type": "object", "properties": {}}}
call = lambda name, **given: {"type": "function", "function": {"name": name, "arguments": given}}
cases = [
    ("one question", [{"role": "user", "content": "What is 12+30?"}, {"role": "assistant", "content": "42"}], None),
    ("Chinese with a system message", [{"role": "system", "content": "你在服务台工作。"}, {"role": "user", "content": "你好，我叫王小明。\n订单K4821在哪里？"}, {"role": "assistant", "content": "您好，王小明！😀"}], None),
    ("tools and a call", [{"role": "user", "content": "How warm is it in Fenbury?"}, {"role": "assistant", "content": "", "tool_calls": [call("get_weather", city="Fenbury", days=2)]}], [weather, bare]),
    ("tools under a system message, two calls, a result", [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "青溪镇和Ostmere的天气？"}, {"role": "assistant", "content": "", "tool_calls": [call("get_weather", city="青溪镇"), call("get_weather", city="Ostmere")]}, {"role": "tool", "content": "{\"temp\": 21}"}, {"role": "assistant", "content": "21 and 17."}], [weather]),
    ("turns", [{"role": "user", "content": "eagle"}, {"role": "assistant", "content": "melon"}, {"role": "user", "content": "dog  \t é"}, {"role": "assistant", "content": "melon"}], None),
]
out = []
for name, messages, tools in cases:
    defs = tools and [{"type": "function", "function": tool} for tool in tools]
    whole = tok.apply_chat_template(messages, tools=defs, return_dict=True, return_assistant_tokens_mask=True)
    out.append({
        "name": name, "messages": messages, "tools": tools,
        "text": tok.apply_chat_template(messages, tools=defs, tokenize=False),
        "prompt": tok.apply_chat_template(messages[:-1], tools=defs, tokenize=False, add_generation_prompt=True),
        "ids": whole["input_ids"], "mask": whole["assistant_masks"],
    })
made = {"transformers": transformers.__version__, "tokenizers": tokenizers.__version__, "cases": out}
(package / "src/fixtures/chat.json").write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n")
print(transformers.__version__, tokenizers.__version__, len(out))
