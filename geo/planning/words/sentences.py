"""The answer as sentences made from numbers. Every rate carries its base and its year."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from geo.planning.findings import too_coarse
from geo.planning.question import Question
from geo.planning.table import Row, Table
from geo.planning.words.asked import kind_words, reach_words
from geo.planning.words.numbers import UNKNOWN, figure, grouped, interval, share_words


def row_words(row: Row, question: Question) -> str:
    """One line for those who hear the map: 象山县：3 场，每万名 60+ 老人 0.22 场。"""
    name = row.area.name if row.area else _("合计")
    if not row.is_known:
        return _("%(name)s：这个时段没有资料") % {"name": name}
    said = _("%(name)s：%(count)d 场") % {"name": name, "count": row.occurrences}
    if row.rate:
        said += _("，%(per)s %(rate)s 场") % {
            "per": question.group.per,
            "rate": figure(row.rate.value, question.group),
        }
    return said


def headline(table: Table) -> list[str]:
    """The answer in up to three sentences made from numbers."""
    question, total = table.question, table.total
    kind = kind_words(question)
    if not total.is_known:
        return [_("这个时段没有任何资料，不能说有多少%(kind)s。") % {"kind": kind}]
    reach = (
        ngettext(
            "有资料的 %(known)d 个区县市共 %(count)d 场%(kind)s，由 %(organizers)d 个组织主办",
            "有资料的 %(known)d 个区县市共 %(count)d 场%(kind)s，由 %(organizers)d 个组织主办",
            total.occurrences,
        )
        if table.unknown
        else ngettext(
            "%(known)d 个区县市共 %(count)d 场%(kind)s，由 %(organizers)d 个组织主办",
            "%(known)d 个区县市共 %(count)d 场%(kind)s，由 %(organizers)d 个组织主办",
            total.occurrences,
        )
    )
    said = [
        reach
        % {
            "known": table.known_count,
            "count": total.occurrences,
            "kind": kind,
            "organizers": total.organizers,
        }
    ]
    if total.rate:
        year = total.population.counted_on.year if total.population else UNKNOWN
        said[0] += _("；%(per)s %(rate)s 场（95%% 区间 %(interval)s，按 %(year)s 年人口）") % {
            "year": year,
            "per": question.group.per,
            "rate": figure(total.rate.value, question.group),
            "interval": interval(total.rate, question.group),
        }
    said[0] += str(_("。"))
    return [*_uncovered_sentences(table), *said, *_gap_sentences(table)]


def _uncovered_sentences(table: Table) -> list[str]:
    """The headline: how many people have none within reach, and where most of them live."""
    covered, question = table.total.covered, table.question
    if table.frame and too_coarse(table.frame):
        return [
            _("这 %(count)d 场里没有一场的坐标准到 200 米：谁走得到，还不能说。")
            % {"count": table.frame.left_out.total}
        ]
    if covered is None or covered.share is None:
        return []
    said = _("%(people)s %(unit)s（%(share)s）%(reach)s没有%(kind)s") % {
        "people": grouped(covered.uncovered),
        "unit": question.group.people,
        "share": share_words(covered),
        "reach": reach_words(question),
        "kind": kind_words(question),
    }
    if question.band.key:
        said += _("（%(band)s）") % {"band": question.band.name}
    worst = max(
        (row for row in table.rows if row.covered),
        key=lambda row: row.covered.uncovered if row.covered else 0,
        default=None,
    )
    if worst and worst.covered and worst.area and worst.covered.uncovered:
        said += _("，最多的是%(name)s，%(people)s") % {
            "name": worst.area.name,
            "people": grouped(worst.covered.uncovered),
        }
    return [said + str(_("。"))]


def _gap_sentences(table: Table) -> list[str]:
    said, question = [], table.question
    if table.without:
        names = _("、").join(row.area.name for row in table.without if row.area)
        people = sum(row.base or 0 for row in table.without)
        said.append(
            _("%(names)s有资料而没有%(kind)s，那里有 %(people)s %(unit)s。")
            % {
                "names": names,
                "kind": kind_words(question),
                "people": grouped(people),
                "unit": question.group.people,
            }
            if people
            else _("%(names)s有资料而没有%(kind)s。")
            % {"names": names, "kind": kind_words(question)}
        )
    if table.unknown:
        names = _("、").join(row.area.name for row in table.unknown if row.area)
        said.append(_("%(names)s没有资料，不等于没有活动。") % {"names": names})
    return said


def report_sentences(table: Table) -> list[str]:
    """Three sentences made from numbers: how many are without, what there is, who stands out."""
    said = headline(table)
    apart = [row for row in table.rows if row.compared and not row.is_plain and row.area]
    low = [row.area.name for row in apart if row.rate and row.area and _is_below(row, table)]
    if low:
        third = _("与全市平均有可靠差别、而且更少的：%(names)s。") % {"names": _("、").join(low)}
    else:
        third = _("没有一个区县市比全市平均可靠地少：差别可能只是偶然。")
    return [*said[:2], third]


def _is_below(row: Row, table: Table) -> bool:
    mean = table.total.rate.value if table.total.rate else 0
    return row.rate is not None and row.rate.value < mean
