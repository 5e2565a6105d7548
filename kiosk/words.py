"""The sentences of a screen, once for the server and for the page: placeholders in braces."""

from django.utils.translation import gettext as _


def screen_words() -> dict[str, str]:
    """Placeholders are named in braces and filled by `str.format` and by the page alike."""
    return {**_time_words(), **_card_words(), **_scene_words(), **_age_words()}


def _time_words() -> dict[str, str]:
    return {
        "today": _("今天"),
        "tomorrow": _("明天"),
        "date": _("{month}月{day}日"),
        "weekdays": _("周一 周二 周三 周四 周五 周六 周日"),
        "day_without_hour": _("{day}（时间未注明）"),
        "no_hour": _("时间未注明"),
        "walk": _("步行 {minutes} 分钟"),
        "starts_in": _("{minutes} 分钟后开始"),
        "minutes_left": _("还有 {minutes} 分钟"),
        "in_time": _("来得及"),
        "late": _("会晚到 {minutes} 分钟"),
        "ending": _("快结束了"),
        "every_day": _("每天"),
        "every": _("每{days}"),
        "dates": _("{first}至{last}"),
        "until": _("至 {day} {time}"),
    }


def _card_words() -> dict[str, str]:
    return {
        "live": _("正在进行"),
        "window": _("本时段"),
        "list_comma": _("、"),
        "no_place": _("地点待确认"),
        "no_exact_place": _("具体地点未注明"),
        "one_of": _("其中一处，原文未注明"),
        "sample": _("示例"),
        "more": _("另有 {count} 场"),
    }


def _scene_words() -> dict[str, str]:
    return {
        "scene_around": _("周边地图"),
        "scene_now": _("正在进行 · 马上开始"),
        "scene_now_without_hours": _("本时段 · 今天"),
        "scene_today": _("今日安排"),
        "scene_week": _("本周预告"),
        "scene_services": _("常设服务"),
        "scene_notice": _("通知"),
        "scene_campaign": _("专题"),
        "page": _("第 {page} 页，共 {pages} 页"),
        "campaign_left": _("还有 {count} 项活动"),
        "services_subtitle": _("按近两周的安排"),
        "fact_place": _("所在"),
        "fact_hours": _("开放时间"),
        "fact_contact": _("联系"),
        "scene_evergreen": _("欢迎"),
        "near_subtitle": _("编号与地图上的一致"),
        "near_today": _("附近今天还有 {count} 场活动。"),
        "near_nothing_today": _("附近今天没有登记的活动。"),
        "own_today": _("{area}今天有 {count} 场活动。"),
        "own_nothing_today": _("{area}今天没有登记的活动。"),
        "own_over_today": _("{area}今天的活动已经结束。"),
        "so_the_city": _("以下是{city}其他地方的。"),
        "next_here": _("本地下一场"),
        "city_subtitle": _("{city}各区县市 · {day}"),
        "group_live": _("正在进行"),
        "group_soon": _("马上开始"),
        "group_window": _("本时段（时刻未注明）"),
        "group_today": _("今天（时间未注明）"),
        "group_elsewhere": _("市内其他地方"),
        "part_morning": _("上午"),
        "part_afternoon": _("下午"),
        "part_evening": _("晚上"),
        "evergreen": _("近两周没有登记的活动。扫码可看全市的公益活动地图。"),
        "evergreen_gone": _("本屏暂时连不上网络，节目已过期。扫码可看全市的公益活动地图。"),
    }


def _age_words() -> dict[str, str]:
    return {
        "fresh": _("更新于 {time}"),
        "reconnecting": _("正在重新连接 · 更新于 {time}"),
        "offline": _("网络中断 · 以下为 {time} 的安排"),
        "old": _("以下为 {day} 的安排，可能有变，请问工作人员"),
        "old_call": _("以下为 {day} 的安排，可能有变，请致电 {contact}"),
        "gone": _("节目已过期 · 正在等待网络"),
        "map_here": _("本厅"),
        "map_ring": _("步行 {minutes} 分钟"),
        "map_rough": _("位置待核实"),
    }
