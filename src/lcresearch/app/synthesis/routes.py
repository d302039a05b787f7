"""Addresses of the pages of synthesis, and what each calls."""

from __future__ import annotations

from starlette.routing import Route

from lcresearch.app.synthesis import packages, plan, programmes, results

ROUTES = [
    Route("/synthesis", programmes.list_programmes),
    Route("/synthesis", programmes.make_programme, methods=["POST"]),
    Route("/synthesis/{programme}", packages.show_packages),
    Route("/synthesis/{programme}/packages", packages.receive, methods=["POST"]),
    Route("/synthesis/{programme}/packages/take", packages.take_over, methods=["POST"]),
    Route("/synthesis/{programme}/packages/remove", packages.remove, methods=["POST"]),
    Route("/synthesis/{programme}/packages/put-back", packages.put_back, methods=["POST"]),
    Route("/synthesis/{programme}/plan", plan.show_plan),
    Route("/synthesis/{programme}/text", plan.edit_text),
    Route("/synthesis/{programme}/text", plan.keep_text, methods=["POST"]),
    Route("/synthesis/{programme}/text/undo", plan.undo_text, methods=["POST"]),
    Route("/synthesis/{programme}/run", results.start, methods=["POST"]),
    Route("/synthesis/{programme}/results", results.show_results),
    Route("/synthesis/{programme}/results/{file:path}", results.hand_out),
    Route("/synthesis/{programme}/elements/{file:path}", results.hand_out_page),
]
