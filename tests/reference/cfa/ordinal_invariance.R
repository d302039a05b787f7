# Invariance of ordered items step by step (Wu & Estabrook 2016): semTools::measEq.syntax, fitted by lavaan (WLSMV), with
# lavTestLRT (Satorra 2000) between steps. Ten items of psych::bfi (data/bfi.csv.gz), A1, C4 and C5 reversed, groups
# E1 <= 3 (1) and E1 > 3 (2), complete answers: six answers as they are, three answers (1-2, 3-4, 5-6) and two (1-4, 5-6);
# two invented waves of four items with five answers (data/ordinal_waves_invented.csv, made here).
# Run from tests/reference: Rscript cfa/ordinal_invariance.R
suppressMessages({library(lavaan); library(semTools)})
FIT <- c("chisq", "df", "chisq.scaled", "pvalue.scaled", "chisq.scaling.factor", "cfi.scaled", "tli.scaled", "rmsea.scaled", "srmr")
STEPS <- list(configural = "", thresholds = "thresholds", loadings = c("thresholds", "loadings"),
  intercepts = c("thresholds", "loadings", "intercepts"), strict = c("thresholds", "loadings", "intercepts", "residuals"))
summarised <- function(fits) {
  out <- list(fit = lapply(fits, function(f) as.list(unclass(suppressWarnings(fitMeasures(f)))[FIT])))
  out$difference <- lapply(seq_along(fits)[-1], function(i) {
    if (fitMeasures(fits[[i]], "df") == fitMeasures(fits[[i - 1]], "df")) return(list(step = names(fits)[i], df = 0))
    x <- as.data.frame(suppressMessages(lavTestLRT(fits[[i - 1]], fits[[i]])))
    list(step = names(fits)[i], chisq = x[2, "Chisq diff"], df = x[2, "Df diff"], p = x[2, "Pr(>Chisq)"])
  })
  p <- parameterEstimates(fits$intercepts, remove.nonfree = FALSE)
  if (is.null(p$group)) p$group <- 1
  out$intercepts <- p[p$op %in% c("=~", "~1", "~~", "|"), c("lhs", "op", "rhs", "group", "est", "se")]
  out
}
groups <- function(model, data, steps = STEPS) summarised(lapply(steps, function(e) {
  s <- measEq.syntax(model, data = data, ordered = TRUE, group = "half", parameterization = "theta", ID.fac = "std.lv",
    ID.cat = "Wu.Estabrook.2016", group.equal = e)
  cfa(as.character(s), data = data, ordered = TRUE, group = "half", group.label = c(1, 2), parameterization = "theta")
}))
b <- read.csv(gzfile("data/bfi.csv.gz"))
items <- c(paste0("A", 1:5), paste0("C", 1:5))
for (v in c("A1", "C4", "C5")) b[[v]] <- 7L - b[[v]]
b$half <- ifelse(b$E1 <= 3, 1, 2)
b <- b[complete.cases(b[, c(items, "half")]), c(items, "half")]
AC <- "agree =~ A1 + A2 + A3 + A4 + A5\n consc =~ C1 + C2 + C3 + C4 + C5"
three <- b; for (v in items) three[[v]] <- as.integer(cut(b[[v]], c(0, 2, 4, 6)))
two <- b; for (v in items) two[[v]] <- as.integer(b[[v]] > 4)
out <- list(six = groups(AC, b), three = groups(AC, three), two = groups(AC, two, STEPS[c("configural", "intercepts", "strict")]))
# waves: an intercept of the third item moves, and its residual variance
set.seed(11)
n <- 600
f1 <- rnorm(n); f2 <- 0.3 + 0.6 * f1 + rnorm(n, 0, 0.7)
w <- list()
for (k in 1:4) {
  s <- rnorm(n, 0, 0.5)
  l <- c(1, 0.8, 0.9, 0.7)[k]
  y1 <- l * f1 + s + rnorm(n, 0, 0.7)
  y2 <- l * f2 + s + rnorm(n, 0, if (k == 3) 1 else 0.7) + if (k == 3) 0.5 else 0
  w[[paste0("a", k, "_t1")]] <- findInterval(y1, c(-1.4, -0.5, 0.4, 1.3)) + 1
  w[[paste0("a", k, "_t2")]] <- findInterval(y2, c(-1.4, -0.5, 0.4, 1.3)) + 1
}
w <- as.data.frame(w)
write.csv(w, "data/ordinal_waves_invented.csv", row.names = FALSE)
model <- "f_1 =~ a1_t1 + a2_t1 + a3_t1 + a4_t1\n f_2 =~ a1_t2 + a2_t2 + a3_t2 + a4_t2"
of_waves <- lapply(STEPS, function(e) {
  s <- measEq.syntax(model, data = w, ordered = TRUE, parameterization = "theta", ID.fac = "std.lv", ID.cat = "Wu.Estabrook.2016",
    longFacNames = list(f = c("f_1", "f_2")), longIndNames = setNames(lapply(1:4, function(k) paste0("a", k, c("_t1", "_t2"))), paste0("a", 1:4)),
    long.equal = e, auto = "all")
  cfa(as.character(s), data = w, ordered = TRUE, parameterization = "theta")
})
out$waves <- summarised(of_waves)
writeLines(jsonlite::toJSON(list(software = "lavaan 0.6-19, semTools 0.5-7; R 4.5.0", call = "see cfa/ordinal_invariance.R",
  data = "data/bfi.csv.gz; data/ordinal_waves_invented.csv", notes = "theta parameterisation; factors with variance 1 in the first group or wave", values = out),
  digits = NA, auto_unbox = TRUE, na = "null", pretty = 1), "cfa/ordinal_invariance.json")
