"""Practice and transfer cards: one page a community or element, with what failed and what to expect elsewhere."""

from lcresearch.integration.cards.card import Card
from lcresearch.integration.cards.making import cards
from lcresearch.integration.cards.model import CardsFile
from lcresearch.integration.cards.reading import new_cards, read_cards
from lcresearch.integration.cards.result import Cards

__all__ = ["Card", "Cards", "CardsFile", "cards", "new_cards", "read_cards"]
