"""A household rule as a form: what it matches, how strongly, how long."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from regulars.errors import ParameterInvalid
from regulars.stats.household.rules import NAME, HouseholdRules, Rule, TraitRule, rule_of

NEW = "+"
WHERE = "form"


class RuleForm(forms.Form):
    """One rule. ``trait`` is one of the shop's, or ``+`` with a name and labels of its own."""

    trait = forms.ChoiceField(label=_("Tells of"))
    name = forms.CharField(label=_("Its short name (small letters, _)"), required=False)
    label_en = forms.CharField(label=_("In English"), max_length=60, required=False)
    label_zh = forms.CharField(label=_("In Chinese"), max_length=60, required=False)
    category = forms.ChoiceField(label=_("Category"), required=False)
    purpose = forms.CharField(label=_("Purpose"), max_length=60, required=False)
    product_id = forms.CharField(label=_("Product code"), max_length=60, required=False)
    words = forms.CharField(label=_("Words (any of them, by commas)"), required=False)
    without = forms.CharField(label=_("Without these words"), required=False)
    weight = forms.FloatField(label=_("Weight of an order"), min_value=0.01, max_value=5)
    half_life_days = forms.FloatField(
        label=_("Days until it counts half"), min_value=7, max_value=3650
    )

    def __init__(
        self, *args: Any, rules: HouseholdRules, categories: list[str], chinese: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.rules = rules
        traits = [(t.name, t.zh if chinese else t.en) for t in rules.traits]
        self.fields["trait"].choices = [*traits, (NEW, _("something new …"))]  # type: ignore[attr-defined] # a ChoiceField
        names = [("", _("any")), *((name, name) for name in categories)]
        self.fields["category"].choices = names  # type: ignore[attr-defined] # a ChoiceField
        for field in self.fields.values():
            field.widget.attrs["class"] = "r-input"

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("trait") == NEW:
            self._check_new(given)
        keys = ("category", "purpose", "product_id", "words", "without")
        if not self.errors and not any(given.get(key) for key in keys[:4]):
            raise forms.ValidationError(
                _("Say which products: a category, a purpose, a product, or words in the name.")
            )
        return given

    def _check_new(self, given: dict[str, Any]) -> None:
        if not NAME.fullmatch(given.get("name", "")) or self.rules.trait(given["name"]):
            self.add_error(
                "name", _("Small letters, digits and _, beginning with a letter; not yet taken.")
            )
        for key in ("label_en", "label_zh"):
            if not given.get(key, "").strip():
                self.add_error(key, _("A new trait needs a label in both languages."))

    def trait_and_rule(self) -> tuple[TraitRule | None, Rule]:
        """The trait, where it is new, and the rule; ParameterInvalid where it cannot be one."""
        given = self.cleaned_data
        is_new = given["trait"] == NEW
        name = given["name"] if is_new else given["trait"]
        trait = TraitRule(name, given["label_en"], given["label_zh"]) if is_new else None
        entry = {
            "trait": name,
            **{key: given[key] for key in ("category", "purpose", "product_id")},
            **{key: _listed(given[key]) for key in ("words", "without")},
            **{key: given[key] for key in ("weight", "half_life_days")},
        }
        return trait, rule_of(entry, [name], WHERE)

    def checked(self) -> bool:
        """Whether it can be a rule; the reason stands at the form where it cannot."""
        if not self.is_valid():
            return False
        try:
            self.trait_and_rule()
        except ParameterInvalid as error:
            self.add_error(None, str(error))
        return not self.errors


def _listed(text: str) -> list[str]:
    return [word.strip() for word in re.split(r"[,，、;；\n]", text) if word.strip()]
