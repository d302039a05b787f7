"""Instruments: what is asked, at which level it means something, and how answers become scores."""

from lcresearch.instruments.checks import check
from lcresearch.instruments.library import catalogue, load
from lcresearch.instruments.model import Instrument, Item, ResponseScale, Scale
from lcresearch.instruments.parts import text_in
from lcresearch.instruments.schema import json_schema

__all__ = ["Instrument", "Item", "ResponseScale", "Scale", "catalogue", "check", "json_schema", "load", "text_in"]
