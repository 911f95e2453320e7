//! How fast a document's parts become rows.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use longread::document::shown::PartId;
use longread::layout::{Layout, Width, part_rows};

mod article;

const WIDTH: Width = Width { text: 76, room: 100 };

fn layout(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("layout");
    group.sample_size(10);
    let markdown = article::markdown(256 * 1024);
    let document = article::document(&markdown);
    group.throughput(Throughput::Bytes(markdown.len() as u64));
    group.bench_function("every part of 256 KiB", |bench| {
        bench.iter(|| {
            let parts = 0..document.parts().len() as u32;
            parts.map(|part| part_rows(black_box(&document), PartId(part), WIDTH).rows.len()).sum::<usize>()
        });
    });
    group.bench_function("the first screen of 256 KiB", |bench| {
        bench.iter(|| {
            let mut layout = Layout::new(Arc::clone(&document), WIDTH, Vec::new());
            layout.ensure(layout.top(), 40)
        });
    });
    group.finish();
}

criterion_group!(benches, layout);
criterion_main!(benches);
