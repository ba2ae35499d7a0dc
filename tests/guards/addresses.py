"""Where each row of the tables leads: an endpoint's name, with a variant after a colon where the name says too little."""

from typing import Any

from flask import url_for

from strefa.infra import security
from tests.guards.scene import TOKEN, Scene


def address(scene: Scene, row: str) -> str:
    """Return the address of a row such as "juror.cards.show:undeclared"."""
    endpoint, _, variant = row.partition(":")
    asked = {name for rule in scene.app.url_map.iter_rules(endpoint) for name in rule.arguments}
    with scene.app.test_request_context():
        parts = _of_all(scene, variant) | _of_noun(scene, endpoint, variant)
        return url_for(endpoint, **{name: value for name, value in parts.items() if name in asked})


def _of_all(scene: Scene, variant: str) -> dict[str, Any]:
    """Return what most addresses are made of; the public id is the sent application's, or the variant's."""
    return {
        "slug": scene["past" if variant == "past" else "round"].slug,
        "public_id": _subject(scene, variant, "sent").public_id,
        "file_id": scene["attachment"].public_id,
        "version": 1,
        "sheet": 1,
        "piece_id": "kawalek001",
        "field": "h1_attachments",
        "key": "b",
        "number": scene["decided"].number,
        "kind": "receipt" if variant == "receipts" else "minutes",
        "name": "protokol.pdf",
        "person_id": scene.people["reader"].public_id,
    }


def _subject(scene: Scene, variant: str, usual: str) -> Any:
    """Return the thing that a variant names; the usual one when it names none with an address."""
    named = scene.things.get(variant)
    return named if hasattr(named, "public_id") else scene[usual]


def _of_noun(scene: Scene, endpoint: str, variant: str) -> dict[str, Any]:
    """Return what the addresses of one noun, or of one endpoint, are made of."""
    stranger = scene.people["stranger"]
    known = security.token_hash(stranger.password_hash or "")
    assessed = (
        {"public_id": scene[f"assignment_of_{variant or 'juror'}"].public_id} if endpoint.startswith("juror.") else {}
    )
    own: dict[str, dict[str, Any]] = {
        "public.rounds": {"public_id": scene["document"].public_id},
        "applicant.organisations": {"public_id": scene["library"].public_id},
        "applicant.organisations.send_again": {"public_id": scene["invitation"].public_id},
        "applicant.organisations.take_back": {"public_id": scene["invitation"].public_id},
        "applicant.copying": {"public_id": scene["decided"].public_id},
        "applicant.history": {"version": "0"},
        "account.overview": {"public_id": scene["sign_in"].public_id},
        "account.invitations": {"public_id": scene["invitation"].public_id, "token": variant or TOKEN},
        "account.password": {"token": variant or security.signed("reset", [stranger.id, known])},
        "account.reminders": {"token": variant or security.signed("reminders", stranger.id)},
        "account.signing_up": {
            "token": variant or security.signed("confirm", [stranger.id, stranger.email, stranger.email])
        },
        "juror.assignments": assessed,
        "juror.cards": assessed,
        "juror.files": assessed,
        "juror.impartiality": assessed,
        "account.clauses": {"clause_id": scene["clause"].id},
        "account.own_data.fetch": {"public_id": scene["export"].public_id},
        "account.own_data.withdraw": {"public_id": scene["erasure"].public_id},
        "office.exceptions": {"public_id": scene["exception"].public_id},
        "office.erasure": {"public_id": stranger.public_id},
        "office.erasure.refuse": {"public_id": scene["erasure"].public_id},
        "office.people": {"public_id": scene.people.get(variant, stranger).public_id},
        "office.decisions": {"public_id": _subject(scene, variant, "proposal").public_id},
        "office.cards.call_third": {"public_id": scene["sent"].public_id},
        "office.cards": {"public_id": scene["assignment_of_juror"].public_id},
        "office.jury": {"public_id": scene["plan"].public_id},
        "office.jury.leave": {"public_id": scene.people["juror"].public_id},
        "office.team": {"public_id": scene["invitation_to_round"].public_id},
        "office.team.end": {"public_id": scene.people["approver"].public_id, "role": "approver"},
        "office.notices": {"public_id": scene["notice"].public_id},
        "office.messages": {"key": scene["key" if variant == "key" else "letter"].key},
    }
    return own.get(endpoint) or own.get(endpoint.rpartition(".")[0], {})
