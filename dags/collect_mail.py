"""Collect a cycle's mailbox: attachments become files of the reporter whose address the mail came from.

It needs the connection ``huizong_imap`` and is switched off until somebody switches it on. The connection's extra may
say ``{"folder": "INBOX", "since": "2025-01-01"}``: which folder, and from which day on. Nothing is deleted; mails that
were dealt with are marked as seen.
"""

from airflow.sdk import dag, task
from cycle import DEFAULTS, cycle_params
from intake import LONGEST_COLLECTION, SCHEDULE, receive_new, take_in

CONNECTION = "huizong_imap"


@dag(
    dag_display_name="收取邮件 collect_mail",
    schedule=SCHEDULE,
    is_paused_upon_creation=True,
    params=cycle_params(),
    doc_md=__doc__,
    **DEFAULTS,
)
def collect_mail():
    @task(execution_timeout=LONGEST_COLLECTION)
    def receive(params: dict) -> list[str]:
        """Keep the attachments of new mails and their receipts; names the batches that wait to be read."""
        from datetime import date

        from airflow.providers.imap.hooks.imap import ImapHook

        from desk.delivery.mailbox import collect_mail

        def fetch(store, rulebook) -> list[str]:
            extra = ImapHook.get_connection(CONNECTION).extra_dejson
            folder = extra.get("folder", "INBOX")
            since = date.fromisoformat(extra["since"]) if extra.get("since") else None
            with ImapHook(CONNECTION) as hook:
                return collect_mail(hook.mail_client, store, params["regime"], params["round"], rulebook, folder, since)

        return receive_new(params, fetch)

    take_in(receive())


collect_mail()
