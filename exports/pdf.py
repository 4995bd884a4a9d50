"""A pack as PDFs to read and print, where LibreOffice is installed; never a part of the pack itself.

LibreOffice writes the time into a PDF, so the same pack gives other bytes every time: the PDFs lie in a folder beside the
pack, and ``pdf.json`` there names for each the file of the pack, with its SHA-256, that it shows.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

from exports.templates.report import STAND_INS
from exports.verification import digest_file

PROGRAMS = ("soffice", "libreoffice")
SHOWN_SUFFIXES = (".xlsx", ".docx")
LIST_OF_PDFS = "pdf.json"
MOST_SECONDS = 300
"""For all files of a pack; a province-year takes half a minute."""


class NoPdf(Exception):
    """There are no PDFs, for a reason people can read; the pack itself is as it was."""


def find_office() -> str | None:
    """LibreOffice's program; None where it is not installed."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


def name_undrawn(files: Sequence[Path], pdfs: Sequence[Path]) -> list[str]:
    """The names of the workbooks and documents among ``files`` that have none of ``pdfs``."""
    drawn = {pdf.stem for pdf in pdfs}
    return [file.name for file in files if file.suffix in SHOWN_SUFFIXES and file.stem not in drawn]


def write_pdfs(files: Sequence[Path], folder: Path, seconds: float = MOST_SECONDS) -> list[Path]:
    """The PDFs of the workbooks and documents among ``files``, in ``folder``, drawn by one LibreOffice.

    What it cannot read (documents, where only its Calc is installed) has none; raises ``NoPdf`` where nothing has. It
    works in a profile of its own, so that neither settings nor windows of whoever is at work are touched, and is ended
    after ``seconds``. What was drawn in ``folder`` before is removed first, whatever comes of this.
    """
    for old in folder.glob("*.pdf"):
        old.unlink()
    (folder / LIST_OF_PDFS).unlink(missing_ok=True)
    office = find_office()
    if office is None:
        raise NoPdf(
            "没有安装 LibreOffice，未生成 PDF；成果本身已写好。LibreOffice is not installed: no PDFs were made."
        )
    shown = [file for file in files if file.suffix in SHOWN_SUFFIXES]
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as profile:
        command = [office, f"-env:UserInstallation={Path(profile).as_uri()}", "--headless", "--norestore"]
        command += ["--convert-to", "pdf", "--outdir", str(folder), *map(str, shown)]
        fonts = Path(profile) / "fonts.conf"
        fonts.write_text(_name_stand_ins(), encoding="utf-8")
        _run(command, seconds, {"FONTCONFIG_FILE": str(fonts)})
    drawn = [(file, folder / f"{file.stem}.pdf") for file in shown if (folder / f"{file.stem}.pdf").is_file()]
    if not drawn:
        raise NoPdf("LibreOffice 没有生成 PDF；成果本身已写好。LibreOffice made no PDFs.")
    told = [
        {"file": pdf.name, "sha256": digest_file(pdf), "shows": file.name, "shows_sha256": digest_file(file)}
        for file, pdf in drawn
    ]
    (folder / LIST_OF_PDFS).write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return [pdf for _, pdf in drawn]


def remove_stale(files: Sequence[Path], folder: Path) -> list[str]:
    """Remove the PDFs in ``folder`` that show another content than ``files`` have now; returns their names.

    Only what ``pdf.json`` there names is touched.
    """
    try:
        told = json.loads((folder / LIST_OF_PDFS).read_text(encoding="utf-8"))
        shown = [(Path(line["file"]).name, line["shows_sha256"], line) for line in told]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    current = {digest_file(file) for file in files if file.suffix in SHOWN_SUFFIXES}
    stale = [name for name, digest, _ in shown if digest not in current]
    for name in stale:
        (folder / name).unlink(missing_ok=True)
    if stale:
        kept = [line for _, digest, line in shown if digest in current]
        (folder / LIST_OF_PDFS).write_text(json.dumps(kept, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return stale


def _name_stand_ins() -> str:
    """Which fonts stand in for those of official documents that are not installed, as fontconfig reads it.

    LibreOffice takes no list from a document (``w:altName``): without this all would be one sans-serif.
    """
    own = os.environ.get("FONTCONFIG_FILE", "/etc/fonts/fonts.conf")
    aliases = "".join(
        f'<alias binding="same"><family>{name}</family><accept>'
        + "".join(f"<family>{other}</family>" for other in others.split(","))
        + "</accept></alias>"
        for name, (others, _) in STAND_INS.items()
    )
    return (
        f'<?xml version="1.0"?><fontconfig><include ignore_missing="yes">{escape(own)}</include>{aliases}</fontconfig>'
    )


def _run(command: Sequence[str], seconds: float, settings: Mapping[str, str]) -> None:
    """Run ``command`` with ``settings`` in its environment; with it ends whatever it has started."""
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, start_new_session=True,
        env={**os.environ, **settings},
    )  # fmt: skip
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired as late:
        raise NoPdf(f"LibreOffice 超过 {seconds:g} 秒没有完成，已中止。It took too long and was ended.") from late
    finally:
        # the program is a script that starts the office itself
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
