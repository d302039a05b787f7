# Means, contrasts, tests of terms, profiles, pooling, residuals and influence of generalised linear mixed models.
# Run in tests/reference/:  Rscript glmm_inference/generate.R ; writes the JSON files beside this script.
suppressMessages({library(lme4); library(glmmTMB); library(emmeans); library(ordinal); library(mice); library(jsonlite)})
options(digits = 15)
versions <- function(...) paste(c(sapply(c(...), function(p) paste(p, packageVersion(p))), paste("R", getRversion())), collapse = "; ")
save_json <- function(name, software, call, data, notes, values)
  write(toJSON(list(software = software, call = call, data = data, notes = notes, values = values),
               auto_unbox = TRUE, digits = NA, pretty = 1, na = "null"), paste0("glmm_inference/", name, ".json"))
rows <- function(x) { x <- as.data.frame(x); names(x) <- make.names(names(x)); for (n in names(x)) if (is.factor(x[[n]])) x[[n]] <- as.character(x[[n]]); x }
gctl <- glmerControl(optimizer = "bobyqa", optCtrl = list(rhobeg = 2e-2, rhoend = 1e-9, maxfun = 2e5), tolPwrss = 1e-12)

cbpp <- lme4::cbpp
contraception <- mlmRev::Contraception
ticks <- as.data.frame(lme4::grouseticks); ticks$cHEIGHT <- ticks$HEIGHT - mean(ticks$HEIGHT)
wine <- ordinal::wine

# cbpp ----------------------------------------------------------------------------------------------------------------
m <- glmmTMB(cbind(incidence, size - incidence) ~ period + (1 | herd), data = cbpp, family = binomial)
e <- emmeans(m, ~ period)
g <- glmer(cbind(incidence, size - incidence) ~ period + (1 | herd), data = cbpp, family = binomial, control = gctl)
pr <- profile(g, signames = FALSE, devtol = 1e-6)
without <- lapply(c("1", "8", "15"), function(h) fixef(glmer(cbind(incidence, size - incidence) ~ period + (1 | herd),
                  data = subset(cbpp, herd != h), family = binomial, control = gctl)))
save_json("cbpp", versions("lme4", "glmmTMB", "emmeans", "car"),
  "glmmTMB(cbind(incidence, size - incidence) ~ period + (1 | herd), data = cbpp, family = binomial)", "data/cbpp.csv",
  "means: emmeans(m, ~ period); differences: pairs(), type link and response; anova: car::Anova(m, type = 3); profile: confint(profile(glmer)) of the same model by Laplace; wald: confint(); residuals of glmer, in the order of the rows; without: fixef(glmer) leaving out herds 1, 8 and 15",
  list(means_link = rows(summary(e, infer = TRUE)), means_response = rows(summary(e, type = "response", infer = c(TRUE, FALSE))),
       differences_link = rows(summary(pairs(e), adjust = "none", infer = TRUE)),
       differences_response = rows(summary(pairs(e), type = "response", adjust = "none", infer = TRUE)),
       anova = { a <- as.data.frame(car::Anova(m, type = 3)); cbind(term = rownames(a), rows(a)) },
       profile = { p <- confint(pr); data.frame(par = rownames(p), low = p[, 1], high = p[, 2]) },
       residuals = list(response = residuals(g, "response"), pearson = residuals(g, "pearson"), deviance = residuals(g, "deviance")),
       without = list(herd = c("1", "8", "15"), fixef = do.call(rbind, without))))

# contraception -------------------------------------------------------------------------------------------------------
m <- glmmTMB(use ~ urban * livch + age + (1 | district), data = contraception, family = binomial,
             contrasts = list(urban = "contr.sum", livch = "contr.sum"))
e <- emmeans(m, ~ urban); cells <- emmeans(m, ~ urban + livch, at = list(age = 5))
save_json("contraception", versions("glmmTMB", "emmeans", "car"),
  "glmmTMB(use ~ urban * livch + age + (1 | district), data = contraception, family = binomial, contrasts = contr.sum)",
  "data/contraception.csv", "means: emmeans(m, ~ urban); cells: emmeans(m, ~ urban + livch, at = list(age = 5)); anova: car::Anova(m, type = 3)",
  list(means_link = rows(summary(e, infer = TRUE)), means_response = rows(summary(e, type = "response", infer = c(TRUE, FALSE))),
       cells_response = rows(summary(cells, type = "response", infer = c(TRUE, FALSE))),
       differences_response = rows(summary(pairs(e), type = "response", adjust = "none", infer = TRUE)),
       anova = { a <- as.data.frame(car::Anova(m, type = 3)); cbind(term = rownames(a), rows(a)) }))

# probit --------------------------------------------------------------------------------------------------------------
m <- glmmTMB(use ~ urban + livch + age + (1 | district), data = contraception, family = binomial("probit"))
e <- emmeans(m, ~ livch)
save_json("contraception_probit", versions("glmmTMB", "emmeans"),
  "glmmTMB(use ~ urban + livch + age + (1 | district), data = contraception, family = binomial('probit'))",
  "data/contraception.csv", "means: emmeans(m, ~ livch), type = response; differences: pairs()",
  list(means_response = rows(summary(e, type = "response", infer = c(TRUE, FALSE))),
       differences_link = rows(summary(pairs(e), adjust = "none", infer = TRUE))))

# grouseticks ---------------------------------------------------------------------------------------------------------
m <- glmmTMB(TICKS ~ YEAR + cHEIGHT + (1 | LOCATION/BROOD), data = ticks, family = poisson)
e <- emmeans(m, ~ YEAR)
g <- glmer(TICKS ~ YEAR + cHEIGHT + (1 | LOCATION/BROOD), data = ticks, family = poisson, control = gctl)
l <- nlme::lme(TICKS ~ YEAR + cHEIGHT, random = ~ 1 | LOCATION/BROOD, data = ticks)
save_json("grouseticks", versions("lme4", "glmmTMB", "emmeans", "car", "nlme"),
  "glmmTMB(TICKS ~ YEAR + cHEIGHT + (1 | LOCATION/BROOD), data = ticks, family = poisson)", "data/grouseticks.csv",
  "means: emmeans(m, ~ YEAR); residuals of glmer: the first 20 rows, and sums of squares of all; between_within: denominator degrees of freedom of nlme::lme with the same design (Pinheiro & Bates 2000, section 2.4.2)",
  list(means_link = rows(summary(e, infer = TRUE)), means_response = rows(summary(e, type = "response", infer = c(TRUE, FALSE))),
       differences_response = rows(summary(pairs(e), type = "response", adjust = "none", infer = TRUE)),
       anova = { a <- as.data.frame(car::Anova(m, type = 3)); cbind(term = rownames(a), rows(a)) },
       residuals = list(response = head(residuals(g, "response"), 20), pearson = head(residuals(g, "pearson"), 20), deviance = head(residuals(g, "deviance"), 20)),
       sum_squares = list(response = sum(residuals(g, "response")^2), pearson = sum(residuals(g, "pearson")^2), deviance = sum(residuals(g, "deviance")^2)),
       between_within = as.list(l$fixDF$X)))

# wine ----------------------------------------------------------------------------------------------------------------
octl <- clmm.control(gradTol = 1e-7, innerCtrl = "noWarn")
f <- clmm(rating ~ temp + contact + (1 | judge), data = wine, control = octl)
p <- clm(rating ~ temp + contact, data = wine)
ci <- confint(p, type = "profile")
save_json("wine", versions("ordinal", "emmeans"), "clmm(rating ~ temp + contact + (1 | judge), data = wine, control = clmm.control(gradTol = 1e-7))",
  "data/wine.csv", "latent: emmeans(f, ~ temp, mode = latent) and pairs(); prob: emmeans(f, ~ rating | temp, mode = prob), which averages probabilities over contact; profile: confint(clm(rating ~ temp + contact), type = profile)",
  list(latent = rows(summary(emmeans(f, ~ temp, mode = "latent"), infer = TRUE)),
       latent_differences = rows(summary(pairs(emmeans(f, ~ temp, mode = "latent")), infer = TRUE)),
       prob = rows(summary(emmeans(f, ~ rating | temp, mode = "prob"), infer = TRUE)),
       profile_clm = data.frame(par = rownames(ci), low = ci[, 1], high = ci[, 2])))

# pooling -------------------------------------------------------------------------------------------------------------
fits <- lapply(1:5, function(k) { d <- cbpp; d$x <- ((as.integer(d$herd) * 7 + as.integer(d$period) * k) %% 5) / 2
  glmmTMB(cbind(incidence, size - incidence) ~ x + (1 | herd), data = d, family = binomial) })
pooled <- lapply(c("(Intercept)", "x"), function(t) { q <- sapply(fits, function(f) fixef(f)$cond[[t]]); u <- sapply(fits, function(f) vcov(f)$cond[t, t])
  r <- pool.scalar(q, u, n = Inf, k = 1); list(term = t, qbar = r$qbar, ubar = r$ubar, b = r$b, t = r$t, df = r$df, r = r$r, fmi = r$fmi) })
save_json("pool", versions("mice", "glmmTMB"), "pool.scalar(Q, U, n = Inf, k = 1) of glmmTMB(cbind(incidence, size - incidence) ~ x + (1 | herd))", "data/cbpp.csv",
  "five made-up versions of x: ((7 * herd + k * period) mod 5) / 2, k = 1, ..., 5", pooled)
cat("done\n")
