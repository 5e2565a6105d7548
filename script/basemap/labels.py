"""Names on the base map: placed by hand, except those of the towns.

A label is ``[kind, text, lon, lat, from zoom]``. Kinds: district, sea, bay, hill, city (of the
neighbours), county (of the neighbours), lake, town (镇, 乡), street (街道).
Names of sea and land are common knowledge, their places chosen for the eye; the points of the
neighbours' seats are GeoNames (CC BY 4.0), rounded to 0.01 degrees.
"""

from __future__ import annotations

import csv
from pathlib import Path

from .districts import DISTRICTS

Label = list[str | float]

PLACED: tuple[tuple[str, str, float, float, float], ...] = (
    ("sea", "东海", 123.15, 29.3, 8),
    ("sea", "杭州湾", 121.15, 30.5, 8),
    ("bay", "象山港", 121.735, 29.537, 9),
    ("bay", "三门湾", 121.74, 29.1, 9),
    ("bay", "灰鳖洋", 121.86, 30.19, 9.5),
    ("bay", "大目洋", 122.12, 29.42, 9),
    ("bay", "猫头洋", 121.87, 28.83, 9),
    ("bay", "磨盘洋", 122.6, 29.72, 9),
    ("bay", "黄大洋", 122.6, 30.17, 9.5),
    ("bay", "台州湾", 121.67, 28.62, 9),
    ("hill", "四明山", 121.14, 29.735, 9),
    ("hill", "天台山", 120.98, 29.25, 9),
    ("hill", "会稽山", 120.6, 29.76, 9),
    ("hill", "大盘山", 120.54, 29.0, 9),
    ("hill", "括苍山", 120.86, 28.78, 9),
    ("hill", "天目山", 119.45, 30.35, 9),
    ("hill", "太白山", 121.785, 29.815, 9.75),
    ("city", "杭州", 120.16, 30.27, 8),
    ("city", "绍兴", 120.58, 30.0, 8),
    ("city", "嘉兴", 120.75, 30.75, 8),
    ("city", "湖州", 120.09, 30.87, 8),
    ("city", "上海", 121.46, 31.22, 8),
    ("city", "苏州", 120.6, 31.3, 8),
    ("city", "舟山", 122.14, 30.05, 8),
    ("city", "台州", 121.35, 28.7, 8),
    ("city", "金华", 119.64, 29.11, 8),
    ("city", "义乌", 120.08, 29.32, 8.5),
    ("city", "丽水", 119.91, 28.46, 8),
    ("city", "温州", 120.67, 28.0, 8),
    ("county", "上虞", 120.87, 30.02, 9.5),
    ("county", "嵊州", 120.82, 29.59, 9.5),
    ("county", "新昌", 120.9, 29.49, 9.5),
    ("county", "天台", 121.03, 29.14, 9.5),
    ("county", "三门", 121.38, 29.1, 9.5),
    ("county", "临海", 121.12, 28.85, 9.5),
    ("county", "诸暨", 120.24, 29.72, 9.5),
    ("county", "东阳", 120.23, 29.27, 9.5),
    ("county", "仙居", 120.73, 28.85, 9.5),
    ("county", "海宁", 120.68, 30.52, 9.5),
    ("county", "海盐", 120.94, 30.52, 9.5),
    ("county", "平湖", 121.02, 30.7, 9.5),
    ("county", "岱山", 122.2, 30.25, 9.5),
    ("county", "普陀", 122.3, 29.96, 9.5),
    ("lake", "东钱湖", 121.665, 29.77, 10.5),
)


def first_labels() -> list[Label]:
    """Return the labels of the first view, the most important first."""
    labels: list[Label] = [["district", name, lon, lat, 8] for _code, name, (lon, lat) in DISTRICTS]
    return labels + [list(label) for label in PLACED]


def town_labels(areas: Path) -> list[Label]:
    """Return a label per town with a known point, its generic ending left out (甬江, not 甬江街道).

    ``areas`` is the folder of towns.csv and label_points.csv.
    """
    with (areas / "label_points.csv").open(encoding="utf-8", newline="") as file:
        points = {
            row["code"]: (float(row["lon"]), float(row["lat"])) for row in csv.DictReader(file)
        }
    labels: list[Label] = []
    with (areas / "towns.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["code"] not in points:
                continue
            lon, lat = points[row["code"]]
            is_street = row["name"].endswith("街道")
            short = row["name"].removesuffix("街道").removesuffix("镇")
            name = short.removesuffix("乡") if len(short) > 2 else short
            labels.append(
                [
                    "street" if is_street else "town",
                    name,
                    round(lon, 4),
                    round(lat, 4),
                    10.5 if is_street else 10,
                ]
            )
    return sorted(labels, key=lambda label: (label[4], str(label[1])))
