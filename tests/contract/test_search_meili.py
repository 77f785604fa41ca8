"""What only a Meilisearch server has: settings, keys, swapped indexes.

    MEILI_URL=http://127.0.0.1:7700 MEILI_MASTER_KEY=… uv run pytest tests/contract/test_search_*

The whole file is skipped without a server, and with it the Meilisearch half of the other files.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from meilisearch import Client
from meilisearch.errors import MeilisearchApiError

from search.engine import Document, EngineUnavailable, Query, SearchError, Typ
from search.meili import MeiliEngine, open_engine
from search.meili_server import Server
from search.meili_settings import SETTINGS, reading_key, writing_key

MEILI_URL, MEILI_KEY = os.environ.get("MEILI_URL", ""), os.environ.get("MEILI_MASTER_KEY", "")

with_server = pytest.mark.skipif(not MEILI_URL, reason="Meilisearch: MEILI_URL ist nicht gesetzt")
with_keys = pytest.mark.skipif(
    not MEILI_KEY, reason="Meilisearch: MEILI_MASTER_KEY ist nicht gesetzt"
)

WOHNGELD = Document(Typ.OZG_LEISTUNG, "10092", "Wohngeld")
HUND = Document(Typ.OZG_LEISTUNG, "10160", "Hundehaltung")


@pytest.fixture
def client() -> Client:
    return Client(MEILI_URL, MEILI_KEY or None)


@pytest.fixture
def name(client: Client) -> Iterator[str]:
    made = f"test_meili_{time.time_ns()}"
    yield made
    for index in client.get_indexes({"limit": 1_000})["results"]:
        if index.uid.startswith(made):
            client.delete_index(index.uid)
    for granted in client.get_keys({"limit": 1_000}).results if MEILI_KEY else ():
        if (granted.name or "").startswith(made):
            client.delete_key(granted.uid)


@pytest.fixture
def engine(name: str) -> MeiliEngine:
    made = open_engine(MEILI_URL, MEILI_KEY, name)
    made.rebuild([WOHNGELD])
    return made


@with_server
def test_settings_are_those_of_the_code(engine: MeiliEngine, client: Client, name: str) -> None:
    current = client.index(name).get_settings()
    assert {setting: current.get(setting) for setting in SETTINGS} == SETTINGS


@with_server
def test_applying_the_same_settings_again_gives_the_server_nothing_to_do(
    engine: MeiliEngine, client: Client, name: str
) -> None:
    before = client.get_tasks({"indexUids": [name], "limit": 1}).results[0].uid
    Server(MEILI_URL, MEILI_KEY, name).set_up(name, SETTINGS)
    assert client.get_tasks({"indexUids": [name], "limit": 1}).results[0].uid == before


@with_server
def test_a_setting_changed_by_hand_is_put_back_by_a_rebuild(
    engine: MeiliEngine, client: Client, name: str
) -> None:
    task = client.index(name).update_settings({"stopWords": ["wohngeld"]})
    client.wait_for_task(task.task_uid)
    engine.rebuild([WOHNGELD])
    assert client.index(name).get_settings()["stopWords"] == []


@with_server
def test_a_rebuild_leaves_no_other_indexes_behind(
    engine: MeiliEngine, client: Client, name: str
) -> None:
    engine.rebuild([WOHNGELD, HUND])
    time.sleep(0.3)
    names = {index.uid for index in client.get_indexes({"limit": 1_000})["results"]}
    assert {n for n in names if n.startswith(name)} == {name, f"{name}_wortschatz"}


@with_server
def test_there_is_always_an_index_that_answers(engine: MeiliEngine) -> None:
    totals: list[int] = []
    failures: list[BaseException] = []
    done = threading.Event()

    def ask() -> None:
        try:
            while not done.is_set():
                totals.append(engine.find(Query("wohngeld")).total)
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    for _ in range(3):
        engine.rebuild([WOHNGELD, HUND])
    done.set()
    thread.join()
    assert failures == []
    assert set(totals) == {1}


@with_server
@with_keys
def test_the_key_to_read_can_do_nothing_else(
    engine: MeiliEngine, client: Client, name: str
) -> None:
    engine.find(Query("wohngeld"))
    reader = Client(MEILI_URL, client.get_key(reading_key(name).uid).key)
    assert reader.index(name).search("")["hits"]
    refused: list[Callable[[], object]] = [
        lambda: reader.index(name).add_documents([{"id": "x"}]),
        lambda: reader.index(name).get_settings(),
        lambda: reader.index("katalog_fremd").search(""),
        reader.get_keys,
        lambda: reader.delete_index(name),
    ]
    for call in refused:
        with pytest.raises(MeilisearchApiError):
            call()


@with_server
@with_keys
def test_the_key_to_write_reaches_no_other_index(
    engine: MeiliEngine, client: Client, name: str
) -> None:
    writer = Client(MEILI_URL, client.get_key(writing_key(name).uid).key)
    for call in (lambda: writer.delete_index("fremd"), writer.get_keys):
        with pytest.raises(MeilisearchApiError):
            call()


@with_server
@with_keys
def test_a_wrong_key_is_named_as_the_reason(name: str) -> None:
    with pytest.raises(EngineUnavailable, match="MEILI_MASTER_KEY"):
        open_engine(MEILI_URL, "ein falscher Schlüssel".replace("ü", "ue"), name).find(Query("x"))


def test_a_server_that_is_not_there_does_not_keep_the_portal_from_starting() -> None:
    engine = open_engine("http://127.0.0.1:9", "schluessel")
    with pytest.raises(EngineUnavailable, match="MEILI_URL"):
        engine.find(Query("wohngeld"))
    with pytest.raises(EngineUnavailable, match="MEILI_URL"):
        engine.rebuild([WOHNGELD])


@pytest.mark.parametrize("index", ["", "Katalog", "a/b", "a*", "a b"])
def test_the_name_of_an_index_reaches_no_other(index: str) -> None:
    with pytest.raises(SearchError, match="Name für einen Index"):
        open_engine("http://127.0.0.1:9", "", index)
