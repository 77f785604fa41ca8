"""A reader with cookies, who opens pages and sends the forms that are on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from tests.portal import Answer, ask, send_form
from tests.seite import Element, Seite


@dataclass
class Reader:
    portal: str
    cookies: dict[str, str] = field(default_factory=dict)
    here: str = "/"

    def open(self, path: str, *, status: int = 200) -> Seite:
        """Follows redirects as a browser does."""
        answer = self.ask(path)
        for _ in range(5):
            if not 300 <= answer.status < 400:
                break
            path = answer.header("location")
            answer = self.ask(path)
        assert answer.status == status, f"{path}: {answer.status}"
        self.here = path
        return answer.seite

    def ask(self, path: str) -> Answer:
        return self._note(ask(self.portal, path, headers=self._headers()))

    def send(self, page: Seite, action: str, *, expect: int = 200, **typed: str) -> Seite:
        """The form of a page with this target; fields keep what they hold unless typed over.

        A form has fields of any name, so that `expect` is the one that no form has.
        """
        answer = self.post(action, fields_of(form_of(page, action)) | typed)
        if answer.status == 303:
            return self.open(answer.header("location"), status=expect)
        assert answer.status == expect, f"{action}: {answer.status}"
        return answer.seite

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        return self.post_many(path, [*fields.items()])

    def post_many(self, path: str, fields: list[tuple[str, str]]) -> Answer:
        """With a name more than once, as a list sends it."""
        own = f"{urlsplit(self.portal).scheme}://{urlsplit(self.portal).netloc}"
        headers = self._headers() | {"Origin": own, "Sec-Fetch-Site": "same-origin"}
        return self._note(send_form(self.portal, path, urlencode(fields), **headers))

    def upload(self, path: str, fields: dict[str, str], name: str, data: bytes) -> Answer:
        """A file in the field `datei`, as a browser sends it."""
        return self.upload_many(path, fields, [(name, data)])

    def upload_many(
        self, path: str, fields: dict[str, str], files: Sequence[tuple[str, bytes]]
    ) -> Answer:
        mark = "grenze7b1f"
        parts = [
            f'--{mark}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'
            for field, value in fields.items()
        ]
        body = "".join(parts).encode()
        for name, data in files:
            head = f'--{mark}\r\nContent-Disposition: form-data; name="datei"; filename="{name}"'
            kind = "\r\nContent-Type: application/octet-stream\r\n\r\n"
            body += (head + kind).encode() + data + b"\r\n"
        body += f"--{mark}--\r\n".encode()
        headers = self._headers() | {
            "Content-Type": f"multipart/form-data; boundary={mark}",
            "Sec-Fetch-Site": "same-origin",
        }
        return self._note(ask(self.portal, path, method="POST", headers=headers, body=body))

    def _headers(self) -> dict[str, str]:
        sent = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"Cookie": sent} if sent else {}

    def _note(self, answer: Answer) -> Answer:
        for name, value in answer.headers:
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.split(";", 1)[0]
                if "max-age=0" in value.lower():
                    del self.cookies[key]
        return answer


def form_of(page: Seite, action: str) -> Element:
    found = [form for form in page.root.all("form") if form.attrs.get("action") == action]
    assert found, f"kein Formular für {action}"
    return found[0]


def fields_of(form: Element) -> dict[str, str]:
    return {
        each.attrs["name"]: each.attrs.get("value", "")
        for each in form.all("input")
        if "name" in each.attrs
    }
