"""Indices and powers on the pages of the documentation."""

import pytest

from coursework.layout import ROOT


@pytest.mark.parametrize(
    "text, page",
    [
        ("blocks u_i and v_i", "blocks u[i] and v[i]"),
        ("cut R^d where x_i^T h = 0", "cut R{d} where x[i]{T} h = 0"),
        ("O(n^2 d), e^(-ν/w), e^-m", "O(n{2} d), e{−ν/w}, e{−m}"),
        ("F (I + G'G)^{-1} F'", "F (I + G'G){−1} F'"),
        ("s_j² / (G^-1)_jj, c_b(ν), H_u⁻¹", "s[j]² / (G{−1})[jj], c[b](ν), H[u]⁻¹"),
        ("(X u)_+ = D_i X u", "(X u)[+] = D[i] X u"),
        ("sum_k weight_k, X_new, d_in", "sum[k] weight[k], X[new], d[in]"),
        ("1 - 2ηλ_min", "1 - 2ηλ[min]"),
        ("(1 - ηλ_min)", "(1 - ηλ[min])"),
        ("decrement^2 / 2", "decrement{2} / 2"),
        ("so that max_iter and batch_norm", "so that <max_iter> and <batch_norm>"),
        ("v -> H^{-1} v, n >= sqrt(2)", "v → H{−1} v, n ≥ √(2)"),
        ('"min_margin", 3.5, a plain (word)', '"min_margin", 3.5, a plain (word)'),
    ],
)
def test_letters_get_their_indices_and_powers(monkeypatch, text, page):
    monkeypatch.syspath_prepend(ROOT / "book/_ext")
    from companion.letters import typeset

    mark = {"subscript": "[{}]", "superscript": "{{{}}}", "literal": "<{}>"}
    pieces = typeset(text)
    got = "".join(mark.get(p.tagname, "{}").format(p.astext()) for p in pieces)
    assert got == page


def test_statements_of_tests_have_letters_and_formulas(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "book/_ext")
    from companion.plain_maths import with_formulas

    kinds = [p.tagname for p in with_formulas("λ_min bounds max_iter, b - Az > 0")]
    assert [k for k in kinds if k != "#text"] == ["subscript", "literal", "math"]
