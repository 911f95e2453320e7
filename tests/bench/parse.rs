//! How fast markdown becomes a document.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};

mod article;

fn parse(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("parse");
    group.sample_size(10);
    for kib in [32, 1024] {
        let markdown = article::markdown(kib * 1024);
        group.throughput(Throughput::Bytes(markdown.len() as u64));
        group.bench_function(format!("{kib} KiB"), |bench| {
            bench.iter(|| article::document(black_box(&markdown)));
        });
    }
    group.finish();
}

criterion_group!(benches, parse);
criterion_main!(benches);
