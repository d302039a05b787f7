# the graded response model by hand in R: the integral by 101 Gauss-Hermite nodes (statmod / fastGHQuad absent: Golub-Welsch), optimum by nlm
d <- read.csv(gzfile("../data/bfi.csv.gz"))[,paste0("A",1:5)]
d$A1 <- 7 - d$A1; d <- d[1:600,]; d <- d[rowSums(!is.na(d))>0,]
n <- 101; J <- matrix(0,n,n); i <- 1:(n-1); J[cbind(i,i+1)] <- J[cbind(i+1,i)] <- sqrt(i)
e <- eigen(J, symmetric=TRUE); th <- e$values; w <- e$vectors[1,]^2
y <- as.matrix(d); p <- ncol(y); K <- 6
ll <- function(v) { v <- matrix(v, p, K, byrow=TRUE); L <- matrix(0, nrow(y), n)
  for (j in 1:p) { cc <- v[j,2] + c(0, cumsum(exp(v[j,3:K]))); cum <- rbind(0, plogis(outer(cc, v[j,1]*th, "-")), 1)
    lp <- log(pmax(apply(cum, 2, diff), 1e-300)); ok <- !is.na(y[,j]); L[ok,] <- L[ok,] + lp[y[ok,j],] }
  -sum(log(exp(L) %*% w)) }
start <- unlist(lapply(1:p, function(j) { q <- qlogis(cumsum(table(factor(y[,j],1:6)))/sum(!is.na(y[,j])))[1:5]*1.3; c(1.2, q[1], log(diff(q))) }))
f <- optim(start, ll, method="BFGS", control=list(maxit=1000, reltol=1e-15))
f <- nlm(ll, f$par, gradtol=1e-9, steptol=1e-12, iterlim=200)
cat(sprintf("%.9f", -f$minimum), f$code, max(abs(f$gradient)), "\n")
v <- matrix(f$estimate, p, K, byrow=TRUE); for (j in 1:p) cat(sprintf("%.8f", c(v[j,1], (v[j,2]+c(0,cumsum(exp(v[j,3:K]))))/v[j,1])), "\n")
# standard errors of a and of the thresholds c: numDeriv Hessian in (a, c)
g <- function(u) { m <- matrix(u, p, K, byrow=TRUE); ll(as.vector(t(cbind(m[,1], m[,2], log(t(apply(m[,2:K],1,diff))))))) }
u <- as.vector(t(cbind(v[,1], v[,2], v[,2]+t(apply(exp(v[,3:K]),1,cumsum)))))
H <- numDeriv::hessian(g, u); cat(sprintf("%.7f", sqrt(diag(solve(H)))), "\n")
