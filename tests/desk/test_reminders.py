"""Reminding: who gets a message, once a day; what goes to the city; mail through a real SMTP server."""

from __future__ import annotations

import email
import os
import socketserver
import subprocess
import sys
import threading
from datetime import UTC, date, datetime
from email.policy import default
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from desk.cli import app
from desk.decisions.log import Actor, Decision, Decisions, Draft
from desk.messages.mail import MailServer, read_contacts
from desk.messages.notices import give_notice
from desk.messages.reminders import Reminded, remind, to_remind
from desk.views.board import read_standing
from desk.views.warehouse import Warehouse
from rulebook import load
from store import Store
from tests.reporting_warehouse import AFTER, REGIME, ROUND, lay_reporting_warehouse

CYCLE = (REGIME, ROUND)
EVERYBODY = ("371002", "371003", "371082", "371502", "371503", "371521", "371522", "371525", "370000-sthj")
OWING = ["371502", "371503", "371521", "371522", "371525"]


class SmtpConversation(socketserver.StreamRequestHandler):
    """Enough of RFC 5321 for one client; messages go to ``server.messages``, ``server.refused`` is nobody's mailbox."""

    def handle(self) -> None:
        self.say("220 test ready")
        while line := self.rfile.readline().decode().strip():
            word = line.split()[0].upper()
            if word == "EHLO":
                self.say("250 test")
            elif word == "RCPT" and self.server.refused and self.server.refused in line:
                self.say("550 no such mailbox")
            elif word == "DATA":
                self.say("354 go on")
                self.server.messages.append(email.message_from_bytes(self.read_message(), policy=default))
                self.say("250 taken")
            elif word == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def read_message(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b"."))
        return b"".join(lines)


@pytest.fixture
def smtp():
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), SmtpConversation) as server:
        server.messages, server.refused = [], None
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    lay_reporting_warehouse(tmp_path / "store" / "warehouse.duckdb")
    return Store(tmp_path / "store")


def remind_in(store: Store, chosen=EVERYBODY, day: date = AFTER, **more) -> Reminded:
    standing = read_standing(Warehouse(store.location("warehouse.duckdb")), load(), CYCLE, day, frozenset())
    return remind(store, load(), CYCLE, standing.lines, chosen, day, **more)


def mail_server(smtp, **more) -> MailServer:
    return MailServer("127.0.0.1", smtp.server_address[1], "desk@example.org", **more)


def read(store: Store, key: str) -> str:
    return store.read_bytes(key).decode()


def message(store: Store, code: str, day: date = AFTER) -> str:
    return read(store, f"outbox/{code}/催报_{day}_{REGIME}_{ROUND}.txt")


def write_contacts(store: Store, text: str) -> None:
    store.write_bytes("contacts.csv", text.encode("gb18030"))


def test_everybody_is_who_is_overdue_or_must_act(store):
    """冠县 was given until the end of January."""
    standing = read_standing(Warehouse(store.location("warehouse.duckdb")), load(), CYCLE, AFTER, frozenset())

    assert [line.reporter_code for line in to_remind(standing.lines, AFTER)] == OWING[:-1]


def test_who_has_time_left_is_reminded_of_the_day_and_not_chased(store):
    remind_in(store, chosen=["371525", "371522"])

    told, to_city = message(store, "371525"), read(store, store.keys("outbox/_cities")[0])
    assert told.startswith("报送提醒通知") and "距截止还有 26 天" in told and "is due by the end of 2018-01-31" in told
    assert "催报" not in told and "至今" not in told and "was due" not in told
    assert "已催报您市 1 个单位" in to_city and "另提醒了 1 个未到期的单位" in to_city
    assert "冠县（371525）：未到期，距截止还有 26 天" in to_city


def test_who_has_reported_is_left_in_peace(store):
    """In time, late, nil, or sent without being asked: nothing is expected of these."""
    reminded = remind_in(store)

    assert [line.reporter_code for line in reminded.new] == OWING
    assert {key.split("/")[1] for key in store.keys("outbox")} == {*OWING, "_cities"}


def test_only_the_chosen_are_reminded(store):
    assert [line.reporter_code for line in remind_in(store, chosen=["371522", "371002"]).new] == ["371522"]


def test_a_message_says_what_is_expected_and_by_how_much_it_is_late(store):
    remind_in(store)

    missing = message(store, "371522")
    assert "莘县：" in missing and "2017-12-31 24时" in missing and "已逾期 5 天" in missing and "零报告" in missing
    assert "审核未通过" in message(store, "371503")
    assert "重新报送" in message(store, "371502") and "仍计入汇总" in message(store, "371502")


def test_a_county_of_that_year_that_is_missing_is_asked_for(store):
    """Though the reporter of today sent another's table in time."""
    with duckdb.connect(store.location("warehouse.duckdb")) as connection:
        connection.execute("update marts.fct_obligation set missing_parts = '长岛县' where submission_id = '000001'")

    remind_in(store, chosen=["371002"])

    assert "当年的长岛县还没有报送" in message(store, "371002") and "照常计入汇总" in message(store, "371002")


def test_a_returned_table_comes_with_its_reason(store):
    returned = Decision(
        *(
            7,
            "return",
            datetime(2018, 1, 4, tzinfo=UTC),
            "w",
            "王",
            "steward",
            "370000",
            "产能与上年报表不符",
            None,
            None,
        ),
        regime=REGIME,
        round=ROUND,
        reporter_code="371521",
        submission_id="000007",
    )

    remind_in(store, decisions=[returned])

    assert "原因：产能与上年报表不符" in message(store, "371521")
    assert "原因" not in message(store, "371503")


def test_a_second_time_on_the_same_day_changes_nothing(store):
    first = remind_in(store)
    before = {key: store.read_bytes(key) for key in store.keys("outbox")}

    second = remind_in(store)

    assert (len(first.new), len(second.new), len(second.already)) == (5, 0, 5)
    assert {key: store.read_bytes(key) for key in store.keys("outbox")} == before


def test_the_next_day_brings_another_message(store):
    remind_in(store)

    assert len(remind_in(store, day=date(2018, 1, 6)).new) == 5


def test_the_city_gets_one_summary_of_everybody_reminded_that_day(store):
    """Also of those who were reminded earlier in the day."""
    remind_in(store, chosen=["371522"])
    reminded = remind_in(store, chosen=["371503"])

    (key,) = store.keys("outbox/_cities")
    assert reminded.cities == ("371500",)
    assert key == f"outbox/_cities/371500/催报汇总_{AFTER}_{REGIME}_{ROUND}.txt"
    assert "2 个单位" in read(store, key) and "莘县" in read(store, key) and "茌平区" in read(store, key)


def test_mail_goes_out_once_to_the_addresses_that_are_known(store, smtp):
    write_contacts(store, "reporter_code,mail\n371522,莘县<shen@example.org>\n371500,city@example.org\n371503,\n")

    first = remind_in(store, mail_server=mail_server(smtp))
    second = remind_in(store, mail_server=mail_server(smtp))

    assert (first.mailed, first.without_address, first.mail_trouble) == (2, 4, None)
    assert (second.mailed, second.mail_trouble) == (0, None)
    to_county, to_city = smtp.messages
    assert "shen@example.org" in to_county["To"] and to_county["From"] == "desk@example.org"
    assert to_county["Subject"].startswith("催报：山东省2017年")
    assert to_county.get_content().replace("\r\n", "\n").strip() == message(store, "371522").strip()
    assert to_city["To"] == "city@example.org" and "催报汇总" in to_city["Subject"]


def test_a_notice_is_mailed_once_and_a_deaf_server_stops_nothing(store, smtp):
    write_contacts(store, "reporter_code,mail\n371522,shen@example.org\n")
    at = datetime(2018, 1, 4, tzinfo=UTC)
    returned = Decision(7, "return", at, "w", "王", "steward", "370000", "产能不符", None, None,
                        regime=REGIME, round=ROUND, reporter_code="371522", submission_id="000001")  # fmt: skip

    log = Decisions(store, load())
    give_notice(store, load(), log, returned, MailServer("127.0.0.1", 9, "desk@example.org"))
    for _ in range(2):
        give_notice(store, load(), log, returned, mail_server(smtp))

    (mailed,) = smtp.messages
    assert mailed["To"] == "shen@example.org" and "原因：产能不符" in mailed.get_content()
    assert store.keys("outbox") == ["outbox/371522/退回_000007.txt"]


def test_what_a_server_does_not_take_is_tried_again(store, smtp):
    write_contacts(store, "reporter_code,mail\n371522,shen@example.org\n371503,chiping@example.org\n")
    smtp.refused = "shen@example.org"

    first = remind_in(store, mail_server=mail_server(smtp))
    smtp.refused = None
    second = remind_in(store, mail_server=mail_server(smtp))

    assert first.mailed == 1 and "no such mailbox" in first.mail_trouble
    assert (second.mailed, second.mail_trouble) == (1, None)
    assert [one["To"] for one in smtp.messages] == ["chiping@example.org", "shen@example.org"]


def test_messages_lie_in_the_outbox_also_when_no_mail_can_be_sent(store):
    write_contacts(store, "reporter_code,mail\n371522,shen@example.org\n")
    nobody_there = MailServer("127.0.0.1", 9, "desk@example.org")

    reminded = remind_in(store, mail_server=nobody_there)

    assert reminded.mailed == 0 and "127.0.0.1:9" in reminded.mail_trouble
    assert message(store, "371522")


def test_a_password_is_not_sent_without_encryption(store, smtp):
    write_contacts(store, "reporter_code,mail\n371522,shen@example.org\n")

    reminded = remind_in(store, mail_server=mail_server(smtp, user="desk", password="secret"))

    assert "encryption" in reminded.mail_trouble and smtp.messages == []


def test_without_a_sender_nothing_is_mailed(store, smtp):
    """Airflow's connection may name a server and nothing else."""
    write_contacts(store, "reporter_code,mail\n371522,shen@example.org\n")

    reminded = remind_in(store, mail_server=MailServer("127.0.0.1", smtp.server_address[1], None))

    assert "发件人" in reminded.mail_trouble and smtp.messages == []


def test_contacts_are_read_as_an_office_saves_them(store):
    store.write_bytes(
        "contacts.csv", "\ufeffreporter_code,mail\n371522,a@example.org\n371522,b@example.org\n371503,none\n".encode()
    )

    assert read_contacts(store) == {"371522": ("a@example.org", "b@example.org")}
    assert read_contacts(Store(store.root / "elsewhere")) == {}


def huizong(store: Store, *options: str):
    """The command ``huizong remind`` for the store; days are today's, so that nobody has time left."""
    arguments = ["remind", "--store", str(store.root), "--regime", REGIME, "--round", ROUND, *options]
    return CliRunner().invoke(app, arguments)


def test_the_command_tries_without_sending(store):
    answer = huizong(store, "--dry-run")

    assert answer.exit_code == 0, answer.output
    assert "莘县" in answer.stdout and "环翠区" not in answer.stdout and "共 5 个单位" in answer.stdout
    assert store.keys("outbox") == []


def test_the_command_reminds_everybody_who_must_act(store):
    first, second = huizong(store), huizong(store)

    assert "已给 5 个单位" in first.stdout and "已给 0 个单位" in second.stdout
    assert len(store.keys("outbox")) == 6


@pytest.mark.parametrize("options", [(), ("--dry-run",)])
def test_the_command_reminds_nobody_of_a_sealed_cycle(store, options):
    seal = Draft("seal", "收齐", regime=REGIME, round=ROUND)
    Decisions(store, load()).record(seal, Actor("signer", "李签发", "signer", "370000"), None)

    answer = huizong(store, *options)

    assert answer.exit_code == 2 and "已经封存" in answer.stderr and "莘县" not in answer.stdout
    assert store.keys("outbox") == []


def test_the_command_needs_a_warehouse(tmp_path):
    answer = huizong(Store(tmp_path))

    assert answer.exit_code == 2 and "还没有建立" in answer.stderr


def test_the_command_mails_through_the_server_the_environment_names(store, smtp, tmp_path):
    write_contacts(store, "reporter_code,mail\n371522,shen@example.org\n")
    environment = os.environ | {
        "AIRFLOW_HOME": str(tmp_path / "airflow"),
        "AIRFLOW_CONN_HUIZONG_SMTP": f"smtp://127.0.0.1:{smtp.server_address[1]}/?from_email=desk%40example.org",
    }
    command = [sys.executable, "-m", "desk.cli", "remind", "--store", str(store.root), "--regime", REGIME]

    answer = subprocess.run([*command, "--round", ROUND], env=environment, capture_output=True, text=True, check=False)

    assert answer.returncode == 0, answer.stderr
    assert "发出邮件 1 封" in answer.stdout
    assert [one["To"] for one in smtp.messages] == ["shen@example.org"]
