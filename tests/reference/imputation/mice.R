# Pooled estimates by R's mice over many imputations, to compare ours with; see ../README.md.
library(mice)
library(jsonlite)
data <- read.csv("firms.csv")
data$firm <- as.integer(factor(data$firm))

few <- subset(data, firm <= 4)
few$firm <- factor(few$firm)
method <- c(firm = "", t0 = "", t1 = "norm")
imputed <- mice(few, m = 1000, maxit = 1, method = method, seed = 1, printFlag = FALSE)
pooled_few <- summary(pool(with(imputed, lm(t1 ~ 1))))
slope_few <- summary(pool(with(imputed, lm(t1 ~ t0 + firm))))

predictors <- make.predictorMatrix(data)
predictors["t1", ] <- c(-2, 3, 0) # firm is the class; t0 and its mean in the firm
imputed <- mice(data, m = 500, maxit = 1, method = c("", "", "2l.pan"), predictorMatrix = predictors, seed = 2,
                printFlag = FALSE, paniter = 200)
pooled_many <- summary(pool(with(imputed, lm(t1 ~ 1))))
slope_many <- summary(pool(with(imputed, lm(t1 ~ t0))))
row <- function(x, i) list(estimate = x$estimate[i], std_error = x$std.error[i])
write_json(list(
  software = paste("mice", packageVersion("mice"), "pan", packageVersion("pan"), R.version.string),
  call = "mice.R",
  data = "firms.csv",
  notes = "m imputations: estimates differ by chance of imputing, by the root of the variance between divided by m",
  values = list(
    indicators = list(mean = row(pooled_few, 1), slope = row(slope_few, 2), m = 1000),
    random_intercepts = list(mean = row(pooled_many, 1), slope = row(slope_many, 2), m = 500)
  )
), "mice.json", auto_unbox = TRUE, digits = 10, pretty = TRUE)
