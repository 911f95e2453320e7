//! TeX math → Unicode that can be read in a terminal.
//!
//! Knows `script`. What it does not know it does not guess: the whole formula is
//! then shown as its source. Depth is bounded, so a hostile formula costs no stack.

mod brackets;
mod environment;
mod laid;
pub(super) mod spans;
mod symbols;

use super::script::{self, Script};
use brackets::tall;
use laid::Laid;

/// Groups and arguments nested deeper are not converted.
const DEPTH: u32 = 24;
/// Longer formulas are shown as their source.
const BYTES: usize = 16 * 1024;

/// A formula in Unicode; rows are separated by line breaks where `display` allows several. Nothing where
/// any of it cannot be converted.
pub(super) fn convert(source: &str, display: bool) -> Option<String> {
    if source.len() > BYTES {
        return None;
    }
    let mut parser = Parser { rest: source, display, depth: 0, script: false, limits: false };
    let laid = parser.sequence(&End::Source)?;
    let text = laid.rows.iter().map(|row| row.trim_end()).collect::<Vec<_>>().join("\n");
    (!text.trim().is_empty()).then_some(text)
}

/// What ends a sequence.
#[derive(Clone, Debug, PartialEq, Eq)]
enum End {
    Source,
    Brace,
    Bracket,
    /// `\right` or `\middle`, left to the caller.
    Right,
    /// A cell: `&`, `\\` or `\end`, left to the caller.
    Cell,
}

struct Parser<'a> {
    rest: &'a str,
    display: bool,
    depth: u32,
    /// Inside a superscript or subscript: one row, no blanks.
    script: bool,
    /// Behind a sum or its kin, whose limits may follow.
    limits: bool,
}

impl<'a> Parser<'a> {
    fn sequence(&mut self, end: &End) -> Option<Laid> {
        self.depth += 1;
        if self.depth > DEPTH {
            return None;
        }
        let mut out = Laid::new("");
        let mut above: Vec<Laid> = Vec::new();
        loop {
            self.rest = self.rest.trim_start();
            let Some(next) = self.rest.chars().next() else {
                if *end != End::Source {
                    return None;
                }
                break;
            };
            if self.limits && self.ends_limits(next) {
                self.limits = false;
                self.blank(&mut out);
            }
            match next {
                '}' if *end == End::Brace => {
                    self.skip(1);
                    break;
                }
                ']' if *end == End::Bracket => {
                    self.skip(1);
                    break;
                }
                '&' if *end == End::Cell => break,
                '&' => self.skip(1),
                '}' | '%' | '$' | '#' => return None,
                '{' => {
                    self.skip(1);
                    let group = self.sequence(&End::Brace)?;
                    out.beside(&group);
                }
                '^' | '_' => self.attach(&mut out, next)?,
                '\'' => {
                    self.skip(1);
                    out.push("′");
                }
                '~' => {
                    self.skip(1);
                    self.blank(&mut out);
                }
                '\\' => {
                    let name = self.peek()?;
                    if *end == End::Cell && matches!(name, "end" | "\\") {
                        break;
                    }
                    if *end == End::Right && matches!(name, "right" | "middle") {
                        break;
                    }
                    self.skip(1 + name.len());
                    match name {
                        "right" | "end" => return None,
                        "over" => {
                            let below = self.sequence(end)?;
                            self.depth -= 1;
                            let fraction =
                                format!("{}/{}", numerator(out.line()?.trim()), one(below.line()?.trim()));
                            let inside = *end == End::Brace;
                            return Some(Laid::new(&if inside { format!("({fraction})") } else { fraction }));
                        }
                        "\\" | "newline" if *end == End::Source && self.display => {
                            above.push(std::mem::replace(&mut out, Laid::new("")));
                        }
                        "\\" | "newline" => self.blank(&mut out),
                        name => self.apply(name, &mut out)?,
                    }
                }
                '+' | '=' | '<' | '>' => {
                    self.skip(1);
                    self.operator(&mut out, next.encode_utf8(&mut [0; 4]));
                }
                ':' if self.rest.starts_with(":=") => {
                    self.skip(2);
                    self.operator(&mut out, ":=");
                }
                '-' => {
                    self.skip(1);
                    self.operator(&mut out, "−");
                }
                ',' => {
                    self.skip(1);
                    out.push(",");
                    self.blank(&mut out);
                }
                other if other.is_control() => return None,
                other => {
                    self.skip(other.len_utf8());
                    out.push(other.encode_utf8(&mut [0; 4]));
                }
            }
        }
        self.depth -= 1;
        if above.is_empty() {
            return Some(out);
        }
        above.push(out);
        let rows: Vec<String> = above.into_iter().flat_map(|laid| laid.rows).collect();
        Some(Laid { rows, base: 0 })
    }

    /// Whether `next` is what a sum is of, and none of its limits.
    fn ends_limits(&self, next: char) -> bool {
        let command = self.peek().unwrap_or_default();
        !matches!(next, '^' | '_' | '}' | '&' | ')' | ']')
            && !matches!(command, "limits" | "nolimits" | "right" | "end" | "\\" | "," | "!" | ";")
    }

    /// Whether nothing that comes next could be taken for a part of what stands before it.
    fn is_free_behind(&self) -> bool {
        let rest = self.rest.trim_start();
        if let Some(name) = self.peek().filter(|_| rest.len() == self.rest.len()) {
            return symbols::relation(name).is_some()
                || matches!(
                    name,
                    "right" | "end" | "\\" | "quad" | "qquad" | "," | ";" | "text" | "tag" | "over"
                );
        }
        rest.starts_with(['+', '-', '=', '<', '>', ',', '.', ';', ':', ')', ']', '}', '&', '|', '/'])
            || rest.is_empty()
            || (rest.starts_with('\\') && Self { rest, ..*self }.is_free_behind())
    }

    fn skip(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
    }

    /// The name of the command that begins here: letters, or one other character.
    fn peek(&self) -> Option<&'a str> {
        let after = self.rest.strip_prefix('\\')?;
        let letters = after.bytes().take_while(u8::is_ascii_alphabetic).count();
        let length = if letters > 0 { letters } else { after.chars().next()?.len_utf8() };
        after.get(..length)
    }

    /// An argument: a group, a command, or one character.
    fn argument(&mut self) -> Option<Laid> {
        self.rest = self.rest.trim_start();
        if let Some(rest) = self.rest.strip_prefix('{') {
            self.rest = rest;
            return self.sequence(&End::Brace);
        }
        let mut out = Laid::new("");
        if let Some(name) = self.peek() {
            self.skip(1 + name.len());
            self.depth += 1;
            if self.depth > DEPTH {
                return None;
            }
            self.apply(name, &mut out)?;
            self.depth -= 1;
            return Some(out);
        }
        let character = self.rest.chars().next().filter(|c| !matches!(c, '}' | '^' | '_' | '&' | '$'))?;
        self.skip(character.len_utf8());
        let character = if character == '-' { '−' } else { character };
        out.push(character.encode_utf8(&mut [0; 4]));
        Some(out)
    }

    /// An argument that is one row.
    fn line(&mut self) -> Option<String> {
        self.argument()?.line().map(str::to_owned)
    }

    /// The raw text of a group.
    fn raw(&mut self) -> Option<&'a str> {
        let inside = self.rest.trim_start().strip_prefix('{')?;
        let end = inside.find('}')?;
        let text = &inside[..end];
        self.rest = &inside[end + 1..];
        (!text.contains(['{', '\\', '$'])).then_some(text)
    }

    /// A superscript or subscript of what stands before.
    fn attach(&mut self, out: &mut Laid, mark: char) -> Option<()> {
        self.skip(1);
        let limits = std::mem::take(&mut self.limits);
        let (was_script, was_display) = (self.script, self.display);
        (self.script, self.display) = (true, false);
        let text = self.line()?;
        (self.script, self.display) = (was_script, was_display);
        self.limits = limits;
        if text.is_empty() {
            return Some(());
        }
        let script = if mark == '^' { Script::Super } else { Script::Sub };
        if mark == '^' && matches!(text.as_str(), "′" | "″" | "∘") {
            out.hang(if text == "∘" { "°" } else { &text }, true);
        } else {
            out.hang(&script::text(&text, script), mark == '^');
        }
        Some(())
    }

    fn blank(&self, out: &mut Laid) {
        if !self.script && !matches!(out.last(), None | Some(' ')) {
            out.push(" ");
        }
    }

    /// An operator, with blanks around it where it stands between two things.
    fn operator(&self, out: &mut Laid, sign: &str) {
        let unary = matches!(out.last(), None | Some('(' | '[' | '{' | '⟨' | '|' | ',' | '='))
            || (matches!(sign, "−" | "+") && matches!(out.last(), Some(' ')));
        if self.script || (unary && matches!(sign, "−" | "+" | "±" | "∓")) {
            out.push(sign);
            return;
        }
        self.blank(out);
        out.push(sign);
        out.push(" ");
    }

    fn delimiter(&mut self) -> Option<String> {
        self.rest = self.rest.trim_start();
        if let Some(name) = self.peek() {
            self.skip(1 + name.len());
            return symbols::delimiter(name).map(str::to_owned);
        }
        let character = self.rest.chars().next()?;
        self.skip(character.len_utf8());
        Some(if character == '.' { String::new() } else { character.to_string() })
    }

    fn apply(&mut self, name: &str, out: &mut Laid) -> Option<()> {
        if let Some(sign) = symbols::relation(name) {
            self.operator(out, sign);
            return Some(());
        }
        if let Some(sign) = symbols::symbol(name) {
            out.push(sign);
            self.limits = LIMITS.contains(&name);
            return Some(());
        }
        if symbols::FUNCTIONS.contains(&name) {
            if out.last().is_some_and(char::is_alphanumeric) {
                self.blank(out);
            }
            out.push(name);
            let next = self.rest.trim_start().chars().next();
            if next.is_some_and(|c| c.is_alphanumeric() || c == '\\') {
                self.blank(out);
            }
            return Some(());
        }
        if let Some(mark) = symbols::accent(name) {
            let text = self.line()?;
            if text.chars().count() == 1 {
                out.push(&format!("{text}{mark}"));
            } else if text.chars().all(char::is_alphanumeric) {
                out.push(&text.chars().flat_map(|c| [c, mark]).collect::<String>());
            } else {
                out.push(&format!("({text}){mark}"));
            }
            return Some(());
        }
        match name {
            "frac" | "dfrac" | "tfrac" | "cfrac" => self.fraction(name != "tfrac", out)?,
            "binom" | "dbinom" | "tbinom" => {
                let (above, below) = (self.line()?, self.line()?);
                out.push(&format!("({above} choose {below})"));
            }
            "sqrt" => self.root(out)?,
            "text" | "textrm" | "textbf" | "textit" | "texttt" | "textsf" | "mbox" | "operatorname"
            | "hbox" => {
                let starred = self.rest.strip_prefix('*');
                self.rest = starred.unwrap_or(self.rest);
                out.push(self.raw()?);
            }
            "mathrm" | "mathbf" | "mathit" | "mathsf" | "mathtt" | "boldsymbol" | "bm" | "pmb" | "cancel"
            | "mathop" | "mathbin" | "mathrel" | "mathord" | "boxed" | "smash" | "vphantom" => {
                let inside = self.argument()?;
                if name != "vphantom" {
                    out.beside(&inside);
                }
            }
            "underbrace" | "overbrace" => {
                let inside = self.argument()?;
                if self.rest.trim_start().starts_with(['_', '^']) {
                    out.push(&numerator(inside.line()?));
                } else {
                    out.beside(&inside);
                }
            }
            "substack" => {
                let lines: Option<Vec<String>> =
                    self.group()?.split("\\\\").map(|line| self.alone(line)).collect();
                out.push(&lines?.join(", "));
            }
            "xrightarrow" | "xleftarrow" => {
                let text = self.line()?;
                let (before, after) = if name == "xrightarrow" { ("─", "→") } else { ("←", "─") };
                self.operator(out, &format!("{before}{text}{after}"));
            }
            "mathbb" | "mathcal" | "mathscr" | "mathfrak" => {
                let text = self.line()?;
                let styled: Option<String> = text.chars().map(|c| symbols::styled(name, c)).collect();
                out.push(&styled.unwrap_or(text));
            }
            "left" => self.fenced(out)?,
            "big" | "Big" | "bigg" | "Bigg" | "bigl" | "bigr" | "Bigl" | "Bigr" | "biggl" | "biggr"
            | "middle" => {
                let delimiter = self.delimiter()?;
                out.push(&delimiter);
            }
            "overset" | "stackrel" | "underset" => {
                let script = if name == "underset" { Script::Sub } else { Script::Super };
                let (mark, base) = (self.line()?, self.line()?);
                out.push(&base);
                out.push(&script::text(&mark, script));
            }
            "pmod" => {
                let text = self.line()?;
                self.blank(out);
                out.push(&format!("(mod {text})"));
            }
            "bmod" | "mod" => self.operator(out, "mod"),
            "tag" => {
                let text = self.raw()?;
                out.push(&format!("  ({text})"));
            }
            "label" => {
                self.raw()?;
            }
            "," | ";" | ":" | " " | "quad" | "qquad" | ">" | "enspace" | "thinspace" => self.blank(out),
            "!" | "displaystyle" | "textstyle" | "scriptstyle" | "limits" | "nolimits" | "nonumber"
            | "notag" | "rm" | "bf" | "it" | "normalsize" | "allowbreak" => {}
            "not" => {
                let next = self.argument()?;
                self.operator(out, &negated(next.line()?.trim()));
            }
            "begin" => self.environment(out)?,
            _ => return None,
        }
        Some(())
    }

    /// `\left(`, what it holds, any `\middle|`, and `\right)`: all as tall as the tallest of them.
    fn fenced(&mut self, out: &mut Laid) -> Option<()> {
        let mut delimiters = vec![self.delimiter()?];
        let mut parts = Vec::new();
        loop {
            parts.push(self.sequence(&End::Right)?);
            let command = self.peek()?;
            self.skip(1 + command.len());
            delimiters.push(self.delimiter()?);
            if command == "right" {
                break;
            }
        }
        let above = parts.iter().map(|part| part.base).max()?;
        let below = parts.iter().map(|part| part.rows.len() - part.base).max()?;
        let like = Laid { rows: vec![String::new(); above + below], base: above };
        let mut parts = parts.iter();
        for delimiter in &delimiters {
            out.beside(&tall(delimiter, &like));
            if let Some(part) = parts.next() {
                out.beside(part);
            }
        }
        Some(())
    }

    fn fraction(&mut self, rows: bool, out: &mut Laid) -> Option<()> {
        let (above, below) = (self.argument()?, self.argument()?);
        if self.display && rows && !self.script {
            let wide = above.width().max(below.width()) + 2;
            let centred = |laid: &Laid| -> Vec<String> {
                let left = (wide - laid.width()) / 2;
                laid.rows.iter().map(|row| " ".repeat(left) + row).collect()
            };
            let mut lines = centred(&above);
            let base = lines.len();
            lines.push("─".repeat(wide));
            lines.extend(centred(&below));
            out.beside(&Laid { rows: lines, base });
            return Some(());
        }
        let fraction = format!("{}/{}", numerator(above.line()?), one(below.line()?));
        // `2(1/2)` is not `21/2`, and `(a/b)²` not `a/b²`.
        let free =
            !out.last().is_some_and(|c| c.is_alphanumeric() || matches!(c, ')' | ']' | '/' | '√' | '\''));
        let free = free && self.is_free_behind();
        out.push(&if free { fraction } else { format!("({fraction})") });
        Some(())
    }

    fn root(&mut self, out: &mut Laid) -> Option<()> {
        let mut degree = String::new();
        if let Some(rest) = self.rest.trim_start().strip_prefix('[') {
            self.rest = rest;
            self.sequence(&End::Bracket)?.line()?.clone_into(&mut degree);
        }
        let was_display = std::mem::replace(&mut self.display, false);
        let inside = self.line()?;
        self.display = was_display;
        let sign = match degree.as_str() {
            "" | "2" => "√".to_owned(),
            "3" => "∛".to_owned(),
            "4" => "∜".to_owned(),
            other => script::text(other, Script::Super) + "√",
        };
        out.push(&sign);
        let inside = one(&inside);
        let joins = !inside.starts_with('(') && !self.is_free_behind();
        out.push(&if joins { format!("({inside})") } else { inside });
        Some(())
    }

    /// A group as it is written, with the groups in it.
    fn group(&mut self) -> Option<&'a str> {
        let inside = self.rest.trim_start().strip_prefix('{')?;
        let mut depth = 1_usize;
        for (at, byte) in inside.bytes().enumerate() {
            match byte {
                b'{' => depth += 1,
                b'}' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                self.rest = &inside[at + 1..];
                return Some(&inside[..at]);
            }
        }
        None
    }

    /// A part of a formula, converted by itself.
    fn alone(&self, rest: &str) -> Option<String> {
        let mut parser = Parser { rest, display: false, limits: false, ..*self };
        Some(parser.sequence(&End::Source)?.line()?.trim().to_owned())
    }
}

/// Operators that a blank stands behind, with their limits.
const LIMITS: [&str; 14] = [
    "sum",
    "prod",
    "coprod",
    "int",
    "iint",
    "iiint",
    "oint",
    "bigcup",
    "bigcap",
    "bigoplus",
    "bigotimes",
    "bigvee",
    "bigwedge",
    "bigsqcup",
];

/// A sign, struck out.
fn negated(sign: &str) -> String {
    match sign {
        "=" => "≠".to_owned(),
        "∈" => "∉".to_owned(),
        "≡" => "≢".to_owned(),
        "⊂" => "⊄".to_owned(),
        "∼" => "≁".to_owned(),
        other => format!("{other}\u{338}"),
    }
}

/// Whether parentheses enclose the whole of `text`.
fn is_enclosed(text: &str) -> bool {
    text.starts_with('(') && text.ends_with(')') && text.matches('(').count() == 1
}

/// Parentheses around what is more than a product: what may stand over a stroke.
fn numerator(text: &str) -> String {
    let product = text.chars().all(|c| c.is_alphanumeric() || c == '.' || is_hung(c));
    if product || is_enclosed(text) { text.to_owned() } else { format!("({text})") }
}

/// Parentheses around what is more than one number or letter: what may stand under a stroke or a root.
fn one(text: &str) -> String {
    let mut letters = text.chars();
    let letter = letters.next().is_some_and(|c| !matches!(c, '−' | '-' | '(')) && letters.all(is_hung);
    let number = text.chars().all(|c| c.is_ascii_digit() || c == '.');
    if letter || number || is_enclosed(text) { text.to_owned() } else { format!("({text})") }
}

/// Whether `c` hangs on what stands before it: raised, lowered, a prime, an accent.
fn is_hung(c: char) -> bool {
    script::is_script(c) || matches!(c, '′' | '″') || unicode_width::UnicodeWidthChar::width(c) == Some(0)
}

#[cfg(test)]
mod tests;
