"""Addresses of the pages of coding together, and what each calls."""

from __future__ import annotations

from starlette.routing import Route

from lcresearch.app.coding_team import agreement, disagreements, plan, settling

_CODING = "/studies/{study}/coding"

ROUTES = [
    Route(f"{_CODING}/plan", plan.show_plan),
    Route(f"{_CODING}/plan/coders", plan.add_coder, methods=["POST"]),
    Route(f"{_CODING}/plan/divide", plan.divide, methods=["POST"]),
    Route(f"{_CODING}/plan/assign", plan.save_assignments, methods=["POST"]),
    Route(f"{_CODING}/plan/reopen", plan.reopen, methods=["POST"]),
    Route(f"{_CODING}/agreement", agreement.show_agreement),
    Route(f"{_CODING}/agreement/figure.svg", agreement.draw_agreement),
    Route(f"{_CODING}/agreement/download/{{ending}}", agreement.download_agreement),
    Route(f"{_CODING}/disagreements", disagreements.show_disagreements),
    Route(f"{_CODING}/disagreements/list.xlsx", disagreements.download_list),
    Route(f"{_CODING}/disagreements/settle", settling.settle_place, methods=["POST"]),
    Route(f"{_CODING}/disagreements/undo", settling.undo_place, methods=["POST"]),
    Route(f"{_CODING}/disagreements/list", settling.take_list, methods=["POST"]),
]
