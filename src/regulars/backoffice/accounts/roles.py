"""The roles and what each may do: the one table that pages, exports and masking obey.

Every capability is a Django permission of the accounts app (``user.has_perm("accounts.x")``);
every role is a Django group that holds the permissions of its row.
"""

from typing import NamedTuple

from regulars.tables.text import Text


class Role(NamedTuple):
    """A role: its group's name, its label, and its capabilities."""

    name: str
    label: Text
    capabilities: frozenset[str]


CAPABILITIES: dict[str, Text] = {
    "see_overview": Text("See the overview", "查看总览"),
    "see_insights": Text("See the analyses", "查看分析"),
    "see_behaviour": Text("See the whole shop's behaviour", "查看全店行为分析"),
    "change_others": Text("Change what others saved", "修改他人保存的内容"),
    "see_customers": Text("See customers, personal data masked", "查看客户（个人信息脱敏）"),
    "see_personal": Text("Show personal data in full (logged)", "查看完整个人信息（留痕）"),
    "export_rows": Text("Export rows", "导出明细"),
    "see_opportunities": Text("See opportunities", "查看机会"),
    "see_campaigns": Text("See campaigns and their effect", "查看活动及效果"),
    "run_campaigns": Text("Make and send campaigns", "创建并发送活动"),
    "import_data": Text("Import data", "导入数据"),
    "see_quality": Text("See data quality", "查看数据质量"),
    "manage_users": Text("Manage users", "管理用户"),
    "see_access_log": Text("See who looked at personal data", "查看访问日志"),
}

OWNER = "owner"
MARKETER = "marketer"
ANALYST = "analyst"
STORE_STAFF = "store_staff"

_LOOK = frozenset({"see_overview", "see_insights", "see_customers"})
ROLES: dict[str, Role] = {
    role.name: role
    for role in (
        Role(OWNER, Text("Owner", "店主"), frozenset(CAPABILITIES)),
        Role(
            MARKETER,
            Text("Marketer", "营销"),
            _LOOK
            | {
                "see_behaviour",
                "see_personal",
                "export_rows",
                "see_opportunities",
                "see_campaigns",
                "run_campaigns",
            },
        ),
        Role(
            ANALYST,
            Text("Analyst", "分析师"),
            _LOOK
            | {
                "see_behaviour",
                "export_rows",
                "see_opportunities",
                "see_campaigns",
                "import_data",
                "see_quality",
            },
        ),
        # A store's staff sees its own store only: see scope.py.
        Role(STORE_STAFF, Text("Store staff", "门店员工"), _LOOK | {"see_personal"}),
    )
}
