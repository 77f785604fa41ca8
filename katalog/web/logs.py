"""One JSON line per request, without personal data.

Neither addresses of people nor what they searched for is written: the query string stays out,
and the path is the route's pattern, since a path may name a case.
"""

from __future__ import annotations

import json
import logging
import secrets
import sys
import time
from datetime import UTC, datetime

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

_requests = logging.getLogger("katalog.anfragen")


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "zeit": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "stufe": record.levelname.lower(),
            "quelle": record.name,
            "meldung": record.getMessage(),
        }
        line |= getattr(record, "angaben", {})
        if record.exc_info:
            line["fehler"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def configure_logs(level: int = logging.INFO) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level, handlers=[handler], force=True)


class RequestLog:
    """Outermost middleware: measures everything, and gives each request a number to ask for."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self.app(scope, receive, send)
            return
        request_id = secrets.token_hex(4)
        scope["state"]["request_id"] = request_id
        started = time.perf_counter()
        status, size = 500, 0

        async def measured(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [
                    *message["headers"],
                    (b"x-anfrage", request_id.encode()),
                ]
            elif message["type"] == "http.response.body":
                size += len(message.get("body", b""))
            await send(message)

        try:
            await self.app(scope, receive, measured)
        finally:
            _requests.info(
                "Anfrage",
                extra={
                    "angaben": {
                        "nr": request_id,
                        "methode": scope["method"],
                        "pfad": scope.get("path_template") or "(unbekannt)",
                        "status": status,
                        "ms": round((time.perf_counter() - started) * 1000, 1),
                        "bytes": size,
                    }
                },
            )
