"""Writes packages/data/fixtures/csv-cases.json: files as bytes, with the rows that Python's csv module reads from them.

Python's csv module and codecs are the outside judge of our reader and of our encoding detection.
Run: python3 oracles/data/make_csv_cases.py   (Python 3.9 or newer, standard library only; same output every time)
"""

import base64
import csv
import io
import json
import pathlib
import random

root = pathlib.Path(__file__).resolve().parents[2]
out = root / "packages" / "data" / "fixtures" / "csv-cases.json"
rng = random.Random(20261123)

ENGLISH = [
    'I still have not received my new card, I ordered over a week ago.',
    'He said "no"; then he left.',
    'line one\nline two',
    'windows\r\nline break',
    'tab\there | pipe',
    '  spaces around  ',
    '"fully quoted"',
    '',
    "it's 5\" wide",
    ',;|\t',
]
CHINESE = [
    '我的银行卡还没有收到,请问什么时候能寄到?',
    '他说"不行";然后走了。',
    '第一行\n第二行',
    '这个产品的质量非常差|我很失望',
    '退款什么时候到账?',
    '手续费为什么这么高,能不能解释一下',
    '',
]
TRADITIONAL = [
    '我的信用卡還沒有收到,請問什麼時候會寄到?',
    '他說"不行";然後走了。',
    '第一行\n第二行',
    '這個產品的品質非常差|我很失望',
    '退款什麼時候會到帳戶?',
    '手續費為什麼這麼貴',
    '',
]
WESTERN = [
    'Où est ma carte ? Je l’attends depuis une semaine, désolé',
    'Das Gerät war beschädigt; ich möchte mein Geld zurück',
    '¿Dónde está el niño? – “aquí”',
    'Ça coûte 30 € de trop',
    'crème\nbrûlée',
    '',
]
JAPANESE = ['カードがまだ届いていません。', 'この商品の品質は,とても悪いです', '返金は"いつ"ですか?', 'ありがとう\nございます']
LABELS = ['card_arrival', '退款', 'a', 'lost or stolen']


def write(rows, delimiter=',', terminator='\r\n', quoting=csv.QUOTE_MINIMAL):
    buffer = io.StringIO(newline='')
    csv.writer(buffer, delimiter=delimiter, lineterminator=terminator, quoting=quoting).writerows(rows)
    return buffer.getvalue()


def read(text, delimiter):
    return list(csv.reader(io.StringIO(text, newline=''), delimiter=delimiter))


def table(texts, labels, count=24):
    return [['text', 'label', 'id']] + [
        [rng.choice(texts), rng.choice(labels), str(number)] for number in range(count)
    ]


cases = []


def add(name, text, delimiter, codec='utf-8', bom=b'', encoding=None):
    cases.append({
        'name': name,
        'bytes': base64.b64encode(bom + text.encode(codec)).decode('ascii'),
        'delimiter': delimiter,
        'encoding': encoding or codec,
        'rows': read(text, delimiter),
    })


for delimiter, called in [(',', 'comma'), ('\t', 'tab'), (';', 'semicolon'), ('|', 'pipe')]:
    for terminator, ends in [('\n', 'LF'), ('\r\n', 'CRLF'), ('\r', 'CR')]:
        # With CR as line end, Python's writer leaves a field with LF unquoted, which no reader can undo.
        quoting = csv.QUOTE_ALL if terminator == '\r' else rng.choice([csv.QUOTE_MINIMAL, csv.QUOTE_NONNUMERIC])
        add(f'{called}, {ends}', write(table(ENGLISH + CHINESE, LABELS), delimiter, terminator, quoting), delimiter)

latin = ['card_arrival', 'a', 'lost or stolen']
add('utf-8 with BOM', write(table(CHINESE, LABELS)), ',', bom=b'\xef\xbb\xbf')
add('utf-16 LE with BOM', write(table(CHINESE, LABELS), '\t'), '\t', 'utf-16-le', b'\xff\xfe', 'utf-16le')
add('utf-16 BE with BOM', write(table(CHINESE, LABELS)), ',', 'utf-16-be', b'\xfe\xff', 'utf-16be')
add('utf-16 LE without BOM', write(table(CHINESE, LABELS)), ',', 'utf-16-le', encoding='utf-16le')
add('utf-16 BE without BOM', write(table(ENGLISH, LABELS), ';'), ';', 'utf-16-be', encoding='utf-16be')
add('gb18030', write(table(CHINESE, LABELS)), ',', 'gb18030')
add('gb18030 beyond GBK', write(table([text + '㐀𠀀' for text in CHINESE], LABELS)), ',', 'gb18030')
add('gbk, semicolon', write(table(CHINESE, LABELS), ';'), ';', 'gbk', encoding='gb18030')
add('gb2312, three rows', write(table(CHINESE[3:6], LABELS, 3)), ',', 'gb2312', encoding='gb18030')
add('big5', write(table(TRADITIONAL, latin)), ',', 'big5')
add('big5, three rows', write(table(TRADITIONAL[3:6], latin, 3)), ',', 'big5')
add('cp1252', write(table(WESTERN, latin)), ',', 'cp1252', encoding='windows-1252')
add('cp1252, semicolon', write(table(WESTERN + ENGLISH, latin), ';'), ';', 'cp1252', encoding='windows-1252')
add('latin-1', write(table(WESTERN[1:2] + ['Le virement a échoué'], latin)), ',', 'latin-1', encoding='windows-1252')
add('shift_jis', write(table(JAPANESE, latin)), ',', 'shift_jis')

add('mixed line ends', 'text,label,id\r\nfirst,a,1\n"sec\r\nond",b,2\rthird,c,3\n', ',')
add('no line end at the end', 'text,label\n你好,a\n再见,b', ',')
add('blank lines', 'text,label\n\n你好,a\n\n\r\n再见,b\n\n\n', ',')
add('characters after a closing quote', 'text,label\n"a"b,x\n"c" ,y\n5" disk,z\n', ',')
add('empty quoted fields', 'text,label,id\n"",a,1\n"""",b,2\n"""""",c,3\nd,"",4\n', ',')
add('one column of delimiters in quotes', 'text,label\n"a,b;c|d\te",x\n"f;g;h",y\n', ',')

out.parent.mkdir(parents=True, exist_ok=True)
out.write_text(json.dumps(cases, ensure_ascii=True, indent=1) + '\n', encoding='utf-8')
print(f'{len(cases)} cases, {out.stat().st_size} bytes')
