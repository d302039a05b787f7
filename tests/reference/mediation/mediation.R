# Mediation in two-level data, by programs that this package did not write. Data: invented (tests/reference/data).
#   Rscript tests/reference/mediation/mediation.R tests/reference
library(nlme); library(lavaan); library(glmmTMB); library(jsonlite)
folder <- commandArgs(trailingOnly = TRUE)[1]
d <- read.csv(file.path(folder, "data", "mediation.csv"))
mean_of <- function(v) ave(v, d$community)
d$xw <- d$participation - mean_of(d$participation); d$xb <- mean_of(d$participation) - mean(d$participation)
d$mw <- d$capacity - mean_of(d$capacity); d$mb <- mean_of(d$capacity) - mean(d$capacity)

# Bauer, Preacher & Gil (2006): rows twice, a residual variance each
half <- function(response, first) with(d, data.frame(
  community, response, sm = as.numeric(first), sy = as.numeric(!first), which = if (first) "m" else "y",
  aw = first * xw, ab = first * xb, bw = (!first) * mw, bb = (!first) * mb, cw = (!first) * xw, cb = (!first) * xb))
s <- rbind(half(d$capacity, TRUE), half(d$innovation, FALSE))
s$which <- factor(s$which, c("m", "y"))
stacked <- function(slopes, method) {
  f <- lme(response ~ 0 + sm + sy + aw + ab + bw + bb + cw + cb, data = s, method = method,
           random = list(community = pdBlocked(list(pdIdent(~ 0 + sm), pdIdent(~ 0 + sy), pdSymm(slopes)))),
           weights = varIdent(form = ~ 1 | which),
           control = lmeControl(opt = "nlminb", msMaxIter = 500, maxIter = 500, tolerance = 1e-10, msTol = 1e-12, returnObject = FALSE))
  v <- getVarCov(f)
  list(fixed = as.list(fixef(f)), se = as.list(sqrt(diag(vcov(f)))), log_likelihood = as.numeric(logLik(f)),
       covariance_a_b = v["aw", "bw"], variances = as.list(diag(v)), sigma_m = f$sigma,
       sigma_y = f$sigma * coef(f$modelStruct$varStruct, unconstrained = FALSE)[["y"]])
}
nlme_values <- list(a_b = stacked(~ 0 + aw + bw, "REML"), a_b_direct = stacked(~ 0 + aw + bw + cw, "REML"),
                    a_b_ml = stacked(~ 0 + aw + bw, "ML"))

# the standard error of the covariance of the slopes: the joint Hessian of glmmTMB, by the delta method
t <- glmmTMB(response ~ 0 + sm + sy + aw + ab + bw + bb + cw + cb + (0 + sm | community) + (0 + sy | community) +
             (0 + aw + bw | community), dispformula = ~ which, data = s, REML = FALSE)
theta <- t$fit$par[names(t$fit$par) == "theta"]
covariance <- function(p) exp(p[3] + p[4]) * p[5] / sqrt(1 + p[5]^2)
gradient <- sapply(1:5, function(k) { h <- 1e-5; e <- h * (1:5 == k); (covariance(theta + e) - covariance(theta - e)) / (2 * h) })
own <- vcov(t, full = TRUE); where <- grepl("^theta", colnames(own))
fixed <- vcov(t)$cond
tmb_values <- list(fixed_se = as.list(sqrt(diag(own)[rownames(fixed)])), covariance_a_b = covariance(theta), se = sqrt(c(gradient %*% own[where, where] %*% gradient)),
                   log_likelihood = as.numeric(logLik(t)))

# latent group means: the two-level path model of Preacher, Zyphur & Zhang (2010)
model_211 <- "
level: 1
  innovation ~ bw * capacity
level: 2
  capacity ~ ab * climate
  innovation ~ bb * capacity + cb * climate
indirect := ab * bb"
model_111 <- "
level: 1
  capacity ~ aw * participation
  innovation ~ bw * capacity + cw * participation
level: 2
  capacity ~ ab * participation
  innovation ~ bb * capacity + cb * participation
within := aw * bw
between := ab * bb"
two_level <- function(model) {
  f <- sem(model, data = d, cluster = "community", em.iter.max = 20000, em.fx.tol = 1e-12, em.dx.tol = 1e-8)
  p <- parameterEstimates(f); p <- p[p$label != "", ]
  list(estimate = as.list(setNames(p$est, p$label)), se = as.list(setNames(p$se, p$label)),
       log_likelihood = as.numeric(logLik(f)))
}
lavaan_values <- list(`211` = two_level(model_211), `111` = two_level(model_111))
write_it <- function(name, software, call, notes, values) write(
  toJSON(list(software = software, call = call, data = "data/mediation.csv", notes = notes, values = values),
         auto_unbox = TRUE, digits = NA), file.path(folder, "mediation", paste0(name, ".json")))
r <- paste(R.version$major, R.version$minor, sep = ".")
write_it("stacked", sprintf("nlme %s; glmmTMB %s; R %s", packageVersion("nlme"), packageVersion("glmmTMB"), r),
  "mediation.R: lme(..., weights = varIdent(form = ~ 1 | which)); glmmTMB(..., dispformula = ~ which)",
  "Invented data. Stacked model with group means; intercepts independent of slopes.", list(nlme = nlme_values, glmmTMB = tmb_values))
write_it("two_level", sprintf("lavaan %s; R %s", packageVersion("lavaan"), r),
  "mediation.R: sem(..., cluster = 'community')", "Invented data. ML with latent group means.", lavaan_values)
