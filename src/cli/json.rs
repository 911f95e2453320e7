//! JSON for standard output: every control, bidi control and tag character is written as `\uXXXX`, so
//! that text stays exact and no such byte reaches a pipe (RFC 8259 section 7).

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter};

/// Writes one value on one line, without a line end.
///
/// # Errors
///
/// What writing gives.
pub fn write<T: Serialize + ?Sized>(out: &mut dyn Write, value: &T) -> io::Result<()> {
    let mut serializer = serde_json::Serializer::with_formatter(out, Escaping);
    value.serialize(&mut serializer).map_err(io::Error::from)
}

/// Writes values as one array, a value a line.
///
/// # Errors
///
/// What writing gives.
pub fn write_array<T: Serialize>(out: &mut dyn Write, values: impl IntoIterator<Item = T>) -> io::Result<()> {
    out.write_all(b"[")?;
    for (index, value) in values.into_iter().enumerate() {
        out.write_all(if index == 0 { b"\n" } else { b",\n" })?;
        write(out, &value)?;
    }
    out.write_all(b"\n]\n")
}

struct Escaping;

impl Formatter for Escaping {
    fn write_string_fragment<W: Write + ?Sized>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some((at, character)) = rest.char_indices().find(|(_, c)| is_escaped(*c)) {
            CompactFormatter.write_string_fragment(out, &rest[..at])?;
            let mut units = [0; 2];
            for unit in character.encode_utf16(&mut units) {
                write!(out, "\\u{unit:04x}")?;
            }
            rest = &rest[at + character.len_utf8()..];
        }
        CompactFormatter.write_string_fragment(out, rest)
    }
}

fn is_escaped(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, json: &str) {
        let mut out = Vec::new();
        write(&mut out, text).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), json);
        assert_eq!(serde_json::from_str::<String>(json).unwrap(), text);
    }

    #[test]
    fn controls_are_escaped_and_text_stays_exact() {
        check("a\u{1b}[0m\u{9b}\u{7f}\0\n\"\\", r#""a\u001b[0m\u009b\u007f\u0000\n\"\\""#);
        check("x\u{202e}y\u{e0041}z", r#""x\u202ey\udb40\udc41z""#);
        check("跨链 é 🎉", "\"跨链 é 🎉\"");
    }
}
