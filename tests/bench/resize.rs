//! How fast the text is back in the middle of an article after its width has changed.

use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use longread::document::shown::Position;
use longread::layout::{Layout, Width};

mod article;

fn resize(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("resize");
    group.sample_size(10);
    let markdown = article::markdown(1024 * 1024);
    let document = article::document(&markdown);
    let middle = Position(markdown.len() as u32 / 2);
    group.bench_function("60 widths of 1 MiB", |bench| {
        bench.iter(|| {
            for columns in 40..100 {
                let width = Width { text: columns, room: columns };
                let mut layout = Layout::new(Arc::clone(&document), width, Vec::new());
                let anchor = layout.anchor(middle);
                layout.ensure(anchor, 40);
            }
        });
    });
    group.finish();
}

criterion_group!(benches, resize);
criterion_main!(benches);
