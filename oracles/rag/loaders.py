"""Files written by other programs, as a fixture for packages/rag/src/load/read-source.test.ts: a workbook by openpyxl, a
presentation by python-pptx, and texts in the encodings of Python's codecs.

Needs openpyxl and python-pptx. Run: python oracles/rag/loaders.py > packages/rag/src/fixtures/loaders.json
"""
import base64
import datetime
import io
import json
import platform

import openpyxl
import pptx
from openpyxl.comments import Comment
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches


def workbook():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "价目 表"
    sheet["B2"] = "二〇二六年价目"
    sheet.merge_cells("B2:E2")
    rows = [
        ["商品", "价格", "折扣", "日期"],
        ["苹果|红", 3.5, 0.25, datetime.date(2026, 2, 28)],
        ["香蕉\n大", 0.1 + 0.2, 1, datetime.datetime(2026, 3, 1, 13, 30)],
        [None, 12345678901234, 0.125, datetime.time(8, 5)],
    ]
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            cell = sheet.cell(4 + r, 2 + c, value)
            if c == 2 and r > 0:
                cell.number_format = "0.0%"
    sheet["E5"].number_format = 'yyyy"年"m"月"d"日"'
    sheet["B10"] = True
    sheet["B11"] = "=1+1"
    sheet["C5"].comment = Comment("每斤", "李")
    hidden = book.create_sheet("hidden")
    hidden["A1"] = "秘密"
    hidden.sheet_state = "hidden"
    book.create_sheet("Second")["AB3"] = "single"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def presentation():
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = "退款 流程"
    frame = slide.placeholders[1].text_frame
    frame.text = "申请"
    inner = frame.add_paragraph()
    inner.text = "填写表格"
    inner.level = 1
    slide.notes_slide.notes_text_frame.text = "讲慢一点"
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    table = slide.shapes.add_table(3, 3, Inches(1), Inches(1), Inches(4), Inches(2)).table
    for r in range(3):
        for c in range(3):
            table.cell(r, c).text = f"{r}{c}"
    table.cell(0, 0).merge(table.cell(0, 1))
    table.cell(1, 2).merge(table.cell(2, 2))
    box = slide.shapes.add_textbox(Inches(1), Inches(4), Inches(4), Inches(1))
    box.text_frame.text = "脚注 & 说明"
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "图"
    data = CategoryChartData()
    data.categories = ["东", "西"]
    data.add_series("2025", (1.5, 2))
    data.add_series("2026", (3, 4))
    slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, Inches(1), Inches(2), Inches(4), Inches(3), data)
    hidden = deck.slides.add_slide(deck.slide_layouts[5])
    hidden.shapes.title.text = "秘密"
    hidden._element.set("show", "0")
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


chinese = "退款说明：七天内可以无理由退货，运费由买家承担。请保留发票与包装，客服会在两个工作日内回复您的申请。\n"
traditional = "退款說明：七天內可以無理由退貨，運費由買家承擔。請保留發票與包裝，客服會在兩個工作日內回覆您的申請。\n"
japanese = "返金について：七日以内であれば理由を問わず返品できます。送料はお客様のご負担となります。ありがとうございます。\n"
korean = "환불 안내: 칠 일 이내에는 이유 없이 반품할 수 있습니다. 배송비는 고객이 부담합니다. 감사합니다.\n"
russian = "Возврат: в течение семи дней товар можно вернуть без объяснения причин. Доставку оплачивает покупатель.\n"
texts = [
    ("gb18030", chinese + "㐀𠮷\n"),
    ("gbk", chinese),
    ("big5", traditional),
    ("shift_jis", japanese),
    ("euc-jp", japanese),
    ("iso-2022-jp", japanese),
    ("euc-kr", korean),
    ("windows-1251", russian),
    ("koi8-r", russian),
    ("utf-16", chinese),
]


def encoded(data):
    return base64.b64encode(data).decode()


print(json.dumps({
    "madeWith": {"openpyxl": openpyxl.__version__, "python-pptx": pptx.__version__, "python": platform.python_version()},
    "workbook": encoded(workbook()),
    "presentation": encoded(presentation()),
    "texts": [{"encoding": name, "text": text, "bytes": encoded(text.encode(name))} for name, text in texts],
}, ensure_ascii=False))
