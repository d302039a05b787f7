# Times of metafor beside benchmarks/meta_analysis.py, on the data that it wrote: one line a model, with seconds and result.
# Run: Rscript benchmarks/meta_analysis.R FOLDER k40|k1000|k10000|three
suppressMessages(library(metafor))
arguments <- commandArgs(TRUE)
d <- read.csv(file.path(arguments[1], paste0(arguments[2], ".csv")))
taken <- function(run) {
  times <- sapply(seq_len(if (nrow(d) <= 40) 5 else 1), function(i) system.time(fit <<- run())[["elapsed"]])
  median(times)
}
seconds <- taken(if (arguments[2] == "three") function() rma.mv(y, v, random = ~ 1 | g / e, data = d) else function() rma(y, v, data = d, test = "knha"))
cat(seconds, fit$beta[1], fit$se[1], if (arguments[2] == "three") fit$sigma2 else fit$tau2, "\n")
