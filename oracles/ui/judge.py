"""Python's gradio_client against our server. Prints what it saw as JSON; with a file name, its requests are recorded there."""
import json, subprocess, sys, tempfile, threading, time
from pathlib import Path

import gradio_client
from gradio_client import Client, handle_file

root = Path(__file__).resolve().parents[2]


class Server:
    def __init__(self, *flags):
        command = ["node", "--conditions=modeshift-source", "--disable-warning=ExperimentalWarning", "oracles/ui/serve.ts", *flags]
        self.process = subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip()
        self.lines = []
        threading.Thread(target=lambda: self.lines.extend(iter(self.process.stdout.readline, "")), daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


def failure(work):
    try:
        work()
    except Exception as error:  # noqa: BLE001
        return f"{type(error).__name__}: {error}"
    return "no error"


def main():
    seen = {"gradio_client": gradio_client.__version__}
    record = ["--record", sys.argv[1]] if len(sys.argv) > 1 else []
    with Server(*record) as server:
        client = Client(server.url, verbose=False)
        api = client.view_api(return_format="dict")["named_endpoints"]
        seen["endpoints"] = list(api)
        seen["values"] = [[p["parameter_name"], p["component"], p["python_type"]["type"]] for p in api["/values"]["parameters"]]
        seen["text"] = client.predict("你好 😀", api_name="/text")
        seen["stringify"] = client.predict(42, api_name="/stringify")
        table = {"headers": ["城市"], "data": [["成都"], [None]], "metadata": None}
        seen["carried"] = client.predict(
            number=1.5, checkbox=True, radio="乙", multiselect=["一"], json={"键": [1, None]}, table=table,
            code="print('你好')", api_name="/values",
        )
        seen["shown"] = list(client.predict(api_name="/shown")[:5])
        seen["chat"] = client.predict("在吗", [{"role": "user", "content": "你好"}], api_name="/chat")

        job = client.submit("床前明月光😀", 60, api_name="/spell")
        seen["streamed"] = [list(one) for one in job]
        seen["every"] = len(list(client.submit(300, api_name="/every")))
        seen["batch"] = sorted(one.result() for one in [client.submit("字" * n, api_name="/lengths") for n in (1, 2, 3)])

        job = client.submit("一二三", 60_000, api_name="/spell")
        while not job.outputs():
            time.sleep(0.02)
        seen["cancelled"] = job.cancel()
        seen["cancelled_result"] = failure(lambda: job.result(timeout=5)).split(":")[0]
        deadline = time.time() + 5
        while "aborted 一二三\n" not in server.lines and time.time() < deadline:
            time.sleep(0.02)
        seen["signal"] = "aborted 一二三\n" in server.lines
        seen["after_cancel"] = client.predict("还在", api_name="/text")

        other = Client(server.url, verbose=False)
        seen["state"] = [client.predict(api_name="/turn"), client.predict(api_name="/turn"), other.predict(api_name="/turn")]

        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "数据 #1.txt"
            path.write_text("abc 你好", "utf8")
            copy, size = client.predict(handle_file(str(path)), None, api_name="/files")
            seen["file"] = [Path(copy).name, Path(copy).read_text("utf8"), size]
        seen["told"] = failure(lambda: client.predict("told", api_name="/fail"))
        seen["hidden"] = failure(lambda: client.predict("hidden", api_name="/fail")).split("(")[0]
        seen["invalid"] = failure(lambda: client.predict(1, 5, True, "丙", "成都", [], {}, table, "", [], api_name="/values"))

        progress = client.submit(1000, api_name="/tell")
        logs, units = [], []
        while not progress.done():
            status = progress.status()
            if status.log:
                logs.append(list(status.log))
            if status.progress_data:
                units.append([status.progress_data[0].index, status.progress_data[0].length, status.progress_data[0].desc])
            time.sleep(0.005)
        seen["log"], seen["progress"] = logs[:1], units[:1]

        clients = [Client(server.url, verbose=False) for _ in range(20)]
        jobs = [one.submit(f"第{i}位", api_name="/text") for i, one in enumerate(clients)]
        seen["many"] = [job.result() for job in jobs] == [f"你说：第{i}位" for i in range(20)]

    with Server("--auth") as server:
        seen["no_login"] = failure(lambda: Client(server.url, verbose=False)).split(":")[0]
        seen["wrong_login"] = failure(lambda: Client(server.url, auth=("小明", "错"), verbose=False)).split(".")[-2].strip()
        seen["login"] = Client(server.url, auth=("小明", "密码"), verbose=False).predict(api_name="/tell")
    print(json.dumps(seen, ensure_ascii=False))


main()
