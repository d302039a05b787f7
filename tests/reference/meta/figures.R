# What figures of a meta-analysis show, by metafor. Run in this folder: Rscript figures.R
suppressMessages({library(metafor); library(jsonlite)})
pdf(NULL)
d <- read.csv("../data/bcg.csv")
ctl <- list(threshold=1e-10, tol=1e-13, maxiter=100000)
fit <- function(y=d$yi, ...) rma(y, d$vi, control=ctl, ...)
xy <- function(m) { b <- baujat(m); list(contribution=b$x, influence=b$y) }
at <- c(-2, -1, -0.5, 0, 0.4)
p <- function(...) sapply(at, function(t) fit(d$yi - t, ...)$pval)
# the p value of a new study is that for which the prediction interval ends at t (predict() takes p values up to .5 as level)
new_at <- c(-2, 0, 0.4)
new <- function(...) sapply(new_at, function(t) {
  m <- fit(...)
  distance <- function(p) { q <- predict(m, level=p); if (t < q$pred) q$pi.lb - t else t - q$pi.ub }
  uniroot(distance, c(1e-9, 0.5), tol=1e-14)$root
})
line <- function(m, newmods) { q <- predict(m, newmods=newmods)
  list(estimate=q$pred, std_error=q$se, conf_low=q$ci.lb, conf_high=q$ci.ub, pred_low=q$pi.lb, pred_high=q$pi.ub) }
one <- fit(mods=~ablat, data=d, test="knha")
two <- fit(mods=~ablat+year, data=d, test="knha")
v <- list(
 baujat_EE=xy(fit(method="EE")),
 baujat_REML=xy(fit()),
 baujat_REML_knha=xy(fit(test="knha")),
 baujat_ablat=xy(one),
 p_at=at,
 p_pooled_knha=p(test="knha"), p_pooled_normal=p(), p_pooled_EE=p(method="EE"),
 p_new_at=new_at, p_new_knha=new(test="knha"), p_new_normal=new(),
 p_studies=sapply(at, function(t) 2*pnorm(-abs(d$yi - t)/sqrt(d$vi))),
 line_at=c(15, 30, 52),
 line_ablat=line(one, c(15, 30, 52)),
 line_ablat_with_year=line(two, cbind(c(15, 30, 52), mean(d$year)))
)
calls <- c("baujat(rma(yi, vi))", "rma(yi - t, vi)$pval", "predict(rma(yi, vi), level)$pi.lb, inverted", "predict(rma(yi, vi, mods), newmods)")
write(toJSON(list(software="metafor 4.8-0; R 4.5.0", call=calls, data="data/bcg.csv", notes="figures.R; influence of baujat() has tau2 estimated anew; p_studies: a row a study; line_ablat_with_year: at the mean year", values=v), digits=NA, auto_unbox=TRUE, pretty=TRUE), "figures.json")
