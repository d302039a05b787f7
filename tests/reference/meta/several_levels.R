# Models of several levels and outcomes that the other files do not hold. Run in this folder: Rscript several_levels.R
suppressMessages({library(metafor); library(clubSandwich); library(jsonlite)})
rows <- function(f) data.frame(estimate=as.vector(f$beta), se=f$se)
ci <- function(x) x$random[1, ]
robust_rows <- function(f, cluster) { x <- coef_test(f, vcov=vcovCR(f, cluster=cluster, type="CR2"), test="Satterthwaite"); data.frame(se=x$SE, df=x$df_Satt) }
ranef_rows <- function(x) data.frame(estimate=x[[1]], se=x$se)
b <- read.csv("../data/berkey1998.csv")
V <- bldiag(lapply(split(b, b$trial), function(s) as.matrix(s[, c("v1i", "v2i")])))
out <- list()
f <- rma.mv(yi, V, mods=~outcome-1, random=~outcome|trial, struct="UN", data=b)
out$berkey_un <- list(tau2_1=ci(confint(f, tau2=1)), tau2_2=ci(confint(f, tau2=2)), rho=ci(confint(f, rho=1)), ranef=ranef_rows(ranef(f)[[1]]))
for (s in c("DIAG", "HCS", "CS")) { f <- rma.mv(yi, V, mods=~outcome-1, random=~outcome|trial, struct=s, data=b); out[[paste0("berkey_", tolower(s))]] <- list(coefficients=rows(f), tau2=f$tau2, rho=if (s == "DIAG") NULL else f$rho, logLik=as.numeric(logLik(f))) }
# three outcomes, with any covariances between trials and one variance within them
a <- read.csv("../data/outcomes_invented.csv"); a$trial <- factor(a$trial, levels=unique(a$trial))
W <- vcalc(vi, cluster=trial, obs=effect, rho=0.4, data=a)
for (s in c("UN", "CS", "HCS", "DIAG")) {
 f <- rma.mv(yi, W, mods=~outcome-1, random=list(~outcome|trial, ~1|effect), struct=s, data=a, control=list(iter.max=10000, eval.max=10000, rel.tol=1e-10))
 out[[paste0("three_", tolower(s))]] <- list(coefficients=rows(f), tau2=f$tau2, rho=if (s == "DIAG") NULL else f$rho, sigma2=f$sigma2, logLik=as.numeric(logLik(f)), robust=robust_rows(f, a$site))
 if (s %in% c("UN", "HCS")) out[[paste0("three_", tolower(s))]]$profile <- list(tau2_1=ci(confint(f, tau2=1)), tau2_3=ci(confint(f, tau2=3)), sigma2=ci(confint(f, sigma2=1)))
 if (s == "UN") out$three_un$ranef <- ranef_rows(ranef(f)[["~outcome | trial"]])
}
# confint() with its own tolerance is up to 1e-4 off: here the ends to many digits
d <- read.csv("../data/assink2016.csv"); W <- vcalc(vi, cluster=study, obs=esid, rho=0.6, data=d)
f <- rma.mv(yi, W, random=~1|study/esid, data=d)
out$assink_che_profile <- sapply(1:2, function(i) as.numeric(confint(f, sigma2=i, control=list(tol=1e-10))$random[1, ]))
k <- read.csv("../data/konstantopoulos2011.csv")
f <- rma.mv(yi, vi, mods=~I(year-2000), random=~1|study, data=k)
out$konstantopoulos_coarser_cluster <- robust_rows(f, k$district)
f <- rma.mv(yi, vi, random=~1|district/study, data=k)
out$konstantopoulos_ranef_study <- ranef_rows(ranef(f)[["district/study"]])
write_json(list(software=paste("R 4.5.0: metafor", packageVersion("metafor"), "clubSandwich", packageVersion("clubSandwich")), call="see several_levels.R", data="data/berkey1998.csv, outcomes_invented.csv, konstantopoulos2011.csv", values=out), "several_levels.json", digits=15, auto_unbox=TRUE, pretty=TRUE)
