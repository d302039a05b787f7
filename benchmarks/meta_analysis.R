# Times of metafor beside benchmarks/meta_analysis.py, on the data that it wrote. Run: Rscript benchmarks/meta_analysis.R FOLDER
suppressMessages(library(metafor))
folder <- commandArgs(TRUE)[1]
for (k in c(40, 1000)) {
  d <- read.csv(file.path(folder, sprintf("k%d.csv", k)))
  cat("REML, Knapp-Hartung, k =", k, system.time(rma(y, v, data = d, test = "knha"))[["elapsed"]], "s\n")
}
d <- read.csv(file.path(folder, "three.csv"))
cat("three levels, k = 1000", system.time(rma.mv(y, v, random = ~ 1 | g / e, data = d))[["elapsed"]], "s\n")
