//! Addresses that may leave: checked, in ASCII alone, with the host that they really lead to (WHATWG URL,
//! RFC 5891, RFC 6068).
//!
//! Knows `text`. Opens nothing.

use url::{Host, Url};

use crate::safe;
use crate::text::{SafeText, percent_decoded, thousands};

/// Longest address that is opened, in bytes.
const LONGEST: usize = 8192;

/// An address that may be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Web {
    address: String,
    host: String,
    /// The host as it is written in letters beyond ASCII.
    pub written: Option<SafeText>,
    /// The name before the host, which looks like a host to those who read quickly.
    pub user: Option<SafeText>,
    /// Whether a letter is to be written.
    pub is_mail: bool,
}

impl Web {
    /// What an address comes to, or why it is not opened.
    ///
    /// # Errors
    ///
    /// In words: an address that cannot be read, of another scheme, too long, or that would attach a file.
    pub fn of(written: &str) -> Result<Self, SafeText> {
        if written.len() > LONGEST {
            return Err(safe!("Not opened: the address has {} bytes", thousands(written.len())));
        }
        let unreadable = || safe!("Not opened: this is no address: {written}");
        let url = Url::parse(written).map_err(|_| unreadable())?;
        match url.scheme() {
            "http" | "https" => {
                let host = url.host_str().filter(|host| !host.is_empty()).ok_or_else(unreadable)?.to_owned();
                let user = (!url.username().is_empty()).then(|| safe!("{}", percent_decoded(url.username())));
                let written = in_letters(&host);
                Ok(Self { address: url.into(), host, written, user, is_mail: false })
            }
            "mailto" => mail(&url),
            scheme => Err(safe!("Not opened: only http, https and mailto leave, and this is {scheme}:")),
        }
    }

    /// The whole address, of printable ASCII.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The host as it is asked for: in ASCII, other letters as punycode.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether it is on one of these hosts, and so opened without asking.
    pub fn is_allowed(&self, hosts: &[String]) -> bool {
        !self.is_mail && self.user.is_none() && hosts.contains(&self.host)
    }
}

/// A host of the settings as addresses have it; `None` where it is none.
pub fn host(written: &str) -> Option<String> {
    Host::parse(written.trim()).ok().map(|host| host.to_string())
}

fn in_letters(host: &str) -> Option<SafeText> {
    let letters = url::quirks::domain_to_unicode(host);
    (!letters.is_empty() && letters != host).then(|| SafeText::line(&letters))
}

fn mail(url: &Url) -> Result<Web, SafeText> {
    let attaches =
        |name: &str| name.eq_ignore_ascii_case("attach") || name.eq_ignore_ascii_case("attachment");
    if url.query_pairs().any(|(name, _)| attaches(&name)) {
        return Err(safe!("Not opened: the letter would have a file of yours attached"));
    }
    let whole = url.as_str().replace(' ', "%20");
    let (to, query) = whole.find('?').map_or((whole.as_str(), ""), |at| whole.split_at(at));
    // The host of several is not one.
    let one = to.split_once('@').filter(|(_, host)| !host.contains(['@', ',']));
    let Some((name, domain)) = one else {
        let address = whole.clone();
        return Ok(Web { address, host: String::new(), written: None, user: None, is_mail: true });
    };
    let host = host(&percent_decoded(domain))
        .ok_or_else(|| safe!("Not opened: this is no address: {}", percent_decoded(&whole)))?;
    let (address, written) = (format!("{name}@{host}{query}"), in_letters(&host));
    Ok(Web { address, host, written, user: None, is_mail: true })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(written: &str, address: &str, host: &str, letters: &str) {
        let web = Web::of(written).unwrap_or_else(|reason| panic!("{written}: {reason}"));
        let found = (web.address(), web.host(), web.written.as_ref().map_or("", SafeText::as_str));
        assert_eq!(found, (address, host, letters));
    }

    fn check_refused(written: &str, reason: &str) {
        assert_eq!(Web::of(written).unwrap_err().as_str(), reason);
    }

    #[test]
    fn hosts_beyond_ascii_are_shown_as_they_are_asked_for() {
        check("https://example.org/a?b=c#d", "https://example.org/a?b=c#d", "example.org", "");
        check("https://аррӏе.com/", "https://xn--80ak6aa92e.com/", "xn--80ak6aa92e.com", "аррӏе.com");
        check("https://xn--80ak6aa92e.com", "https://xn--80ak6aa92e.com/", "xn--80ak6aa92e.com", "аррӏе.com");
        check("HTTP://Bücher.de/ä b", "http://xn--bcher-kva.de/%C3%A4%20b", "xn--bcher-kva.de", "bücher.de");
        check(
            "mailto:a@bücher.de?subject=x",
            "mailto:a@xn--bcher-kva.de?subject=x",
            "xn--bcher-kva.de",
            "bücher.de",
        );
        check("mailto:a@b.de,c@d.de", "mailto:a@b.de,c@d.de", "", "");
    }

    #[test]
    fn a_name_before_the_host_is_told_from_it() {
        let web = Web::of("https://google.com@evil.example/x").unwrap();
        assert_eq!((web.host(), web.user.as_ref().unwrap().as_str()), ("evil.example", "google.com"));
        assert!(!web.is_allowed(&["evil.example".into()]));
        assert!(Web::of("https://a.org/x").unwrap().is_allowed(&["a.org".into()]));
        assert!(!Web::of("https://b.a.org/x").unwrap().is_allowed(&["a.org".into()]));
    }

    #[test]
    fn what_is_no_address_or_would_do_harm_is_refused() {
        check_refused(
            "javascript:alert(1)",
            "Not opened: only http, https and mailto leave, and this is javascript:",
        );
        check_refused("--option", "Not opened: this is no address: --option");
        check_refused("https://", "Not opened: this is no address: https://");
        check_refused(
            "mailto:a@b.c?Attach=/etc/passwd",
            "Not opened: the letter would have a file of yours attached",
        );
        let long = format!("https://a.org/{}", "a".repeat(LONGEST));
        check_refused(&long, "Not opened: the address has 8,206 bytes");
    }

    #[test]
    fn hosts_of_the_settings_are_as_addresses_have_them() {
        assert_eq!(host(" Bücher.DE ").as_deref(), Some("xn--bcher-kva.de"));
        assert_eq!(host("a b"), None);
    }

    proptest! {
        #[test]
        fn whatever_is_written_an_address_is_ascii_and_no_option(rest in any::<String>(), mail in any::<bool>()) {
            let scheme = if mail { "mailto:" } else { "https://" };
            if let Ok(web) = Web::of(&format!("{scheme}{rest}")) {
                prop_assert!(web.address().bytes().all(|byte| byte.is_ascii_graphic()), "{web:?}");
                prop_assert!(web.address().starts_with(scheme));
                prop_assert!(web.host().is_ascii());
            }
        }
    }
}
