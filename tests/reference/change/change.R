# Change over waves: t tests, rank tests, Bayes factors, mixed models, random-effects means. Run: Rscript change.R
suppressPackageStartupMessages({library(jsonlite); library(lme4); library(lmerTest); library(BayesFactor); library(metafor)})
d <- read.csv("../data/change_invented.csv", stringsAsFactors = FALSE)
two <- d[d$wave %in% c("t0", "t3"), ]
wide <- reshape(two, idvar = c("firm", "respondent"), timevar = "wave", direction = "wide")
linked <- wide[complete.cases(wide), ]
ttest <- function(found) list(estimate = unname(if (length(found$estimate) == 2) found$estimate[1] - found$estimate[2] else found$estimate),
  std_error = unname(found$stderr), df = unname(found$parameter), statistic = unname(found$statistic),
  p_value = found$p.value, conf_low = found$conf.int[1], conf_high = found$conf.int[2])
values <- list()
values$paired <- ttest(t.test(linked$score.t3, linked$score.t0, paired = TRUE))
values$paired$wilcoxon_p <- suppressWarnings(wilcox.test(linked$score.t3, linked$score.t0, paired = TRUE)$p.value)
values$paired$bayes_factor <- unname(exp(ttestBF(linked$score.t3, linked$score.t0, paired = TRUE)@bayesFactor$bf))
values$welch <- ttest(t.test(two$score[two$wave == "t3"], two$score[two$wave == "t0"]))
values$welch$wilcoxon_p <- suppressWarnings(wilcox.test(two$score[two$wave == "t3"], two$score[two$wave == "t0"])$p.value)
values$welch$bayes_factor <- unname(exp(ttestBF(two$score[two$wave == "t3"], two$score[two$wave == "t0"])@bayesFactor$bf))
# linked persons, firms fixed: firms A to C
three <- linked[linked$firm %in% c("A", "B", "C"), ]
three$change <- three$score.t3 - three$score.t0
fit <- lm(change ~ 0 + firm, three)
weights <- as.numeric(table(three$firm)) / nrow(three)
values$linked_fixed <- list(estimate = sum(weights * coef(fit)), std_error = sqrt(drop(t(weights) %*% vcov(fit) %*% weights)), df = fit$df.residual)
# all answers, firms fixed: the mean change by persons, Satterthwaite
all3 <- two[two$firm %in% c("A", "B", "C"), ]
persons <- table(unique(all3[, c("firm", "respondent")])$firm)
model <- lmer(score ~ 0 + firm:wave + (1 | respondent), all3)
names_of <- names(fixef(model))
contrast <- sapply(names_of, function(name) {
  firm <- substr(name, 5, 5)
  sign <- if (grepl("t3", name)) 1 else -1
  sign * persons[[firm]] / sum(persons)
})
tested <- contest1D(model, contrast, ddf = "Satterthwaite", confint = TRUE)
values$all_fixed <- list(estimate = tested[["Estimate"]], std_error = tested[["Std. Error"]], df = tested[["df"]])
by_firm <- lapply(c("A", "B", "C"), function(firm) {
  own <- ifelse(substr(names_of, 5, 5) == firm, ifelse(grepl("t3", names_of), 1, -1), 0)
  found <- contest1D(model, own)
  c(found[["Estimate"]], found[["Std. Error"]])
})
values$all_by_firm <- list(estimate = sapply(by_firm, `[`, 1), std_error = sapply(by_firm, `[`, 2))
# all answers, firms random: changes of all eight firms, then Paule and Mandel with Hartung and Knapp
model8 <- lmer(score ~ 0 + firm:wave + (1 | respondent), two)
names8 <- names(fixef(model8))
own8 <- t(sapply(LETTERS[1:8], function(firm) ifelse(substr(names8, 5, 5) == firm, ifelse(grepl("t3", names8), 1, -1), 0)))
change <- drop(own8 %*% fixef(model8))
variance <- diag(own8 %*% as.matrix(vcov(model8)) %*% t(own8))
pooled <- rma(change, variance, method = "PM", test = "knha", control = list(tol = 1e-12))
values$firms_random <- list(estimate = pooled$beta[1], std_error = pooled$se, df = pooled$dfs, tau2 = pooled$tau2)
part <- as.numeric(!(LETTERS[1:8] %in% c("G", "H")))
compared <- rma(change, variance, mods = ~ part, method = "PM", test = "knha", control = list(tol = 1e-12))
values$firms_random_compared <- list(estimate = compared$beta[2], std_error = compared$se[2], df = compared$dfs)
# mixed models of all answers, Kenward and Roger
two$later <- ifelse(two$wave == "t3", 0.5, -0.5)
mixed <- lmer(score ~ later + (1 | firm) + (0 + later | firm) + (1 | respondent), two, control = lmerControl(optCtrl = list(xtol_abs = 1e-12, ftol_abs = 1e-14)))
row <- summary(mixed, ddf = "Kenward-Roger")$coefficients["later", ]
values$mixed_model <- list(estimate = row[["Estimate"]], std_error = row[["Std. Error"]], df = row[["df"]])
starts <- c(A = 1, B = 1, C = 2, D = 2, E = 3, F = 3)
place <- as.integer(substr(d$wave, 2, 2))
begin <- starts[d$firm]
d$started <- as.numeric(!is.na(begin) & place >= begin)
d$firm_wave <- paste(d$firm, d$wave)
stag <- lmer(score ~ wave + started + (1 | firm) + (1 | firm_wave) + (1 | respondent), d)
row <- summary(stag, ddf = "Kenward-Roger")$coefficients["started", ]
values$staggered_random <- list(estimate = row[["Estimate"]], std_error = row[["Std. Error"]], df = row[["df"]])
within <- lm(score ~ respondent + wave + started, d[ave(d$score, d$respondent, FUN = length) > 1, ])
row <- summary(within)$coefficients["started", ]
values$staggered_within <- list(estimate = row[["Estimate"]], std_error = row[["Std. Error"]], df = within$df.residual)
software <- paste0("R ", getRversion(), ": ", paste(sapply(c("lme4", "lmerTest", "pbkrtest", "BayesFactor", "metafor"), function(p) paste(p, packageVersion(p))), collapse = ", "))
write(toJSON(list(software = software, call = "see change.R", data = "data/change_invented.csv", notes = "invented scores of eight firms at four waves; before is t0, after t3", values = values), auto_unbox = TRUE, digits = I(15), pretty = TRUE), "change.json")
