"""Tariffs as data: what is in force when, for whom, and how near it comes to what was measured."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from negotiation.economy import load_economy
from negotiation.economy.schedule import as_date
from negotiation.economy.tariffs import (
    average_tariff,
    base_tariff,
    claim_rate,
    held_against_measured,
    load_schedule,
    mfn_tariff,
    schedule_names,
    tariff_sets,
)
from negotiation.errors import InputError, InvalidEconomy, UnknownName

USA, CAN, MEX, CHN, EU, ROW = range(6)
AGF, ENE, MET, AUT, MAC, SRV = 0, 1, 3, 4, 5, 11


@pytest.fixture(scope="module")
def schedule():
    return load_schedule()


def test_base_rates_are_zero_inside_north_america_and_capped_outside() -> None:
    rates = base_tariff("pre_2025")
    assert (rates[:3, :3] == 0).all()
    assert (rates[:, :, SRV] == 0).all()
    assert rates[USA, CHN, AGF] == 0.15 == rates.max()
    assert rates[MEX, CHN, AUT] == pytest.approx(0.084867, abs=1e-4)
    assert (rates[np.arange(6), np.arange(6)] == 0).all()
    economy = load_economy("economy_2023", tariffs="pre_2025")
    np.testing.assert_array_equal(economy.tariff, rates)


def test_collected_duties_replace_only_the_us_rows() -> None:
    rates, collected = base_tariff("pre_2025"), base_tariff("pre_2025_customs")
    np.testing.assert_array_equal(rates[1:], collected[1:])
    assert collected[USA, CHN, AUT] == pytest.approx(0.25, abs=1e-3)
    assert collected[USA, EU, AGF] < 0.03
    assert set(tariff_sets()) == {"zero", "pre_2025", "pre_2025_customs"}


def test_a_base_set_refuses_regions_it_has_no_rates_for() -> None:
    assert base_tariff("zero", ("A", "B"), ("S",)).shape == (2, 2, 1)
    with pytest.raises(InvalidEconomy, match="USA on JPN in AGF"):
        base_tariff("pre_2025", ("USA", "JPN"), ("AGF",))


def test_fallback_rates_are_between_washington_and_its_partners_only() -> None:
    rates = mfn_tariff()
    pairs = {(USA, CAN), (USA, MEX), (CAN, USA), (MEX, USA)}
    for n in range(6):
        for i in range(6):
            assert (rates[n, i] > 0).any() == ((n, i) in pairs)
    assert rates[USA, MEX, AUT] == pytest.approx(0.082, abs=1e-3)
    assert rates[MEX, USA, AGF] == 0.15
    assert rates[:, :, SRV].max() == 0


def test_days_can_be_written_in_three_ways() -> None:
    assert as_date("2025-10") == as_date("2025-10-01") == as_date(date(2025, 10, 1))
    with pytest.raises(InputError, match="write it as 2025-10-14"):
        as_date("October")


def test_measures_begin_and_end_on_their_day(schedule) -> None:
    assert not schedule.in_force("2025-03-03")
    names = {m.name for m in schedule.in_force("2025-03-05")}
    assert "us_can_ieepa_march" in names
    assert "us_can_ieepa" not in names
    after = {m.name for m in schedule.in_force("2025-03-07")}
    assert "us_can_ieepa" in after
    assert "us_can_ieepa_march" not in after
    assert not any("ieepa" in m.name for m in schedule.in_force("2026-02-24"))
    assert date(2025, 8, 1) in schedule.change_dates()
    assert (schedule.statutory("2025-01-15") == 0).all()


def test_the_partners_never_tax_each_other_and_mexico_never_answers(schedule) -> None:
    for day in schedule.change_dates():
        statutory = schedule.statutory(day)
        assert (statutory[CAN, MEX] == 0).all()
        assert (statutory[MEX, CAN] == 0).all()
        assert (statutory[MEX, USA] == 0).all()
        assert (statutory[:, :, SRV] == 0).all()
        assert (statutory[np.arange(6), np.arange(6)] == 0).all()
        assert statutory.max() <= 1.0


def test_effective_is_statutory_less_what_certificates_exempt(schedule) -> None:
    for day in ("2025-03-05", "2025-07-15", "2025-12-01", "2026-05-01", "2026-09-15"):
        statutory, exempt, claims = schedule.statutory(day), schedule.exempt(day), claim_rate(day)
        np.testing.assert_allclose(schedule.effective(day), statutory * (1 - exempt * claims), atol=1e-15)
        np.testing.assert_allclose(schedule.effective(day, 0.0), statutory)
        np.testing.assert_allclose(schedule.effective(day, 1.0), statutory * (1 - exempt), atol=1e-15)
        by_name = schedule.effective(day, {"CAN": claims[USA, CAN], "MEX": claims[USA, MEX]})
        np.testing.assert_allclose(by_name, schedule.effective(day), atol=1e-15)
    assert schedule.exempt("2025-07-15")[USA, CAN, MAC] > 0.9
    assert schedule.exempt("2025-07-15")[USA, CAN, MET] < 0.5
    with pytest.raises(InputError, match="between 0 and 1"):
        schedule.effective("2025-07-15", 1.2)
    with pytest.raises(UnknownName, match="Did you mean 'CAN'"):
        schedule.effective("2025-07-15", {"CA": 0.9})


def test_claim_rates_hit_their_anchors_and_follow_the_monthly_path() -> None:
    assert claim_rate("2024-06")[USA, CAN, AUT] == pytest.approx(0.904084)
    assert claim_rate("2025-12-20")[USA, MEX, AUT] == pytest.approx(0.867977)
    assert claim_rate("2027-01")[USA, MEX, MET] == pytest.approx(0.833363)
    july = claim_rate("2025-07")[USA, CAN, MAC]
    assert 0.78 < july < claim_rate("2025-12")[USA, CAN, MAC]
    assert claim_rate("2025-06", as_reported=True)[USA, CAN, MAC] == pytest.approx(0.167495)
    assert claim_rate("2025-06")[USA, CAN, MAC] == july
    assert claim_rate("2025-06")[USA, CAN, ENE] == pytest.approx(0.876192)
    everyone = claim_rate("2026-01")
    assert (everyone >= 0).all()
    assert (everyone <= 1).all()
    everyone[USA, [CAN, MEX]] = 0
    assert (everyone == 0).all()


def test_the_schedule_comes_near_the_averages_that_were_measured(schedule) -> None:
    economy = load_economy("economy_2023")
    rows = held_against_measured(economy)
    for row in rows:
        print(
            f"{row.importer} on {row.exporter} {row.month}: {row.modelled:6.2%} measured {row.measured:6.2%}"
        )
    can = [r for r in rows if {r.importer, r.exporter} == {"USA", "CAN"}]
    assert len(can) == 8
    for row in can:
        assert abs(row.modelled - row.measured) < 0.0075, row
    (mexico,) = [r for r in rows if r.exporter == "MEX"]
    assert abs(mexico.modelled - mexico.measured) < 0.025
    # one published model puts Section 338 at +1.85 points on the Canadian average
    change = schedule.effective("2026-08-23") - schedule.effective("2026-08-21")
    assert 0.010 < average_tariff(change, economy, "USA", "CAN") < 0.025


def test_the_mexican_decree_raises_what_the_government_expected() -> None:
    economy = load_economy("economy_2023")
    collected = (economy.trade_flow * load_schedule().effective("2026-02-01"))[MEX, [CHN, ROW]].sum()
    assert 2.5 < collected < 4.2  # 52 to 70 bn pesos at 17 to 20 to the dollar, before trade gives way


def test_schedules_fit_the_economy_they_are_asked_for() -> None:
    assert schedule_names() == ("statutory_2025_26", "us_on_others_2025_26")
    small = load_schedule(regions=("MEX", "USA"), sectors=("SRV", "AUT"))
    assert small.effective("2025-12-01").shape == (2, 2, 2)
    whole = load_schedule().effective("2025-12-01")[USA, MEX, AUT]
    assert small.effective("2025-12-01")[1, 0, 1] == pytest.approx(whole)
    assert whole > 0
    others = load_schedule("us_on_others_2025_26")
    assert (others.statutory("2025-10-01")[:, [CAN, MEX]] == 0).all()
    assert (
        0.2 < average_tariff(others.statutory("2025-10-01"), load_economy("economy_2023"), "USA", "CHN") < 0.4
    )
    with pytest.raises(UnknownName, match="Did you mean 'statutory_2025_26'"):
        load_schedule("statutory")
