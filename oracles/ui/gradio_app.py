"""The app of packages/ui/bench on Gradio's own server. Prints its address."""
import gradio as gr

with gr.Blocks() as demo:
    def echo(words):
        return f"你说：{words}"

    def count(to):
        text = ""
        for n in range(int(to)):
            text += "字"
            yield text

    words, to, shown = gr.Textbox(), gr.Number(), gr.Textbox()
    gr.Button().click(echo, words, shown, api_name="echo", concurrency_limit=None)
    gr.Button().click(count, to, shown, api_name="count", concurrency_limit=None)

demo.queue(max_size=None).launch(prevent_thread_lock=True, quiet=True)
print(demo.local_url.rstrip("/"), flush=True)
demo.block_thread()
