"""Step 3: a printed row becomes activities, a question with its readings, or a refusal. Pure.

One rule stands above the others: the cells must agree on how many things the row speaks of. Where
they do not, nothing is guessed: the row needs a look, and every reading is said in words.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from geo.errors import Problem, ProblemError
from geo.importing import pieces, topics
from geo.importing.cells import Cells, Counts, too_long
from geo.importing.columns import recognise, when_words
from geo.importing.tables import Row, Table
from geo.schedules import When, expand, read_groups
from geo.texts import tidy

# A cell that a person can settle has several readings; the others have none.
_HAS_READINGS = ("wrong_weekday", "ambiguous_part", "ambiguous_hour")


@dataclass(frozen=True)
class Draft:
    """One activity as read, in the words of the source; ``audience`` None where it names none."""

    title: str
    organizers: tuple[str, ...]
    content: str
    audience: str | None
    places: tuple[str, ...]
    whens: tuple[When, ...]

    @property
    def certainty(self) -> str:
        """one_of: several places and several days, and the text does not say which on which."""
        days = {day for when in self.whens for day in expand(when, until_days=31)}
        repeats = any(when.rrule for when in self.whens)
        return "one_of" if len(self.places) > 1 and (len(days) > 1 or repeats) else "certain"

    @property
    def words(self) -> str:
        """Everything by which it may be sorted into categories."""
        return "\n".join((self.title, self.content))


@dataclass(frozen=True)
class Alternative:
    """One way to read a doubtful row; ``drafts`` is empty where words are all there is."""

    words: str
    drafts: tuple[Draft, ...] = ()


@dataclass(frozen=True)
class RowReading:
    """What became of a row. ``status``: ready, settled, needs_a_look or refused."""

    number: int
    cells: dict[str, str]
    status: str
    problems: tuple[Problem, ...] = ()
    drafts: tuple[Draft, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    decision: str = ""


def read_table_rows(table: Table, year: int | None) -> list[RowReading]:
    """Every row of the table ends here with a status; neighbours may explain one another."""
    columns = table.columns or recognise(table.header)
    cut = [_cut_row(row, columns, year) for row in table.rows]
    readings = [
        found if isinstance(found, RowReading) else _judge(row, found)
        for row, found in zip(table.rows, cut, strict=True)
    ]
    counts = [None if isinstance(found, RowReading) else found.counts for found in cut]
    return _spilled(readings, counts)


def _cut_row(row: Row, columns: Mapping[str, str], year: int | None) -> Cells | RowReading:
    """The cells in pieces, or at once the refusal."""
    if row.problems:
        return RowReading(row.number, row.cells, "refused", row.problems)
    cell = {name: row.cells.get(header, "") for name, header in columns.items()}
    elsewhere = " ".join(text for name, text in cell.items() if name != "title")
    titles = pieces.titles(cell["title"], elsewhere)
    where = f"第 {row.number} 行「{{}}」"
    if not titles:
        problem = Problem(
            "empty_title",
            "活动名称一格是空的",
            "每一行要有名称",
            "如果是上一行的合并单元格，请补上名称",
            where.format(columns["title"]),
        )
        return RowReading(row.number, row.cells, "refused", (problem,))
    try:
        times = read_groups(when_words(cell), year)
    except ProblemError as error:
        problem = error.problem.at(where.format(columns["when"]))
        status = "needs_a_look" if problem.code in _HAS_READINGS else "refused"
        return RowReading(row.number, row.cells, status, (problem,))
    found = Cells(
        titles,
        pieces.organizers(cell.get("organizers", "")),
        pieces.paragraphs(cell.get("content", "")),
        tidy(cell.get("audience", "")),
        pieces.places(cell["place"]),
        times,
    )
    longer = tuple(problem.at(f"第 {row.number} 行") for problem in too_long(found))
    return RowReading(row.number, row.cells, "refused", longer) if longer else found


def _judge(row: Row, cells: Cells) -> RowReading:
    problems = [problem.at(f"第 {row.number} 行") for problem in _doubts(cells)]
    if not problems:
        return RowReading(row.number, row.cells, "ready", drafts=(_one(cells),))
    return RowReading(
        row.number,
        row.cells,
        "needs_a_look",
        tuple(problems),
        alternatives=tuple(_alternatives(cells)),
    )


# --- doubts ------------------------------------------------------------------------------------
def _doubts(cells: Cells) -> Iterable[Problem]:
    counts = cells.counts
    several = counts.times > 1 or counts.contents > 1
    same_many = counts.titles == counts.organizers == counts.places > 1
    if several and not counts.agree:
        yield Problem(
            "counts_disagree",
            f"各格说的件数不一致（{counts}）",
            "每行应当是一项活动、一段内容、一个时间",
            "像是合并单元格被拍平了，请对照原文定下谁配谁",
        )
    elif several or same_many:
        yield Problem(
            "merged_row",
            f"这一行像是 {counts.titles} 项活动印在了一起（{counts}）",
            "每行应当只有一项活动",
            "请核对是按顺序分成几项，还是同一项",
        )
    names = [name for group in cells.organizers for name in group]
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            yield Problem(
                "repeated_organizer",
                f"「{name}」在一格里印了 {names.count(name)} 次，像是合并单元格被拍平了",
                "每个单位应当只印一次",
                "请核对是一项活动，还是几项活动的名称没有印出来",
            )
    for name in pieces.unfinished(cells.organizers):
        yield Problem(
            "unfinished_name",
            f"「{name}」不像完整的单位名称，后面的空格可能是换行",
            "完整的名称以会、局、中心、党支部等结尾",
            "请核对它和后一个名称是不是同一个单位",
        )


def _spilled(readings: Sequence[RowReading], counts: Sequence[Counts | None]) -> list[RowReading]:
    """A row with fewer contents than organisers, above one with more contents than titles."""
    explained = list(readings)
    for above in range(len(readings) - 1):
        below = above + 1
        first, second = counts[above], counts[below]
        if first is None or second is None:
            continue
        lacks = first.contents > 1 and first.contents < first.organizers
        if lacks and second.contents > second.titles:
            for at, words in (
                (above, f"缺的内容可能印到了第 {readings[below].number} 行"),
                (below, f"多出的内容可能属于第 {readings[above].number} 行"),
            ):
                explained[at] = _with_problem(
                    explained[at],
                    Problem(
                        "spilled_content",
                        f"{words}：上一行内容比单位少，这一行内容比名称多"
                        if at == below
                        else f"{words}：这一行内容比单位少，下一行内容比名称多",
                        "",
                        "请两行一起核对",
                        f"第 {readings[at].number} 行",
                    ),
                )
    return explained


def _with_problem(reading: RowReading, problem: Problem) -> RowReading:
    return replace(reading, problems=(*reading.problems, problem))


# --- readings ----------------------------------------------------------------------------------
def _one(cells: Cells) -> Draft:
    """The whole row as one activity."""
    content = "".join(cells.contents)
    return Draft(
        " ".join(cells.titles),
        tuple(cells.names),
        content,
        cells.audience or topics.audience(content),
        tuple(cells.places),
        tuple(when for group in cells.times for when in group),
    )


def _paired(cells: Cells) -> tuple[Draft, ...]:
    """The first of each cell together, the second together, and so on."""
    return tuple(
        Draft(title, tuple(names), content, topics.audience(content), (place,), tuple(whens))
        for title, names, content, place, whens in zip(
            cells.titles, cells.organizers, cells.contents, cells.places, cells.times, strict=True
        )
    )


def _alternatives(cells: Cells) -> Iterable[Alternative]:
    counts = cells.counts
    many = max(counts.contents, counts.times)
    if counts.agree and many > 1:
        yield Alternative(f"按顺序配成 {many} 项活动", _paired(cells))
    elif counts.contents > 1 and counts.titles == counts.times == 1:
        yield Alternative(
            "只有最后一段内容属于这项活动，前面的属于别的行",
            (_one(replace(cells, contents=cells.contents[-1:])),),
        )
    elif many > 1:
        yield Alternative(f"是 {many} 项活动：{counts}，谁配谁原文没有说")
    elif counts.places > 1:
        one = _one(cells)
        yield Alternative(
            f"每个地点一项，共 {counts.places} 项活动",
            tuple(replace(one, places=(place,)) for place in cells.places),
        )
    yield Alternative("整行是一项活动", (_one(cells),))


__all__ = [
    "Alternative",
    "Draft",
    "RowReading",
    "read_table_rows",
]
