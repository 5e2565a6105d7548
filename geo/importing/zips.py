"""XLSX and DOCX are zips of XML: measured from outside before any reader opens them. Pure."""

import io
import zipfile

from geo.errors import Problem, ProblemError
from geo.importing.sheets import (
    FORMATS,
    LARGEST_RATIO,
    LARGEST_UNPACKED_BYTES,
    MOST_PARTS,
    too_large,
)

_CHUNK = 1 << 20
_FREE_BYTES = 1_000_000  # small parts of one repeated byte pack well and harm nobody


def kind_of_zip(data: bytes, name: str) -> str:
    """ "XLSX" or "DOCX". Raises ProblemError for bombs, entities, passwords and other zips.

    The directory is asked first; then every XML part is unpacked once, in pieces, so that a
    directory that lies about sizes is found out as well.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            infos = parts.infolist()
            _measure(infos, name)
            for info in infos:
                _look_through(parts, info, name)
            names = {info.filename for info in infos}
    except ProblemError:
        raise
    except Exception:  # a damaged zip fails anywhere in the reader, with anything
        raise ProblemError(broken(name, "XLSX")) from None
    if "xl/workbook.xml" in names:
        return "XLSX"
    if "word/document.xml" in names:
        return "DOCX"
    raise ProblemError(
        Problem("wrong_format", f"「{name}」是压缩包", FORMATS, "请解开后再导入里面的表格")
    )


def broken(name: str, kind: str) -> Problem:
    return Problem(
        f"broken_{kind.lower()}", f"「{name}」不是完整的 {kind} 文件", FORMATS, "请重新另存一次"
    )


def _measure(infos: list[zipfile.ZipInfo], name: str) -> None:
    if len(infos) > MOST_PARTS:
        raise ProblemError(
            Problem(
                "too_many_parts", f"「{name}」里有 {len(infos)} 个文件", f"最多 {MOST_PARTS} 个"
            )
        )
    unpacked = sum(info.file_size for info in infos)
    if unpacked > LARGEST_UNPACKED_BYTES:
        raise ProblemError(too_large(name, unpacked, LARGEST_UNPACKED_BYTES))
    for info in infos:
        if info.flag_bits & 1:
            raise ProblemError(
                Problem("encrypted", f"「{name}」加了密码", FORMATS, "请去掉密码再导入")
            )
        if info.file_size > _FREE_BYTES and info.file_size > LARGEST_RATIO * info.compress_size:
            raise ProblemError(
                Problem(
                    "zip_bomb",
                    f"「{name}」里的「{info.filename}」展开后是压缩时的"
                    f" {info.file_size // max(info.compress_size, 1)} 倍",
                    f"最多 {LARGEST_RATIO} 倍",
                    "请新建一个表格，只复制有字的格子",
                )
            )


def _look_through(parts: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> None:
    """No document type in any part: Office writes none, and entities need one."""
    if not info.filename.endswith((".xml", ".rels")):
        return
    seen, before = 0, b""
    with parts.open(info) as part:
        while chunk := part.read(_CHUNK):
            seen += len(chunk)
            if seen > LARGEST_UNPACKED_BYTES:
                raise ProblemError(too_large(name, seen, LARGEST_UNPACKED_BYTES))
            window = (before + chunk).replace(b"\0", b"")
            if b"<!DOCTYPE" in window or b"<!ENTITY" in window:
                raise ProblemError(
                    Problem(
                        "xml_entities",
                        f"「{name}」里的「{info.filename}」定义了 XML 实体",
                        "Office 存的文件里没有这种内容，多半是有人改过",
                        "请用 Excel 或 WPS 打开后另存一份",
                    )
                )
            before = chunk[-32:]
