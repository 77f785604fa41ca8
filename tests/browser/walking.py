"""A browser's page that is watched: whatever goes on in its background is noted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page, Request

    from tests.browser.seiten import Fall

Theme = Literal["light", "dark"]

CHROMIUM = Path("/usr/bin/chromium")
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# Runs before anything of the page: a violation of the security policy is an event there.
WATCH_POLICY = """
window.richtlinienverstoesse = [];
document.addEventListener("securitypolicyviolation", event => window.richtlinienverstoesse.push(
  `${event.violatedDirective}: ${event.blockedURI || event.sourceFile}`));
"""


@dataclass  # without slots: Playwright leaves a note on the object behind a handler
class Watch:
    """What happened in the background of a page since it was last asked."""

    host: str
    _seen: list[str] = field(default_factory=list)

    def note_request(self, request: Request) -> None:
        url = urlsplit(request.url)
        if url.scheme not in {"data", "blob", "about"} and url.netloc != self.host:
            self._seen.append(f"Abruf von {request.url}")

    def note_console(self, message: ConsoleMessage) -> None:
        # Chromium reports the status of a page as an error of its network; 404 is wanted here.
        if message.type in {"error", "warning"} and "the server responded with" not in message.text:
            self._seen.append(f"Konsole: {message.text}")

    def note_error(self, error: Any) -> None:
        self._seen.append(f"Skript: {error}")

    def faults(self, page: Page) -> list[str]:
        """Everything so far, violations of the security policy included."""
        found = [*self._seen, *page.evaluate("window.richtlinienverstoesse.splice(0)")]
        self._seen.clear()
        return found


@dataclass
class Walker:
    """One page of a context that is reused, since a new one for each test costs a second."""

    page: Page
    watch: Watch
    portal_url: str
    sitzung: str
    _shown: tuple[int, Theme] | None = None

    def open(self, fall: Fall, width: int = 1280, theme: Theme = "light") -> Page:
        """Load a page as a reader with this window and theme would; it is watched from here."""
        self.page.context.clear_cookies()
        if fall.english:
            self.page.context.add_cookies(
                [{"name": "sprache", "value": "en", "url": self.portal_url}]
            )
        if fall.signed_in:
            self.sign_in()
        self.show(width, theme)
        answer = self.page.goto(fall.path)
        assert answer is not None
        assert answer.status == fall.status
        assert not fall.signed_in or "/anmelden" not in self.page.url, "Die Sitzung gilt nicht."
        self.page.evaluate("document.fonts.ready.then(() => null)")
        return self.page

    def sign_in(self) -> None:
        # By hand, since Playwright wants https for a cookie of this kind and browsers do not.
        self.page.context.add_cookies(
            [
                {
                    "name": "__Host-sitzung",
                    "value": self.sitzung,
                    "url": self.portal_url.replace("http://", "https://"),
                    "secure": True,
                    "httpOnly": True,
                    "sameSite": "Lax",
                }
            ]
        )

    def show(self, width: int, theme: Theme) -> None:
        if self._shown == (width, theme):
            return
        self._shown = (width, theme)
        self.page.set_viewport_size({"width": width, "height": 900})
        self.page.emulate_media(color_scheme=theme, reduced_motion="reduce")

    def faults(self) -> list[str]:
        return self.watch.faults(self.page)


@contextmanager
def walking(browser: Browser, portal_url: str, sitzung: str, **options: Any) -> Iterator[Walker]:
    context = browser.new_context(base_url=portal_url, **options)
    # A page of this machine that takes longer, however busy it is, does not come at all.
    context.set_default_timeout(30_000)
    context.add_init_script(WATCH_POLICY)
    page = context.new_page()
    watch = Watch(urlsplit(portal_url).netloc)
    page.on("request", watch.note_request)
    page.on("console", watch.note_console)
    page.on("pageerror", watch.note_error)
    yield Walker(page, watch, portal_url, sitzung)
    context.close()
