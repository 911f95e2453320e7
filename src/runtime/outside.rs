//! Programs outside: what opens an address, and the editor.
//!
//! What they are given is one argument each, and no shell reads it.

use std::ffi::{OsStr, OsString};
use std::io::{self, IsTerminal};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

use super::outbox::Outbox;
use super::report;
use crate::app::effect::Report;
use crate::safe;
use crate::text::SafeText;

/// Names the program that opens addresses, in place of the system's own way.
const OPENER: &str = "LONGREAD_OPENER";
/// Editors that take `file:line`.
const AT_COLON: [&str; 5] = ["hx", "helix", "zed", "zeditor", "subl"];
/// Editors that take `--goto file:line`.
const BY_GOTO: [&str; 6] = ["code", "code-insiders", "codium", "vscodium", "cursor", "windsurf"];

/// Opens an address, which was checked before, on a thread of its own; says so where that fails.
pub(super) fn open(address: &str, events: &Outbox) {
    let (address, events) = (address.to_owned(), events.clone());
    let own = std::env::var_os(OPENER).filter(|program| !program.is_empty());
    let opened = thread::Builder::new().name("opener".into()).spawn(move || {
        let result = if let Some(program) = own {
            run_quietly(&program, &address)
        } else {
            let is_mail = address.starts_with("mailto:");
            let by_system = if is_mail { opener::open(&address) } else { opener::open_browser(&address) };
            // Its own reason names programs that nobody has heard of.
            by_system.map_err(|_| {
                safe!(
                    "no program opens addresses here; {OPENER} can name one, and y in the question copies it"
                )
            })
        };
        if let Err(reason) = result {
            let _ = report(&events, Report::Notice(safe!("Not opened: {reason}")));
        }
    });
    // Without a thread there is no program either.
    drop(opened);
}

fn run_quietly(program: &OsStr, address: &str) -> Result<(), SafeText> {
    let name = safe!("{}", program.display());
    let mut command = Command::new(program);
    command.arg(address).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(safe!("{name} ended with {status}")),
        Err(error) => Err(safe!("{name}: {error}")),
    }
}

/// Runs the editor of the environment on a file, at a line, and waits until it is left.
///
/// # Errors
///
/// In words, where it cannot be started.
pub(super) fn edit(file: &Path, line: u32) -> Result<(), SafeText> {
    let named = ["VISUAL", "EDITOR"].iter().filter_map(|name| std::env::var(name).ok());
    let editor = named.into_iter().find(|editor| !editor.trim().is_empty()).unwrap_or_else(|| "vi".into());
    let words = words(&editor);
    let Some((program, arguments)) = words.split_first() else { return Ok(()) };
    let mut command = Command::new(program);
    command.args(arguments).args(place(program, file, line));
    if !io::stdin().is_terminal() {
        let flags = rustix::fs::OFlags::RDONLY | rustix::fs::OFlags::CLOEXEC;
        let terminal = rustix::fs::open("/dev/tty", flags, rustix::fs::Mode::empty());
        command.stdin(terminal.map_err(|error| safe!("the terminal: {error}"))?);
    }
    // How it ended is its own matter: many editors end with the last command's status.
    command.status().map(drop).map_err(|error| safe!("{program}: {error}"))
}

/// The arguments that open a file at a line, in the way of an editor.
fn place(program: &str, file: &Path, line: u32) -> Vec<OsString> {
    let file = if file.as_os_str().as_encoded_bytes().starts_with(b"-") {
        Path::new(".").join(file)
    } else {
        file.to_path_buf()
    };
    let name = Path::new(program).file_stem().and_then(OsStr::to_str).unwrap_or(program);
    let mut at_colon = file.clone().into_os_string();
    at_colon.push(format!(":{line}"));
    if AT_COLON.contains(&name) {
        vec![at_colon]
    } else if BY_GOTO.contains(&name) {
        vec!["--goto".into(), at_colon]
    } else {
        vec![format!("+{line}").into(), file.into_os_string()]
    }
}

/// The words of a command line, with quotes and backslashes as a shell has them, and nothing else that a
/// shell would do.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    let mut rest = line.chars();
    while let Some(letter) = rest.next() {
        match (letter, quote) {
            (quoted, Some(open)) if quoted == open => quote = None,
            ('\\', None | Some('"')) => word.get_or_insert_default().extend(rest.next()),
            ('\'' | '"', None) => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (blank, None) if blank.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_editor_is_split_as_a_shell_would_and_run_without_one() {
        let check = |line: &str, expect: &[&str]| assert_eq!(words(line), expect, "{line}");
        check("vi", &["vi"]);
        check("  emacsclient -t -a '' ", &["emacsclient", "-t", "-a", ""]);
        check("\"/opt/my editor/bin\" --flag=\"a b\"", &["/opt/my editor/bin", "--flag=a b"]);
        check("a\\ b $(rm x); `y`", &["a b", "$(rm", "x);", "`y`"]);
    }

    #[test]
    fn each_editor_is_told_the_line_in_its_own_way() {
        let check = |program: &str, expect: &[&str]| {
            let found = place(program, Path::new("/a b.md"), 7);
            assert_eq!(found, expect, "{program}");
        };
        check("vi", &["+7", "/a b.md"]);
        check("/usr/bin/nano", &["+7", "/a b.md"]);
        check("code", &["--goto", "/a b.md:7"]);
        check("/usr/bin/hx", &["/a b.md:7"]);
        assert_eq!(place("vi", Path::new("-x.md"), 1), ["+1", "./-x.md"]);
    }
}
