//! How fast a page down is, settled, all through an article.

use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use longread::layout::{Layout, Width};

mod article;

const HEIGHT: u16 = 40;

fn scroll(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("scroll");
    group.sample_size(10);
    let document = article::document(&article::markdown(1024 * 1024));
    let layout = Layout::new(Arc::clone(&document), Width { text: 76, room: 100 }, Vec::new());
    group.bench_function("100 pages down", |bench| {
        bench.iter_batched(
            || layout.clone(),
            |mut layout| {
                let mut anchor = layout.top();
                for _ in 0..100 {
                    anchor = layout.scroll(anchor, 39, HEIGHT);
                    layout.ensure(anchor, HEIGHT);
                }
                anchor
            },
            criterion::BatchSize::LargeInput,
        );
    });
    group.finish();
}

criterion_group!(benches, scroll);
criterion_main!(benches);
