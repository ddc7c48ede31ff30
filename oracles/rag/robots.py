"""What robots.txt files say of paths, by Protego (the parser of Scrapy), as a fixture for packages/rag/src/load/robots-txt.test.ts.

Needs protego. Run: python oracles/rag/robots.py > packages/rag/src/fixtures/robots.json
The files are put together by chance from pieces that the standard speaks of, with a fixed seed.
"""
import importlib.metadata
import json
import platform
import random

from protego import Protego

source = random.Random(9309)
segments = ["a", "b", "docs", "private", "页", "%E9%A1%B5", "%7Ea", "~a", "x.html", "x.gif", "p?q=1", "a%2fb", "a%2Fb", "a/b", "%41"]
agents = ["*", "modeshift", "ModeShift", "otherbot", "other-bot"]


def path():
    return "/" + "/".join(source.choice(segments) for _ in range(source.randint(0, 3)))


def pattern():
    text = path()
    for _ in range(source.randint(0, 2)):
        at = source.randint(1, len(text))
        # Within an escape a star would make two meanings of it.
        if "%" not in text[max(0, at - 2):at]:
            text = text[:at] + "*" + text[at:]
    return text + source.choice(["", "", "", "$", "*"])


def group():
    lines = [f"User-agent: {agent}" for agent in source.sample(agents, source.randint(1, 2))]
    for _ in range(source.randint(0, 4)):
        lines.append(source.choice(["Allow", "Disallow", "disallow", "DISALLOW"]) + source.choice([": ", ":"]) + source.choice([pattern(), pattern(), pattern(), ""]) + source.choice(["", " # why"]))
    if source.random() < 0.2:
        lines.insert(source.randint(1, len(lines)), "Sitemap: https://example.com/map.xml")
    return lines


cases = []
for _ in range(120):
    text = source.choice(["\n", "\r\n"]).join(line for _ in range(source.randint(1, 3)) for line in group() + [""])
    parser = Protego.parse(text)
    paths = [path() for _ in range(10)]
    cases.append({"text": text, "allowed": {one: parser.can_fetch("https://example.com" + one, "modeshift") for one in paths}})
print(json.dumps({
    "madeWith": {"protego": importlib.metadata.version("protego"), "python": platform.python_version()},
    "cases": cases,
}, ensure_ascii=False))
