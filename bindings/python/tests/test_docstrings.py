"""Every example of a docstring runs, and says what it says."""

import doctest
import importlib
import inspect
import pkgutil

import pytest

import kullback

MODULES = ["kullback", *(f"kullback.{module.name}" for module in pkgutil.iter_modules(kullback.__path__))]


def loaded(name):
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name == name:
            raise
        pytest.skip(f"{name} needs {error.name}, which is not installed")


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    failed, _ = doctest.testmod(loaded(name), optionflags=doctest.NORMALIZE_WHITESPACE)
    assert failed == 0


PUBLIC = [name for name in kullback.__all__ if callable(getattr(kullback, name)) and name != "Error"]


@pytest.mark.parametrize("name", PUBLIC)
def test_all_that_is_public_has_an_example(name):
    public = getattr(kullback, name)
    members = [public, *vars(public).values()] if inspect.isclass(public) else [public]
    assert any(">>>" in (getattr(member, "__doc__", "") or "") for member in members), name
