"""What Gradio itself says of its components in /info, and what its server answers in a row. Writes packages/ui/fixtures/gradio-info.json."""
import json
import sys

import gradio as gr

components = {
    "text": gr.Textbox(),
    "number": gr.Number(),
    "slider": gr.Slider(0, 10, value=5),
    "checkbox": gr.Checkbox(),
    "radio": gr.Radio(["甲", "乙"]),
    "dropdown": gr.Dropdown(["成都", "上海"], value="成都"),
    "multiselect": gr.Dropdown(["一", "二"], multiselect=True),
    "file": gr.File(),
    "image": gr.Image(type="filepath"),
    "audio": gr.Audio(type="filepath"),
    "json": gr.JSON(),
    "table": gr.Dataframe(),
    "code": gr.Code(),
    "chat": gr.Chatbot(),
    "label": gr.Label(),
    "markdown": gr.Markdown(),
    "plot": gr.Plot(),
    "gallery": gr.Gallery(),
}

with gr.Blocks() as demo:
    for name, component in components.items():
        component.render()
        component.label = name

        def echo(value):
            return value

        demo.load(echo, component, component, api_name=name)

info = demo.get_api_info()["named_endpoints"]
kept = {
    name: {
        "parameter": {key: info[f"/{name}"]["parameters"][0].get(key) for key in ("type", "python_type", "component", "parameter_has_default", "parameter_default")},
        "returns": {key: info[f"/{name}"]["returns"][0].get(key) for key in ("type", "python_type", "component")},
    }
    for name in components
}
# Long schemas are ours in each detail, and are not compared.
for name in ("chat", "gallery", "plot", "table", "label", "file", "image", "audio"):
    for side in kept[name].values():
        side.pop("type")
config = demo.get_config_file()
kept = {"version": gr.__version__, "dependency": sorted(config["dependencies"][0]), "config": sorted(config), "components": kept}
json.dump(kept, open(sys.argv[1], "w", encoding="utf8"), ensure_ascii=False, indent=1)
