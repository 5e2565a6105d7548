"""Step 1a: a file becomes sheets of printed cells, by what it holds and not by its name. Pure.

Run in a child process for what strangers send (``child.open_in_child``).
"""

from geo.errors import Problem, ProblemError
from geo.importing import calendars, markup, plain, spreadsheets
from geo.importing.columns import find_header
from geo.importing.prose import read_prose
from geo.importing.sheets import (
    FORMATS,
    HEADER_WITHIN,
    LARGEST_BYTES,
    Opened,
    Sheet,
    bounded,
    too_large,
)
from geo.importing.zips import kind_of_zip

_OTHERS = (
    (b"\xd0\xcf\x11\xe0", "旧版或加密的 Excel、Word 文件", "请另存为 XLSX 或 DOCX，不要加密码"),
    (b"%PDF", "PDF 文件", "请把里面的文字复制出来粘贴"),
    (b"\x89PNG", "图片", "请把图上的文字抄下来粘贴"),
    (b"\xff\xd8\xff", "图片", "请把图上的文字抄下来粘贴"),
    (b"GIF8", "图片", "请把图上的文字抄下来粘贴"),
    (b"Rar!", "压缩包", "请解开后再导入里面的表格"),
    (b"7z\xbc\xaf", "压缩包", "请解开后再导入里面的表格"),
    (b"\x1f\x8b", "压缩包", "请解开后再导入里面的表格"),
)
_ENDINGS = {"xlsx": "XLSX", "xlsm": "XLSX", "docx": "DOCX", "xls": "旧版 Excel"}


def open_file(data: bytes, name: str, dialect: str = "") -> Opened:
    """Raises ProblemError when the file as a whole cannot be read.

    *dialect* is how its source writes, where its own look would mislead: "table" or "prose".
    """
    if len(data) > LARGEST_BYTES:
        raise ProblemError(too_large(name, len(data)))
    if not data.strip(b"\xef\xbb\xbf \t\r\n"):
        raise ProblemError(Problem("empty_file", f"「{name}」是空文件", FORMATS))
    for start, what, next_step in _OTHERS:
        if data.startswith(start):
            raise ProblemError(Problem("wrong_format", f"「{name}」是{what}", FORMATS, next_step))
    if data[:4] == b"PK\x03\x04":
        if kind_of_zip(data, name) == "DOCX":
            return _open_docx(data, name)
        return Opened(tuple(spreadsheets.read_xlsx(data, name)), _notes(name, "XLSX"))
    return _open_text(plain.decode(data, name), name, dialect)


def _open_text(text: str, name: str, dialect: str = "") -> Opened:
    """What the text itself says it is; a table with a header wins over prose."""
    if calendars.looks_like_ics(text):
        return Opened((calendars.read_ics(text, name),), _notes(name, "日历"))
    if calendars.looks_like_json(text):
        return Opened((calendars.read_geojson(text, name),), _notes(name, "GeoJSON"))
    if markup.looks_like_html(text):
        return Opened(tuple(markup.read_html(text, name)), _notes(name, "网页"))
    sheet = bounded(name, plain.lines_of(text, name), "")
    is_table = dialect == "table" or (dialect != "prose" and _has_header(sheet, name))
    prose = None if is_table else read_prose(text)
    if prose is None:
        return Opened((sheet,), _notes(name, "文字表格"))
    form, lines = prose
    return Opened((bounded(name, lines, "", made=True),), (f"不是表格，{form}读的。",))


def _open_docx(data: bytes, name: str) -> Opened:
    """Its tables; a notice without any is read like pasted text."""
    sheets = markup.read_docx(data, name)
    if any(_has_header(sheet, name) for sheet in sheets):
        return Opened(tuple(sheets), _notes(name, "DOCX"))
    prose = read_prose(markup.docx_text(data, name))
    if prose is None and not sheets:
        raise ProblemError(
            Problem("no_table", f"「{name}」里没有表格，也没有认得的写法", FORMATS, "请粘贴文字")
        )
    if prose is None:
        return Opened(tuple(sheets), _notes(name, "DOCX"))
    form, lines = prose
    return Opened((bounded(name, lines, "", made=True),), (f"没有表格，{form}读的。",))


def _has_header(sheet: Sheet, name: str) -> bool:
    lines = [line for line in sheet.lines if any(cell.strip() for cell in line)]
    try:
        find_header(lines[:HEADER_WITHIN], name)
    except ProblemError:
        return False
    return True


def _notes(name: str, kind: str) -> tuple[str, ...]:
    """Said where the name promises something else than the file holds."""
    promised = _ENDINGS.get(name.rpartition(".")[2].lower(), "") if "." in name else ""
    if not promised or promised == kind:
        return ()
    return (f"「{name}」的扩展名像是{promised}，内容其实是{kind}：按内容读了。",)
