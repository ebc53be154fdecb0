"""Names: shipped strategies, parameters, and what other packages bring."""

import doctest
import importlib
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from negotiation.errors import InputError, UnknownName
from negotiation.scenario import load_scenario, scenario_names
from negotiation.scenario.provenance import numbers
from negotiation.scenario.yaml_door import load_yaml
from negotiation.strategies import (
    REASON_KEYS,
    Strategy,
    Weights,
    forget_packages,
    profile_names,
    registry,
    sentence,
    strategies,
    strategy,
    strategy_class,
)
from negotiation.strategies.defaults import default, shipped_defaults
from negotiation.strategies.reasons import PATTERNS, VALUE_KINDS

ROOT = Path(registry.__file__).resolve().parents[2]
README = Path(registry.__file__).with_name("README.md").read_text(encoding="utf-8")


@pytest.fixture
def packages(tmp_path, monkeypatch):
    """A folder on the import path in which a test can install a distribution."""
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path
    forget_packages()


def install(folder: Path, module: str, code: str, **points: str) -> None:
    """Write a module and the metadata of a distribution that offers strategies from it."""
    (folder / f"{module}.py").write_text(code, encoding="utf-8")
    meta = folder / f"{module}-1.0.dist-info"
    meta.mkdir()
    (meta / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n", encoding="utf-8")
    lines = [f"{name.replace('_', '-')} = {value}" for name, value in points.items()]
    (meta / "entry_points.txt").write_text(
        "\n".join(["[negotiation.strategies]", *lines]) + "\n", encoding="utf-8"
    )
    forget_packages()


MINE = '''
from negotiation.strategies import DyadStrategy, Traits, because
from negotiation.terms import Stance

class Mine(DyadStrategy):
    """Mine."""
    name = "mine"
    traits = Traits()
    def toward(self, view, other, rng):
        return Stance.COORDINATE, because("keeps_calm", other)
'''


def test_names_are_unique_and_lead_to_their_class():
    names = strategies()
    assert len(set(names)) == len(names)
    assert all(strategy_class(n).name == n for n in names)


def test_a_class_tells_the_traits_of_its_shipped_form():
    assert {n: strategy_class(n).traits for n in strategies()} == {
        n: strategy(n).traits for n in strategies()
    }


def test_an_unknown_name_names_the_nearest():
    with pytest.raises(UnknownName, match="Did you mean 'tit-for-tat'"):
        strategy("tit-for-tot")


def test_an_unknown_parameter_names_the_nearest():
    with pytest.raises(UnknownName, match="Did you mean 'forgives'"):
        strategy("generous-tit-for-tat", forgive=0.5)


@pytest.mark.parametrize(
    ("name", "parameters", "says"),
    [
        ("generous-tit-for-tat", {"forgives": 1.5}, "forgives must be a number from 0 to 1, got 1.5"),
        ("pressure", {"carrots": 2.5}, "carrots must be a whole number"),
        ("pressure", {"front_is_firm": "high"}, "front_is_firm must be a number"),
        ("best-response", {"replies_to": "dreams"}, "replies_to must be one of quantal, last"),
        ("lookahead", {"branches": 0}, "branches must be a whole number from 1 to 81"),
        ("fictitious-play", {"prior_rounds": float("nan")}, "prior_rounds must be a number"),
        ("best-response", {"weights": {"word": -1}}, "weight word must be a number from 0 to 100"),
        ("noisy", {"inner": 3}, "takes a strategy or the name of one"),
    ],
)
def test_a_parameter_out_of_range_is_refused_with_a_sentence(name, parameters, says):
    with pytest.raises(InputError, match=says):
        strategy(name, **parameters)


def test_numbers_of_numpys_are_taken_and_kept_as_plain_ones():
    given = strategy("pressure", carrots=np.int64(1), front_is_firm=np.float32(0.5))
    assert given == strategy("pressure", carrots=1, front_is_firm=0.5)
    assert (type(given.carrots), type(given.front_is_firm)) == (int, float)
    assert Weights(noise=np.float32(2.0)) == Weights(noise=2.0)


def test_unknown_leaders_and_weights_name_the_nearest():
    with pytest.raises(UnknownName, match="Did you mean 'institutional'"):
        strategy("best-response", profile="institutionel")
    with pytest.raises(UnknownName, match="Did you mean 'rivalry'"):
        strategy("best-response", weights={"rivalri": 1})


def test_scripts_have_no_scales_for_a_leader():
    assert strategy("hedger", profile="transactional") == strategy("hedger")


def test_every_parameter_has_its_shipped_default_and_none_is_left_over():
    for name, block in shipped_defaults().items():
        if name == "profiles":
            continue
        fields = set(strategy_class(name).__dataclass_fields__) - {"name", "traits", "adds", "weights"}
        assert set(block) == fields, name
        made = strategy(name)
        for parameter, value in block.items():
            held = getattr(made, parameter)
            assert (held.name if isinstance(held, Strategy) else held) == value


def test_every_shipped_number_says_where_it_comes_from():
    naked = [path for path, said in numbers(load_yaml("strategies.yaml")) if said is None]
    assert naked == []


def test_a_missing_default_says_where_to_write_it():
    with pytest.raises(InputError, match=r"configs/strategies.yaml: hedger.patience is missing"):
        default("hedger", "patience")


def test_shipped_scenarios_name_strategies_and_leaders_that_exist():
    for name in scenario_names():
        for seat in load_scenario(name).governments.values():
            made = strategy(seat.strategy, profile=seat.profile, weights=dict(seat.weights))
            assert made.name == seat.strategy
            assert seat.profile in profile_names()


@pytest.mark.parametrize(
    "module", ["negotiation.strategies", "negotiation.strategies.registry", "negotiation.strategies.reasons"]
)
def test_examples_in_docstrings_are_true(module):
    ran = doctest.testmod(importlib.import_module(module))
    assert ran.attempted > 0
    assert ran.failed == 0


# -- reasons ---------------------------------------------------------------------------------------------


def test_every_reason_key_is_given_by_some_strategy():
    code = "".join(p.read_text(encoding="utf-8") for p in Path(registry.__file__).parent.glob("*.py"))
    code = code.replace(Path(registry.__file__).with_name("reasons.py").read_text(encoding="utf-8"), "")
    unused = [k for k in REASON_KEYS if f'"{k}"' not in code and not k.startswith("always_")]
    assert unused == []


def test_every_value_of_a_pattern_has_a_way_to_be_written():
    for key, pattern in PATTERNS.items():
        names = set(re.findall(r"{(\w+)}", pattern))
        assert names <= set(VALUE_KINDS), key
        assert "other" in names or key in ("front_too_firm", "treats_them_as_one")


def test_sentences_write_governments_shares_and_money_for_people():
    from negotiation.game.view import Reason

    values = {"other": "MEX", "expects": "defect", "chance": 0.4249, "gain": 1.26}
    text = sentence(Reason("best_of_nine", values))
    assert "Mexico City to defect toward us (42%)" in text
    assert "USD 1.3 billion" in text
    assert "-USD 50 million" in sentence(Reason("best_of_nine", {**values, "gain": -0.05}))
    assert sentence(Reason("of_my_own", {"other": "CAN", "sentence": "Because."})) == "Because."


# -- other packages --------------------------------------------------------------------------------------


def test_a_package_can_bring_a_strategy(packages):
    install(packages, "mine_module_a", MINE, mine="mine_module_a:Mine")
    assert strategies()[-1] == "mine"
    assert strategy("mine").name == "mine"


def test_a_name_that_is_taken_is_left_out_with_a_warning(packages):
    install(packages, "mine_module_b", MINE, grim="mine_module_b:Mine", mine="mine_module_b:Mine")
    with pytest.warns(UserWarning, match="called 'grim', but the shipped strategy has that name"):
        names = strategies()
    assert names.count("grim") == 1
    assert strategy_class("grim").__module__.startswith("negotiation.")
    assert "mine" in names


@pytest.mark.parametrize(
    ("module", "code", "point", "says"),
    [
        ("mine_module_c", "import nowhere_to_be_found", "Mine", "cannot be loaded .ModuleNotFoundError"),
        ("mine_module_d", MINE, "DyadStrategy.__name__", "must be a class derived from"),
        ("mine_module_e", MINE.replace('"mine"', '"theirs"'), "Mine", "calls itself 'theirs'"),
    ],
)
def test_a_broken_package_is_named_and_stops_nothing_else(packages, module, code, point, says):
    install(packages, module, code, mine=f"{module}:{point}")
    assert "mine" in strategies()
    assert strategy("grim").name == "grim"
    with pytest.raises(InputError, match=says):
        strategy("mine")


def test_the_example_of_the_readme_works_as_printed(packages):
    module, test, use = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    (toml,) = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)
    name, value = re.search(r'^([\w-]+) = "(.+)"$', toml, re.MULTILINE).groups()
    install(packages, "patient", module, **{name.replace("-", "_"): value})
    (packages / "test_patient.py").write_text(test, encoding="utf-8")
    exec(compile(use, "README.md", "exec"), {})
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--rootdir", str(packages), str(packages / "test_patient.py")],
        cwd=packages,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(packages), str(ROOT)])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "passed" in run.stdout
