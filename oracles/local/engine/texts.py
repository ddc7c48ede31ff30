"""The texts that the tiny tokenizers are trained on and that the goldens encode."""

CORPUS = [
    "The quick brown fox jumps over the lazy dog. The dog sleeps in the warm sun.",
    "I lost my card and I want to transfer money to another account before the weekend.",
    "When will the transfer arrive? The money has not arrived and the card was declined.",
    "A small model learns from a few examples; a larger model learns from many examples.",
    "She said that the weather in the north is cold, and that the rain never stops in winter.",
    "Read the question, think about the answer, and then write the answer in one sentence.",
    "query: what is the capital of France? passage: Paris is the capital and largest city of France.",
    "You are a helpful assistant. Answer the question of the user in a short and honest way.",
    "今天天气很好，我们去公园散步吧。",
    "我的卡丢了，什么时候可以收到新的卡？",
    "转账还没有到账，请帮我查一下这个账户。",
    "为这个句子生成表示以用于检索相关文章：",
    "小模型从少量的例子中学习，大模型从很多的例子中学习。",
    "巴黎是法国的首都，也是法国最大的城市。",
    "请用一句话回答这个问题，不要写太长。",
]

"""Encoded by every tokenizer: plain text, Chinese, mixed scripts, emoji with joiners, white space, digits, accents, nothing."""
ENCODED = [
    "The quick brown fox jumps over the lazy dog.",
    "  two spaces,\ttab\n\nand new lines  ",
    "今天天气很好，我们去公园散步吧。",
    "我的 card 丢了！How do I get a new one in 2026?",
    "emoji: 😀👍🏽👩‍👩‍👧 end",
    "naïve café, ＦＵＬＬ　ｗｉｄｔｈ, e\u0301, don't I'll we've",
    "1234567890 3.14 -5",
    "龘靐齉",
    "",
]

PROMPTS = ["I lost my card and the money", "天气很好"]

CONTINUATIONS = [
    ("The capital of France is", [" Paris", " the north", "巴黎"]),
    ("我的卡丢了，", ["什么时候可以收到新的卡？", "请帮我"]),
]

EMBEDDED = [
    "I lost my card.",
    "My card is lost and I want a new one before the weekend, please.",
    "我的卡丢了",
    "When will the transfer arrive?",
    "转账还没有到账，请帮我查一下这个账户。",
    "the weather in the north is cold",
]

PAIRS = [
    ("what is the capital of France?", "Paris is the capital and largest city of France."),
    ("what is the capital of France?", "The dog sleeps in the warm sun."),
    ("我的卡丢了", "什么时候可以收到新的卡？"),
    ("我的卡丢了", "今天天气很好，我们去公园散步吧。"),
]

DIALOGUES = [
    [{"role": "user", "content": "When will the transfer arrive?"}],
    [
        {"role": "system", "content": "你是一个乐于助人的助手。"},
        {"role": "user", "content": "  我的卡丢了 😀 \"quoted\"\n"},
        {"role": "assistant", "content": "请稍等。"},
        {"role": "user", "content": "thanks"},
    ],
]

TOOL_DIALOGUE = [
    {"role": "user", "content": "北京天气?"},
    {
        "role": "assistant",
        "content": "",
        "tool_calls": [{"type": "function", "function": {"name": "weather", "arguments": {"city": "北京", "days": 2}}}],
    },
    {"role": "tool", "content": "{\"温度\": 21.5}"},
]

TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "weather",
            "description": "Weather of a city, 天气 <b>'&'</b>",
            "parameters": {
                "type": "object",
                "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
                "required": ["city"],
            },
        },
    }
]
