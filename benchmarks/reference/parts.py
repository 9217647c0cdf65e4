"""Which parts of a result file are compared, and which only describe it."""

from collections.abc import Iterator

from benchmarks.reference.collection import Result
from benchmarks.reference.comparison import Comparison

DESCRIPTIONS = """engine version conventions options note note_2 CAUTION converged EM_cycles iterations condnum
    secondordertest df wall_s_fit_and_stats variance_note se_note objective_at_mirt grad_max
    grad_max_at_mirt max_abs_param_shift max_rel_SE_diff_vs_mirt_Oakes logPrior_at_max seed"""
COMPARED = """logLik logPrior npar AIC BIC G2 deviance slope_intercept IRTpars scores_first_persons EAP_first
    EAPsum S_X2 infit personfit_first_persons residuals_Q3 M2 C2 empirical_rxx marginal_rxx
    group_pars items_slope_intercept items_IRTpars items EAP_first_persons EAP_last_persons
    xsi B item item_irt beta variance EAP_rel WLE_rel person_EAP_first WLE_first itemfit
    logLik_at_max objective_max a d g se_a se_d se_logit_g lr_betas group resid_variance se
    pv_mean_of_means pv_mean_variance pv_regression_mean pv_residual_variance
    direct coef MH MH_purified standardization logistic_both logistic_uniform logistic_nonuniform
    breslow_day base_logLik base_groups test_a_d test_d"""
REASONS = {
    "modelfit": "TAM's residual correlations and SRMR come from residuals at neither EAP nor WLE; Q3 "
    "and SRMSR are compared with mirt's",
    "pv_between_variance_of_mean": "a variance over twenty random values: its own error is a third "
    "of it",
}
UNKNOWN = "a part of the file that nothing here reads"


def parts_left_over(result: Result) -> Iterator[Comparison]:
    """What a file holds beyond what is compared; nothing is dropped silently."""
    known = {*DESCRIPTIONS.split(), *COMPARED.split()}
    for name in result.values:
        is_known = name in known or name.startswith("score_")
        if not is_known:
            yield result.subject.not_comparable(name, REASONS.get(name, UNKNOWN))
