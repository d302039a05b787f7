# One-stage and two-stage analysis of an invented programme (programme.csv), by lme4 and metafor.
# Rscript one_stage.R > one_stage.json
suppressMessages({library(lme4); library(metafor); library(jsonlite)})
d <- read.csv("programme.csv")
d$change <- d$last - d$first
d$place <- interaction(d$consortium, d$community, drop = TRUE)
communities <- d[!duplicated(d$place), ]
d$purpose_c <- d$purpose - mean(communities$purpose)
d$time_c <- d$time_free - mean(communities$time_free)
control <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-10, maxfun = 1e6))
random <- "(1 | consortium) + (1 | place) + (0 + purpose_c | consortium) + (0 + time_c | consortium)"
fits <- function(fixed) {
  fit <- lmer(as.formula(paste("change ~", fixed, "+", random)), d, REML = TRUE, control = control)
  variances <- as.data.frame(VarCorr(fit))
  list(estimate = as.list(fixef(fit)), std_error = as.list(sqrt(diag(as.matrix(vcov(fit))))),
       tau2 = list(purpose = variances$vcov[variances$var1 %in% "purpose_c"],
                   time_free = variances$vcov[variances$var1 %in% "time_c"]),
       reml = REMLcrit(fit))
}
whole <- fits("sector + size + purpose + time_free")
sectors <- fits("sector + size + sector:purpose + sector:time_free")
unit <- sd(d$first)
within <- lapply(split(d, d$consortium), function(own) {
  fit <- lmer(change ~ size + purpose + time_free + (1 | community), own, REML = TRUE, control = control)
  c(estimate = unname(fixef(fit)["purpose"]), std_error = sqrt(diag(as.matrix(vcov(fit))))[["purpose"]]) / unit
})
table <- do.call(rbind, within)
pooled <- rma(table[, "estimate"], sei = table[, "std_error"], method = "REML", test = "knha",
              control = list(threshold = 1e-12))
wide <- predict(pooled)
version <- function(name) as.character(packageVersion(name))
cat(toJSON(list(
  software = paste(R.version.string, "lme4", version("lme4"), "metafor", version("metafor")),
  call = "one_stage.R", data = "programme.csv (invented)", notes = "effects of stages one and two in sd of the first wave",
  values = list(unit = unit, one_stage = whole, by_sector = sectors,
    stage_one = list(consortium = rownames(table), estimate = table[, "estimate"], std_error = table[, "std_error"]),
    stage_two = list(estimate = as.numeric(pooled$beta), std_error = pooled$se, tau2 = pooled$tau2,
      conf_low = pooled$ci.lb, conf_high = pooled$ci.ub, pred_low = wide$pi.lb, pred_high = wide$pi.ub))),
  auto_unbox = TRUE, digits = 15, pretty = TRUE, na = "null"), "\n")
