"""First page of an open bundle: what it is, how to cite it, what was decided and withheld, and how to do it again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lcresearch.messages import LANGUAGES
from lcresearch.reporting.content import ReportContent
from lcresearch.reporting.html import render_page
from lcresearch.reporting.plan_words import plan_sentences
from lcresearch.reporting.publication_readme import replay_steps
from lcresearch.reporting.publication_summary import summary_names
from lcresearch.reporting.publication_words import PublicationFacts, PublicationWords
from lcresearch.reporting.save import report_names
from lcresearch.reporting.tables import Table, table
from lcresearch.reporting.wording import Wording, in_language

_FOLDERS = ("tables", "figures", "instruments", "codebook", "metadata", "logs", "replay")


def render_index(
    content: ReportContent,
    facts: PublicationFacts,
    language: str,
    files: Sequence[str],
    *,
    other_reports: Mapping[str, str] | None = None,
) -> str:
    """The page in one language.

    Parameters
    ----------
    content : ReportContent
        For the names of levels and waves.
    facts : PublicationFacts
    language : {"nl", "en"}
    files : sequence of str
        Names of the other files.
    other_reports : mapping of str to str, optional
        File name of the same page by other language.
    """
    say, words = Wording(content.head, language), PublicationWords(language)
    reports = report_names(content.head.languages)
    return render_page(
        "publication_index.html.j2",
        say,
        other_reports,
        words=words,
        head=content.head,
        facts=facts,
        title=say.text(facts.title),
        other_words={code: PublicationWords(code)("page.other_language") for code in LANGUAGES},
        about=in_language(facts.description, language),
        rows=_about(facts, say, words),
        summaries=[(code, words(f"in_language.of_{code}"), name) for code, name in summary_names().items()],
        reports=[(code, words(f"in_language.of_{code}"), name) for code, name in reports.items()],
        instruments=_instruments(facts, say, words),
        plan=_plan(facts, say, words),
        decisions=_decisions(facts, words),
        results=_results(facts, say, words),
        withheld=_withheld(facts, say, words),
        earlier=_earlier(facts, say, words),
        left_behind=[words(f"left_behind.{name}") for name in facts.disclosure["left_behind"]],
        steps=[step.replace("`", "") for step in replay_steps(facts, words)],
        folders=_folders(files, words),
        software=", ".join(f"{name} {version}" for name, version in facts.software.items()),
    )


def _about(facts: PublicationFacts, say: Wording, words: PublicationWords) -> list[tuple[str, str]]:
    makers = "; ".join(f"{name} ({at})" if at else name for name, at in facts.creators)
    found = [
        ("made_by", makers),
        ("contact", " – ".join(part for part in facts.contact if part)),
        ("publisher", facts.publisher),
        ("funders", "; ".join(facts.funders)),
        ("purpose", words(f"purpose.{facts.purpose}")),
        ("evidence", words(f"evidence.{facts.evidence}")),
        ("version", facts.version),
        ("date", say.messages.date(facts.date)),
        ("available", say.messages.date(facts.available) if facts.available else ""),
    ]
    return [(words(f"page.{name}"), text) for name, text in found if text]


def _instruments(facts: PublicationFacts, say: Wording, words: PublicationWords) -> Table:
    rows = [
        [say.text(title), f"{name} {version}", licence,
         words("wording.here" if here else "wording.named"), words("yes" if library else "no")]
        for name, version, title, licence, here, library in facts.instruments
    ]  # fmt: skip
    labels = {name: words(f"column.{name}") for name in ("instrument", "id", "licence", "wording", "library")}
    return table(words("page.instruments"), rows, labels)


def _plan(facts: PublicationFacts, say: Wording, words: PublicationWords) -> list[str]:
    plan = facts.plan
    found = plan_sentences(plan, say)
    found += [words("plan.undated")] if plan.there and not plan.date else []
    return found + ([words("plan.fingerprint", value=plan.fingerprint)] if plan.fingerprint else [])


def _decisions(facts: PublicationFacts, words: PublicationWords) -> Table:
    rows = [
        [words.known("decision", name), words.value(planned), words.value(done), words(f"state.{state}")]
        for name, planned, done, state in facts.decisions
    ]
    labels = {name: words(f"column.{name}") for name in ("decision", "planned", "done", "state")}
    if all(state == "no_plan" for *_, state in facts.decisions):
        rows, labels = [[name, done] for name, _, done, _ in rows], {
            name: label for name, label in labels.items() if name in ("decision", "done")
        }  # fmt: skip
    return table(words("page.decisions"), rows, labels)


def _results(facts: PublicationFacts, say: Wording, words: PublicationWords) -> Table:
    rows = [[say.text(title), say(f"plan.in_table.{kind}")] for title, kind in facts.results]
    return table(words("page.results"), rows, {name: words(f"column.{name}") for name in ("result", "kind")})


def _withheld(facts: PublicationFacts, say: Wording, words: PublicationWords) -> Table | None:
    rows = [
        [say.level(row["level"]), say.wave(row["wave"]), say.reason(row["reason"]), say.count(row["groups"])]
        for row in facts.disclosure["withheld_groups"]
    ]
    labels = {name: words(f"column.{name}") for name in ("level", "wave", "reason", "groups")}
    return table(words("page.withheld_groups"), rows, labels, numeric=["groups"]) if rows else None


def _earlier(facts: PublicationFacts, say: Wording, words: PublicationWords) -> Table | None:
    rows = [
        [say.messages.date(row["date"]), words(f"release.{row['kind']}"), say.count(row["statistics"]),
         say.count(row["groups"])]
        for row in facts.disclosure["earlier_releases"]
    ]  # fmt: skip
    labels = {name: words(f"column.{name}") for name in ("date", "release", "statistics", "groups")}
    return table(words("page.earlier"), rows, labels, numeric=["statistics", "groups"]) if rows else None


def _folders(files: Sequence[str], words: PublicationWords) -> list[tuple[str, str, list[str]]]:
    """Folder, what it holds, and its files; figures only once, since each is there as SVG and PNG."""
    found = []
    for folder in _FOLDERS:
        names = [name for name in files if name.startswith(f"{folder}/")]
        shown = [name for name in names if folder != "figures" or name.endswith(".svg")]
        if shown:
            found.append((folder, words(f"folder.{folder}"), shown))
    return found
