# Pupils who move between many schools: linear and logistic mixed models of lme4 and lmerTest.
# Run in tests/reference/:  Rscript movers/movers.R ; writes movers/movers.json.
suppressMessages({library(lme4); library(lmerTest); library(jsonlite)})
options(digits = 15)
d <- read.csv("data/movers.csv.gz")
d$pupil <- factor(d$pupil); d$school <- factor(d$school)
control <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-9, maxfun = 1e5))
m <- lmer(score ~ wave + x + (1 | pupil) + (1 + x | school), d, control = control)
effects <- as.data.frame(ranef(m, condVar = TRUE))
effects <- effects[effects$grp %in% c("0", "1", "17", "350") , ]
g <- glmer((score > 3) ~ wave + (1 | pupil) + (1 | school), d, family = binomial,
           control = glmerControl(optimizer = "bobyqa", optCtrl = list(rhobeg = 2e-2, rhoend = 1e-9, maxfun = 2e5), tolPwrss = 1e-13))
values <- list(
  criterion = as.numeric(REMLcrit(m)),
  coefficients = cbind(term = rownames(coef(summary(m))), as.data.frame(coef(summary(m)))),
  variances = as.data.frame(VarCorr(m)),
  effects = data.frame(group = as.character(effects$grpvar), term = as.character(effects$term), level = as.character(effects$grp),
                       estimate = effects$condval, std_dev = effects$condsd),
  binomial = list(deviance = as.numeric(-2 * logLik(g)), coefficients = as.list(fixef(g)), variances = as.data.frame(VarCorr(g))))
write(toJSON(list(software = paste("lme4", packageVersion("lme4"), "lmerTest", packageVersion("lmerTest"), R.version.string),
  call = "lmer(score ~ wave + x + (1 | pupil) + (1 + x | school)); glmer((score > 3) ~ wave + (1 | pupil) + (1 | school), binomial)",
  data = "data/movers.csv.gz", notes = "invented pupils; Satterthwaite; effects of four levels with conditional standard deviations",
  values = values), auto_unbox = TRUE, digits = NA, pretty = 1, na = "null"), "movers/movers.json")
