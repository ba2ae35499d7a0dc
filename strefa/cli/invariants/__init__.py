"""What must always hold in an instance's data, each under a name; `strefa check` asks them all.

An invariant is a function that yields one sentence for every row that breaks it, in a fixed number of
statements. It reads what is stored, recomputes what can be recomputed and compares the rest with what the
journal recorded: no figure is trusted because it was written down once. What legal steps lead to breaks none.
"""

from strefa.cli.invariants.closing import extensions, outages, sent_in_time
from strefa.cli.invariants.decided import (
    awards,
    decisions_follow_ranking,
    money_within_pool,
    one_proposal,
    proposals_as_recorded,
    published_decisions_stand,
)
from strefa.cli.invariants.frozen import cards_as_frozen, rankings, votes
from strefa.cli.invariants.judged import (
    cards_as_recorded,
    cards_whole,
    formal_checks,
    no_card_in_conflict,
    none_from_own_voivodeship,
    statuses,
)
from strefa.cli.invariants.kept import (
    erased_stay_erased,
    files,
    frozen_versions,
    journal,
    journal_guarded,
    pictures,
    rounds_as_loaded,
)
from strefa.cli.invariants.printed import papers_of_their_own, receipts
from strefa.cli.invariants.sent import attachments, corrections, listed_as_sent, numbers, submissions

INVARIANTS = (
    journal, journal_guarded, files, pictures, erased_stay_erased, frozen_versions, rounds_as_loaded, extensions, outages, numbers, submissions, sent_in_time,
    listed_as_sent,
    attachments, corrections, receipts, papers_of_their_own, statuses, formal_checks, no_card_in_conflict,
    none_from_own_voivodeship, cards_whole, cards_as_recorded, rankings, votes, cards_as_frozen,
    proposals_as_recorded, decisions_follow_ranking, published_decisions_stand, awards, money_within_pool, one_proposal,
)  # fmt: skip
