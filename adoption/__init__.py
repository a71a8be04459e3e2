"""Adoption analytics for Microsoft 365: does what leadership publishes reach the staff?"""

__version__ = "0.1.0"
