"""How Great Expectations draws its Data Docs here: its own renderers, in pages that fetch nothing and run no script.

The pages Great Expectations ships load styles, scripts, pictures and fonts from the internet and put the values of
cells into the page as they are. The templates in ``data_docs_pages`` stand before its own (``view`` in the
configuration of a site), and every value is escaped.
"""

from __future__ import annotations

import html
from datetime import datetime
from pathlib import Path
from typing import Any

from great_expectations.render.view import DefaultJinjaPageView
from jinja2 import ChoiceLoader, FileSystemLoader, pass_context

from rulebook import LOCAL_TIME

PAGES = Path(__file__).parent / "data_docs_pages"


class OfflinePageView(DefaultJinjaPageView):
    """Pages that are whole by themselves: no address outside them, no script, no markup out of a cell."""

    def __init__(self, custom_styles_directory: str | None = None, custom_views_directory: str | None = None) -> None:
        super().__init__(custom_styles_directory, custom_views_directory)
        self.env.filters["beijing_time"] = _beijing_time
        self.env.loader = ChoiceLoader([FileSystemLoader(PAGES), self.env.loader])

    @pass_context
    def render_content_block(
        self,
        jinja_context: Any,
        content_block: Any,
        index: Any = None,
        content_block_id: Any = None,
        render_to_markdown: bool = False,
    ) -> Any:
        """``content_block`` drawn; plain text in it, which may come from a cell, is escaped."""
        return super().render_content_block(
            jinja_context, _escaped(content_block), index, content_block_id, render_to_markdown
        )


def _beijing_time(seconds: float) -> str:
    """The moment ``seconds`` after the beginning of 1970 as people in China read it."""
    return f"{datetime.fromtimestamp(seconds, LOCAL_TIME):%Y-%m-%d %H:%M:%S}"


def _escaped(content_block: Any) -> Any:
    """``content_block`` where it is one; text by itself or in a list as text of HTML."""
    if isinstance(content_block, str):
        return html.escape(content_block)
    if isinstance(content_block, list):
        return [html.escape(part) if isinstance(part, str) else part for part in content_block]
    return content_block
