"""What people may change about a draft."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from regulars.backoffice.campaigns.channels import all_channels
from regulars.backoffice.campaigns.models import Campaign
from regulars.backoffice.charts import language
from regulars.decisions.messages import MERGE_FIELDS, merge_fields
from regulars.errors import MessageInvalid

LONGEST_WINDOW = 365
LONGEST_TEXT = 2_000


class DraftForm(forms.Form):
    """Offer, text, holdout and costs; shares are asked for in per cent."""

    name = forms.CharField(label=_("Campaign name"), max_length=200)
    language = forms.ChoiceField(
        label=_("Language of the message"), choices=[("zh", "简体中文"), ("en", "English")]
    )
    message_zh = forms.CharField(label=_("Text in Chinese"), max_length=LONGEST_TEXT)
    message_en = forms.CharField(label=_("Text in English"), max_length=LONGEST_TEXT)
    channel = forms.ChoiceField(label=_("Channel"))
    discount_percent = forms.DecimalField(
        label=_("Discount, % of the next order"), min_value=0, max_value=90, decimal_places=1
    )
    holdout_percent = forms.DecimalField(
        label=_("Left alone to measure, %"), min_value=1, max_value=50, decimal_places=1
    )
    window_days = forms.IntegerField(
        label=_("Days in which orders count"), min_value=1, max_value=LONGEST_WINDOW
    )
    cost_per_message = forms.DecimalField(
        label=_("Cost of one message"), min_value=0, max_digits=10, decimal_places=4
    )
    budget_amount = forms.DecimalField(
        label=_("Budget for messages (empty: none)"),
        min_value=0,
        max_digits=14,
        decimal_places=2,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        channels = all_channels().values()
        self.fields["channel"].choices = [  # type: ignore[attr-defined] # a ChoiceField
            (channel.name, channel.label.in_language(language())) for channel in channels
        ]
        for name in ("message_zh", "message_en"):
            self.fields[name].widget = forms.Textarea(attrs={"rows": 4})
        for field in self.fields.values():
            field.widget.attrs["class"] = "r-input"

    @classmethod
    def of(cls, campaign: Campaign) -> "DraftForm":
        """The form as the draft stands."""
        return cls(
            initial={
                "name": campaign.name_in(language()),
                "language": campaign.language,
                "message_zh": campaign.message_zh,
                "message_en": campaign.message_en,
                "channel": campaign.channel,
                "discount_percent": _percent(campaign.offer.get("discount_share", 0)),
                "holdout_percent": _percent(campaign.holdout_share),
                "window_days": campaign.window_days,
                "cost_per_message": campaign.cost_per_message.normalize(),
                "budget_amount": campaign.budget_amount,
            }
        )

    def clean_message_zh(self) -> str:
        return self._checked("message_zh")

    def clean_message_en(self) -> str:
        return self._checked("message_en")

    def _checked(self, name: str) -> str:
        text: str = self.cleaned_data[name]
        try:
            merge_fields(text)
        except MessageInvalid:
            raise forms.ValidationError(wrong_message(text)) from None
        return text


def wrong_message(text: str) -> str:
    """Why a text is refused, in the reader's language."""
    if not text.strip():
        return str(_("This field is required."))
    fields = ", ".join(f"{{{field}}}" for field in MERGE_FIELDS)
    return str(_("Unknown field or a single brace. Fields: %(fields)s") % {"fields": fields})


def _percent(share: Decimal | float) -> str:
    return f"{Decimal(str(share)) * 100:f}".rstrip("0").rstrip(".") or "0"
