"""The mapping as a form: one row per source column, what it stands for, how it is written."""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.backoffice.accounts.masking import MASKED_KINDS, masked, masked_text
from regulars.backoffice.imports.models import ImportDraft
from regulars.backoffice.monitor.labels import table_label
from regulars.errors import MappingInvalid, TableUnknown
from regulars.sources.layouts import ASKED_TYPES, Target, layout_named
from regulars.sources.mapping import FORMS
from regulars.tables import CANONICAL

KEPT = ("attributes", "properties")
# what a file's column can stand for without being a column of a canonical table
UNDECLARED = {
    "card": "会员卡",
    "consent_email": "同意接收邮件",
    "consent_marketing": "同意接收营销信息",
    "consent_phone": "同意接听电话",
    "consent_push": "同意接收推送",
    "consent_sms": "同意接收短信",
    "consent_wechat": "同意接收微信消息",
    "email": "邮箱",
    "member_no": "会员卡号",
    "name": "姓名",
    "order_discount_amount": "整单优惠金额",
    "order_net_amount": "整单实付金额",
    "order_status": "订单状态",
    "ordered_time": "下单时刻",
    "original_order_id": "原订单号",
    "phone": "手机号",
    "row_kind": "行类型",
    "unionid": "微信 UnionID",
}
FORM_LABELS = [("", gettext_lazy("as found")), *((form, form) for form in FORMS)]


def column_rows(file: Mapping[str, Any], tongue: str) -> list[dict[str, Any]]:
    """The rows of one file's form; each with the choices that its layout offers."""
    targets = _targets(file["layout"])
    choices = [(name, _label(target, tongue)) for name, target in targets.items()]
    return [
        {
            **column,
            "samples": [_sample(column["target"], value) for value in column["samples"]],
            "choices": choices,
            "is_used": bool(column["target"]) and column["target"] not in KEPT,
            "is_kept": column["target"] in KEPT,
            "asks_form": _asks_form(targets.get(column["target"] or "")),
        }
        for column in file["columns"]
    ]


def layout_label(name: str) -> str:
    """What each row of a file of that layout is, in words."""
    return _("sales, one row per line") if name == "sales" else table_label(name)


def chosen_mapping(draft: ImportDraft, posted: QueryDict) -> dict[str, str]:
    """Target -> source (with ``:form``) of what the user chose against the proposal.

    MappingInvalid where two columns are to stand for the same thing.
    """
    sources: dict[str, str] = {}
    for file in draft.look.get("files", []):
        for column in file["columns"]:
            _take(sources, draft, column, posted)
    return sources


def _take(
    sources: dict[str, str], draft: ImportDraft, column: Mapping[str, Any], posted: QueryDict
) -> None:
    source, proposed = column["source"], column["target"]
    target = posted.get(f"target:{source}", proposed or "")
    form = posted.get(f"form:{source}", "")
    was_chosen = draft.mapping.get(target, "").removesuffix(f":{form}") == source
    is_same = target == proposed and not form and not was_chosen
    if not target or target in KEPT or is_same:
        return
    said = f"{source}:{form}" if form else source
    if sources.get(target, said) != said:
        raise MappingInvalid(
            _("Two columns stand for '%(target)s': %(one)s and %(two)s. Choose one of them.")
            % {"target": target, "one": sources[target].partition(":")[0], "two": source}
        )
    sources[target] = said


def _sample(target: str | None, value: str) -> str:
    """One of a column's values, enough to know the column by: what it says of people masked."""
    if target == "name" or target in MASKED_KINDS:
        return masked(target, value)
    return masked_text(value)


def _targets(layout: str) -> Mapping[str, Target]:
    try:
        return layout_named(layout).targets
    except (KeyError, TableUnknown):  # a stream of events has no columns to choose for
        return {}


def _label(target: Target, tongue: str) -> str:
    if tongue != "zh":
        return target.name
    label = target.labels[0] if target.labels else _declared(target.name)
    return f"{label} ({target.name})" if label else target.name


def _declared(name: str) -> str:
    """The Chinese label of a column of that name in any table, or of what only files have."""
    columns = (column for table in CANONICAL.values() for column in table.columns)
    known = next((column.zh for column in columns if column.name == name), "")
    return known or UNDECLARED.get(name, "")


def _asks_form(target: Target | None) -> bool:
    return target is not None and target.type in ASKED_TYPES
