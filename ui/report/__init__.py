"""Reports of finished games: one self-contained page, a handout for each seat, PDF where a browser is at hand.

    from ui.report import report_page, handout_page
    html = report_page(debrief, "es")

Nothing in a page is fetched from anywhere: style and figures are inside it.
"""

from ui.report.handout import handout_page
from ui.report.page import report_page
from ui.report.pdf import find_browser, write_pdf

__all__ = ["find_browser", "handout_page", "report_page", "write_pdf"]
