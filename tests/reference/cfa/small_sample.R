# Chi-square corrected for small samples: semTools 0.5-7, lavaan 0.6-19, R 4.5.0. All 301 pupils, and every fifth of them.
# Swain's factor belongs to n - 1 times the discrepancy (likelihood = "wishart"); Yuan's to n times it.
suppressMessages({library(lavaan); library(semTools)})
model <- "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
for (rows in list(1:301, seq(1, 301, 5))) {
  d <- HolzingerSwineford1939[rows, ]
  swain <- chisqSmallN(cfa(model, d, likelihood = "wishart"), smallN.method = "swain")$swain
  yuan <- chisqSmallN(cfa(model, d), smallN.method = "yuan.2015")$yuan.2015
  cat(length(rows), format(c(swain[c("chisq", "pvalue")], yuan[c("chisq", "pvalue")]), digits = 12), "\n")
}
