"""The measures M0–M8 of what is missing where, for whom, when. Each is one function: an ``Ask``
in, a frozen answer out (`results.py`), the same for every user of it.

    complete(ask) -> Complete                    M0 数据完整度
    rates(ask, level="district") -> Rates        M1 每千人场次, exact interval, EB, funnel, ranks
    uncovered(ask) -> Uncovered                  M2 未覆盖人数, the headline
    access(ask) -> Access                        M3 可及指数 (E2SFCA)
    nearest(ask, now) -> Nearest                 M4 最近距离 / 最近一次
    bands(ask) -> BandGap                        M5 时段缺口
    equity(ask, standard=1) -> Equity            M6 公平曲线
    shares(ask) -> Shares                        M7 份额差
    what_if(ask, sites) -> Effect                M8 试放效果 of given sites
    suggest(ask, count, rules) -> Effect         M8 with the sites chosen: greedy and swaps
    matrix(ask) -> {(group, category): people}   uncovered people, all groups × all categories
    months(ask) -> [(first day, sessions, Covered)]   trend

    grids() -> [GridInfo]; cells(slug) -> [CellShape]; outlines(slug) -> {cell: GeoJSON text}
    layers(group) -> [Basis with slug]; has_demo() -> bool

Unknown is not zero: cells and districts from which nothing was reported in the period (of any
kind) are ``is_known`` False and stay out of totals. Formulas are pure and live in `geo.gaps`.
"""

from geo.measures.coverage import bands, matrix, months, uncovered
from geo.measures.people import layers
from geo.measures.rating import complete, rates, shares
from geo.measures.reaching import access, equity, nearest
from geo.measures.results import Ask, Site, SitingRules
from geo.measures.siting import candidates, suggest, what_if
from geo.measures.supply import has_demo
from geo.measures.tiling import HEXAGON, cells, grids, outlines

__all__ = [
    "HEXAGON",
    "Ask",
    "Site",
    "SitingRules",
    "access",
    "bands",
    "candidates",
    "cells",
    "complete",
    "equity",
    "grids",
    "has_demo",
    "layers",
    "matrix",
    "months",
    "nearest",
    "outlines",
    "rates",
    "shares",
    "suggest",
    "uncovered",
    "what_if",
]
