# Marginal means by emmeans of a model with a factor of numbers, a truth value and an offset.
# Run in tests/reference: Rscript multilevel/means.R > multilevel/means.json
suppressMessages({library(lmerTest); library(emmeans); library(jsonlite)})
d <- read.csv("data/sleepstudy.csv")
d$period <- d$Days %/% 4
d$even <- d$Subject %% 2 == 0
emm_options(lmer.df = "satterthwaite")
m <- lmer(Reaction ~ factor(period) * even + offset(3 * Days) + (1 | Subject), data = d)
table <- function(grid) as.data.frame(summary(grid, infer = TRUE))
values <- list(
  period = table(emmeans(m, ~period)),
  even = table(emmeans(m, ~even)),
  both = table(emmeans(m, ~ period * even)),
  overall = table(emmeans(m, ~1)),
  days = table(emmeans(m, ~period, at = list(Days = 2))),
  pairs = table(pairs(emmeans(m, ~period), adjust = "none")))
out <- list(
  software = list(R = R.version.string, lme4 = as.character(packageVersion("lme4")),
                  lmerTest = as.character(packageVersion("lmerTest")), emmeans = as.character(packageVersion("emmeans"))),
  call = "lmer(Reaction ~ factor(period) * even + offset(3 * Days) + (1 | Subject), data = d)",
  values = values)
cat(toJSON(out, digits = 10, auto_unbox = TRUE, pretty = TRUE), "\n")
