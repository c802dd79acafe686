"""The pages of the offices, once each."""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp.typedefs import Handler

from catalog.permissions import Permission
from stream.api.openapi_parameters import ID
from stream.pages.office import (
    account,
    accounts,
    applications,
    audit,
    deliveries,
    delivery_message,
    findings,
    fleet,
    job,
    jobs,
    overview,
    partners,
    storage,
    uploads,
)
from stream.pages.pages import Page

_READ, _RUN = Permission.FLEET_READ, Permission.FLEET_RUN
_JOB = f"/office/jobs/{{job:{ID}}}"
_ACCOUNT = f"/office/accounts/{{account:{ID}}}"
_CLIENT = "/office/applications/{client:[a-z0-9]{1,60}}"


def office_pages() -> Sequence[Page]:
    """Answer them."""
    return [
        _page("/office", overview.get_overview_page, Permission.OFFICE),
        *_machines(),
        *_delivered(),
        *_people(),
    ]


def _machines() -> Sequence[Page]:
    return [
        _page("/office/fleet", fleet.get_fleet_page, _READ),
        _page("/office/jobs", jobs.get_jobs_page, _READ),
        _page(_JOB, job.get_job_page, _READ),
        _deed(f"{_JOB}/retry", job.post_retry_page, _RUN),
        _deed(f"{_JOB}/cancel", job.post_cancel_page, _RUN),
        _deed(f"{_JOB}/aside", job.post_aside_page, _RUN),
        _page("/office/uploads", uploads.get_uploads_page, _READ),
        _page("/office/storage", storage.get_storage_page, _READ),
        _page("/office/findings", findings.get_findings_page, _READ),
        _deed("/office/findings", findings.post_findings_page, _RUN),
    ]


def _delivered() -> Sequence[Page]:
    keep, one = Permission.DELIVERIES_KEEP, f"{deliveries.HERE}/{{delivery:{ID}}}"
    message = f"{deliveries.MESSAGES}/{{message:{ID}}}"
    partner = f"{partners.HERE}/{{dpid:[A-Za-z0-9]{{1,40}}}}"
    return [
        _page(deliveries.HERE, deliveries.get_deliveries_page, keep),
        _page(one, deliveries.get_delivery_page, keep),
        _deed(f"{one}/retry", deliveries.post_retry_page, keep),
        _page(deliveries.MESSAGES, deliveries.get_messages_page, keep),
        _page(message, delivery_message.get_message_page, keep),
        _deed(f"{message}/retry", delivery_message.post_retry_page, keep),
        _deed(f"{message}/acknowledge", delivery_message.post_acknowledge_page, keep),
        _page(partners.HERE, partners.get_partners_page, keep),
        _deed(partners.HERE, partners.post_partners_page, keep),
        _page(partner, partners.get_partner_page, keep),
        _deed(partner, partners.post_partner_page, keep),
    ]


def _people() -> Sequence[Page]:
    accounts_keep, roles_keep = Permission.ACCOUNTS_KEEP, Permission.ROLES_KEEP
    clients_keep, apps = Permission.CLIENTS_KEEP, applications
    return [
        _page("/office/accounts", accounts.get_accounts_page, accounts_keep),
        _page(_ACCOUNT, account.get_account_page, accounts_keep),
        _deed(f"{_ACCOUNT}/grant", account.post_grant_page, roles_keep),
        _deed(f"{_ACCOUNT}/revoke", account.post_revoke_page, roles_keep),
        _deed(f"{_ACCOUNT}/sign-out", account.post_sign_out_page, accounts_keep),
        _deed(f"{_ACCOUNT}/factors", account.post_factors_page, accounts_keep),
        _page("/office/applications", apps.get_applications_page, clients_keep),
        _deed("/office/applications", apps.post_applications_page, clients_keep),
        _deed(f"{_CLIENT}/secret", apps.post_secret_page, clients_keep),
        _deed(f"{_CLIENT}/remove", apps.post_remove_page, clients_keep),
        _page("/office/audit", audit.get_audit_page, Permission.AUDIT_READ),
    ]


def _page(path: str, handler: Handler, needs: Permission) -> Page:
    return Page(path=path, handler=handler, needs=needs)


def _deed(path: str, handler: Handler, needs: Permission) -> Page:
    return Page(method="POST", path=path, handler=handler, needs=needs)
