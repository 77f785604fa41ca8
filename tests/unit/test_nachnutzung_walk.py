"""The case under random use: people act in any order, and days pass between."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from katalog.domain.fristen import is_moegliches_ende
from katalog.domain.nachnutzung import advance, possible
from katalog.domain.registerbild import show_in_register
from katalog.domain.rollen import Rolle, Sichtbarkeit
from katalog.domain.vorgang import Aktion, Fall, Status, is_open
from tests.faelle import FASSUNG_3, FASSUNG_4, TODAY, make_angaben
from tests.umfang import EXAMPLES

KO, KD = Rolle.KOMMUNE, Rolle.KOORDINIERUNG


class Walk(RuleBasedStateMachine):
    """Whatever people do in whatever order, and however late: these sentences stay true."""

    def __init__(self) -> None:
        super().__init__()
        self.today = TODAY
        self.fall = Fall(status=Status.ENTWURF, bedingungen=FASSUNG_3)

    def offered(self, *, closing: bool) -> list[tuple[Rolle, Aktion]]:
        return [
            (rolle, aktion)
            for rolle in (KO, KD)
            for aktion in possible(self.fall, rolle, self.today)
            if (aktion in {Aktion.ABLEHNEN, Aktion.ZURUECKZIEHEN}) == closing
        ]

    def take(self, rolle: Rolle, aktion: Aktion) -> None:
        typed = make_angaben(self.fall, rolle, self.today)
        result = advance(self.fall, aktion, rolle, self.today, typed)
        assert result.ereignis.von_status is self.fall.status
        assert result.ereignis.nach_status is result.fall.status
        self.fall = replace(self.fall, **result.felder)
        assert self.fall == result.fall

    @precondition(lambda self: self.offered(closing=False))
    @rule(data=st.data())
    def act(self, data: st.DataObject) -> None:
        self.take(*data.draw(st.sampled_from(self.offered(closing=False))))

    @precondition(lambda self: self.offered(closing=False))
    @rule(data=st.data())
    def act_again(self, data: st.DataObject) -> None:
        """Twice in the list of rules, so that a walk gets far before it ends."""
        self.act(data)

    @precondition(lambda self: self.offered(closing=True))
    @rule(data=st.data(), really=st.integers(0, 4))
    def leave(self, data: st.DataObject, really: int) -> None:
        if really == 0:
            self.take(*data.draw(st.sampled_from(self.offered(closing=True))))

    @rule(days=st.integers(1, 40))
    def wait(self, days: int) -> None:
        self.today += timedelta(days=days)

    @rule()
    def announce_new_terms(self) -> None:
        if not self.fall.bedingungen_offen:
            self.fall = replace(self.fall, neue_bedingungen=FASSUNG_4)

    @invariant()
    def productive_use_has_a_contract_and_a_beginning(self) -> None:
        if self.fall.status is Status.PRODUKTIV:
            assert self.fall.vertrag_geschlossen
            assert self.fall.produktiv_ab is not None

    @invariant()
    def a_notice_ends_after_its_receipt_on_an_anchor(self) -> None:
        zugang, ende, regel = self.fall.zugang, self.fall.wirksam_zum, self.fall.regel
        assert (self.fall.status is Status.GEKUENDIGT) == (ende is not None)
        if zugang is not None and ende is not None and regel is not None:
            assert zugang < ende
            assert is_moegliches_ende(regel, ende)

    @invariant()
    def one_cannot_both_withdraw_and_give_notice(self) -> None:
        ways_out = {Aktion.ZURUECKZIEHEN, Aktion.KUENDIGEN}
        assert not ways_out <= set(possible(self.fall, KO, self.today))

    @invariant()
    def what_is_over_stays_over(self) -> None:
        if not is_open(self.fall, self.today):
            assert not any(possible(self.fall, rolle, self.today) for rolle in Rolle)

    @invariant()
    def only_use_is_public(self) -> None:
        bild = show_in_register(self.fall, self.today)
        if bild is not None and self.fall.produktiv_ab is None:
            assert bild.sichtbarkeit is Sichtbarkeit.VERWALTUNG


TestWalk = Walk.TestCase
TestWalk.settings = settings(
    max_examples=EXAMPLES // 2, stateful_step_count=30, database=None, deadline=None
)
