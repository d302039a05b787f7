# Multiple membership in lme4, by putting the weighted matrix in the place of Zt (as lmerMultiMember does).
# Invented data: data/memberships_invented.csv. Run in tests/reference: Rscript multilevel/memberships.R
library(lme4)
library(lmerTest)
library(pbkrtest)
library(jsonlite)

d <- read.csv("data/memberships_invented.csv", na.strings = "")

# rows x groups: weights of the members of each row; the same group twice adds
incidence <- function(columns, weights) {
  labels <- sort(unique(unlist(columns)))
  found <- matrix(0, nrow(d), length(labels), dimnames = list(NULL, labels))
  for (k in seq_along(columns)) {
    rows <- which(!is.na(columns[[k]]))
    at <- cbind(rows, match(columns[[k]][rows], labels))
    found[at] <- found[at] + weights[[k]][rows]
  }
  found
}
scaled <- function(columns, weights) {
  kept <- mapply(function(column, weight) ifelse(is.na(column), 0, weight), columns, weights)
  split(kept / rowSums(kept), col(kept))
}

control <- lmerControl(optimizer = "nloptwrap", check.conv.singular = "ignore",
  optCtrl = list(xtol_abs = 1e-12, xtol_rel = 1e-12, ftol_abs = 1e-12, ftol_rel = 1e-15, maxeval = 20000))

# the data with a stand-in factor for each multiple membership; matrices: name of the stand-in -> incidence
with_factors <- function(matrices) {
  for (name in names(matrices)) {
    labels <- colnames(matrices[[name]])
    d[[name]] <- factor(rep_len(labels, nrow(d)), levels = labels)
  }
  d
}

# what lFormula or glFormula made, with the weighted matrices in place of those of the stand-ins
replaced <- function(parts, matrices) {
  for (place in seq_along(parts$reTrms$Ztlist)) {
    name <- sub(".*\\| ", "", names(parts$reTrms$Ztlist)[place])
    if (name %in% names(matrices)) {
      left <- model.matrix(as.formula(paste("~", sub(" \\|.*", "", names(parts$reTrms$Ztlist)[place]))), d)
      wide <- KhatriRao(Matrix(t(matrices[[name]]), sparse = TRUE), Matrix(t(left), sparse = TRUE))
      parts$reTrms$Ztlist[[place]] <- drop0(as(wide, "CsparseMatrix"))
    }
  }
  parts$reTrms$Zt <- do.call(rbind, parts$reTrms$Ztlist)
  parts
}

fitted_with <- function(formula, matrices, REML) {
  parts <- replaced(lFormula(formula, with_factors(matrices), REML = REML, control = control), matrices)
  deviance_function <- do.call(mkLmerDevfun, c(parts, list(control = control)))
  optimum <- optimizeLmer(deviance_function, optimizer = "nloptwrap", control = control$optCtrl)
  fit <- mkMerMod(environment(deviance_function), optimum, parts$reTrms, fr = parts$fr)
  list(fit = fit, deviance_function = deviance_function)
}

values <- function(fitted, REML) {
  fit <- fitted$fit
  effects <- lapply(ranef(fit, condVar = TRUE), function(table) {
    spread <- attr(table, "postVar")
    list(group = rownames(table), terms = names(table), estimate = unname(as.matrix(table)),
      std_dev = unname(t(apply(spread, 3, function(block) sqrt(diag(as.matrix(block)))))))
  })
  components <- as.data.frame(VarCorr(fit))
  found <- list(REML = REML, criterion = if (REML) REMLcrit(fit) else -2 * as.numeric(logLik(fit)),
    fixed = as.list(fixef(fit)), std_error = as.list(sqrt(diag(as.matrix(vcov(fit))))), sigma = sigma(fit),
    components = components[, c("grp", "var1", "var2", "vcov")], random = effects,
    fitted = unname(fitted(fit))[1:20])
  # Satterthwaite: lmerTest with the deviance function of this model, which it would otherwise make from the formula
  tested <- lmerTest:::as_lmerModLT(fit, fitted$deviance_function)
  found$satterthwaite_df <- as.list(sapply(seq_along(fixef(fit)), function(k) {
    contest1D(tested, as.numeric(seq_along(fixef(fit)) == k))$df
  }))
  names(found$satterthwaite_df) <- names(fixef(fit))
  if (REML) {
    adjusted <- vcovAdj(fit)
    found$kenward_roger_std_error <- as.list(setNames(sqrt(diag(as.matrix(adjusted))), names(fixef(fit))))
    found$kenward_roger_df <- as.list(sapply(seq_along(fixef(fit)), function(k) {
      contrast <- as.numeric(seq_along(fixef(fit)) == k)
      Lb_ddf(contrast, vcov(fit), adjusted)
    }))
    names(found$kenward_roger_df) <- names(fixef(fit))
  }
  found
}

one <- rep(1, nrow(d))
communities <- d[c("first_community", "second_community")]
sectors <- d[c("home_sector", "partner_sector")]
equal <- incidence(communities, scaled(communities, list(one, one)))
shares <- incidence(communities, scaled(communities, d[c("share_first", "share_second")]))
kept <- incidence(communities, list(one, one))
of_sectors <- incidence(sectors, scaled(sectors, list(one, one)))

cases <- list(
  equal = list(y ~ x + hours + (1 | communities), list(communities = equal), TRUE,
    "y ~ x + hours + (1 | mm(first_community, second_community))"),
  slopes = list(y ~ x + hours + (1 + x | communities) + (1 | site), list(communities = shares), TRUE,
    "y ~ x + hours + (1 + x | mm(first_community, second_community, weights=(share_first, share_second))) + (1 | site)"),
  kept = list(y ~ x + (1 | communities) + (1 | person), list(communities = kept), FALSE,
    "y ~ x + (1 | mm(first_community, second_community, scale=False)) + (1 | person)"),
  sectors = list(y ~ x + hours + crossover + (1 | communities) + (1 | sectors),
    list(communities = equal, sectors = of_sectors), TRUE,
    paste("y ~ x + hours + crossover + (1 | mm(first_community, second_community))",
      "+ (1 | mm(home_sector, partner_sector))"))
)
found <- lapply(cases, function(case) {
  c(list(formula = case[[4]], call = paste(deparse(case[[1]]), collapse = " ")),
    values(fitted_with(case[[1]], case[[2]], case[[3]]), case[[3]]))
})
# the Laplace approximation of a binomial model, with the steps of glmer
tight <- glmerControl(optimizer = "bobyqa", optCtrl = list(rhobeg = 0.1, rhoend = 1e-9, maxfun = 100000),
  tolPwrss = 1e-12, check.conv.singular = "ignore")
binomial_fit <- function(formula, matrices) {
  parts <- replaced(glFormula(formula, with_factors(matrices), family = binomial, control = tight), matrices)
  deviance_function <- do.call(mkGlmerDevfun, c(parts, list(control = tight)))
  first <- optimizeGlmer(deviance_function, optimizer = "bobyqa", control = tight$optCtrl)
  deviance_function <- updateGlmerDevfun(deviance_function, parts$reTrms)
  optimum <- optimizeGlmer(deviance_function, stage = 2, start = list(theta = first$par), optimizer = "bobyqa",
    control = tight$optCtrl)
  mkMerMod(environment(deviance_function), optimum, parts$reTrms, fr = parts$fr)
}
d$high <- as.numeric(d$y > 3.5)
generalised <- binomial_fit(high ~ x + (1 | communities) + (1 | site), list(communities = shares))
components <- as.data.frame(VarCorr(generalised))
binomial_values <- list(
  formula = paste("high ~ x + (1 | mm(first_community, second_community, weights=(share_first, share_second)))",
    "+ (1 | site)"),
  log_likelihood = as.numeric(logLik(generalised)), fixed = as.list(fixef(generalised)),
  components = components[, c("grp", "vcov")],
  random = lapply(ranef(generalised), function(table) list(group = rownames(table), estimate = table[[1]])))

software <- paste0("lme4 ", packageVersion("lme4"), "; lmerTest ", packageVersion("lmerTest"), "; pbkrtest ", packageVersion("pbkrtest"), "; R ", getRversion())
content <- list(software = software, call = "multilevel/memberships.R: modular functions of lme4, Zt replaced",
  data = "data/memberships_invented.csv",
  notes = "Invented data. Stand-in factors communities and sectors are the two multiple memberships.", values = found,
  generalised = binomial_values)
writeLines(toJSON(content, digits = 15, auto_unbox = TRUE, null = "null"), "multilevel/memberships.json")
