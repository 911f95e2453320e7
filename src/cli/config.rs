//! `longread config`: the settings that are in force, their defaults, what is wrong with them.

use super::{Exit, output, settings};
use crate::config::{Complaint, DEFAULT, Settings};
use crate::error::Error;
use crate::paths::Paths;
use crate::storage::disk;
use crate::text::SafeText;

/// The arguments of `config`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Print every setting with its default, as a file to begin with.
    #[arg(long, conflicts_with = "check")]
    pub default: bool,
    /// Say what is wrong with the settings file; exit 1 if anything is.
    #[arg(long)]
    pub check: bool,
}

/// Runs `config`. `look_over` says what is wrong with what only the reading room knows: its keys.
///
/// # Errors
///
/// A settings file that cannot be read, output that cannot be written.
pub fn run(args: &Args, look_over: &dyn Fn(&Settings) -> Vec<Complaint>) -> Result<Exit, Error> {
    if args.default {
        return output::print(|out| out.write_all(DEFAULT.as_bytes()).map(|()| Exit::Done));
    }
    let paths = Paths::of_this_user();
    let (settings, mut complaints) = settings::load(paths.as_ref())?;
    let views = settings::views(&settings);
    complaints.extend(views.iter().filter_map(|(_, query)| query.as_ref().err()).cloned());
    complaints.extend(look_over(&settings));
    complaints.sort_by_key(|complaint| complaint.line);
    let file = paths.map(|paths| disk::shown(&paths.settings)).unwrap_or_default();
    output::print(|out| {
        for complaint in &complaints {
            writeln!(out, "{file}:{}: {}", complaint.line, complaint.reason)?;
        }
        if args.check {
            return Ok(if complaints.is_empty() { Exit::Done } else { Exit::Nothing });
        }
        writeln!(out, "# {file}")?;
        let library: Vec<_> =
            settings.library.iter().map(|folder| quoted(disk::shown(folder).as_str())).collect();
        writeln!(out, "library = [{}]", library.join(", "))?;
        writeln!(out, "theme = {}", quoted(settings.theme.name()))?;
        writeln!(out, "measure = {}", settings.measure)?;
        writeln!(out, "hyphenate = {}", settings.hyphenate)?;
        writeln!(out, "hyperlinks = {}", settings.hyperlinks)?;
        writeln!(out, "right_to_left = {}", quoted(settings.right_to_left.name()))?;
        writeln!(out, "pictures = {}", quoted(settings.pictures.name()))?;
        writeln!(out, "text_index = {}", settings.text_index)?;
        let hosts: Vec<_> =
            settings.allowed_hosts.iter().map(|host| quoted(SafeText::line(host).as_str())).collect();
        writeln!(out, "allowed_hosts = [{}]", hosts.join(", "))?;
        let facets: Vec<_> = settings.facets.iter().map(|key| quoted(SafeText::line(key).as_str())).collect();
        writeln!(out, "facets = [{}]", facets.join(", "))?;
        if !settings.keys.is_empty() {
            writeln!(out, "\n[keys]")?;
        }
        for own in &settings.keys {
            let keys: Vec<_> = own.keys.iter().map(|key| quoted(SafeText::line(key).as_str())).collect();
            writeln!(out, "{} = [{}]", quoted(own.command.as_str()), keys.join(", "))?;
        }
        for (view, query) in views.iter().filter_map(|(view, query)| Some((view, query.as_ref().ok()?))) {
            writeln!(out, "\n[[view]]\nname = {}", quoted(view.name.as_str()))?;
            if let Some(key) = view.key {
                writeln!(out, "key = {key}")?;
            }
            writeln!(out, "query = {}", quoted(SafeText::line(&query.to_string()).as_str()))?;
        }
        Ok(Exit::Done)
    })
}

/// As a TOML basic string; the text is free of control characters.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
