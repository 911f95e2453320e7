//! Pictures: header → size, file → pixels → half blocks or what the terminal draws by itself.
//!
//! Storage reads, this decodes and encodes, off the loop, one picture after the other; a newer request
//! ends an older one between two of them. Which protocol a terminal has is told by its environment: it is
//! never asked.

use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use image::imageops::FilterType;
use image::{DynamicImage, ImageReader};
use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};
use ratatui::style::Color;
use ratatui::widgets::Widget;
use ratatui_image::Image;
use ratatui_image::protocol::Protocol;
use ratatui_image::protocol::iterm2::Iterm2;
use ratatui_image::protocol::kitty::Kitty;
use ratatui_image::protocol::sixel::Sixel;

use super::jobs::Cancel;
use crate::app::effect::{PictureAnswer, PictureFile};
use crate::app::reader::pictures::{Drawing, Drawn, Graphic, Means, Payload, Request, Wanted, reason};
use crate::config;
use crate::layout::picture::{Extent, Pixels};
use crate::safe;
use crate::storage::picture::{Fault, Reach, fault_of, limits};
use crate::text::SafeText;
use crate::ui::theme::Depth;

/// A cell where the terminal does not tell its pixels.
const USUAL_CELL: Pixels = Pixels { width: 10, height: 20 };
/// Most rows and columns that a placeholder of Kitty can name.
const MOST_PLACED: u16 = 297;

/// Answers a request, piece by piece; false when nobody listens any more.
pub(super) fn answer(
    article: &Path,
    roots: &[PathBuf],
    request: &Request,
    cancel: &Cancel,
    send: &dyn Fn(PictureAnswer) -> bool,
) -> bool {
    let reach = Reach::of(article, roots);
    let reach = reach.as_ref().map_err(|fault| *fault);
    if !request.sizes.is_empty() {
        let sizes = request.sizes.iter().map(|target| {
            let header = reach.and_then(|reach| reach.header(target));
            let known = header.map(|header| {
                let size = Pixels { width: header.width, height: header.height };
                (PictureFile { path: header.path, modified: header.modified }, size)
            });
            (target.clone(), known.map_err(|fault| reason(fault.reason())))
        });
        if !send(PictureAnswer::Sizes(sizes.collect())) {
            return false;
        }
    }
    for Wanted { target, extent } in &request.drawn {
        if cancel.is_cancelled() {
            return true;
        }
        let drawn = reach.and_then(|reach| {
            let header = reach.header(target)?;
            let file = PictureFile { path: header.path, modified: header.modified };
            Ok((file, decode(&reach.read(target)?)))
        });
        let (file, result) = match drawn {
            Ok((file, picture)) => (file, picture.map(|picture| draw(&picture, *extent, request.means))),
            Err(fault) => (PictureFile { path: PathBuf::new(), modified: 0 }, Err(fault)),
        };
        let result = result.map_err(|fault| reason(fault.reason()));
        let answer = PictureAnswer::Drawn { target: target.clone(), file, extent: *extent, result };
        if !send(answer) {
            return false;
        }
    }
    true
}

/// The reason when the work on a request came to grief.
pub(super) fn stumbled(request: &Request) -> Vec<PictureAnswer> {
    let why = || -> SafeText { safe!("made the program stumble") };
    let sizes = request.sizes.iter().map(|target| (target.clone(), Err(why()))).collect();
    let drawn = request.drawn.first().map(|Wanted { target, extent }| PictureAnswer::Drawn {
        target: target.clone(),
        file: PictureFile { path: PathBuf::new(), modified: 0 },
        extent: *extent,
        result: Err(why()),
    });
    std::iter::once(PictureAnswer::Sizes(sizes)).chain(drawn).collect()
}

/// The pixels of a file; of an animation, its first.
fn decode(bytes: &[u8]) -> Result<DynamicImage, Fault> {
    let mut reader =
        ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_| Fault::Unreadable)?;
    reader.limits(limits());
    reader.decode().map_err(|error| fault_of(&error))
}

/// The picture over so many cells.
fn draw(picture: &DynamicImage, extent: Extent, means: Means) -> Drawn {
    let cell = means.cell.unwrap_or(USUAL_CELL);
    let (columns, rows) = (u32::from(extent.columns), u32::from(extent.rows));
    // Everything that is drawn from here on is small.
    let graphic = match means.drawing {
        Drawing::Captions | Drawing::HalfBlocks => None,
        drawing => {
            let (width, height) = (columns * cell.width, rows * cell.height);
            let fitted = picture.resize_exact(width.max(1), height.max(1), FilterType::Triangle);
            graphic(fitted, extent, drawing)
        }
    };
    let halves = picture.resize_exact(columns.max(1), rows.max(1) * 2, FilterType::Triangle).to_rgba8();
    Drawn { extent, halves: halves.pixels().map(|pixel| pixel.0).collect(), graphic }
}

/// What the terminal draws by itself; `None` where that cannot be encoded, and half blocks stand in.
fn graphic(picture: DynamicImage, extent: Extent, drawing: Drawing) -> Option<Graphic> {
    let size = Size { width: extent.columns, height: extent.rows };
    let area = Rect::new(0, 0, size.width, size.height);
    let rendered = |protocol: &Protocol| {
        let mut cells = Buffer::empty(area);
        Image::new(protocol).render(area, &mut cells);
        cells
    };
    match drawing {
        Drawing::Captions | Drawing::HalfBlocks => None,
        Drawing::Sixel => Payload::new(Sixel::new(picture, size, false).ok()?.data).map(Graphic::Whole),
        Drawing::ITerm2 => Payload::new(Iterm2::new(picture, size, false).ok()?.data).map(Graphic::Whole),
        Drawing::Kitty => {
            if size.width > MOST_PLACED || size.height > MOST_PLACED {
                return None;
            }
            // Deflated: both terminals that place pictures inflate, and the six charts of an article come to
            // hundreds of kilobytes instead of 8 MB (measured 2026-11-22).
            let protocol = Protocol::Kitty(Kitty::new(picture, size, next_id(), false, true).ok()?);
            // The first rendering sends the picture before its first placeholder; the second only places it.
            let (first, again) = (rendered(&protocol), rendered(&protocol));
            let placeholder = again.cell((0, 0))?;
            let sent = first.cell((0, 0))?.symbol().strip_suffix(placeholder.symbol())?;
            let Color::Rgb(red, green, blue) = placeholder.fg else { return None };
            let rows = (0..size.height).filter_map(|y| again.cell((0, y))).map(|cell| cell.symbol().into());
            Some(Graphic::Placed {
                sent: Some(Payload::new(sent.to_owned())?),
                colour: [red, green, blue],
                rows: rows.collect(),
            })
        }
    }
}

/// A name for a picture that no other program in the same window is likely to have taken.
fn next_id() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let own = std::process::id().wrapping_mul(0x9e37_79b1) & 0xff_f000;
    (own | (NEXT.fetch_add(1, Ordering::Relaxed) & 0xfff)).max(1)
}

/// How pictures are drawn, from the settings and the environment. Fewer than 256 colours make no picture.
pub(super) fn drawing(setting: config::Pictures, depth: Depth, variable: &dyn Fn(&str) -> String) -> Drawing {
    if matches!(depth, Depth::None | Depth::Sixteen) {
        return Drawing::Captions;
    }
    match setting {
        config::Pictures::Off => Drawing::Captions,
        config::Pictures::HalfBlocks => Drawing::HalfBlocks,
        config::Pictures::Kitty => Drawing::Kitty,
        config::Pictures::Sixel => Drawing::Sixel,
        config::Pictures::ITerm2 => Drawing::ITerm2,
        config::Pictures::Auto => told(variable),
    }
}

/// The protocol that the terminal has, as far as its environment tells.
fn told(variable: &dyn Fn(&str) -> String) -> Drawing {
    let is_set = |name| !variable(name).is_empty();
    let (term, program) = (variable("TERM"), variable("TERM_PROGRAM"));
    // A multiplexer passes none of them on as they are.
    if is_set("TMUX")
        || is_set("STY")
        || is_set("ZELLIJ")
        || term.starts_with("tmux")
        || term.starts_with("screen")
    {
        return Drawing::HalfBlocks;
    }
    // WezTerm has Kitty's protocol without placeholders, and so is told from it first.
    if is_set("WEZTERM_EXECUTABLE") || matches!(program.as_str(), "WezTerm" | "iTerm.app" | "mintty") {
        return Drawing::ITerm2;
    }
    if is_set("KITTY_WINDOW_ID")
        || is_set("GHOSTTY_RESOURCES_DIR")
        || matches!(program.as_str(), "kitty" | "ghostty")
    {
        return Drawing::Kitty;
    }
    match term.as_str() {
        "xterm-kitty" | "xterm-ghostty" => Drawing::Kitty,
        "foot" | "foot-extra" | "mlterm" | "contour" => Drawing::Sixel,
        _ => Drawing::HalfBlocks,
    }
}

#[cfg(test)]
mod tests;
