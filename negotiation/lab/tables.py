"""A game's log as tidy tables: one row per round and partner, country, firm group or end; units in a codebook.

Round 0 is the opening. Every table is a list of rows (dictionaries with the same keys in the same order);
``CODEBOOK`` says what each column means and in which unit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from negotiation.game.breakdown import BLOCKS
from negotiation.game.log import GameState
from negotiation.game.view import Reason
from negotiation.strategies import sentence
from negotiation.terms import OUTCOMES, PARTNERS, SEATS, Country, others

Row = dict[str, Any]
Numbers = Mapping[str, Any]

_COMMON = {
    "round": ("count", "round of the game; 0 is the opening"),
    "date": ("YYYY-MM", "month in which the round starts"),
}
_PARTNER = {"partner": ("code", "CAN or MEX")}
_COUNTRY = {"country": ("code", "USA, CAN or MEX")}

CODEBOOK: dict[str, dict[str, tuple[str, str]]] = {
    "rounds": {
        **_COMMON,
        "months": ("months", "length of the round"),
        "events": ("ids", "events from outside the table, separated by spaces"),
        "granted": ("giver>receiver:issue", "issues granted in the round, separated by spaces"),
        "quiet": ("codes", "partners that kept their dealings with each other quiet"),
        "noticed": ("true or false", "Washington noticed what was quiet (true when nothing was)"),
        "hub_index": ("share", "partners' trade that runs with the US: 1 all of it, 0 none"),
    },
    "moves": {
        **_COMMON,
        "seat": ("code", "government that moves"),
        "toward": ("code", "government the stance is taken toward"),
        "stance": ("word", "coordinate, concede or defect"),
        "quiet": ("true or false", "kept from Washington"),
        "instrument": ("id", "measure chosen; empty for the scenario's default"),
        "sectors": ("codes", "sectors aimed at; empty for all"),
        "issue": ("id", "issue granted; empty for the next in ledger order"),
        "reason": ("text", "why, in the strategy's words"),
    },
    "leverage": {
        **_COMMON,
        **_PARTNER,
        "index": ("0 to 100", "US leverage over the partner as Washington can know it; 50 is balanced"),
        "transfer": ("USD bn a year", "Nash transfer: what Washington can extract; negative: must give"),
        "change": ("points", "change of the index in the round"),
        "exposure": ("points", "part of the change from tariffs, frictions and outside shocks"),
        "alternatives": ("points", "part from firms' links"),
        "commitment": ("points", "part from the partners' commitment to each other, as Washington sees it"),
        "credibility": ("points", "part from credibility of threats and answers"),
        "index_true": ("0 to 100", "the index at the partners' true commitment"),
        "transfer_true": ("USD bn a year", "the transfer at the partners' true commitment"),
    },
    "income": {
        **_COMMON,
        **_COUNTRY,
        "real_income_percent": (
            "percent",
            "real income against the pact without extra tariffs, at today's links",
        ),
        "real_income_usd": ("USD bn a year", "the same in dollars of the baseline year"),
        "real_wage_percent": ("percent", "real wage against the same"),
        "prices_percent": ("percent", "consumer prices; money wages outside North America held constant"),
        "payroll_displaced_usd": (
            "USD bn a year",
            "value added in sectors that shrink, by how much they shrink",
        ),
        "jobs_at_risk_thousand": ("thousand jobs", "employment times the displaced share of the payroll"),
        "payoff_usd": ("USD bn", "payoff of the government in the round; empty at the opening"),
    },
    "output": {
        **_COMMON,
        **_COUNTRY,
        "sector": ("code", "sector of the economy"),
        "output_percent": ("percent", "labour input of the sector against the pact without extra tariffs"),
    },
    "position": {
        **_COMMON,
        **_PARTNER,
        "us_rung": ("rung 0 to 4", "Washington's tariff rung on the partner"),
        "partner_rung": ("rung 0 to 3", "the partner's tariff rung on the US"),
        "us_notice": ("true or false", "Washington has announced its next step"),
        "partner_notice": ("true or false", "the partner has announced its next step"),
        "volatility": ("0 to 1", "policy volatility between Washington and the partner"),
        "threat": ("probability", "Washington carries out a threat against the partner"),
        "answer": ("probability", "the partner answers when hit"),
        "trust": ("probability", "trust between Washington and the partner"),
        "commitment_seen": ("probability", "the partner joins when the other is hit, as Washington sees it"),
        "commitment_true": ("probability", "the same in truth"),
    },
    "odds": {
        **_COMMON,
        "end": (
            "code",
            "EXT extension, COND conditional renewal, SPLIT bilateral, ANN annual reviews, WD withdrawal",
        ),
        "odds": ("probability", "if the review were held now, as Washington can know it"),
        "odds_true": ("probability", "the same at the partners' true commitment"),
    },
    "firms": {
        **_COMMON,
        **_COUNTRY,
        "sector": ("code", "goods sector of the firms"),
        "strategy": ("word", "coordinate, concede, defect or hold in the round's last month"),
        "firms": ("count", "firms that do so"),
    },
    "links": {
        **_COMMON,
        **_COUNTRY,
        "side": ("word", "sell: firms of the country sell there; buy: they buy from there"),
        "market": ("code", "USA, CAN, MEX or overseas"),
        "opened": ("count", "links that went live in the round"),
        "closed": ("count", "links let go by choice in the round"),
        "relative": ("ratio", "live links against a twin population with the same shocks and no policy"),
    },
    "partners": {
        **_COMMON,
        **_PARTNER,
        "us_export_share_percent": ("percent", "US share of the partner's goods exports"),
        "certified_percent": ("percent", "of its exports to the US that are certified under the pact"),
    },
    "shipments": {
        **_COMMON,
        "exporter": ("code", "country that sells"),
        "market": ("code", "country that buys"),
        "sector": ("code", "goods sector"),
        "exports_usd": ("USD bn a month", "goods that crossed the border, mean of the round's months"),
        "bought_ahead_usd": (
            "USD bn a month",
            "part of it that filled stocks before an announced duty; negative: stocks used instead of orders",
        ),
    },
    "ties": {
        **_COMMON,
        "exporter": ("code", "country whose dependence it is"),
        "market": ("code", "USA, CAN, MEX or overseas"),
        "percent_of_gdp": ("percent", "goods exports there as a share of the exporter's GDP"),
    },
    "tariffs": {
        **_COMMON,
        "importer": ("code", "country that levies"),
        "exporter": ("code", "country that pays"),
        "percent": ("percent", "additional tariff on goods, weighted by imports of the baseline"),
    },
    "scores": {
        "seat": ("code", "government"),
        "outcome": ("code", "end of the joint review"),
        "played": ("USD bn", "payoff of the rounds"),
        "value": ("USD bn a year", "value of the end reached"),
        "score": ("USD bn", "played, plus value for the years the review is felt"),
    },
}
"""Table -> column -> (unit, meaning)."""


def tables(state: GameState) -> dict[str, list[Row]]:
    """All tables of a game as far as its log goes."""
    return {name: list(make(state)) for name, make in _MAKERS.items()}


def codebook(tables: Mapping[str, Mapping[str, tuple[str, str]]] = CODEBOOK) -> list[Row]:
    """A codebook (table -> column -> (unit, meaning)) itself as a table; default: that of the game's tables."""
    return [
        {"file": f"{table}.csv", "column": column, "unit": unit, "meaning": meaning}
        for table, columns in tables.items()
        for column, (unit, meaning) in columns.items()
    ]


def _told(state: GameState, needed: str) -> Iterator[tuple[Row, Numbers]]:
    """(round and date, numbers) of the opening and every round that carries a block."""
    opening = (state.started or {}).get("opening") or {}
    if needed in opening:
        dates = (state.started or {}).get("dates") or [""]
        yield {"round": 0, "date": dates[0]}, opening
    for result in state.results:
        if needed in result:
            yield {"round": result["round"], "date": result["date"]}, result


def _rounds(state: GameState) -> Iterator[Row]:
    for at, r in _told(state, "moves"):
        yield {
            **at,
            "months": r["months"],
            "events": " ".join(e["id"] for e in r["events"]),
            "granted": " ".join(r["granted"]),
            "quiet": " ".join(k for k, quiet in r["quiet"].items() if quiet),
            "noticed": r["noticed"],
            "hub_index": r.get("hub_index"),
        }


def _moves(state: GameState) -> Iterator[Row]:
    for at, r in _told(state, "moves"):
        for seat in SEATS:
            choice = r["moves"][str(seat)]
            move = choice["move"]
            for toward in others(seat):
                measure = move.get("measures", {}).get(str(toward), {})
                reason = choice.get("reasons", {}).get(str(toward))
                yield {
                    **at,
                    "seat": str(seat),
                    "toward": str(toward),
                    "stance": move["stances"][str(toward)],
                    "quiet": bool(move.get("quiet")) and Country.USA not in (seat, toward),
                    "instrument": measure.get("instrument", ""),
                    "sectors": " ".join(measure.get("sectors", ())),
                    "issue": measure.get("issue", ""),
                    "reason": sentence(Reason(reason["key"], reason["values"])) if reason else "",
                }


def _leverage(state: GameState) -> Iterator[Row]:
    for at, r in _told(state, "leverage"):
        for k in map(str, PARTNERS):
            seen, true = r["leverage"][k], r["leverage_true"][k]
            yield {
                **at,
                "partner": k,
                "index": seen["index"],
                "transfer": seen["transfer"],
                "change": seen.get("change"),
                **{block: (seen.get("why") or {}).get(block) for block in BLOCKS},
                "index_true": true["index"],
                "transfer_true": true["transfer"],
            }


def _income(state: GameState) -> Iterator[Row]:
    for at, r in _told(state, "income"):
        for c in map(str, SEATS):
            yield {**at, "country": c, **r["income"][c], "payoff_usd": (r.get("payoff") or {}).get(c)}


def _output(state: GameState) -> Iterator[Row]:
    for at, r in _told(state, "output"):
        for c in map(str, SEATS):
            for sector, percent in r["output"][c].items():
                yield {**at, "country": c, "sector": sector, "output_percent": percent}


def _position(state: GameState) -> Iterator[Row]:
    for at, r in _told(state, "position"):
        place = r["position"]
        for i, k in enumerate(map(str, PARTNERS)):
            yield {
                **at,
                "partner": k,
                **{
                    name: place[name][i]
                    for name in ("us_rung", "partner_rung", "us_notice", "partner_notice", "volatility")
                },
                **{
                    name: (r.get("beliefs") or {}).get(name, {}).get(k)
                    for name in ("threat", "answer", "trust")
                },
                "commitment_seen": (r.get("commitment") or {}).get("seen", {}).get(k),
                "commitment_true": (r.get("commitment") or {}).get("true", {}).get(k),
            }


def _odds(state: GameState) -> Iterator[Row]:
    for at, r in _told(state, "odds"):
        for end in map(str, OUTCOMES):
            yield {**at, "end": end, "odds": r["odds"][end], "odds_true": r["odds_true"][end]}


def _firms(state: GameState) -> Iterator[Row]:
    for at, r in _told(state, "firms"):
        sectors = [s for s in r["output"]["USA"] if s != "SRV"]
        for c in map(str, SEATS):
            for strategy, counts in r["firms"]["strategies_by_sector"][c].items():
                for sector, firms in zip(sectors, counts, strict=True):
                    yield {**at, "country": c, "sector": sector, "strategy": strategy, "firms": firms}


def _links(state: GameState) -> Iterator[Row]:
    for at, r in _told(state, "firms"):
        told = r["firms"]
        for c in SEATS:
            places = [*map(str, others(c)), "overseas"]
            slots = [(side, market) for side in ("sell", "buy") for market in places]
            for i, (side, market) in enumerate(slots):
                yield {
                    **at,
                    "country": str(c),
                    "side": side,
                    "market": market,
                    "opened": told["opened"][str(c)][i],
                    "closed": told["closed"][str(c)][i],
                    "relative": told["links_relative"][str(c)][i],
                }


def _partners(state: GameState) -> Iterator[Row]:
    for at, r in _told(state, "firms"):
        for k in map(str, PARTNERS):
            yield {
                **at,
                "partner": k,
                "us_export_share_percent": r["firms"]["us_export_share"][k],
                "certified_percent": r["firms"]["certified"][k],
            }


def _shipments(state: GameState) -> Iterator[Row]:
    for at, r in _told(state, "firms"):
        told = r["firms"].get("shipments") or {"exports": {}, "ahead": {}}
        sectors = [s for s in r["output"]["USA"] if s != "SRV"]
        for pair, exports in told["exports"].items():
            exporter, _, market = pair.partition("-")
            ahead = told["ahead"].get(pair, [0.0] * len(sectors))
            for sector, usd, early in zip(sectors, exports, ahead, strict=True):
                yield {
                    **at,
                    "exporter": exporter,
                    "market": market,
                    "sector": sector,
                    "exports_usd": usd,
                    "bought_ahead_usd": early,
                }


def _ties(state: GameState) -> Iterator[Row]:
    for at, r in _told(state, "ties"):
        for pair, percent in r["ties"].items():
            exporter, _, market = pair.partition("-")
            yield {**at, "exporter": exporter, "market": market, "percent_of_gdp": percent}


def _tariffs(state: GameState) -> Iterator[Row]:
    for at, r in _told(state, "tariffs"):
        for pair, percent in r["tariffs"].items():
            importer, _, exporter = pair.partition("-")
            yield {**at, "importer": importer, "exporter": exporter, "percent": percent}


def _scores(state: GameState) -> Iterator[Row]:
    end = state.ending
    if end is not None:
        for seat in map(str, SEATS):
            yield {
                "seat": seat,
                "outcome": end["outcome"],
                **{name: end[name][seat] for name in ("played", "value", "score")},
            }


_MAKERS: dict[str, Callable[[GameState], Iterator[Row]]] = {
    "rounds": _rounds,
    "moves": _moves,
    "leverage": _leverage,
    "income": _income,
    "output": _output,
    "position": _position,
    "odds": _odds,
    "firms": _firms,
    "links": _links,
    "partners": _partners,
    "shipments": _shipments,
    "ties": _ties,
    "tariffs": _tariffs,
    "scores": _scores,
}
