"""Every fixed word of a report, which is Chinese whatever language its reader uses."""

from __future__ import annotations

from ...enums import Measure, ReportPart, ReportStatus

REPORT = "履职答卷"
STATUS = {
    ReportStatus.DRAFT: "草稿",
    ReportStatus.REVIEW: "送审稿",
    ReportStatus.SIGNED: "签发",
}
PART = {
    ReportPart.LEARNING: "坚持凝心铸魂，强化理论武装",
    ReportPart.CONSULTATION: "坚持协商议政，广泛凝聚共识",
    ReportPart.LIVELIHOOD: "坚持履职为民，用心服务民生",
    ReportPart.UNITED_FRONT: "坚持团结联谊，汇聚各方力量",
    ReportPart.INNOVATION: "坚持守正创新，提升履职实效",
}
SHORT_PART = {
    ReportPart.LEARNING: "理论学习",
    ReportPart.CONSULTATION: "协商议政",
    ReportPart.LIVELIHOOD: "服务民生",
    ReportPart.UNITED_FRONT: "团结联谊",
    ReportPart.INNOVATION: "创新履职",
}
MEASURE = {
    Measure.EVENTS: "活动场次",
    Measure.HOSTS: "举办单位个数",
    Measure.ATTENDANCES: "参加人次",
    Measure.PERSONS: "参加人数",
    Measure.STATEMENTS: "发言和建言条数",
    Measure.ACCEPTED: "采纳建议条数",
    Measure.RESOLVED: "解决问题个数",
    Measure.VOTES: "附议次数",
    Measure.OUTCOMES: "成效条数",
    Measure.ITEMS: "成效件数",
    Measure.AMOUNT: "成效金额",
    Measure.SUBMISSIONS: "提案和信息件数",
    Measure.REFERRALS: "交办件数",
    Measure.ANSWERED: "已答复交办件数",
}
NOTHING = "本期没有登记的履职活动。"

APPENDIX_FIGURES = "指标一览表"
APPENDIX_CHARTS = "履职统计图表"
APPENDIX_RECORD = "数据来源与核验说明"

FIGURE = "指标"
PRINTED = "正文表述"
VALUE = "实数"
BEFORE = "上年同期"
CHANGE = "增减"
UNCHANGED = "持平"
COUNTS = "统计口径"
RULE_SINCE = "口径启用年度"
SLUG = "指标代码"
MEASURE_NAME = "计数内容"
CATEGORY = "活动类别"
PARAMETERS = "限定条件"
STEP = "取整到"

AS_OF = "数据截至"
FIGURES_HASH = "统计数据校验码（SHA-256）"
PERIOD = "报告期间"
TERMS = "涉及届次"

SHEET_FIGURES = "指标"
SHEET_TEXT = "正文"
SHEET_BREAKDOWN = {"month": "按月份", "channel": "按渠道", "body": "按举办单位", "sector": "按界别"}
DATE = "日期"
WHAT = "内容"
WHOSE = "单位（人员）"
EVENT = "所在活动"
NUMBER = "计入数"
MORE_ROWS = "另有{}行，见平台该指标页面"
HEADING = "小标题"
BY = "按{}统计"
OTHERS = "其他{}个"
EVENTS = "活动场次"
ATTENDANCES = "参加人次"
STATEMENTS = "发言建言条数"
