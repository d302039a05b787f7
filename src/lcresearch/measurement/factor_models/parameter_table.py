"""From statements to parameters: what a measurement model has without being told, and what is equal across groups.

The defaults are those of lavaan's ``cfa`` and ``sem`` (Rosseel 2012): the first loading of a factor is 1, variances are
free, factors that nothing predicts go together freely, and with a mean structure items have intercepts and factors
the mean 0.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

from lcresearch.errors import MeasurementError
from lcresearch.measurement.factor_models.model_syntax import Statement, Syntax

EQUALITIES = ("loadings", "intercepts", "residuals", "residual_covariances", "means", "lv_variances", "lv_covariances")
EQUALITIES_OF_ORDERED = ("thresholds", *EQUALITIES)


@dataclass(frozen=True)
class Parameter:
    """A place in the model, with what is known of it in each group.

    Attributes
    ----------
    left, operator, right : str
    fixed : tuple of float or None, shape (n_groups,)
        None where it is estimated.
    labels : tuple of str, shape (n_groups,)
        Equal labels are one number; empty for a number of its own.
    start : tuple of float or None, shape (n_groups,)
    level : str
    """

    left: str
    operator: str
    right: str
    fixed: tuple[float | None, ...]
    labels: tuple[str, ...]
    start: tuple[float | None, ...]
    level: str = ""

    @property
    def name(self) -> str:
        """As lavaan writes it: ``capacity=~a1``, ``a1~1``."""
        return f"{self.left}{self.operator}{self.right}"

    def everywhere(self, *, fixed: float | None = None) -> Parameter:
        """Fixed at one value in all groups, or free in all."""
        return replace(self, fixed=(fixed,) * len(self.fixed))


@dataclass(frozen=True)
class ParameterTable:
    """All parameters of a model.

    Attributes
    ----------
    parameters : tuple of Parameter
    latent, observed : tuple of str
        Names of factors and of columns of the data.
    n_groups : int
    mean_structure : bool
    """

    parameters: tuple[Parameter, ...]
    latent: tuple[str, ...]
    observed: tuple[str, ...]
    n_groups: int
    mean_structure: bool

    @property
    def covariates(self) -> tuple[str, ...]:
        """Columns of the data that predict and are neither predicted nor indicators."""
        regressions = [each for each in self.parameters if each.operator == "~" and each.right != "1"]
        explained = {each.left for each in regressions}
        explained |= {each.right for each in self.parameters if each.operator == "=~"}
        predictors = {each.right for each in regressions}
        return tuple(name for name in self.observed if name in predictors - explained)

    @property
    def covariate_places(self) -> tuple[int, ...]:
        """Where covariates stand among the columns."""
        return tuple(map(self.observed.index, self.covariates))

    @property
    def indicators(self) -> dict[str, tuple[str, ...]]:
        """Factor -> its indicators."""
        found: dict[str, list[str]] = {name: [] for name in self.latent}
        for each in self.parameters:
            if each.operator == "=~":
                found[each.left].append(each.right)
        return {name: tuple(items) for name, items in found.items()}


def table_of(
    syntax: Syntax,
    n_groups: int = 1,
    *,
    mean_structure: bool = False,
    std_lv: bool = False,
    orthogonal: bool = False,
    level: str | None = None,
) -> ParameterTable:
    """The parameters of a model with all that goes without saying.

    Parameters
    ----------
    syntax : Syntax
    n_groups : int
    mean_structure : bool
        Intercepts and factor means; on where the model has a ``~ 1``.
    std_lv : bool
        Factors have variance 1, and first loadings are free.
    orthogonal : bool
        Factors do not go together.
    level : str, optional
        Only the statements of this level.

    Raises
    ------
    MeasurementError
        M204: a parameter stands twice; M205: values or labels for another number of groups; M206: a factor is named
        as an observed variable too, or is its own indicator.
    """
    statements = [each for each in syntax.statements if level is None or each.level in ("", level)]
    latent = tuple(dict.fromkeys(each.left for each in statements if each.operator == "=~"))
    builder = _Builder(statements, latent, n_groups, std_lv=std_lv, orthogonal=orthogonal)
    means = mean_structure or any(each.operator == "~" and each.right == "1" for each in statements)
    parameters = builder.all(means=means)
    merged = _with_equalities(parameters, syntax.equalities)
    return ParameterTable(tuple(merged), latent, builder.observed, n_groups, means)


@dataclass
class _Builder:
    statements: list[Statement]
    latent: tuple[str, ...]
    n_groups: int
    std_lv: bool
    orthogonal: bool
    found: dict[tuple[str, str, str], Parameter] = field(default_factory=dict)

    def all(self, *, means: bool) -> list[Parameter]:
        """User's statements first, then what is added."""
        self._check_loops()
        first = self._first_indicators()
        for each in self.statements:
            self._add_stated(each, marker=(each.left, each.right) in first)
        self._variances()
        self._covariances()
        if means:
            for name in (*self.observed, *self.latent):
                self._add(name, "~", "1", 0.0 if name in self.latent else None)
        return list(self.found.values())

    @property
    def observed(self) -> tuple[str, ...]:
        """Columns of the data, in the order in which they are named: indicators before others."""
        indicators = [each.right for each in self.statements if each.operator == "=~"]
        others = [n for each in self.statements if each.operator in ("~", "~~") for n in (each.left, each.right)]
        others += [each.left for each in self.statements if each.operator == "|"]
        names = dict.fromkeys([*indicators, *others])
        return tuple(name for name in names if name not in self.latent and name != "1")

    def _check_loops(self) -> None:
        for each in self.statements:
            if each.operator in ("=~", "~") and each.left == each.right:
                raise MeasurementError("M206", name=each.left, line=each.line)

    def _first_indicators(self) -> set[tuple[str, str]]:
        """Factor and first indicator, where that is the marker."""
        first: dict[str, Statement] = {}
        for each in self.statements:
            if each.operator == "=~":
                first.setdefault(each.left, each)
        return {(f, each.right) for f, each in first.items() if not (self.std_lv or each.modifier.freed)}

    def _add_stated(self, each: Statement, *, marker: bool) -> None:
        key = _key(each.left, each.operator, each.right)
        if key in self.found:
            raise MeasurementError("M204", name=f"{each.left} {each.operator} {each.right}", line=each.line)
        modifier = each.modifier
        if modifier.n_groups not in (1, self.n_groups):
            raise MeasurementError("M205", line=each.line, n=modifier.n_groups, n_groups=self.n_groups)
        fixed, labels, start = zip(*(modifier.of_group(group) for group in range(self.n_groups)), strict=True)
        if each.operator == "=~" and marker and all(value is None for value in fixed):
            fixed = (1.0,) * self.n_groups
        self.found[key] = Parameter(each.left, each.operator, each.right, fixed, labels, start, each.level)

    def _add(self, left: str, operator: str, right: str, fixed: float | None = None) -> None:
        key = _key(left, operator, right)
        if key not in self.found:
            n = self.n_groups
            self.found[key] = Parameter(left, operator, right, (fixed,) * n, ("",) * n, (None,) * n)

    def _variances(self) -> None:
        for name in (*self.observed, *self.latent):
            self._add(name, "~~", name, 1.0 if self.std_lv and name in self.latent else None)

    def _covariances(self) -> None:
        """Between variables that nothing predicts, and between outcomes that predict nothing."""
        regressions = [each for each in self.statements if each.operator == "~" and each.right != "1"]
        outcomes = dict.fromkeys(each.left for each in regressions)
        predictors = dict.fromkeys(each.right for each in regressions)
        indicators = {each.right for each in self.statements if each.operator == "=~"}
        exogenous = [name for name in self.latent if name not in outcomes and name not in indicators]
        for one, other in combinations(exogenous, 2):
            self._add(one, "~~", other, 0.0 if self.orthogonal else None)
        given = [name for name in predictors if name not in outcomes and name not in (*indicators, *self.latent)]
        for one, other in combinations(given, 2):
            self._add(one, "~~", other)
        ends = [name for name in outcomes if name not in predictors and name not in indicators]
        for one, other in combinations(ends, 2):
            self._add(one, "~~", other, 0.0 if self.orthogonal else None)


def _key(left: str, operator: str, right: str) -> tuple[str, str, str]:
    return (*sorted((left, right)), operator) if operator == "~~" else (left, right, operator)  # type: ignore[return-value]


def _with_equalities(parameters: list[Parameter], equalities: Sequence[tuple[str, str]]) -> list[Parameter]:
    """Labels that are set equal become one.

    Raises
    ------
    MeasurementError
        M207: a label that no parameter has.
    """
    known = {label for each in parameters for label in each.labels if label}
    for pair in equalities:
        for label in pair:
            if label not in known:
                raise MeasurementError("M207", label=label, known=sorted(known))
    for keep, other in equalities:
        parameters = [replace(p, labels=tuple(keep if x == other else x for x in p.labels)) for p in parameters]
    return parameters


def equal_across_groups(
    table: ParameterTable, equal: Collection[str], *, freed: Collection[str] = (), std_lv: bool = False
) -> ParameterTable:
    """The table with kinds of parameters equal in all groups.

    With equal intercepts the means of factors are free but in the first group; with ``std_lv`` and equal loadings
    so are their variances.

    Parameters
    ----------
    table : ParameterTable
    equal : collection of str
        Of ``loadings, intercepts, residuals, residual_covariances, means, lv_variances, lv_covariances``; with
        ordered items also ``thresholds``.
    freed : collection of str
        Names of parameters that may differ all the same, as ``capacity=~a2`` or ``a2~1``.
    std_lv : bool

    Raises
    ------
    MeasurementError
        M208: a kind that does not exist; M209: a parameter in ``freed`` that the model does not have.
    """
    allowed = EQUALITIES_OF_ORDERED if any(each.operator == "|" for each in table.parameters) else EQUALITIES
    unknown = [kind for kind in equal if kind not in allowed]
    if unknown:
        raise MeasurementError("M208", found=unknown, known=list(allowed))
    names = {each.name for each in table.parameters} | {f"{p.right}~~{p.left}" for p in table.parameters}
    missing = [name for name in (_plain(each) for each in freed) if name not in names]
    if missing:
        raise MeasurementError("M209", found=missing, known=sorted(names)[:40])
    plain = {_plain(name) for name in freed}
    changed = []
    for number, each in enumerate(table.parameters):
        kind = kind_of(each, table.latent)
        if kind in equal and each.name not in plain and f"{each.right}~~{each.left}" not in plain:
            labels = tuple(label or f".p{number}." for label in each.labels)
            changed.append(replace(each, labels=(labels[0],) * table.n_groups))
        elif kind == "means" and {"intercepts", "thresholds"} & set(equal) and each.fixed == (0.0,) * table.n_groups:
            changed.append(replace(each, fixed=(0.0, *(None,) * (table.n_groups - 1))))
        elif kind == "lv_variances" and "loadings" in equal and std_lv and each.fixed == (1.0,) * table.n_groups:
            changed.append(replace(each, fixed=(1.0, *(None,) * (table.n_groups - 1))))
        else:
            changed.append(each)
    return replace(table, parameters=tuple(changed))


def kind_of(parameter: Parameter, latent: Collection[str]) -> str:
    """What kind a parameter is: one of the kinds that can be equal across groups, ``regressions`` or ``scalings``."""
    if parameter.operator == "=~":
        return "loadings"
    if parameter.operator == "|":
        return "thresholds"
    if parameter.operator == "~*~":
        return "scalings"
    if parameter.operator == "~":
        if parameter.right != "1":
            return "regressions"
        return "means" if parameter.left in latent else "intercepts"
    between_factors = parameter.left in latent and parameter.right in latent
    if parameter.left == parameter.right:
        return "lv_variances" if between_factors else "residuals"
    return "lv_covariances" if between_factors else "residual_covariances"


def _plain(name: str) -> str:
    return "".join(name.split())
