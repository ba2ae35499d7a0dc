"""What happened in a played round, as its journal, its ranking and the office's pages tell it."""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any

from strefa.cli.demo.librarians import Team, roles
from strefa.cli.demo.round import Played


def happened(
    played: Played, applications: list[dict[str, Any]], ranked: Mapping[str, Any], papers: Mapping[str, bytes]
) -> dict[str, list[dict[str, Any]]]:
    """List what happened in the round, each event with the application that it is about.

    Args:
        applications: those of the summary.
        ranked: what `strefa rank` says of the files among the papers.
    """
    journal = [json.loads(line) for line in papers["dziennik.jsonl"].splitlines()]
    about = {f"application:{team.address.rpartition('/')[2]}": team for team in played.teams.values()}

    def told(verb: str, *keys: str, **wanted: Any) -> list[dict[str, Any]]:
        return [
            {**_named(entry, about), **{key: entry["details"][key] for key in keys if key in entry["details"]}}
            for entry in journal
            if entry["verb"] == verb and wanted.items() <= entry["details"].items()
        ]

    return {
        "drafts": [{"title": team.applicant.title} for team in played.teams.values() if not team.number],
        "withdrawn": told("withdraw", "reason"),
        "outages": told("log_outage", "begins", "ends"),
        "extensions": told("extend_call", "moved_from", "closes", "count"),
        "late_refused": told("late_attempt", "closes"),
        "formal_failures": told("decide_formally", "failed", passed=False),
        "corrections": _corrections(journal, told("request_corrections", "fields", "deadline")),
        "recusals": _recusals(journal),
        "third_jurors": told("add_juror", "because", "difference", kind="third"),
        "ties_at_line": _ties_at_line(ranked),
        "partial": [
            {"number": one["number"], "asked": one["asked"], "awarded": one["awarded"]}
            for one in applications
            if one["decision"] == "partial"
        ],
        "below_threshold": _below_threshold(ranked, papers),
        "promoted": told("promote", "amount_grosze"),
        "accountants": [_by_role(team) for team in played.teams.values() if team.accountant],
        "handed_over": [_by_role(team) for team in played.teams.values() if team.applicant.beginner],
    }


def _by_role(team: Team) -> dict[str, Any]:
    """Say who may do what in an application's organisation: role to names, and who began the application."""
    applicant, names = team.applicant, {}
    for said in filter(None, (applicant.beginner, applicant.editor, applicant.accountant, applicant.signatory)):
        names[said["email"]] = said["name"]
    held: dict[str, list[str]] = {}
    for address, hers in roles(team).items():
        for role in hers:
            held.setdefault(role, []).append(names[address])
    return {"number": team.number, "begun_by": (applicant.beginner or applicant.editor)["name"], "roles": held}


def _named(entry: Mapping[str, Any], about: Mapping[str, Team]) -> dict[str, Any]:
    """Say which application an entry of the journal is about; nothing when it is about the round."""
    team = about.get(entry["subject"])
    number = (team.number if team else "") or entry["details"].get("application") or entry["details"].get("number")
    return {"number": number} if number else {"title": team.applicant.title} if team else {}


def _corrections(journal: Iterable[Mapping[str, Any]], asked: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Add to each request when its answer was sent, and as which version of the application."""
    found = []
    for one in asked:
        last = [
            entry
            for entry in journal
            if entry["verb"] == "send_corrections" and entry["details"]["number"] == one["number"]
        ]
        found.append({**one, "mended_at": last[-1]["at"], "version": last[-1]["details"]["version"]})
    return found


def _recusals(journal: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """List what somebody excluded herself from, and who took over, by the pseudonym that scores.csv gives her."""
    journal = list(journal)
    pseudonyms = _pseudonyms(journal)
    taken_over = {entry["details"].get("instead_of"): entry for entry in journal if entry["verb"] == "add_juror"}
    found = []
    for entry in journal:
        if entry["verb"] == "recuse":
            assignment = entry["subject"].removeprefix("assignment:")
            details, after = entry["details"], taken_over.get(assignment)
            replaced_by = pseudonyms[after["details"]["juror"]] if after else None
            number, relation = details["application"], details["relation"]
            found.append({"number": number, "relation": relation, "replaced_by": replaced_by})
    return found


def _pseudonyms(journal: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return the jurors' pseudonyms by their ids: they are counted as they join the panel, who comes back once."""
    joined = (entry["subject"].removeprefix("person:") for entry in journal if entry["verb"] == "join_panel")
    return {person: f"Ekspert {place}" for place, person in enumerate(dict.fromkeys(joined), 1)}


def _ties_at_line(ranked: Mapping[str, Any]) -> list[dict[str, Any]]:
    """List pairs with equal points between which the money ended, and what set them apart."""
    funded = set(ranked["funded"])
    return [
        {
            "numbers": [above["application"], below["application"]],
            "points": above["points"],
            "broken_by": above["tie_broken_by"],
        }
        for above, below in pairwise(ranked["ranking"])
        if above["points"] == below["points"] and above["application"] in funded and below["application"] not in funded
    ]


def _below_threshold(ranked: Mapping[str, Any], papers: Mapping[str, bytes]) -> list[dict[str, Any]]:
    """List whose points, without what was added to them, do not reach the threshold."""
    threshold = Fraction(json.loads(papers["rules.json"])["threshold"])
    rows = csv.DictReader(io.StringIO(papers["applications.csv"].decode("utf-8-sig")))
    bonus = {row["application"]: Fraction(row.get("bonus") or 0) for row in rows}
    return [
        {"number": row["application"], "points": row["points"]}
        for row in ranked["ranking"]
        if row["points"] is not None and Fraction(row["points"]) - bonus[row["application"]] < threshold
    ]
