# The CFA marker technique (Williams, Hartman & Cavazotte 2010) in lavaan: visual and textual are the factors and speed
# plays the marker, which says nothing about these data. Run from tests/reference: Rscript cfa/common_method.R
suppressMessages({library(lavaan); library(jsonlite)})
hs <- read.csv("data/holzinger_swineford1939.csv")
factors <- "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6"
marker <- c("x7", "x8", "x9"); items <- paste0("x", 1:6)
run <- function(text, estimator) cfa(text, data = hs, std.lv = TRUE, estimator = estimator)
values <- list()
for (estimator in c("ML", "MLR")) {
  fit <- function(text) run(text, estimator)
  all_correlated <- fit(paste0(factors, "\nspeed =~ x7 + x8 + x9"))
  pe <- parameterEstimates(all_correlated)
  get <- function(l, o, r) sprintf("%.15g", pe$est[pe$lhs == l & pe$op == o & pe$rhs == r])
  start <- paste0(factors, "\nspeed =~ ", paste0(sapply(marker, function(m) get("speed", "=~", m)), "*", marker, collapse = " + "), "\n",
    paste0(marker, " ~~ ", sapply(marker, function(m) get(m, "~~", m)), "*", marker, collapse = "\n"), "\nspeed ~~ 0*visual + 0*textual")
  baseline <- fit(start)
  c_text <- paste0(start, "\nspeed =~ ", paste0("m*", items, collapse = " + "))
  method_c <- fit(c_text)
  method_u <- fit(paste0(start, "\nspeed =~ ", paste0(items, collapse = " + ")))
  pb <- parameterEstimates(baseline)
  fixed <- sprintf("\nvisual ~~ %.15g*textual", pb$est[pb$lhs == "visual" & pb$rhs == "textual"])
  method_r <- fit(paste0(start, "\nspeed =~ ", paste0(items, collapse = " + "), fixed))
  one <- fit(paste0("g =~ ", paste0(items, collapse = " + "))); model <- fit(factors)
  fits <- list(one_factor = one, model = model, cfa = all_correlated, baseline = baseline, method_c = method_c, method_u = method_u, method_r = method_r)
  pairs <- list(c("one_factor", "model"), c("baseline", "method_c"), c("method_c", "method_u"), c("method_r", "method_u"))
  scaled <- if (estimator == "MLR") c("chisq.scaled", "cfi.robust", "rmsea.robust") else c("chisq", "cfi", "rmsea")
  std <- standardizedSolution(method_u)
  values[[estimator]] <- list(
    fits = lapply(fits, function(f) as.list(setNames(fitMeasures(f, c(scaled, "df", "srmr", "bic")), c("chi_square", "cfi", "rmsea", "df", "srmr", "bic")))),
    tests = lapply(pairs, function(p) { a <- lavTestLRT(fits[[p[1]]], fits[[p[2]]]); list(restricted = p[1], free = p[2], chi_square = a[2, "Chisq diff"], df = a[2, "Df diff"], p_value = a[2, "Pr(>Chisq)"]) }),
    correlations = lapply(fits[c("cfa", "baseline", "method_c", "method_u", "method_r")], function(f) lavInspect(f, "cor.lv")["visual", "textual"]),
    method_loadings = std$est.std[std$lhs == "speed" & std$rhs %in% items])
}
write_json(list(software = paste("lavaan", packageVersion("lavaan"), "R", getRversion()), call = "cfa/common_method.R",
  data = "data/holzinger_swineford1939.csv", values = values), "cfa/common_method.json", auto_unbox = TRUE, digits = 12, pretty = TRUE)
