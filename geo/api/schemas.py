"""The properties of each collection's features, for the API document, queryables and schema."""

from __future__ import annotations

from typing import Any

from geo.models import Area, Occurrence, PlaceReading, Venue
from geo.models.activities import PartOfDay, TimePrecision

Schema = dict[str, Any]


def _text(title: str, **more: Any) -> Schema:
    return {"type": "string", "title": title, **more}


def _maybe(title: str, **more: Any) -> Schema:
    return {"type": "string", "title": title, "nullable": True, **more}


def _when(title: str, **more: Any) -> Schema:
    return _text(title, format="date-time", **more)


def _texts(title: str) -> Schema:
    return {"type": "array", "title": title, "items": {"type": "string"}}


def _one_of(title: str, values: list[str], **more: Any) -> Schema:
    return _text(title, enum=values, **more)


def _metres(title: str) -> Schema:
    return {"type": "integer", "minimum": 0, "title": title, "nullable": True}


EVENTS: dict[str, Schema] = {
    "activity": _text("活动编号"),
    "removed": {"type": "boolean", "title": "已撤下", "enum": [False]},
    "title": _text("名称"),
    "starts_at": _when("起（界限）"),
    "ends_at": _when("止（界限，不含）"),
    "time_precision": _one_of("时间精度", list(TimePrecision.values)),
    "printed_time": _text("时间（原文）"),
    "part_of_day": _one_of("时段", [*PartOfDay.values, None], nullable=True),  # type: ignore[list-item]
    "held_on": _text("日期", format="date"),
    "status": _one_of("状态", list(Occurrence.Status.values)),
    "status_reason": _maybe("原因"),
    "previous_starts_at": _maybe("原时间", format="date-time"),
    "previous_place": _maybe("原地点"),
    "certainty": _one_of("确定程度", list(Occurrence.Certainty.values)),
    "categories": _texts("类别"),
    "audiences": _texts("服务对象"),
    "organizers": _texts("主办"),
    "campaign": _maybe("专题"),
    "place": _text("地点"),
    "venue": _maybe("场所编号"),
    "level": _one_of("地点精度", list(PlaceReading.Level.values)),
    "radius_m": _metres("误差半径（米）"),
    "area": _maybe("最细区域"),
    "district": _maybe("区县市"),
    "source": _text("来源"),
    "sample": {"type": "boolean", "title": "示例"},
    "updated_at": _when("更新"),
    "url": _text("网页", format="uri"),
}
TOMBSTONE: dict[str, Schema] = {
    "activity": _text("活动编号"),
    "removed": {"type": "boolean", "title": "已撤下", "enum": [True]},
    "updated_at": _when("更新"),
}
VENUES: dict[str, Schema] = {
    "name": _text("名称"),
    "names": _texts("别名"),
    "kind": _maybe("类型"),
    "address": _maybe("地址"),
    "town": _maybe("街道/镇/乡"),
    "district": _maybe("区县市"),
    "area": _maybe("最细区域"),
    "radius_m": _metres("误差半径（米）"),
    "point_source": _maybe("位置来源"),
    "source_datum": _maybe("来源坐标基准"),
    "confidence": _one_of("可信度", [*Venue.Confidence.values, None], nullable=True),  # type: ignore[list-item]
    "needs_review": {"type": "boolean", "title": "位置待核实"},
    "valid_from": _maybe("启用", format="date"),
    "valid_to": _maybe("停用", format="date"),
    "sample": {"type": "boolean", "title": "示例"},
    "events": _text("在这里的活动", format="uri"),
}
AREAS: dict[str, Schema] = {
    "name": _text("名称"),
    "names": _texts("别名"),
    "level": _one_of("级别", list(Area.Level.values)),
    "code": _maybe("区划代码"),
    "parent": _maybe("上级"),
    "label_lon": {"type": "number", "title": "标注点经度", "nullable": True},
    "label_lat": {"type": "number", "title": "标注点纬度", "nullable": True},
    "label_radius_m": _metres("标注点误差（米）"),
    "source": _maybe("来源"),
    "licence": _maybe("许可"),
    "approval_number": _maybe("审图号"),
    "datum": _maybe("坐标基准"),
    "events": _text("这里的活动", format="uri"),
}
ORGANIZATIONS: dict[str, Schema] = {
    "name": _text("名称"),
    "kind": _maybe("类型"),
    "registration_number": _maybe("统一社会信用代码"),
    "contact": _maybe("公开联系方式"),
    "events": _text("主办的活动", format="uri"),
}


def _count(title: str) -> Schema:
    return {"type": "integer", "minimum": 0, "title": title, "nullable": True}


def _figure(title: str) -> Schema:
    return {"type": "number", "minimum": 0, "title": title, "nullable": True}


GAPS: dict[str, Schema] = {
    "name": _text("名称"),
    "known": {"type": "boolean", "title": "有资料（没有资料不等于零）"},
    "sessions": _count("场次"),
    "people": _count("人数"),
    "rate": _figure("每千人每 30 天场次"),
    "rate_low": _figure("95% 下限"),
    "rate_high": _figure("95% 上限"),
    "rate_smoothed": _figure("经验贝叶斯"),
    "rank_low": _count("名次 5%"),
    "rank_high": _count("名次 95%"),
    "uncovered": _count("未覆盖人数"),
    "uncovered_share": _figure("未覆盖比例"),
    "first_on": _maybe("时段开始", format="date"),
    "last_on": _maybe("时段结束", format="date"),
    "group": _maybe("人群"),
    "category": _maybe("类别"),
    "band": _maybe("时间段"),
    "reach_m": _count("半径（米，直线）"),
    "counted_on": _maybe("人口标准时点", format="date"),
    "basis": _maybe("人口口径"),
    "population_source": _maybe("人口来源"),
    "sketch": {"type": "boolean", "title": "格子人口为示意"},
    "assumption": _maybe("格子人口的假设"),
    "at_most": {"type": "boolean", "title": "有场次未能落到图上，未覆盖人数是上限"},
    "left_out_coarse": _count("未计入：地点不够准"),
    "left_out_one_of": _count("未计入：几处之一"),
    "left_out_nowhere": _count("未计入：不知区县市"),
    "approval_number": _maybe("审图号"),
}
PROPERTIES = {
    "gaps": GAPS,
    "events": EVENTS,
    "venues": VENUES,
    "areas": AREAS,
    "organizations": ORGANIZATIONS,
}
# GeoJSON geometries as they are sent: a point, an outline, or nothing.
NUMBERS: Schema = {"type": "array", "minItems": 2, "maxItems": 2, "items": {"type": "number"}}
RING: Schema = {"type": "array", "minItems": 4, "items": NUMBERS}
OUTLINE: Schema = {"type": "array", "items": {"type": "array", "items": RING}}


def geometry(kind: str, coordinates: Schema) -> Schema:
    return {
        "type": "object",
        "nullable": True,
        "required": ["type", "coordinates"],
        "properties": {"type": {"type": "string", "enum": [kind]}, "coordinates": coordinates},
    }


GEOMETRIES = {
    "events": geometry("Point", NUMBERS),
    "venues": geometry("Point", NUMBERS),
    "areas": geometry("MultiPolygon", OUTLINE),
    "gaps": geometry("MultiPolygon", OUTLINE),
    "organizations": {"type": "object", "nullable": True, "maxProperties": 0},
}


def exact(properties: dict[str, Schema]) -> Schema:
    """An object with all of these and nothing else."""
    return {
        "type": "object",
        "required": list(properties),
        "properties": properties,
        "additionalProperties": False,
    }


def plain(schema: Schema) -> Schema:
    """The same in JSON Schema, which knows no ``nullable``: there a property may be absent."""
    kept = {key: value for key, value in schema.items() if key != "nullable"}
    if "enum" in kept:
        kept["enum"] = [value for value in kept["enum"] if value is not None]
    return kept
