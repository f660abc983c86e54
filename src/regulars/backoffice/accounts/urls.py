"""Addresses of accounts."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from regulars.backoffice.accounts.signin import SignInView
from regulars.backoffice.accounts.views import access_log

urlpatterns = [
    path("sign-in/", SignInView.as_view(), name="sign_in"),
    path("sign-out/", LogoutView.as_view(), name="sign_out"),
    path("access-log/", access_log, name="access_log"),
]
