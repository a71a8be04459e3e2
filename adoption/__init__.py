"""Adoption analytics for Microsoft 365: does what leadership publishes reach the staff?"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from adoption.notebook import find_warehouse as warehouse

__version__ = "0.1.0"
__all__ = ["warehouse"]


def __getattr__(name: str) -> object:
    """`adoption.warehouse`, a module that can be called, loaded only when it is asked for."""
    if name == "warehouse":
        from importlib import import_module

        return import_module("adoption.warehouse")
    raise AttributeError(f"module 'adoption' has no attribute '{name}'")
