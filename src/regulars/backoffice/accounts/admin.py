"""Users for owners: name, role, store; nothing of Django's finer permissions."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, StackedInline
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminSelectWidget

from regulars.backoffice.accounts.models import Profile
from regulars.backoffice.accounts.roles import ROLES
from regulars.backoffice.charts import language
from regulars.backoffice.shop import current_shop
from regulars.backoffice.stores import store_choices

admin.site.unregister(User)
admin.site.unregister(Group)


class ProfileInline(StackedInline):
    """The user's store."""

    model = Profile
    can_delete = False
    fields = ("store_id",)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "store_id":
            stores = store_choices(current_shop())
            kwargs["widget"] = UnfoldAdminSelectWidget(choices=[("", "–"), *stores])
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("accounts.manage_users")

    has_add_permission = has_change_permission = has_view_permission


@admin.register(User)
class UserAdmin(DjangoUserAdmin, ModelAdmin):  # type: ignore[type-arg] # generic for types only
    """People who sign in. Owners manage them; a superuser's row only a superuser touches."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    inlines = (ProfileInline,)
    list_display = ("username", "roles", "store", "is_active", "last_login")
    list_filter = ("groups", "is_active")
    search_fields = ("username", "first_name", "last_name", "email")
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": ("first_name", "last_name", "email")}),
        (_("Role"), {"fields": ("is_active", "groups")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        users = super().get_queryset(request).prefetch_related("groups").select_related("profile")
        return users if request.user.is_superuser else users.filter(is_superuser=False)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        obj.is_staff = True  # whoever is a user here works in the back office
        super().save_model(request, obj, form, change)

    @admin.display(description=_("Role"))
    def roles(self, user: User) -> str:
        return ", ".join(role_label(group.name) for group in user.groups.all()) or "–"

    @admin.display(description=_("Store"))
    def store(self, user: User) -> str:
        profile = getattr(user, "profile", None)
        return (profile.store_id if profile else "") or "–"


def role_label(group_name: str) -> str:
    """A role's name in the reader's language; a group of another kind keeps its own."""
    role = ROLES.get(group_name)
    return role.label.in_language(language()) if role else group_name
