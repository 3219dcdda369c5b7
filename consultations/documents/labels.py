"""Every fixed word of the official document, which is Chinese whatever language its reader uses."""

from __future__ import annotations

from ..enums import Mode, Pending, StatementKind, Status, SummaryKind, SummaryStatus

KIND = {
    SummaryKind.MINUTES: "协商纪要",
    SummaryKind.OVERVIEW: "议政综述",
    SummaryKind.DIGEST: "建言摘编",
}
CLOSING_OF_OPENING = {
    SummaryKind.MINUTES: "现将主要意见建议纪要如下。",
    SummaryKind.OVERVIEW: "现将主要意见建议综述如下。",
    SummaryKind.DIGEST: "现将有关建言摘编如下。",
}
SUMMARY_STATUS = {
    SummaryStatus.DRAFT: "草稿",
    SummaryStatus.REVIEW: "送审稿",
    SummaryStatus.SIGNED: "签发",
}
PENDING = {
    Pending.CONSENSUS: "拟列共识，待确认",
    Pending.MODEL: "语言模型拟写，待确认",
}
SUGGESTION_STATUS = {
    Status.PENDING: "待审核",
    Status.PUBLISHED: "已发布",
    Status.RETURNED: "退回修改",
    Status.DECLINED: "未采用",
    Status.WITHDRAWN: "已撤回",
    Status.MERGED: "已合并",
    Status.HIDDEN: "已隐藏",
}
REASON = {
    Status.RETURNED: "退回理由",
    Status.DECLINED: "未采用理由",
    Status.HIDDEN: "隐藏理由",
}
OTHER_REASON = "说明"

CONSENSUS = "共识"
SUGGESTIONS = "意见建议"
RESPONSES = "部门回应"
ASSIGNMENTS = "交办清单"
WITHOUT_THEME = "其他意见建议"
WITHOUT_SECTOR = "未注明界别"
SECRETARYS_NOTE = "秘书补充"
WITHHELD = "（内容不予刊载）"

PRESENT = "出席"
OBSERVERS = "列席"
ON_LEAVE = "请假"

APPENDIX = "附件"
APPENDIX_SUGGESTIONS = "建言一览表"
APPENDIX_STATISTICS = "建言统计表"
APPENDIX_RECORD = "数据来源与核验说明"

NUMBER = "编号"
TEXT = "建言内容"
AUTHOR = "建言人"
SECTOR = "界别"
THEME = "归类"
STATUS = "状态"
SUPPORT = "附议"
NEUTRAL = "中立"
OPPOSE = "反对"
TOPIC = "议题"
ORDER = "序号"
ITEM = "交办事项"
LEAD = "主办单位"
COHANDLING = "协办单位"
DUE = "办理期限"
GROUNDS = "依据建言"
MERGED_INTO = "合并至"
NOTE = "说明"
PARTICIPANTS = "参加人数"
SUGGESTIONS_MADE = "建言条数"
SUPPORT_RECEIVED = "附议次数"
TOTAL = "合计"
CLOSED_AT = "关闭时间"
REVISION = "日志条数"
JOURNAL_HEAD = "日志末条哈希值"

JOURNALS = "议题日志"
SNAPSHOT_HASH = "数据快照（SHA-256）"
SEAL = "全文校验码（SHA-256）"

BY_SECTOR = "按界别统计"
BY_THEME = "按归类统计"

COPIED_TO = "抄送"
PRINTED = "印发"

MODE = {
    Mode.ONLINE: "网络协商",
    Mode.OFFLINE: "现场会议",
    Mode.HYBRID: "线上线下相结合",
}
STATEMENT_KIND = {
    StatementKind.CITED: "依据建言",
    StatementKind.NOTE: SECRETARYS_NOTE,
    StatementKind.LEAD: "引语",
}
SHEET_OVERVIEW = "概况"
SHEET_LIST = "建言"
SHEET_STATEMENTS = "条目与依据"
SHEET_SECTORS = "界别统计"
SHEET_THEMES = "归类统计"
SHEET_ATTENDANCE = "出席"
ENTRY = "项目"
CONTENT = "内容"
TITLE = "标题"
SUMMARY_KIND = "种类"
DOCUMENT_NUMBER = "文号"
ISSUER = "制发单位"
OFFICE = "印发机关"
DATE = "日期"
SIGNED_BY = "签发人"
VERSION = "版本"
VERSION_NUMBER = "第{}版"
PERIOD = "协商时间"
WAY = "协商方式"
PLACE = "协商地点"
CHANNEL = "协商活动"
HOST = "主办单位"
SECTORS_PRESENT = "参加界别数"
PUBLISHED = "公开发布条数"
GROUND = "核验说明"
PART = "部分"
STATEMENT = "条目"
STATEMENT_NATURE = "性质"
REWORDED = "文字整理"
YES = "是"
TO_ACCEPT = "待确认"
GROUNDS_COUNT = "依据条数"
PROPOSED_BY = "提出界别"
MERGED_HERE = "并入的建言"
ATTENDANCE = "出席情况"
NAME = "姓名"
UNIT = "界别（单位）"
DEPARTMENT = "部门"
RESPONSE = "回应内容"
ALL_TOPICS = "全部议题"
CUT = "……（超出单元格容量，此处截断，全文见JSON文件）"

# The order in which the CPPCC names its sectors, with the short forms that counties use.
SECTORS = (
    "中共", "中国共产党", "民革", "民盟", "民建", "民进", "农工党", "致公党", "九三学社", "台盟", "无党派人士", "无党派",
    "共青团", "总工会", "工会", "妇联", "青联", "工商联", "科协", "台联", "侨联", "文艺界", "文化艺术界", "科技界",
    "科学技术界", "社科界", "社会科学界", "经济界", "农业界", "教育界", "体育界", "新闻出版界", "医卫界", "医药卫生界",
    "环境资源界", "对外友好界", "社会福利和社会保障界", "社会保障界", "少数民族界", "宗教界", "特邀人士", "特别邀请人士",
)  # fmt: skip
