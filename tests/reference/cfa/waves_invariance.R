# Invariance over two waves of the same persons. Run in tests/reference: Rscript cfa/waves_invariance.R
suppressMessages({library(lavaan); library(jsonlite)})
d <- read.csv("data/waves_invented.csv")
items <- paste0("a", 1:4)
model <- function(loadings, intercepts, residuals, free = character()) {
  part <- function(w) {
    name <- paste0(items, "_t", w)
    l <- if (loadings) paste0("l", 1:4, "*") else rep("", 4)
    i <- if (intercepts) paste0("i", 1:4, "*") else rep("", 4)
    i[items %in% free] <- ""
    r <- if (residuals) paste0("r", 1:4, "*") else rep("", 4)
    c(paste0("f", w, " =~ NA*", name[1], " + ", paste0(l, name, collapse = " + ")),
      paste0(name, " ~ ", i, "1"), paste0(name, " ~~ ", r, name),
      paste0("f", w, " ~~ ", if (w == 1 || !loadings) "1*" else "NA*", "f", w),
      paste0("f", w, " ~ ", if (w == 1 || !intercepts) "0*" else "NA*", "1"))
  }
  paste(c(part(0 + 1), part(2), paste0(items, "_t1 ~~ ", items, "_t2")), collapse = "\n")
}
fits <- list(configural = lavaan(model(F, F, F), d, auto.cov.lv.x = TRUE, meanstructure = TRUE),
             metric = lavaan(model(T, F, F), d, auto.cov.lv.x = TRUE, meanstructure = TRUE),
             scalar = lavaan(model(T, T, F), d, auto.cov.lv.x = TRUE, meanstructure = TRUE),
             scalar_partial = lavaan(model(T, T, F, "a3"), d, auto.cov.lv.x = TRUE, meanstructure = TRUE),
             strict = lavaan(model(T, T, T), d, auto.cov.lv.x = TRUE, meanstructure = TRUE))
take <- c("chisq", "df", "pvalue", "cfi", "rmsea", "srmr", "bic")
values <- lapply(fits, function(f) as.list(fitMeasures(f, take)))
p <- parameterEstimates(fits$scalar_partial)
values$mean_t2 <- as.list(p[p$lhs == "f2" & p$op == "~1", c("est", "se")])
out <- list(software = paste0("lavaan ", packageVersion("lavaan"), "; R ", getRversion()),
            call = "lavaan(model, d, auto.cov.lv.x = TRUE, meanstructure = TRUE); models in waves_invariance.R",
            data = "data/waves_invented.csv",
            notes = "Invented: 350 persons at two waves, four items; intercept of a3 higher at the second wave.",
            values = values)
write(toJSON(out, auto_unbox = TRUE, digits = 15, pretty = 1, null = "null", na = "null"), "cfa/waves_invariance.json")
