//! Related articles of the sample library, as a reader of it would judge them.

use longread::library::related::related;

use super::screens::sample;

/// For an article, those of which one at least must be among the first three, whatever the others are;
/// judged by reading the articles.
const JUDGED: &[(&str, &[&str])] = &[
    ("How a Bridge Works", &["How a Rollup Works", "A Common Form for Bridges"]),
    ("How a Withdrawal Proves Itself", &["A Proof in Under a Minute"]),
    (
        "Bridges Grow Faster Than the People Checking Them",
        &["Harbour Bridge Uses Its Pause Button for the First Time"],
    ),
    ("When Fee Forecasts Go Wrong", &["The November Fee Report"]),
    ("The Seed Phrase in the Kitchen Drawer", &["Passkeys by Default", "Accounts That Can Say No"]),
    ("Blobs Lower the Rent for Rollups", &["More Room for Blobs, and a Test of the Neighbours"]),
    ("The Length of a Line", &["A History of the Reading Surface"]),
    (
        "The Treasury Vote That Was Counted Twice",
        &["Forty Delegates and a Quiet Forum", "Notes on Turnout in Twenty-Six Protocols"],
    ),
    ("The Arithmetic of a Liquidity Pool", &["A Stablecoin Pool Changes Its Mind"]),
    ("Reading a Small Chart", &["Reading a Tide Table"]),
];

#[test]
fn a_reader_of_the_sample_library_finds_what_goes_together() {
    let library = sample();
    let find = |title: &str| {
        (0..library.len() as u32)
            .find(|id| library.article(*id).title.as_str() == title)
            .unwrap_or_else(|| panic!("{title}"))
    };
    let mut wrong = Vec::new();
    for (title, expect) in JUDGED {
        let found = related(&library, find(title), &[], &[], 3);
        let found: Vec<String> = found.iter().map(|one| library.article(one.id).title.to_string()).collect();
        if !expect.iter().any(|one| found.iter().any(|found| found == one)) {
            wrong.push(format!("{title}: {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
