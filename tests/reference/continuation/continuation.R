# Who goes on and who stops: an invented register of 24 communities. Writes communities.csv and continuation.json.
library(survival); library(brglm2); library(jsonlite)
set.seed(9)
n <- 24
trust <- round(rnorm(n, 3.4, .6), 2); goal <- round(rnorm(n, 3.6, .5), 2)
periods <- integer(n); stopped <- integer(n)
for (i in 1:n) for (t in 1:4) { periods[i] <- t
  if (runif(1) < plogis(-1.6 - 1.4 * (trust[i] - 3.4))) { stopped[i] <- 1; break } }
d <- data.frame(community = paste0("c", 1:n), periods, stopped, trust, goal)
write.csv(d, "communities.csv", row.names = FALSE)
km <- summary(survfit(Surv(periods, stopped) ~ 1, data = d, conf.type = "log-log"), censored = TRUE)
long <- d[rep(1:n, d$periods), ]
long$period <- ave(long$periods, long$community, FUN = seq_along)
long$y <- as.integer(long$stopped == 1 & long$period == long$periods)
long$trust_s <- (long$trust - mean(d$trust)) / sd(d$trust); long$goal_s <- (long$goal - mean(d$goal)) / sd(d$goal)
form <- y ~ 0 + factor(period) + trust_s + goal_s
fit <- glm(form, family = binomial, data = long, method = "brglmFit", type = "AS_mean", control = list(epsilon = 1e-12))
x <- model.matrix(form, long); y <- long$y
value <- function(b) { p <- plogis(x %*% b); w <- as.vector(p * (1 - p))
  sum(dbinom(y, 1, p, log = TRUE)) + .5 * as.numeric(determinant(t(x) %*% (x * w))$modulus) }
held <- function(column, at) { free <- setdiff(seq_along(coef(fit)), column); b <- coef(fit)
  f <- function(z) { b[free] <- z; b[column] <- at; -value(b) }
  -optim(coef(fit)[free], f, method = "BFGS", control = list(reltol = 1e-15, maxit = 1000))$value }
top <- value(coef(fit)); k <- length(coef(fit)); drop <- qchisq(.95, 1) / 2
ends <- function(column) { g <- function(at) top - held(column, at) - drop; m <- coef(fit)[column]; s <- sqrt(vcov(fit)[column, column])
  c(uniroot(g, c(m - 6 * s, m), tol = 1e-10)$root, uniroot(g, c(m, m + 6 * s), tol = 1e-10)$root) }
out <- list(software = paste(R.version.string, "survival", packageVersion("survival"), "brglm2", packageVersion("brglm2")),
  call = "continuation.R", data = "communities.csv", notes = "profile of the penalised likelihood by optim and uniroot",
  values = list(period = km$time, n_at_risk = km$n.risk, estimate = km$surv, std_error = km$std.err, conf_low = km$lower,
    conf_high = km$upper, beta = unname(coef(fit)), beta_error = unname(sqrt(diag(vcov(fit)))), value = top,
    trust = list(ends = unname(ends(k - 1)), p = pchisq(2 * (top - held(k - 1, 0)), 1, lower.tail = FALSE)),
    goal = list(ends = unname(ends(k)), p = pchisq(2 * (top - held(k, 0)), 1, lower.tail = FALSE))))
write(toJSON(out, digits = 15, auto_unbox = TRUE, pretty = TRUE, na = "null"), "continuation.json")
