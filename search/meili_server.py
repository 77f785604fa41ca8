"""Talks to a Meilisearch server: scoped keys, awaited tasks, errors in German."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from meilisearch import Client
from meilisearch.errors import (
    MeilisearchApiError,
    MeilisearchCommunicationError,
    MeilisearchError,
    MeilisearchTimeoutError,
)
from meilisearch.models.task import TaskInfo

from search.engine import EngineUnavailable
from search.meili_settings import KeyRights, reading_key, waiting_key, writing_key

# Seconds until a search is given up: the page then lists from the database.
_TIMEOUT = 10
# A full index is a matter of seconds; a server busy with other things may take minutes.
_TASK_MILLISECONDS = 600_000
_ABANDONED_AFTER = timedelta(hours=1)


class Server:
    """Holds keys that the server derives from the master key: to read, to write, to wait.

    Every thread has its own clients, since one of them changes its headers with every request.
    """

    def __init__(self, url: str, master_key: str, index: str) -> None:
        self._url = url
        self._master_key = master_key
        self._index = index
        self._lock = threading.Lock()
        self._keys: dict[str, str] = {}
        self._clients = threading.local()

    # Reading ─────────────────────────────────────────────────────────────────────────────────

    def ask(self, queries: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        with _in_german():
            return list(self._reading().multi_search(queries)["results"])

    def ask_federated(
        self, queries: Sequence[Mapping[str, Any]], offset: int, limit: int
    ) -> list[str]:
        with _in_german():
            federation = {"offset": offset, "limit": limit}
            answer = self._reading().multi_search(queries, federation)
        return [str(hit["satz"]) for hit in answer["hits"]]

    def document(self, index: str, id_: str, fields: Sequence[str]) -> dict[str, Any] | None:
        """None if there is no such document or index."""
        with _in_german():
            try:
                found = self._reading().index(index).get_document(id_, {"fields": list(fields)})
            except MeilisearchApiError as error:
                if error.code in {"document_not_found", "index_not_found"}:
                    return None
                raise
        return {name: getattr(found, name, None) for name in fields}

    # Writing ─────────────────────────────────────────────────────────────────────────────────

    def set_up(self, index: str, settings: Mapping[str, Any]) -> None:
        """Makes the index if there is none, and applies only settings that differ."""
        with _in_german():
            client = self._writing()
            try:
                client.get_index(index)
            except MeilisearchApiError as error:
                if error.code != "index_not_found":
                    raise
                self._wait(client.create_index(index, {"primaryKey": "id"}))
            current = client.index(index).get_settings()
            wanted = {name: value for name, value in settings.items() if current.get(name) != value}
            if wanted:
                self._wait(client.index(index).update_settings(wanted))

    def add(self, index: str, documents: Sequence[Mapping[str, Any]]) -> None:
        with _in_german():
            self._wait(self._writing().index(index).add_documents(list(documents), "id"))

    def delete(self, index: str, filter_: str) -> None:
        with _in_german():
            self._wait(self._writing().index(index).delete_documents(filter=filter_))

    def swap(self, pairs: Sequence[tuple[str, str]]) -> None:
        """All pairs at once: no reader sees the one swapped and the other not."""
        with _in_german():
            self._wait(self._writing().swap_indexes([{"indexes": list(pair)} for pair in pairs]))

    def remove(self, indexes: Sequence[str]) -> None:
        with _in_german():
            for index in indexes:
                self._writing().delete_index(index)

    def remove_old_indexes(self, prefix: str) -> None:
        """What a rebuild left behind that was killed; a fresh one may still be under way."""
        with _in_german():
            client = self._writing()
            for index in client.get_indexes({"limit": 1_000})["results"]:
                created = index.created_at
                if index.uid.startswith(prefix) and created is not None:
                    moment = created if created.tzinfo else created.replace(tzinfo=UTC)
                    if datetime.now(UTC) - moment > _ABANDONED_AFTER:
                        client.delete_index(index.uid)

    def _wait(self, task: TaskInfo) -> None:
        done = self._client(waiting_key(self._index)).wait_for_task(
            task.task_uid, _TASK_MILLISECONDS
        )
        if done.status != "succeeded":
            reason = (done.error or {}).get("message", done.status)
            raise EngineUnavailable(
                f"Meilisearch hat einen Auftrag nicht ausgeführt ({done.type}): {reason}"
            )

    # Keys ────────────────────────────────────────────────────────────────────────────────────

    def _reading(self) -> Client:
        return self._client(reading_key(self._index))

    def _writing(self) -> Client:
        return self._client(writing_key(self._index))

    def _client(self, rights: KeyRights) -> Client:
        clients: dict[str, Client] = self._clients.__dict__.setdefault("by_key", {})
        if rights.uid not in clients:
            clients[rights.uid] = Client(self._url, self._key(rights) or None, timeout=_TIMEOUT)
        return clients[rights.uid]

    def _key(self, rights: KeyRights) -> str:
        """Made once on the server. Without a master key it is a server of a developer, open."""
        if not self._master_key:
            return ""
        with self._lock:
            if rights.uid not in self._keys:
                master = Client(self._url, self._master_key, timeout=_TIMEOUT)
                try:
                    key = master.get_key(rights.uid)
                except MeilisearchApiError as error:
                    if error.code != "api_key_not_found":
                        raise
                    key = master.create_key(rights.as_options())
                self._keys[rights.uid] = key.key
            return self._keys[rights.uid]


@contextmanager
def _in_german() -> Iterator[None]:
    try:
        yield
    except (MeilisearchCommunicationError, MeilisearchTimeoutError) as error:
        raise EngineUnavailable(
            "Meilisearch antwortet nicht. Prüfen Sie, ob der Server läuft und MEILI_URL stimmt."
        ) from error
    except MeilisearchApiError as error:
        if error.status_code in {401, 403}:
            raise EngineUnavailable(
                "Meilisearch lehnt den Schlüssel ab. Prüfen Sie MEILI_MASTER_KEY."
            ) from error
        raise EngineUnavailable(f"Meilisearch meldet einen Fehler: {error.message}") from error
    except MeilisearchError as error:
        raise EngineUnavailable(f"Meilisearch meldet einen Fehler: {error.message}") from error
