"""The technical appendix of a report on a programme: every model, estimate, test and rule."""

from __future__ import annotations

import pandas as pd

from lcresearch.messages import text_keys
from lcresearch.reporting.sections import problem_texts
from lcresearch.reporting.synthesis_content import level_title, rows_without, value_of, without_each
from lcresearch.reporting.synthesis_formulas import formula_of
from lcresearch.reporting.synthesis_parts import Part, PartsWriter
from lcresearch.reporting.synthesis_tables import interval_text, labels
from lcresearch.reporting.synthesis_wording import certainty_text
from lcresearch.reporting.tables import table
from lcresearch.reporting.wording import clean, is_missing
from lcresearch.synthesis.pooled.two_stage import LEAST_FOR_STAGE_TWO

_COUNTS = ("n", "n_groups", "n_persons")
_METHODS = ("one_stage", "prediction", "pairs", "certainty", "unmeasured", "order", "needed")


class Appendix(PartsWriter):
    """All parts in one language."""

    def parts(self) -> list[Part]:
        """The parts that have something in them, in the order of the page."""
        makers = (
            self.model, self.estimates, self.sectors, self.moderators, self.two_stage, self.leave_one_out,
            self.comparability, self.unmeasured, self.verdict_rules, self.certainty_rules, self.codes, self.agreement,
            self.consortia, self.left_out, self.packages, self.cautions, self.methods,
        )  # fmt: skip
        return [part for make in makers if (part := make()) is not None]

    def model(self) -> Part:
        """Models, their formulas, and what was asked of them."""
        say, programme = self.say, self.content.programme
        heads = labels(
            say, "model", "outcome", "rows", "adjustment", "smallest_worthwhile", "n_communities", "n_persons"
        )
        rows, formulas = [], []
        for estimand in programme.estimands:
            model = programme.models[estimand.model]
            sizes = self.content.sizes.get(estimand.model, (None, None))
            row = [clean(estimand.model), say.text(programme.outcomes[model.outcome].title)]
            row += [say(f"synthesis.technical.rows.{model.rows}"), say(f"synthesis.adjustment.{estimand.adjustment}")]
            rows.append([*row, say.number(estimand.smallest_worthwhile), *(say.count(size) for size in sizes)])
        for name in dict.fromkeys(estimand.model for estimand in programme.estimands):
            formulas.append(clean(formula_of(self.content, name)))
        made = self._table("model_table", rows, heads, "outcome", "rows", "adjustment")
        texts = (say("synthesis.technical.model_words"),)
        return self._part("model", texts=texts, formulas=tuple(formulas), tables=(made,))

    def estimates(self) -> Part:
        """Pooled effects, and what to expect in a new consortium."""
        say = self.say
        heads = labels(
            say, "element", "estimate", "std_error", "df", "interval", "p_value", "n_consortia", "n_communities"
        )
        new = labels(say, "element", "tau", "prediction", "p_positive_new", "p_worthwhile_new", "certainty")
        rows, expected, adjusted = [], [], []
        for one in self.content.elements:
            row, title = one.row, self.titles[one.name]
            numbers = [say.number(row["estimate"], 3), say.number(row["std_error"], 3), say.number(row["df"], 1)]
            numbers += [interval_text(row, say), say.messages.p_value(value_of(row, "p_value"))]
            rows.append([title, *numbers, say.count(row["n_consortia"]), say.count(row["n_communities"])])
            chances = [say.messages.percent(value_of(row, f"p_{name}_new")) for name in ("positive", "worthwhile")]
            wide = interval_text(row, say, "pred_low", "pred_high")
            expected.append([title, say.number(row["tau"], 3), wide, *chances, certainty_text(one, say)])
            adjusted.append([title, self._names(row["adjusted_for"]), self._planned(row["planned"])])
        tables = (
            self._table("estimates_table", rows, heads),
            self._table("new_table", expected, new, "certainty"),
            self._table(
                "adjusted_table", adjusted, labels(say, "element", "adjusted_for", "planned"), "adjusted_for", "planned"
            ),
        )
        return self._part("estimates", tables=tables)

    def sectors(self) -> Part | None:
        """Effects by sector, and the tests that they are the same."""
        say = self.say
        heads = labels(
            say, "element", "sector", "n_consortia", "n_communities", "estimate", "std_error", "df", "interval"
        )
        tests = labels(say, "element", "f", "df_num", "df_den", "p_value", "p_holm", "tau_within")
        within = self._within()
        rows, tested = [], []
        for one in self.content.elements:
            if len(one.sectors) < 2:
                continue
            title = self.titles[one.name]
            for row in one.sectors.to_dict("records"):
                numbers = [say.number(row["estimate"], 3), say.number(row["std_error"], 3), say.number(row["df"], 1)]
                counts = [say.count(row["n_consortia"]), say.count(row["n_communities"])]
                sector = say.text(self.content.sector(row["sector"]))
                rows.append([title, sector, *counts, *numbers, interval_text(row, say)])
            first = one.sectors.iloc[0].to_dict()
            test = [say.number(first["f_statistic"]), say.number(first["df_num"], 0), say.number(first["df_den"], 1)]
            ps = [
                say.messages.p_value(value_of(row, name)) for row, name in ((first, "p_value"), (one.row, "sector_p"))
            ]
            tested.append([title, *test, *ps, say.number(within.get(one.name), 3)])
        if not rows:
            return None
        shown = table(
            say("synthesis.technical.sectors_table"), [[row[1], row[0], *row[2:]] for row in rows],
            {"sector": heads["sector"], "element": heads["element"]} | dict(list(heads.items())[2:]),
            numeric=list(heads)[2:], blocks="element",
        )  # fmt: skip
        return self._part(
            "sectors",
            texts=(say("synthesis.technical.sector_words"),),
            tables=(shown, self._table("sector_tests", tested, tests)),
        )

    def _within(self) -> dict[str, float]:
        """tau within sectors by row of the table of elements."""
        found = self.content.tables.get("heterogeneity")
        if found is None or len(found) != len(self.content.elements):
            return {}
        return dict(zip((one.name for one in self.content.elements), found["tau_within_sectors"], strict=True))

    def moderators(self) -> Part | None:
        """Effects at levels of moderators, and interactions with characteristics of persons."""
        say, tables = self.say, []
        heads = labels(
            say, "moderator", "element", "level", "n_consortia", "estimate", "interval", "p_value", "p_holm", "planned"
        )
        rows = [
            [
                say.text(self.content.name(row["moderator"])), self.titles[one.name],
                say.text(level_title(self.content.programme, str(row["moderator"]), str(row["level"]))),
                say.count(row["n_consortia"]), say.number(row["estimate"], 3), interval_text(row, say),
                say.messages.p_value(value_of(row, "p_value")),
                say.messages.p_value(value_of(one.row["moderators"], str(row["moderator"]))),
                self._planned(row["planned"]),
            ]
            for one in self.content.elements
            for row in one.moderators.to_dict("records")
        ]  # fmt: skip
        if rows:
            numeric = ("n_consortia", "estimate", "interval", "p_value", "p_holm")
            caption = say("synthesis.technical.moderators_table")
            tables.append(table(caption, rows, heads, numeric=numeric, blocks="element"))
        found = self.content.tables.get("interactions", pd.DataFrame())
        if len(found):
            heads = labels(say, "element", "covariate", "column", "estimate", "std_error", "df", "p_value", "planned")
            rows = [
                [
                    say.text(self.content.name(row["element"])), say.text(self.content.name(row["covariate"])),
                    clean(row["column"]), say.number(row["estimate"], 4), say.number(row["std_error"], 4),
                    say.number(row["df"], 1), say.messages.p_value(value_of(row, "p_value")),
                    self._planned(row["planned"]),
                ]
                for row in found.to_dict("records")
            ]  # fmt: skip
            tables.append(self._table("interactions_table", rows, heads, "covariate", "column", "planned"))
        return self._part("moderators", tables=tuple(tables)) if tables else None

    def two_stage(self) -> Part | None:
        """The analysis in two stages beside that in one."""
        say = self.say
        heads = labels(say, "element", "one_stage", "two_stage", "interval", "difference", "tau", "i2", "n_estimable")
        rows = []
        for one in self.content.elements:
            found = one.two_stage
            if not found:
                continue
            numbers = [say.number(value_of(found, name), 3) for name in ("difference", "tau")]
            numbers.append(say.messages.percent(value_of(found, "i2") / 100))
            rows.append(
                [
                    self.titles[one.name], say.number(one.row["estimate"], 3),
                    say.number(value_of(found, "estimate"), 3), interval_text(found, say), *numbers,
                    say.count(value_of(found, "n_estimable")),
                ]
            )  # fmt: skip
        if not rows:
            return None
        texts = (say("synthesis.technical.two_stage_words"),)
        if all(is_missing(value_of(one.two_stage, "estimate")) for one in self.content.elements if one.two_stage):
            none = say("synthesis.technical.two_stage_none", least=LEAST_FOR_STAGE_TWO)
            return self._part("two_stage", texts=(*texts, none))
        return self._part("two_stage", texts=texts, tables=(self._table("two_stage_table", rows, heads),))

    def leave_one_out(self) -> Part:
        """How much hangs on one consortium, without saying which."""
        say = self.say
        if self.content.leave_one_out is None:
            return self._part("leave_one_out", texts=(say("synthesis.technical.leave_one_out_absent"),))
        heads = labels(say, "element", "estimate", "lowest", "highest", "changed")
        rows = []
        for one in self.content.elements:
            own, (n, total) = rows_without(one, self.content), without_each(one, self.content)
            estimates = own["estimate"] if own is not None else pd.Series(dtype="float64")
            ends = [say.number(end, 3) for end in (estimates.min(), estimates.max())]
            changed = say("synthesis.column.of", n=n, total=total) if total else say.number(None)
            rows.append([self.titles[one.name], say.number(one.row["estimate"], 3), *ends, changed])
        return self._part("leave_one_out", tables=(self._table("leave_one_out_table", rows, heads),))

    def comparability(self) -> Part:
        """Whether scales measure the same in all groups."""
        say, found = self.say, self.content.tables.get("comparability", pd.DataFrame())
        if not len(found):
            return self._part("comparability", texts=(say("synthesis.technical.comparability_none"),))
        heads = labels(say, "scale", "by", "n_groups", "n_persons", "share", "status")
        rows = []
        for row in found.to_dict("records"):
            status = say(f"synthesis.technical.status.{str(row['status']).replace(' ', '_')}")
            counts = [say.count(row["n_groups"]), say.count(row["n_persons"])]
            share = say.messages.percent(value_of(row, "share_non_invariant"))
            by = say.known("synthesis.column", str(row["by"]))
            rows.append([clean(row["scale"]), by, *counts, share, status])
        made = self._table("comparability_table", rows, heads, "by", "status")
        return self._part("comparability", tables=(made,))

    def unmeasured(self) -> Part:
        """E-values and robustness values."""
        say = self.say
        names = ("e_value", "e_value_limit", "robustness_value", "robustness_value_limit")
        heads = labels(say, "element", *names, "how_measured")
        rows = [
            [
                self.titles[one.name],
                *(say.number(one.row[name]) for name in names),
                say.known("synthesis.measured", str(one.row["how_measured"]).replace(" ", "_").replace("-", "_")),
            ]
            for one in self.content.elements
        ]
        return self._part("unmeasured", tables=(self._table("unmeasured_table", rows, heads, "how_measured"),))

    def verdict_rules(self) -> Part:
        """Rules of the verdict, in words, in the order in which they are asked."""
        words = self.content.rules.in_words(self.say.language)
        order = [*self.content.rules.order, "not_enough_evidence"]
        notes = tuple(clean(words[name]) for name in order if name in words)
        return self._part("verdict_rules", texts=(self.say("synthesis.technical.verdict_rules_words"),), notes=notes)

    def certainty_rules(self) -> Part:
        """Rules of certainty, in words."""
        words = self.content.certainty.in_words(self.say.language)
        rules = self.content.certainty
        start = self.say(f"synthesis.certainty.{rules.start.replace(' ', '_')}")
        steps = {"serious": rules.steps.serious, "very_serious": rules.steps.very_serious}
        texts = (self.say("synthesis.technical.certainty_rules_words", start=start, **steps),)
        return self._part("certainty_rules", texts=texts, notes=tuple(clean(text) for text in words.values()))

    def codes(self) -> Part | None:
        """Codes of interviews by sector."""
        say, found = self.say, self.content.tables.get("codes", pd.DataFrame())
        if not len(found):
            return None
        heads = labels(say, "sector", "code", "n_consortia", "n_segments", "n_interviews")
        rows = []
        for row in found.to_dict("records"):
            name = row["code"] if is_missing(row["name"]) or not row["name"] else row["name"]
            of = f"{say.count(row['n_consortia'])}/{say.count(row['of_consortia'])}"
            counts = [say.count(row[column]) for column in ("n_segments", "n_interviews")]
            rows.append([say.text(self.content.sector(row["sector"])), clean(name), of, *counts])
        made = table(
            say("synthesis.technical.codes"), rows, heads, numeric=("n_consortia", "n_segments", "n_interviews"),
            blocks="code",
        )  # fmt: skip
        return self._part("codes", texts=(say("synthesis.technical.codes_words"),), tables=(made,))

    def agreement(self) -> Part | None:
        """Agreement within groups: over consortia, as no consortium is set beside another."""
        found = self.content.tables.get("agreement", pd.DataFrame())
        if not len(found):
            return None
        if {"icc_1", "icc_2"} <= set(found):
            found = found.assign(icc_2=found["icc_2"].where(found["icc_1"] > 0))  # means nothing without ICC(1)
        names = [
            str(name)
            for name in found
            if f"report.statistic.{name}" in text_keys() and found[name].notna().any() and name not in ("scale", "wave")
        ]
        heads = labels(self.say, "scale", "wave", "n_consortia")
        heads |= {name: self.say(f"statistic.{name}") for name in names}
        rows = [
            [
                self._scale(str(scale)), clean(wave), self.say.count(group["consortium"].nunique()),
                *(self._spread(group[name], digits=0 if name in _COUNTS else 2) for name in names),
            ]
            for (scale, wave), group in found.groupby(["scale", "wave"], sort=False)
        ]  # fmt: skip
        texts = (self.say("synthesis.technical.agreement_words"),)
        return self._part("agreement", texts=texts, tables=(self._table("agreement", rows, heads, "wave"),))

    def _scale(self, name: str) -> str:
        """The title of a scale that is an outcome of the programme, else its name."""
        titles = [one.title for one in self.content.programme.outcomes.values() if one.score == name]
        return self.say.text(titles[0]) if titles else clean(name)

    def _spread(self, values: pd.Series[float], digits: int = 2) -> str:
        """Median over consortia, with the lowest and the highest."""
        numbers = values.astype(float)
        low, high = (self.say.number(end, digits) for end in (numbers.min(), numbers.max()))
        return f"{self.say.number(numbers.median(), digits)} [{low}; {high}]"

    def consortia(self) -> Part | None:
        """Figures by consortium that had no room in the main part."""
        forests = tuple(self.forests.values())
        if not forests:
            return None
        return self._part("consortia", texts=(self.say("synthesis.card.consortia_note"),), forests=forests)

    def left_out(self) -> Part:
        """What is not counted, by reason, without names."""
        say, found = self.say, self.content.tables.get("left_out", pd.DataFrame())
        if not len(found):
            return self._part("left_out", texts=(say("synthesis.studied.nothing_left_out"),))
        own = found["reason"].isin(("few_communities", "does_not_vary", "not_identified"))
        about = found["about"].map(self._about).where(~own, say("synthesis.about.effect"))
        heads = labels(say, "reason", "about", "n_consortia", "n_groups")
        rows = [
            [
                say.known("synthesis.held_back", str(reason)), clean(part), say.count(group["consortium"].nunique()),
                say.count(None if group["n_groups"].isna().all() else group["n_groups"].sum()),
            ]
            for (reason, part), group in found.assign(about=about).groupby(["reason", "about"], sort=False)
        ]  # fmt: skip
        texts = (say("technical.withheld_intro", minimum_cell=self.content.head.minimum_cell),)
        return self._part("left_out", texts=texts, tables=(self._table("left_out_table", rows, heads, "about"),))

    def _about(self, member: object) -> str:
        """A part of a package in words."""
        kind, _, name = str(member).partition("/")
        key = f"report.synthesis.about.{kind}"
        return self.say.messages(key, name=clean(name)) if key in text_keys() else clean(member)

    def packages(self) -> Part:
        """Packages by name, and the files that they came from."""
        say, found = self.say, self.content.packages
        heads = labels(say, "consortium", "sector", "release", "created", "n_communities", "n_persons")
        rows = [
            [
                clean(row["consortium"]), say.text(self.content.sector(row["sector"])), say.count(row["release"]),
                say.messages.date(str(row["created"])), say.count(row["n_communities"]),
                say.count(row["n_respondents"]),
            ]
            for row in found.sort_values("consortium").to_dict("records")
        ]  # fmt: skip
        tables = [self._table("packages_table", rows, heads, "sector", "created")]
        if self.content.inputs:
            inputs = [[clean(name), clean(digest)[:16]] for name, digest in self.content.inputs.items()]
            tables.append(self._table("inputs_table", inputs, labels(say, "file", "hash"), "hash"))
        texts = (say("synthesis.technical.packages_order"),) if self.content.anonymous else ()
        return self._part("packages", texts=texts, tables=tuple(tables))

    def cautions(self) -> Part | None:
        """What the reader must know."""
        notes = problem_texts(self.content.problems, self.say)
        return self._part("cautions", notes=notes) if notes else None

    def methods(self) -> Part:
        """How it was computed, with sources."""
        return self._part("methods", texts=tuple(self.say(f"synthesis.method.{name}") for name in _METHODS))
