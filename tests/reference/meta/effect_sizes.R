# Effect sizes by choices of metafor::escalc that escalc_*.json do not hold. Run in this folder: Rscript effect_sizes.R
suppressMessages({library(metafor); library(jsonlite)})
e <- function(...) { x <- escalc(...); data.frame(yi=as.vector(x$yi), vi=x$vi) }
v <- list(
 D2ORN=e("D2ORN", m1i=c(3.9,3.6), sd1i=c(.7,.8), n1i=c(42,25), m2i=c(3.5,3.5), sd2i=c(.8,.7), n2i=c(40,27)),
 SMD_t=e("SMD", ti=c(2.1,-.4), n1i=c(42,25), n2i=c(40,27)),
 SMD_d=e("SMD", di=c(.5,-.1), n1i=c(42,25), n2i=c(40,27)),
 RPB_CS=e("RPB", m1i=c(3.9,3.6), sd1i=c(.7,.8), n1i=c(42,25), m2i=c(3.5,3.5), sd2i=c(.8,.7), n2i=c(40,27), vtype="CS"),
 SMDH_LS2=e("SMDH", m1i=c(3.9,3.6), sd1i=c(.7,.8), n1i=c(42,25), m2i=c(3.5,3.5), sd2i=c(.8,.7), n2i=c(40,27), vtype="LS2"),
 ROM_HO=e("ROM", m1i=c(3.9,3.6), sd1i=c(.7,.8), n1i=c(42,25), m2i=c(3.5,3.5), sd2i=c(.8,.7), n2i=c(40,27), vtype="HO"),
 ROM_AV=e("ROM", m1i=c(3.9,3.6), sd1i=c(.7,.8), n1i=c(42,25), m2i=c(3.5,3.5), sd2i=c(.8,.7), n2i=c(40,27), vtype="AV"),
 OR_AV=e("OR", ai=c(4,8,3), bi=c(20,18,30), ci=c(9,8,5), di=c(16,22,31), vtype="AV"),
 RR_AV=e("RR", ai=c(4,8,3), bi=c(20,18,30), ci=c(9,8,5), di=c(16,22,31), vtype="AV"),
 RD_UB=e("RD", ai=c(4,8,3), bi=c(20,18,30), ci=c(9,8,5), di=c(16,22,31), vtype="UB"),
 PHI_ST=e("PHI", ai=c(4,8,3), bi=c(20,18,30), ci=c(9,8,5), di=c(16,22,31), vtype="ST"),
 PCOR=e("PCOR", ti=c(2.2,-1.3), ni=c(60,45), mi=c(3,5)),
 ZPCOR=e("ZPCOR", ti=c(2.2,-1.3), ni=c(60,45), mi=c(3,5)),
 SPCOR=e("SPCOR", ti=c(2.2,-1.3), ni=c(60,45), mi=c(3,5), r2i=c(.3,.2)),
 MN=e("MN", mi=c(3.9,3.6), sdi=c(.7,.8), ni=c(42,25)),
 MN_HO=e("MN", mi=c(3.9,3.6), sdi=c(.7,.8), ni=c(42,25), vtype="HO"),
 SMN=e("SMN", mi=c(3.9,3.6), sdi=c(.7,.8), ni=c(42,25)),
 MNLN=e("MNLN", mi=c(3.9,3.6), sdi=c(.7,.8), ni=c(42,25)),
 CVLN=e("CVLN", mi=c(3.9,3.6), sdi=c(.7,.8), ni=c(42,25)),
 SDLN=e("SDLN", sdi=c(.7,.8), ni=c(42,25)),
 IR=e("IR", xi=c(0,7), ti=c(30,44)), IRLN=e("IRLN", xi=c(0,7), ti=c(30,44)), IRS=e("IRS", xi=c(0,7), ti=c(30,44)),
 PR_UB=e("PR", xi=c(4,7), ni=c(30,44), vtype="UB"), PLO_AV=e("PLO", xi=c(4,7), ni=c(30,44), vtype="AV"),
 SMCC_UB=e("SMCC", m1i=c(3.9,3.6), sd1i=c(.7,.8), m2i=c(3.5,3.5), sd2i=c(.8,.7), ni=c(42,25), ri=c(.5,.6), vtype="UB"),
 SMCR_LS2=e("SMCR", m1i=c(3.9,3.6), sd1i=c(.7,.8), m2i=c(3.5,3.5), ni=c(42,25), ri=c(.5,.6), vtype="LS2")
)
u <- try(e("UCOR", ri=c(.3,-.5), ni=c(20,15)), silent=TRUE)
if (!inherits(u,"try-error")) { v$UCOR <- u; v$UCOR_UB <- e("UCOR", ri=c(.3,-.5), ni=c(20,15), vtype="UB") }
write(toJSON(list(software="metafor 4.8-0; R 4.5.0", call="effect_sizes.R", data="written out in the script; invented", notes="choices of escalc that the files escalc_* do not hold", values=v), digits=NA, auto_unbox=TRUE, pretty=TRUE), "effect_sizes.json")
