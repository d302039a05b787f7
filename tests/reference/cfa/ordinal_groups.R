# Two-group and other WLSMV models of lavaan on ten items of psych::bfi (data/bfi.csv.gz): A1-A5, C1-C5, of which A1, C4
# and C5 are reversed. Groups: E1 <= 3 (1) and E1 > 3 (2). Run from tests/reference: Rscript cfa/ordinal_groups.R
library(lavaan)
b <- read.csv(gzfile("data/bfi.csv.gz"))
items <- c(paste0("A", 1:5), paste0("C", 1:5))
for (v in c("A1", "C4", "C5")) b[[v]] <- 7L - b[[v]]
b$half <- ifelse(b$E1 <= 3, 1, 2)
AC <- "agree =~ A1 + A2 + A3 + A4 + A5\n consc =~ C1 + C2 + C3 + C4 + C5"
FIT <- c("npar", "chisq", "df", "chisq.scaled", "chisq.scaling.factor", "pvalue.scaled", "baseline.chisq.scaled", "cfi.scaled",
  "tli.scaled", "rmsea.scaled", "rmsea.ci.lower.scaled", "rmsea.ci.upper.scaled", "srmr", "cfi.robust", "tli.robust", "rmsea.robust")
values <- function(f) {
  p <- parameterEstimates(f, standardized = TRUE, remove.nonfree = FALSE)
  if (is.null(p$group)) p$group <- 1
  list(n_obs = lavInspect(f, "ntotal"), fit = as.list(unclass(suppressWarnings(fitMeasures(f)))[FIT]),
    parameters = p[, c("lhs", "op", "rhs", "group", "est", "se", "std.lv", "std.all")])
}
difference <- function(fits, free, restricted) {
  x <- as.data.frame(suppressMessages(lavTestLRT(fits[[free]], fits[[restricted]])))
  list(free = free, restricted = restricted, chisq = x[2, "Chisq diff"], df = x[2, "Df diff"], p = x[2, "Pr(>Chisq)"])
}
d <- b[complete.cases(b[, c(items, "half")]), ]
equal <- list(configural = "", thresholds = "thresholds", loadings = c("thresholds", "loadings"),
  residuals = c("thresholds", "loadings", "residuals"), metric = "loadings")
out <- list()
for (p in c("delta", "theta")) {
  fits <- lapply(equal, function(e) cfa(AC, data = d, ordered = TRUE, group = "half", group.label = c(1, 2), group.equal = e, parameterization = p))
  out[[p]] <- lapply(fits, values)
  out[[p]]$lrt <- list(difference(fits, "configural", "thresholds"), difference(fits, "thresholds", "loadings"), difference(fits, "configural", "metric"))
  out[[p]]$modification_indices <- modindices(fits$configural, sort. = TRUE, maximum.number = 10)[, c("lhs", "op", "rhs", "group", "mi", "epc")]
}
out$pairwise <- values(cfa(AC, data = b, ordered = TRUE, missing = "pairwise"))
yes <- b; for (v in items) yes[[v]] <- as.integer(yes[[v]] > 4)
out$binary <- values(cfa(AC, data = yes, ordered = TRUE))
out$structural <- values(sem(paste(AC, "\n consc ~ agree\n A1 ~~ A2"), data = b, ordered = TRUE, std.lv = TRUE))
note <- "Columns lhs, op, rhs, group, est, se, std.lv, std.all of parameterEstimates. The sign of epc of lavaan 0.6-19 is reversed for DWLS."
writeLines(jsonlite::toJSON(list(software = "lavaan 0.6-19; R 4.5.0", call = "see cfa/ordinal_groups.R", data = "data/bfi.csv.gz", notes = note, values = out),
  digits = NA, auto_unbox = TRUE, na = "null", pretty = 1), "cfa/bfi_ordinal_groups.json")
