"""Conversations rendered by transformers' apply_chat_template, for templates of the usual shapes, written here.

    python make_fixtures.py

Reads the tokenizers of packages/providers/local/src/tokenizer/fixtures and writes packages/providers/local/src/chat-template/fixtures.
Made with transformers 5.24.0, tokenizers 0.23.3, Jinja2 3.1.6.
"""
import json, pathlib
from tokenizers import Tokenizer
from transformers import PreTrainedTokenizerFast

source = pathlib.Path(__file__).parents[3] / "packages/providers/local/src"
out = source / "chat-template/fixtures"

chatml = """{%- for message in messages %}
{{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>' + '\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}
{{- '<|im_start|>assistant\\n' }}
{%- endif %}"""

# With blocks round what the assistant writes, and block tags on lines of their own.
chatml_marked = """{% for message in messages %}
    {% if message.role == 'assistant' %}
<|im_start|>assistant
        {%- generation %}

{{ message.content | trim }}<|im_end|>
        {%- endgeneration %}

    {% else %}
<|im_start|>{{ message.role }}
{{ message.content | trim }}<|im_end|>
    {% endif %}
{% endfor %}
{% if add_generation_prompt %}
<|im_start|>assistant
{% endif %}"""

qwen3 = """{%- set ns = namespace(last=-1) %}
{%- for message in messages %}
    {%- if message.role == 'user' and not (message.content.startswith('<tool_response>') and message.content.endswith('</tool_response>')) %}
        {%- set ns.last = loop.index0 %}
    {%- endif %}
{%- endfor %}
{%- if tools %}
    {{- '<|im_start|>system\\n' }}
    {%- if messages[0].role == 'system' %}{{- messages[0].content + '\\n\\n' }}{%- endif %}
    {{- '# Tools\\n\\n<tools>' }}
    {%- for tool in tools %}
        {{- '\\n' }}{{- tool | tojson }}
    {%- endfor %}
    {{- '\\n</tools>\\n\\nAnswer a call as <tool_call>{"name": ..., "arguments": ...}</tool_call><|im_end|>\\n' }}
{%- elif messages[0].role == 'system' %}
    {{- '<|im_start|>system\\n' + messages[0].content + '<|im_end|>\\n' }}
{%- endif %}
{%- for message in messages %}
    {%- if message.role == 'user' or (message.role == 'system' and not loop.first) %}
        {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}
    {%- elif message.role == 'assistant' %}
        {%- set content = message.content %}
        {%- set thought = '' %}
        {%- if message.reasoning_content is string %}
            {%- set thought = message.reasoning_content %}
        {%- elif '</think>' in content %}
            {%- set thought = content.split('</think>')[0].rstrip('\\n').split('<think>')[-1].lstrip('\\n') %}
            {%- set content = content.split('</think>')[-1].lstrip('\\n') %}
        {%- endif %}
        {{- '<|im_start|>assistant\\n' }}
        {%- if loop.index0 > ns.last and (loop.last or thought) %}
            {{- '<think>\\n' + thought.strip('\\n') + '\\n</think>\\n\\n' + content.lstrip('\\n') }}
        {%- else %}
            {{- content }}
        {%- endif %}
        {%- if message.tool_calls %}
            {%- for call in message.tool_calls %}
                {%- if content or not loop.first %}{{- '\\n' }}{%- endif %}
                {%- set call = call.function if call.function else call %}
                {{- '<tool_call>\\n{"name": "' + call.name + '", "arguments": ' }}
                {%- if call.arguments is string %}{{- call.arguments }}{%- else %}{{- call.arguments | tojson }}{%- endif %}
                {{- '}\\n</tool_call>' }}
            {%- endfor %}
        {%- endif %}
        {{- '<|im_end|>\\n' }}
    {%- elif message.role == 'tool' %}
        {%- if loop.first or messages[loop.index0 - 1].role != 'tool' %}{{- '<|im_start|>user' }}{%- endif %}
        {{- '\\n<tool_response>\\n' + message.content + '\\n</tool_response>' }}
        {%- if loop.last or messages[loop.index0 + 1].role != 'tool' %}{{- '<|im_end|>\\n' }}{%- endif %}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
    {%- if enable_thinking is defined and enable_thinking is false %}{{- '<think>\\n\\n</think>\\n\\n' }}{%- endif %}
{%- endif %}"""

llama3 = """{{- bos_token }}
{%- if not date_string is defined %}{%- set date_string = '26 Jul 2024' %}{%- endif %}
{%- if messages[0]['role'] == 'system' %}
    {%- set system_message = messages[0]['content'] | trim %}
    {%- set messages = messages[1:] %}
{%- else %}
    {%- set system_message = '' %}
{%- endif %}
{{- '<|start_header_id|>system<|end_header_id|>\\n\\n' }}
{%- if tools is defined and tools %}{{- 'Environment: ipython\\n' }}{%- endif %}
{{- 'Today Date: ' + date_string + '\\n\\n' + system_message + '<|eot_id|>' }}
{%- for message in messages %}
    {%- if message.role == 'tool' or message.role == 'ipython' %}
        {{- '<|start_header_id|>ipython<|end_header_id|>\\n\\n' }}
        {%- if message.content is mapping or message.content is iterable and message.content is not string %}{{- message.content | tojson }}{%- else %}{{- message.content | tojson }}{%- endif %}
        {{- '<|eot_id|>' }}
    {%- elif 'tool_calls' in message %}
        {%- if message.tool_calls | length != 1 %}{{- raise_exception('This model only supports single tool-calls at once!') }}{%- endif %}
        {%- set call = message.tool_calls[0].function %}
        {{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n{"name": "' + call.name + '", "parameters": ' }}
        {{- call.arguments | tojson }}{{- '}' }}{{- '<|eot_id|>' }}
    {%- elif message.role == 'user' and loop.first and tools is defined and tools %}
        {{- '<|start_header_id|>user<|end_header_id|>\\n\\nGiven these functions:\\n\\n' }}
        {%- for tool in tools %}{{- tool | tojson(indent=4) }}{{- '\\n\\n' }}{%- endfor %}
        {{- message.content | trim + '<|eot_id|>' }}
    {%- else %}
        {{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n' + message['content'] | trim + '<|eot_id|>' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}{%- endif %}"""

mistral = """{%- if messages[0]['role'] == 'system' %}
    {%- set system_message = messages[0]['content'] %}
    {%- set loop_messages = messages[1:] %}
{%- else %}
    {%- set loop_messages = messages %}
{%- endif %}
{{- bos_token }}
{%- for message in loop_messages %}
    {%- if message['role'] == 'user' %}
        {%- if tools is defined and tools and (message == loop_messages | selectattr('role', 'equalto', 'user') | list | last) %}
            {{- '[AVAILABLE_TOOLS] ' }}{{- tools | tojson }}{{- '[/AVAILABLE_TOOLS]' }}
        {%- endif %}
        {%- if loop.last and system_message is defined %}
            {{- '[INST] ' + system_message + '\\n\\n' + message['content'] + '[/INST]' }}
        {%- else %}
            {{- '[INST] ' + message['content'] + '[/INST]' }}
        {%- endif %}
    {%- elif message.tool_calls is defined and message.tool_calls %}
        {{- '[TOOL_CALLS] [' }}
        {%- for call in message.tool_calls %}
            {%- if call.id is not defined or call.id | length != 9 %}{{- raise_exception('Tool call IDs should be alphanumeric strings with length 9!') }}{%- endif %}
            {{- '{"name": "' + call.function.name + '", "arguments": ' }}{{- call.function.arguments | tojson }}{{- ', "id": "' + call.id + '"}' }}
            {%- if not loop.last %}{{- ', ' }}{%- endif %}
        {%- endfor %}
        {{- ']' + eos_token }}
    {%- elif message['role'] == 'assistant' %}
        {{- ' ' + message['content'] | trim + eos_token }}
    {%- elif message['role'] == 'tool' %}
        {{- '[TOOL_RESULTS] {"content": ' + message.content | string + ', "call_id": "' + message.tool_call_id + '"}[/TOOL_RESULTS]' }}
    {%- endif %}
{%- endfor %}"""

templates = {"chatml": ("qwen", chatml), "chatml-marked": ("qwen", chatml_marked), "qwen3": ("qwen", qwen3), "llama3": ("llama3", llama3), "mistral": ("mistral", mistral)}

tools = [
    {"name": "weather", "description": "The temperature of a city, in °C — 城市气温.", "parameters": {"type": "object", "properties": {"city": {"type": "string", "description": "e.g. \"成都\" <b>"}, "days": {"type": "integer", "minimum": 1}}, "required": ["city"]}},
    {"name": "add", "parameters": {"type": "object", "properties": {"a": {"type": "number"}, "b": {"type": "number"}}}},
]
call = lambda id, name, arguments: {"type": "tool-call", "id": id, "name": name, "arguments": json.dumps(arguments, ensure_ascii=False)}
result = lambda id, name, content: {"type": "tool-result", "id": id, "name": name, "content": content}
conversations = {
    "short": {"messages": [{"role": "user", "content": "Hello, world!"}]},
    "chinese": {"messages": [{"role": "system", "content": "你是一个有用的助手。"}, {"role": "user", "content": "春眠不觉晓的下一句是什么？"}, {"role": "assistant", "content": "处处闻啼鸟。"}, {"role": "user", "content": [{"type": "text", "text": "再下"}, {"type": "text", "text": "一句呢？😀"}]}]},
    "spaces": {"messages": [{"role": "user", "content": "  two  \n"}, {"role": "assistant", "content": " reply \n"}, {"role": "user", "content": "\n\nmore"}]},
    "indented": {"messages": [{"role": "user", "content": "code"}, {"role": "assistant", "content": [{"type": "reasoning", "text": "\n  a\n "}, {"type": "text", "text": "\n    indented\n"}]}]},
    "trained": {"messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}, {"role": "user", "content": "Hello"}, {"role": "assistant", "content": "再见！\nBye"}]},
    "thoughts": {"messages": [{"role": "user", "content": "2+2?"}, {"role": "assistant", "content": [{"type": "reasoning", "text": "easy\n\n一二三"}, {"type": "text", "text": "4"}]}, {"role": "user", "content": "3+3?"}, {"role": "assistant", "content": [{"type": "reasoning", "text": "six"}, {"type": "text", "text": "6"}]}]},
    "off": {"messages": [{"role": "user", "content": "quick"}], "variables": {"enable_thinking": False, "date_string": "1 Jan 2026"}},
    "tools": {"tools": tools, "messages": [{"role": "system", "content": "Use tools."}, {"role": "user", "content": "成都和北京几度？"}]},
    "called": {"tools": tools, "messages": [{"role": "user", "content": "成都几度？"}, {"role": "assistant", "content": [call("abc123XYZ", "weather", {"city": "成都", "days": 2, "nested": {"x": [1, 2.5, None, True], "t": "a\"b\\c<d>"}})]}, {"role": "tool", "content": [result("abc123XYZ", "weather", "21 °C")]}]},
    "answered": {"tools": tools, "messages": [{"role": "user", "content": "成都几度？"}, {"role": "assistant", "content": [call("abc123XYZ", "weather", {"city": "成都"})]}, {"role": "tool", "content": [result("abc123XYZ", "weather", "21 °C")]}, {"role": "assistant", "content": "二十一度。"}]},
    "open": {"continueFinalMessage": True, "messages": [{"role": "user", "content": "Write a poem."}, {"role": "assistant", "content": "床前明月光， "}]},
}


def plain(message):
    """A message of ours as transformers takes it."""
    role, content = message["role"], message["content"]
    if role == "tool":
        return [{"role": "tool", "name": r["name"], "tool_call_id": r["id"], "content": r["content"]} for r in content]
    if isinstance(content, str):
        return [{"role": role, "content": content}]
    shown = {"role": role, "content": "".join(p["text"] for p in content if p["type"] == "text")}
    if thought := "".join(p["text"] for p in content if p["type"] == "reasoning"):
        shown["reasoning_content"] = thought
    if calls := [p for p in content if p["type"] == "tool-call"]:
        shown["tool_calls"] = [{"id": c["id"], "type": "function", "function": {"name": c["name"], "arguments": json.loads(c["arguments"])}} for c in calls]
    return [shown]


for name, (kind, template) in templates.items():
    fixture = json.loads((source / f"tokenizer/fixtures/{kind}.json").read_text())
    named = {k: v["content"] if isinstance(v, dict) else v for k, v in fixture["config"].items() if k in ("bos_token", "eos_token", "unk_token", "pad_token") and v}
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=Tokenizer.from_str(json.dumps(fixture["tokenizer"])), chat_template=template, **named)
    cases = []
    for label, c in conversations.items():
        messages = [shown for message in c["messages"] for shown in plain(message)]
        last = messages[-1]["role"] == "assistant"
        options = {"tools": [{"type": "function", "function": t} for t in c["tools"]] if "tools" in c else None, "continue_final_message": c.get("continueFinalMessage", False), "add_generation_prompt": not last, **c.get("variables", {})}
        if name == "mistral" and label in ("thoughts", "indented"):
            continue
        text = tokenizer.apply_chat_template(messages, tokenize=False, **options)
        case = {"name": label, **c, "text": text, "ids": tokenizer.encode(text, add_special_tokens=False)}
        if "endgeneration" in template and not options["continue_final_message"]:
            both = tokenizer.apply_chat_template(messages, tokenize=True, return_dict=True, return_assistant_tokens_mask=True, **options)
            case["mask"] = both["assistant_masks"]
        cases.append(case)
    (out / f"{name}.json").write_text(json.dumps({"tokenizer": kind, "template": template, "cases": cases}, ensure_ascii=False, indent=1) + "\n")
