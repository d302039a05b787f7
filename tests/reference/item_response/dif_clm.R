# three nested proportional odds models an item: ordinal::clm, matching on the mean of the other items, no purification
suppressMessages(library(ordinal))
d <- read.csv(gzfile("../data/bfi.csv.gz")); g <- factor(rep(c("a","b","c"), length.out=nrow(d)))
items <- paste0("C",1:5); d$C4 <- 7-d$C4; d$C5 <- 7-d$C5
d$C2[g=="b"] <- pmin(6, d$C2[g=="b"]+1); d$C3[g=="c"] <- 7-d$C3[g=="c"]   # made to differ
d$C2 <- pmax(d$C2,2)-1   # nobody of group b chose 1: taken together with 2, numbered from 1
ok <- rep(c(TRUE,FALSE), length.out=nrow(d)); d <- d[ok,]; g <- g[ok]
out <- list()
for (i in items) { m <- rowMeans(d[setdiff(items,i)]-1, na.rm=TRUE); y <- d[[i]]
 k <- !is.na(y) & !is.nan(m); z <- data.frame(y=ordered(y[k]), m=m[k], g=g[k])
 ctl <- clm.control(gradTol=1e-9)
 f <- list(clm(y~1,data=z,control=ctl), clm(y~m,data=z,control=ctl), clm(y~m+g,data=z,control=ctl), clm(y~m*g,data=z,control=ctl))
 out[[i]] <- list(n=sum(k), log_likelihood=sapply(f, function(x) as.numeric(logLik(x))), slope_alone=unname(coef(f[[2]])["m"]), slope_with_group=unname(coef(f[[3]])["m"])) }
for (i in items) cat(i, out[[i]]$n, sprintf("%.9f", c(out[[i]]$log_likelihood, out[[i]]$slope_alone, out[[i]]$slope_with_group)), "\n")
