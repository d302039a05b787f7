"""Practice and transfer cards: one page a community or element, with what failed and what to expect elsewhere."""

from lcresearch.integration.practice_cards.card import Card
from lcresearch.integration.practice_cards.making import cards
from lcresearch.integration.practice_cards.model import CardsFile
from lcresearch.integration.practice_cards.reading import new_cards, read_cards
from lcresearch.integration.practice_cards.result import Cards

__all__ = ["Card", "Cards", "CardsFile", "cards", "new_cards", "read_cards"]
