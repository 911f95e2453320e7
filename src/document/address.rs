//! The address of a link as a terminal may be given it.
//!
//! Knows `shown`'s plain types only.

use super::shown::Target;

/// The schemes that a terminal may open.
const SCHEMES: [&str; 3] = ["http://", "https://", "mailto:"];
/// Longest address, in bytes, as the description of OSC 8 suggests: VTE and iTerm2 take no longer ones.
const LONGEST: usize = 2083;

/// The web or mail address that a link leads to, of nothing but printable ASCII: control characters are
/// dropped and everything else is percent-encoded (RFC 3986, 2.1). `None` for any other scheme, for what
/// leads elsewhere, and for what is longer than a terminal takes.
pub fn web_address(target: &Target) -> Option<String> {
    let Target::Address(written) = target else { return None };
    let written = written.trim();
    let scheme = SCHEMES.into_iter().find(|scheme| {
        let start = written.as_bytes().get(..scheme.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(scheme.as_bytes()))
    })?;
    let mut address = String::from(scheme);
    let mut bytes = [0; 4];
    for character in written.chars().skip(scheme.len()).filter(|character| !character.is_control()) {
        if character.is_ascii_graphic() {
            address.push(character);
        } else {
            for byte in character.encode_utf8(&mut bytes).bytes() {
                const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
                address.push('%');
                address.push(char::from(DIGITS[usize::from(byte >> 4)]));
                address.push(char::from(DIGITS[usize::from(byte & 15)]));
            }
        }
        if address.len() > LONGEST {
            return None;
        }
    }
    (address.len() > scheme.len()).then_some(address)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(written: &str, expect: Option<&str>) {
        assert_eq!(web_address(&Target::Address(written.to_owned())).as_deref(), expect, "{written:?}");
    }

    #[test]
    fn only_web_and_mail_addresses_leave() {
        check("https://example.org/a?b=c#d", Some("https://example.org/a?b=c#d"));
        check("HTTP://Example.org", Some("http://Example.org"));
        check("mailto:a@example.org", Some("mailto:a@example.org"));
        for other in
            ["javascript:alert(1)", "file:///etc/passwd", "glossary.md", "#top", "//x.org", "https:", ""]
        {
            check(other, None);
        }
        check("https://", None);
        assert_eq!(web_address(&Target::Image("https://example.org/a.png".into())), None);
    }

    #[test]
    fn control_characters_go_and_the_rest_is_percent_encoded() {
        check("https://a.org/\u{1b}]8;;\u{7}x\u{9b}y", Some("https://a.org/]8;;xy"));
        check("https://a.org/a b", Some("https://a.org/a%20b"));
        check("https://a.org/跨\u{202e}", Some("https://a.org/%E8%B7%A8%E2%80%AE"));
    }

    #[test]
    fn an_address_that_no_terminal_takes_is_none() {
        let long = |bytes: usize| format!("https://{}", "a".repeat(bytes - 8));
        check(&long(LONGEST), Some(&long(LONGEST)));
        check(&long(LONGEST + 1), None);
    }

    proptest! {
        #[test]
        fn whatever_is_written_is_printable(rest in any::<String>()) {
            if let Some(address) = web_address(&Target::Address(format!("https://{rest}"))) {
                prop_assert!(address.bytes().all(|byte| byte.is_ascii_graphic()));
                prop_assert!(address.len() <= LONGEST);
            }
        }
    }
}
