//! Addresses that stand bare in text become links (GFM 6.9, extended autolinks).
//!
//! Knows `shown`. Works on shown text, where no markup is left between an address's characters.

use std::ops::Range;

use super::shown::{Inline, Link, ShownText, Span, Target};

/// Makes links of the bare addresses of `text` that are not part of a link, code or math already.
pub(super) fn link(text: &mut ShownText) {
    let shown = text.text.as_str();
    if !shown.contains("://") && !shown.contains("www.") && !shown.contains('@') {
        return;
    }
    let mut found: Vec<(Range<usize>, String)> = Vec::new();
    let mut from = 0;
    while let Some((range, target)) = next(shown, from) {
        from = range.end;
        let taken = |span: &Span| {
            let apart = span.range.end as usize <= range.start || span.range.start as usize >= range.end;
            !apart
                && (span.link.is_some()
                    || span.inline.intersects(Inline::CODE | Inline::MATH | Inline::IMAGE))
        };
        let first = text.spans.partition_point(|span| span.range.end as usize <= range.start);
        if !text.spans[first..].iter().take_while(|span| (span.range.start as usize) < range.end).any(taken) {
            found.push((range, target));
        }
    }
    if !found.is_empty() {
        add(text, found);
    }
}

/// The first bare address at or after `from`.
fn next(text: &str, from: usize) -> Option<(Range<usize>, String)> {
    let bytes = text.as_bytes();
    let mut at = from;
    while at < bytes.len() {
        let found = match bytes[at] {
            b'h' | b'H' | b'w' | b'W' => web(text, at),
            b'@' => email(text, at, from),
            _ => None,
        };
        if found.is_some() {
            return found;
        }
        at += 1;
    }
    None
}

fn web(text: &str, at: usize) -> Option<(Range<usize>, String)> {
    let rest = text.get(at..)?;
    let starts =
        |prefix: &str| rest.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix));
    let (scheme, prefix) = if starts("https://") {
        (8, "")
    } else if starts("http://") {
        (7, "")
    } else if starts("www.") {
        (0, "http://")
    } else {
        return None;
    };
    let before = text[..at].chars().next_back();
    if before.is_some_and(|c| {
        !c.is_whitespace() && !matches!(c, '*' | '_' | '~' | '(' | '"' | '\'' | '[' | ',' | ':')
    }) && before.is_some_and(|c| c.is_ascii())
    {
        return None;
    }
    let length = rest.find(|c: char| c.is_whitespace() || c == '<').unwrap_or(rest.len());
    let mut address = &rest[..length];
    loop {
        let trimmed =
            address.trim_end_matches(['?', '!', '.', ',', ':', '*', '_', '~', '"', '\'', ';', ']', '>']);
        let trimmed = match trimmed.strip_suffix(')') {
            Some(open) if trimmed.matches(')').count() > trimmed.matches('(').count() => open,
            _ => trimmed,
        };
        if trimmed.len() == address.len() {
            break;
        }
        address = trimmed;
    }
    let domain = address.get(scheme..)?.split(['/', '?', '#', ':']).next()?;
    let good = !domain.is_empty()
        && !domain.starts_with('.')
        && domain.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
        && (domain.contains('.') || domain == "localhost")
        && !domain.rsplit('.').take(2).any(|part| part.contains('_') || part.is_empty());
    good.then(|| (at..at + address.len(), format!("{prefix}{address}")))
}

fn email(text: &str, at: usize, from: usize) -> Option<(Range<usize>, String)> {
    let local = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'+');
    let before = text.as_bytes()[from..at].iter().rev().take_while(|byte| local(**byte)).count();
    let rest = &text.as_bytes()[at + 1..];
    let host = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    let mut after = rest.iter().take_while(|byte| host(**byte)).count();
    while after > 0 && rest[after - 1] == b'.' {
        after -= 1;
    }
    let domain = &rest[..after];
    let good = before > 0
        && domain.contains(&b'.')
        && domain.first() != Some(&b'.')
        && !matches!(domain.last(), None | Some(b'-' | b'_'))
        && rest.get(after) != Some(&b'/');
    let range = at - before..at + 1 + after;
    good.then(|| (range.clone(), format!("mailto:{}", &text[range])))
}

/// Lays the links over the spans, and keeps both in order.
fn add(text: &mut ShownText, found: Vec<(Range<usize>, String)>) {
    let old = std::mem::take(&mut text.spans);
    let first_new = text.links.len() as u32;
    let mut covers: Vec<(Range<u32>, u32)> = Vec::with_capacity(found.len());
    for (index, (range, target)) in found.into_iter().enumerate() {
        let range = range.start as u32..range.end as u32;
        covers.push((range.clone(), first_new + index as u32));
        text.links.push(Link { range, target: Target::Address(target) });
    }
    let mut covers = covers.into_iter().peekable();
    let mut spans = Vec::with_capacity(old.len() + covers.len());
    let mut at = 0;
    // Every span in turn, and the plain text before it, is cut at the links that begin or end in it.
    let plain_end = Span { range: u32::MAX..u32::MAX, inline: Inline::empty(), link: None };
    for span in old.into_iter().chain(std::iter::once(plain_end)) {
        let plain = Span { range: at..span.range.start, inline: Inline::empty(), link: None };
        at = span.range.end;
        for piece in [plain, span] {
            let mut start = piece.range.start;
            while let Some((cover, link)) = covers.peek().cloned() {
                if cover.start >= piece.range.end || start >= piece.range.end {
                    break;
                }
                let begin = cover.start.max(start);
                push(&mut spans, start..begin, piece.inline, piece.link);
                let end = cover.end.min(piece.range.end);
                push(&mut spans, begin..end, piece.inline | Inline::LINK, Some(link));
                start = end;
                if cover.end > piece.range.end {
                    break;
                }
                covers.next();
            }
            push(&mut spans, start..piece.range.end, piece.inline, piece.link);
        }
    }
    let mut order: Vec<u32> = (0..text.links.len() as u32).collect();
    order.sort_by_key(|index| text.links.get(*index as usize).map_or(0, |link| link.range.start));
    let mut place = vec![0; order.len()];
    for (new, old) in order.iter().enumerate() {
        if let Some(place) = place.get_mut(*old as usize) {
            *place = new as u32;
        }
    }
    for span in &mut spans {
        span.link = span.link.and_then(|link| place.get(link as usize).copied());
    }
    text.links.sort_by_key(|link| link.range.start);
    text.spans = spans;
}

fn push(spans: &mut Vec<Span>, range: Range<u32>, inline: Inline, link: Option<u32>) {
    if !range.is_empty() && range.start != u32::MAX && (inline != Inline::empty() || link.is_some()) {
        spans.push(Span { range, inline, link });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &[&str]) {
        let mut found = Vec::new();
        let mut from = 0;
        while let Some((range, _)) = next(text, from) {
            from = range.end;
            found.push(&text[range]);
        }
        assert_eq!(found, expect, "{text:?}");
    }

    #[test]
    fn addresses_end_where_gfm_says() {
        check("see www.commonmark.org/help.", &["www.commonmark.org/help"]);
        check("(https://a.b/c_(d))", &["https://a.b/c_(d)"]);
        check("http://a.b/x?q=1&y!", &["http://a.b/x?q=1&y"]);
        check("https://x ftp://a.b www. http://a_b.c_d", &[]);
        check("见https://例子.中国/路。", &["https://例子.中国/路。"]);
    }

    #[test]
    fn mail_addresses_are_found() {
        check("write to a.b+c@d-e.fg. Or @nobody, x@y", &["a.b+c@d-e.fg"]);
        check("a@b.c_d a.b-c_d@a.b- a.b-c_d@a.b_", &["a@b.c_d"]);
    }
}
