# Two levels where free between covariances lie at the edge of what can be, by lavaan. Two sets of invented answers:
# 40 clusters of 2 to 11 persons, and 20 of 5 to 14, with one factor at each level.
# Run from tests/reference: Rscript cfa/two_level_bound.R
suppressMessages(library(lavaan))
model <- "level: 1\n fw =~ v1 + v2 + v3 + v4\n level: 2\n fb =~ v1 + v2 + v3 + v4"
d <- read.csv("data/two_level_bound_invented.csv")
out <- lapply(split(d, d$set), function(one) {
  fit <- suppressWarnings(cfa(model, one, cluster = "cluster"))
  as.list(fitMeasures(fit, c("chisq", "logl", "unrestricted.logl", "baseline.chisq")))
})
note <- "EM for free moments stops just before the edge, also with em.h1.tol = 1e-9: unrestricted.logl is below the maximum."
writeLines(jsonlite::toJSON(list(software = "lavaan 0.6-19; R 4.5.0", call = "see cfa/two_level_bound.R", data = "data/two_level_bound_invented.csv", notes = note, values = out),
  digits = NA, auto_unbox = TRUE, na = "null", pretty = 1), "cfa/two_level_bound.json")
