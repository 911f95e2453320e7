//! How fast code is highlighted: a screen of it for the first time, and a long block part by part.

use std::fmt::Write as _;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use longread::document::highlight::{Highlighter, highlight};
use longread::document::shown::{PartId, Position};
use longread::document::{Document, Options};

/// Lines of a screen.
const SCREEN: usize = 40;
/// Lines of a long block.
const LONG: usize = 2000;

/// So many lines of Rust, no two of them alike.
fn code(lines: usize) -> String {
    let mut code = String::new();
    for line in 0..lines {
        let _ = match line % 4 {
            0 => writeln!(code, "/// Number {line}, with a word on it."),
            1 => writeln!(code, "fn number_{line}(of: &str) -> Option<usize> {{"),
            2 => writeln!(code, "    of.strip_prefix(\"n-{line}\")?.parse().ok().map(|n: usize| n + {line})"),
            _ => writeln!(code, "}}"),
        };
    }
    code
}

fn benches(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("highlight");
    group.sample_size(10);
    let screen = code(SCREEN);
    // The grammar is read once a process, not once a screen.
    highlight("rust", &screen, &|| false);
    group.throughput(Throughput::Bytes(screen.len() as u64));
    group.bench_function("a screen", |bench| bench.iter(|| highlight("rust", &screen, &|| false)));

    let markdown = format!("```rust\n{}```\n", code(LONG));
    let options = Options { whole: true, title: None };
    let document = Document::parse(markdown.as_str().into(), Position(0), &options);
    group.throughput(Throughput::Bytes(markdown.len() as u64));
    group.bench_function("a long block", |bench| {
        bench.iter(|| {
            let mut highlighter = Highlighter::default();
            let parts = 0..document.parts().len() as u32;
            parts.filter_map(|part| highlighter.part(&document, PartId(part), &|| false)).count()
        });
    });
    group.finish();
}

criterion_group!(highlighting, benches);
criterion_main!(highlighting);
