//! Which dollar signs of running text enclose a formula.
//!
//! Knows `extras`. The rules are pandoc's and GitHub's (an opening `$` is followed by no blank, a
//! closing one follows none and has no digit behind it, and no word goes on at either), and what is a price,
//! a variable of a shell or half of an emphasis is no formula.

use std::ops::Range;

use super::super::extras::in_word;

/// The places of all `$` in `text`, one leaf's or cell's, that belong to no formula, and neither to code, a tag
/// or an address.
pub(in super::super) fn stray(text: &str) -> Vec<usize> {
    let (spans, dollars) = find(text);
    let mut spans = spans.into_iter().peekable();
    let inside = |at: usize| {
        while spans.next_if(|span| span.end <= at).is_some() {}
        spans.peek().is_some_and(|span| span.contains(&at))
    };
    let mut inside = inside;
    dollars.into_iter().filter(|at| !inside(*at)).collect()
}

/// Whether `text` is one displayed formula and nothing else.
pub(in super::super) fn is_display(text: &str) -> bool {
    let text = text.trim();
    text.starts_with("$$") && matches!(find(text).0.as_slice(), [span] if span.len() == text.len())
}

/// The formulas of `text`, and all its `$` that may be one's.
fn find(text: &str) -> (Vec<Range<usize>>, Vec<usize>) {
    let bytes = text.as_bytes();
    let (mut found, mut dollars) = (Vec::new(), Vec::new());
    let mut code = Code::default();
    let mut at = 0;
    while let Some(step) = memchr_markup(&bytes[at..]) {
        at += step;
        match bytes[at] {
            b'\\' => at += 2,
            b'`' => at = code.end(bytes, at),
            b'<' => at += tag_bytes(&bytes[at..]),
            b']' => at += 1 + address_bytes(&bytes[at + 1..]),
            _ => {
                let display = bytes.get(at + 1) == Some(&b'$');
                let span = if display { displayed(text, at) } else { inline(text, at) };
                let end = span.as_ref().map_or(at + 1 + usize::from(display), |(span, _)| span.end);
                dollars.extend((at..end).filter(|at| bytes[*at] == b'$'));
                found.extend(span);
                at = end;
            }
        }
        if at >= bytes.len() {
            break;
        }
    }
    // What is but a number or capitals is a formula only among others.
    let among_others = found.iter().any(|(_, certain)| *certain);
    let spans = found.into_iter().filter(|(_, certain)| *certain || among_others);
    (spans.map(|(span, _)| span).collect(), dollars)
}

fn memchr_markup(bytes: &[u8]) -> Option<usize> {
    bytes.iter().position(|byte| matches!(byte, b'\\' | b'`' | b'<' | b']' | b'$'))
}

/// Finds the ends of code spans (CommonMark 6.1), each length that ends nowhere looked for once.
#[derive(Default)]
struct Code {
    endless: Vec<usize>,
}

impl Code {
    fn end(&mut self, bytes: &[u8], at: usize) -> usize {
        let run = |at: usize| bytes[at..].iter().take_while(|byte| **byte == b'`').count();
        let length = run(at);
        let begins = at + length;
        if self.endless.contains(&length) {
            return begins;
        }
        let mut at = begins;
        while let Some(step) = memchr::memchr(b'`', &bytes[at..]) {
            at += step;
            let other = run(at);
            at += other;
            if other == length {
                return at;
            }
        }
        self.endless.push(length);
        begins
    }
}

/// Bytes of the tag or address in angle brackets at the beginning of `bytes`; one where there is none.
fn tag_bytes(bytes: &[u8]) -> usize {
    let begins = bytes.get(1).is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'/');
    let end = bytes.iter().skip(1).take(2048).position(|byte| matches!(byte, b'>' | b'<'));
    match end {
        Some(end) if begins && bytes[end + 1] == b'>' => end + 2,
        _ => 1,
    }
}

/// Bytes of a link's address with its parentheses, at the beginning of `bytes`.
fn address_bytes(bytes: &[u8]) -> usize {
    if bytes.first() != Some(&b'(') {
        return 0;
    }
    let mut depth = 0_usize;
    for (at, byte) in bytes.iter().enumerate().take(2048) {
        match byte {
            b'(' => depth += 1,
            b')' if depth == 1 => return at + 1,
            b')' => depth -= 1,
            b'\n' => break,
            _ => {}
        }
    }
    0
}

/// The displayed formula that begins at `at`, and that it certainly is one.
fn displayed(text: &str, at: usize) -> Option<(Range<usize>, bool)> {
    let inside = text.get(at + 2..)?;
    let length = inside.find("$$").filter(|_| !inside.starts_with('$'))?;
    let end = at + length + 4;
    let content = &inside[..length];
    let free = !in_word(text[..at].chars().next_back()) && !in_word(text[end..].chars().next());
    let words = content.starts_with(' ')
        && content.trim().len() > 1
        && content.chars().all(|c| c.is_alphabetic() || c == ' ');
    let good =
        free && !content.trim().is_empty() && !content.contains('`') && !content.contains("**") && !words;
    good.then_some((at..end, true))
}

/// The formula that begins at `at`, and whether it certainly is one.
fn inline(text: &str, at: usize) -> Option<(Range<usize>, bool)> {
    let before = text[..at].chars().next_back();
    let inside = &text[at + 1..];
    if in_word(before) || before == Some('$') || inside.starts_with(char::is_whitespace) {
        return None;
    }
    let length = match inside.strip_prefix('`') {
        // GitHub's spelling.
        Some(code) => code.find('`').filter(|end| code[end + 1..].starts_with('$'))? + 2,
        None => closing(inside)?,
    };
    let content = &inside[..length];
    let after = &inside[length + 1..];
    let next = after.chars().next();
    let goes_on = next.is_some_and(|c| c.is_ascii_digit()) || (in_word(next) && !is_ending(after));
    if content.ends_with(char::is_whitespace) || goes_on || next == Some('$') || is_prose(content, before) {
        return None;
    }
    Some((at..at + length + 2, !is_weak(content)))
}

/// Bytes before the next `$` that is not escaped.
fn closing(inside: &str) -> Option<usize> {
    let bytes = inside.as_bytes();
    let mut at = 0;
    loop {
        at += bytes.get(at..)?.iter().position(|byte| matches!(byte, b'$' | b'\\'))?;
        if bytes[at] == b'$' {
            return Some(at).filter(|at| *at > 0);
        }
        at += 2;
    }
}

/// `$n$th`, `$x$s`: the only words that go on behind a formula.
fn is_ending(after: &str) -> bool {
    ["th", "st", "nd", "rd", "s"]
        .iter()
        .any(|ending| after.strip_prefix(ending).is_some_and(|rest| !in_word(rest.chars().next())))
}

/// Whether `content` is words between two prices or variables, or half of an emphasis that began `before` it.
fn is_prose(content: &str, before: Option<char>) -> bool {
    let half = before.is_some_and(|mark| matches!(mark, '*' | '_' | '~' | '=') && content.contains(mark));
    let other_markup = ["**", "~~", "](", "[["].iter().any(|mark| content.contains(mark));
    let ticks = content.contains('`') && !(content.starts_with('`') && content.ends_with('`'));
    let price = content.starts_with(|c: char| c.is_ascii_digit())
        && !content.contains('\\')
        && content
            .split_whitespace()
            .skip(1)
            .any(|word| word.chars().take_while(|c| c.is_alphabetic()).count() >= 2);
    half || other_markup || ticks || price
}

/// A number, capitals, a capitalised word (`$Id$`).
fn is_weak(content: &str) -> bool {
    let number = content.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '%' | ' '));
    let mut letters = content.chars();
    let capitalised = letters.next().is_some_and(|c| c.is_ascii_uppercase());
    let word = content.len() > 1 && content.chars().all(|c| c.is_ascii_alphabetic() || c == '_');
    let capitals = content.chars().all(|c| c.is_ascii_uppercase() || c == '_');
    number || (word && capitalised && (capitals || letters.all(|c| c.is_ascii_lowercase())))
}

/// What stands between `\[` and `\]`, where a whole paragraph does and it can be nothing but a formula: markdown has these
/// for brackets.
pub(in super::super) fn between_brackets(text: &str) -> Option<Range<usize>> {
    let inside = text.strip_prefix("\\[")?.strip_suffix("\\]")?;
    let is_command = |at: usize| inside[at + 1..].starts_with(|c: char| c.is_ascii_alphabetic());
    let is_formula = inside.contains(['^', '=']) || inside.match_indices('\\').any(|(at, _)| is_command(at));
    (is_formula && !inside.contains("\\]")).then(|| 2..2 + inside.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &[&str]) {
        let found: Vec<&str> = find(text).0.into_iter().map(|span| &text[span]).collect();
        assert_eq!(found, expect, "{text:?}");
    }

    #[test]
    fn prices_and_variables_are_no_formulas() {
        for text in [
            "A **$100M** raise at a **$2B** valuation",
            "**$ETH** and **$BTC**",
            "[$5](a) and [$6](b)",
            "~~$5~~ **$6**",
            "==$5== and ==$6==",
            "*$5* or *$6*",
            "It costs $30. Set `$HOME` now.",
            "Use $A or `$B` here",
            "$ETH/$BTC pair",
            "$HOME/$USER",
            "foo$bar$baz",
            "$5 and x$",
            "50$, 60$ or 70$",
            "xyz_$folder$",
            "$Id$",
            "$100$ and $ETH$",
            "$$ and $$",
            "a\\$b$",
            "<a href='$x'>$</a>",
            "[a]($b) $",
        ] {
            check(text, &[]);
        }
    }

    #[test]
    fn formulas_stand_between_dollars_without_blanks() {
        check("$x^2$, ($y$) and $a b$-wise", &["$x^2$", "$y$", "$a b$"]);
        check("the $n$th of $k$s, 设$x$为", &["$n$", "$k$", "$x$"]);
        check("$`a+b`$ and $$c$$", &["$`a+b`$", "$$c$$"]);
        check("from $0$ to $n$", &["$0$", "$n$"]);
        check("$5 and $x$", &["$x$"]);
        check("$a\\$b$ `$` $c$", &["$a\\$b$", "$c$"]);
    }

    #[test]
    fn a_display_stands_alone() {
        assert!(is_display("$$\nx\n$$\n"));
        assert!(!is_display("$$x$$ y"));
        assert!(!is_display("$$x$$ $$y$$"));
    }
}
