//! Tables while they scroll.

use super::*;

/// A table of so many rows between two texts.
fn tabular(rows: usize) -> String {
    let rows = (1..=rows).map(|row| format!("| row {row}. | value |\n")).collect::<Vec<_>>().concat();
    let filler = "word word word\n\n".repeat(20);
    format!("{filler}| Network | Users |\n|---|---|\n{rows}\n{filler}")
}

fn shown(app: &App) -> Vec<String> {
    reader(app).visible().map(crate::layout::Row::text).collect()
}

#[test]
fn the_header_of_a_table_stays_in_sight_while_its_rows_scroll() {
    for rows in [60, 5000] {
        let mut app = open(&tabular(rows), 80, 24);
        while !shown(&app)[0].contains("Network") {
            press(&mut app, "j");
        }
        assert!(reader(&app).header_rows().is_empty(), "it stands where it is");
        let before = shown(&app);
        press(&mut app, "j j j j j");
        assert_eq!(shown(&app)[..2], before[..2], "the header stands over the rows");
        assert_eq!(shown(&app)[2..10], before[7..15], "the rows moved as they do without it");
        press(&mut app, "G");
        assert!(reader(&app).header_rows().is_empty(), "it ends with its table");
        while !shown(&app).iter().any(|row| row.contains(&format!("row {rows}."))) {
            press(&mut app, "k");
        }
        press(&mut app, "k k k k");
        assert!(shown(&app)[0].contains("Network"));
    }
}

#[test]
fn paging_passes_no_row_of_a_table_unseen() {
    for keys in ["PgDn", "PgUp"] {
        let mut app = open(&tabular(100), 80, 24);
        press(&mut app, if keys == "PgUp" { "G" } else { "g" });
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..40 {
            for row in shown(&app) {
                seen.extend((1..=100).filter(|number| row.contains(&format!("row {number}."))));
            }
            press(&mut app, keys);
        }
        assert_eq!(seen.len(), 100, "{keys}: {seen:?}");
    }
}

#[test]
fn a_row_of_a_table_that_is_jumped_to_is_below_the_header() {
    let markdown = tabular(100);
    let line = markdown.lines().position(|line| line.contains("row 50.")).unwrap() as u32 + 1;
    let app = open_at(loaded(&markdown, None), Some(At::Line(line)), 80, 24);
    assert!(shown(&app)[0].contains("Network"));
    // The line begins with the mark before its first cell, and so with what ends the row before.
    assert!(shown(&app)[2..4].iter().any(|row| row.contains("row 50.")), "{:#?}", shown(&app));
}
