# Two-level models of lavaan 0.6-19 on invented data: 40 clusters of 3 to 30 persons, six items with errors that are not
# normal, a covariate of persons (x), one of clusters (w) and one of both (v). Run from tests/reference: Rscript cfa/two_level.R
suppressPackageStartupMessages({ library(lavaan); library(semTools) })
set.seed(5260)
size <- c(sample(3:30, 38, replace = TRUE), 3, 30); J <- length(size); id <- rep(seq_len(J), size); N <- length(id)
er <- function(n, s) s * (rexp(n) - 1)
wj <- rnorm(J); vj <- rnorm(J, sd = .5); x <- rnorm(N); v <- vj[id] + rnorm(N)
f1 <- .4 * x + .2 * v + rnorm(N, sd = .8); f2 <- .5 * f1 + er(N, .7); g <- .3 * wj + .4 * vj + er(J, .6)
lw <- c(1, .8, .9, 1, .7, .85); lb <- c(1, .7, .9, .8, 1.1, .9)
a <- sapply(1:6, function(k) round(3 + lw[k] * (if (k < 4) f1 else f2) + er(N, .7) + (lb[k] * g + rnorm(J, sd = .45))[id], 2))
d <- data.frame(a, x = round(x, 3), v = round(v, 3), w = round(wj, 3)[id], community = id); names(d)[1:6] <- paste0("a", 1:6)
d <- d[sample(N), ]
write.csv(d, "data/two_level_invented.csv", row.names = FALSE)
TWO <- "level: 1\n f1 =~ a1 + a2 + a3\n f2 =~ a4 + a5 + a6\n level: 2\n g =~ a1 + a2 + a3 + a4 + a5 + a6"
ONE <- "level: 1\n fw =~ a1 + a2 + a3 + a4 + a5 + a6\n level: 2\n fb =~ a1 + a2 + a3 + a4 + a5 + a6"
L <- "l1*a1 + l2*a2 + l3*a3 + l4*a4 + l5*a5 + l6*a6"
METRIC <- paste0("level: 1\n fw =~ ", L, "\n fw ~~ vw*fw\n level: 2\n fb =~ ", L, "\n fb ~~ vb*fb\n icc := vb / (vw + vb)\n twice := 2 * icc")
STRONG <- paste0(METRIC, "\n", paste0("a", 1:6, " ~~ 0*a", 1:6, collapse = "\n"))
STRONG <- sub("\n icc :=.*?icc\n", "\n", STRONG)
PATHS <- "level: 1\n fw =~ a1 + a2 + a3\n fw ~ x + v\n a4 ~ fw + x\n level: 2\n fb =~ a1 + a2 + a3\n fb ~ w + v\n a4 ~ fb"
FREE <- "level: 1\n fw =~ a1 + a2 + a3 + a4\n level: 2\n a1 ~~ a2 + a3 + a4\n a2 ~~ a3 + a4\n a3 ~~ a4"
ALONE <- "level: 1\n fw =~ a1 + a2 + a3 + x\n level: 2\n fb =~ a1 + a2 + a3 + w"
run <- function(m, ...) sem(m, data = d, cluster = "community", em.h1.tol = 1e-9, em.h1.iter.max = 20000, ...)
KEEP <- c("npar", "chisq", "df", "pvalue", "baseline.chisq", "baseline.df", "cfi", "tli", "logl", "unrestricted.logl", "aic", "bic", "bic2", "ntotal",
  "rmsea", "rmsea.ci.lower", "rmsea.ci.upper", "rmsea.pvalue", "srmr_within", "srmr_between", "chisq.scaled", "pvalue.scaled", "chisq.scaling.factor",
  "baseline.chisq.scaled", "baseline.chisq.scaling.factor", "cfi.scaled", "tli.scaled", "cfi.robust", "tli.robust", "rmsea.scaled", "rmsea.robust",
  "rmsea.ci.lower.robust", "rmsea.ci.upper.robust", "scaling.factor.h1", "scaling.factor.h0")
values <- function(f) {
  p <- parameterEstimates(f, standardized = TRUE, remove.nonfree = FALSE)
  if (is.null(p$label)) p$label <- ""
  m <- suppressWarnings(fitMeasures(f)); list(n_obs = lavInspect(f, "ntotal"), n_clusters = lavInspect(f, "nclusters"),
    fit = as.list(unclass(m)[intersect(KEEP, names(m))]), parameters = p[, c("lhs", "op", "rhs", "level", "label", "est", "se", "std.lv", "std.all")])
}
models <- list(two = TWO, one = ONE, metric = METRIC, strong = STRONG, paths = PATHS, free = FREE, alone = ALONE)
out <- list(models = models)
for (e in c("ML", "MLR")) {
  fits <- lapply(models, function(m) run(m, estimator = e, fixed.x = !identical(m, PATHS)))
  out[[e]] <- lapply(fits, values)
  x <- as.data.frame(if (e == "ML") lavTestLRT(fits$one, fits$metric, fits$strong) else lavTestLRT(fits$one, fits$metric))
  out[[e]]$lrt <- list(chisq = x[["Chisq diff"]][-1], df = x[["Df diff"]][-1], p = x[["Pr(>Chisq)"]][-1])
}
out$icc <- as.list(lavInspect(fits$two, "icc"))
f <- run(ONE); s <- run(METRIC)
rel <- function(...) as.list(unlist(suppressWarnings(suppressMessages(compRelSEM(...)))))
out$reliability <- list(shared = compRelSEM(f, obs.var = FALSE, shared = "fb"), config = compRelSEM(run(gsub("f[wb]", "f", METRIC)), obs.var = FALSE, config = "f"),
  plain = compRelSEM(f, obs.var = FALSE))
out$scores <- list(within = lavPredict(f, level = 1)[1:5, 1], between = lavPredict(f, level = 2)[1:5, 1])
note <- "Columns level, est, se, std.lv, std.all of parameterEstimates. 'paths' with fixed.x = FALSE. Scores: within of the first rows, between of clusters in the order in which they appear in the rows."
writeLines(jsonlite::toJSON(list(software = "lavaan 0.6-19; semTools 0.5-7; R 4.5.0", call = "see cfa/two_level.R", data = "data/two_level_invented.csv", notes = note, values = out),
  digits = NA, auto_unbox = TRUE, na = "null", pretty = 1), "cfa/two_level.json")
