//! Formulas, and what is shown of them.

use proptest::prelude::*;

use super::*;

fn check(source: &str, expect: &str) {
    assert_eq!(convert(source, false).as_deref(), Some(expect), "{source}");
}

#[test]
fn formulas_in_a_line_read_as_one() {
    check("x^2 + y_i = \\alpha", "x² + yᵢ = α");
    check("\\frac{a+b}{2}", "(a + b)/2");
    check("\\sqrt{x} \\le \\sqrt[3]{x+1}", "√x ≤ ∛(x + 1)");
    check("\\sum_{i=1}^{n} i", "∑ᵢ₌₁ⁿ i");
    check("e^{-x}", "e⁻ˣ");
    check("f: \\mathbb{R} \\to \\mathbb{R}", "f:ℝ → ℝ");
    check("-1 \\times (-2)", "−1 × (−2)");
    check("\\sin x + \\log_2 n", "sin x + log₂n");
    check("\\text{if } x \\in A", "if x ∈ A");
    check("90^\\circ, x'", "90°, x′");
    check("\\vec{v} \\ne \\hat x", "v\u{20d7} ≠ x\u{302}");
    check("\\begin{pmatrix}1&0\\\\0&1\\end{pmatrix}", "(1  0; 0  1)");
    check("\\left( \\frac12 \\right)", "(1/2)");
    check("a^{bq}", "a^(bq)");
}

#[test]
fn what_is_written_keeps_its_value() {
    check("2\\frac{1}{2}", "2(1/2)");
    check("\\frac{1}{2}x", "(1/2)x");
    check("\\frac{a}{b}\\frac{c}{d}", "(a/b)(c/d)");
    check("\\frac{a}{b}^2", "(a/b)²");
    check("\\frac{ab}{cd} = \\frac12", "ab/(cd) = 1/2");
    check("\\sqrt{ab}", "√(ab)");
    check("\\sqrt{a}b", "√(a)b");
    check("\\sqrt{x} y", "√(x)y");
    check("\\sqrt{12}", "√12");
    check("\\underbrace{a+b}_{n}", "(a + b)ₙ");
    check("\\overbrace{ab}^n", "abⁿ");
    check("\\overline{x+y}", "(x + y)\u{304}");
    check("x := 1", "x := 1");
    check("2{a \\over b}", "2(a/b)");
    check("a \\not= b \\not\\in c", "a ≠ b ∉ c");
    check("\\sum_{\\substack{i<n\\\\j<m}} x", "∑_(i<n, j<m) x");
    check("A \\xrightarrow{f} B", "A ─f→ B");
    check("\\begin{array}{c|c} a & b \\end{array}", "a b");
    check("\\int_0^1 f", "∫₀¹ f");
}

#[test]
fn display_math_has_rows() {
    let shown = convert("A = \\begin{bmatrix} 1 & 20 \\\\ 3 & 4 \\end{bmatrix}", true);
    assert_eq!(shown.as_deref(), Some("A = ⎡1  20⎤\n    ⎣3  4 ⎦"));
    let shown = convert("x = \\frac{-b}{2a}", true);
    assert_eq!(shown.as_deref(), Some("     −b\nx = ────\n     2a"));
    let shown = convert("\\begin{aligned} a &= b \\\\ cc &= d \\end{aligned}", true);
    assert_eq!(shown.as_deref(), Some(" a = b\ncc = d"));
}

#[test]
fn what_is_not_known_is_not_guessed() {
    for source in ["\\unknown{x}", "{a", "a}", "\\frac{a}", "\\begin{tikz}\\end{tikz}", "\\", "$", "^", ""] {
        assert_eq!(convert(source, true), None, "{source}");
    }
    assert_eq!(convert(&"{".repeat(10_000), false), None);
}

proptest! {
    #[test]
    fn any_formula_is_converted_or_left(source in "[a-z0-9{}^_&\\\\ ()\\[\\]+=-]{0,60}") {
        let _ = (convert(&source, true), convert(&source, false));
    }
}

fn rows(source: &str, expect: &[&str]) {
    let shown = convert(source, true).unwrap_or_default();
    assert_eq!(shown.split('\n').collect::<Vec<_>>(), expect, "{source}\n{shown}");
}

#[test]
fn brackets_are_as_tall_as_what_they_hold() {
    rows("\\left[\\begin{matrix}1&2\\\\3&4\\end{matrix}\\right]", &["⎡1  2⎤", "⎣3  4⎦"]);
    rows("\\left(\\begin{array}{cc}a&b\\\\c&d\\end{array}\\right)", &["⎛a  b⎞", "⎝c  d⎠"]);
    rows(
        "f = \\left\\{\\begin{array}{l}1\\\\22\\\\3\\\\4\\end{array}\\right.",
        &["    ⎧1", "f = ⎨22", "    ⎪3", "    ⎩4"],
    );
    rows("\\left(\\frac{a}{b}\\right)", &["⎛ a ⎞", "⎜───⎟", "⎝ b ⎠"]);
    rows("\\left(\\frac{a}{b}\\right)^2x", &["⎛ a ⎞²", "⎜───⎟ x", "⎝ b ⎠"]);
    rows("\\left|\\frac{a}{b}\\right|_n", &["│  a  │", "│ ─── │", "│  b  │ₙ"]);
    rows("\\left\\langle\\frac{a}{b}\\middle|c\\right\\rangle", &["╱  a  │ ╲", "⟨ ─── │c⟩", "╲  b  │ ╱"]);
    rows("\\left\\lfloor\\frac{a}{b}\\right\\rceil", &["⎢ a ⎤", "⎢───⎥", "⎣ b ⎥"]);
    rows("\\left(x\\right)\\left.y\\right]", &["(x)y]"]);
    rows("\\begin{cases}a\\\\b\\\\c\\\\d\\end{cases}", &["⎧a", "⎨b", "⎪c", "⎩d"]);
}

#[test]
fn a_fraction_stands_apart_from_its_neighbours() {
    rows("x=-\\frac{1}{2}", &["       1", "x = − ───", "       2"]);
    rows("\\int_0^1\\frac{1}{x}dx", &["     1", "∫₀¹ ─── dx", "     x"]);
    rows(
        "2\\frac{a}{b}\\frac{c}{d}(\\frac{e}{f}).",
        &["   a   c     e", "2 ─── ─── ( ─── ).", "   b   d     f"],
    );
    rows("\\frac{\\frac{a}{b}}{c}", &["  a", " ───", "  b", "─────", "  c"]);
}

#[test]
fn arrays_have_the_lines_and_sides_that_they_ask_for() {
    rows("\\begin{array}{c|c}p&q\\\\\\hline 1&0\\\\0&1\\end{array}", &["p │ q", "──┼──", "1 │ 0", "0 │ 1"]);
    rows(
        "\\begin{array}{|l|rc|}\\hline a&b&c\\\\\\hline aa&bb&ccc\\\\\\hline\\end{array}",
        &["┌────┬─────────┐", "│ a  │  b   c  │", "├────┼─────────┤", "│ aa │ bb  ccc │", "└────┴─────────┘"],
    );
    rows("\\left[\\begin{array}{cc|c}1&0&x\\\\0&1&y\\end{array}\\right]", &["⎡1  0 │ x⎤", "⎣0  1 │ y⎦"]);
    rows("\\begin{array}{@{}ll@{}}a&b\\end{array}", &["a  b"]);
    check("\\begin{array}{cc}a&b\\\\\\hline c&d\\end{array}", "a b; c d");
    assert_eq!(convert("\\begin{array}{*{3}{c}}a\\end{array}", true), None);
    assert_eq!(convert("\\begin{array}{cc}a\\cline{1-2}\\end{array}", true), None);
}
